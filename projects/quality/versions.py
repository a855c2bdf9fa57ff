"""Which answers of which interface version may be looked at together.

A question that was changed asks something else, even under the same name: mixing its scales would give a figure about
neither. So answers of an older version count only where ``schema.compare`` finds that they stay valid.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from projects.schema import Interface as Parsed
from projects.schema import Observation, compare
from projects.workspace.interfaces import parsed
from projects.workspace.models import Interface, Project


class Versions:
    """A project's interface versions, seen from the present one."""

    def __init__(self, project: Project) -> None:
        if project.interface is None:
            raise ValueError("The project has no interface.")
        self.interface_id: int = project.interface.pk
        self.current: Parsed = parsed(project.interface)
        self.names = frozenset(question.name for question in self.current.questions)
        self._same: dict[int, frozenset[str]] = {self.interface_id: self.names}

    def same(self, interface_id: int) -> frozenset[str]:
        """Names of the present questions whose answers under this version are answers to them."""
        if interface_id not in self._same:
            other = parsed(Interface.objects.defer("document").get(pk=interface_id))
            kept = (change.question for change in compare(other, self.current) if change.change == "kept")
            self._same[interface_id] = frozenset(kept)
        return self._same[interface_id]

    def comparable(self, interface_id: int, answers: Mapping[str, Any]) -> dict[str, Any]:
        """The answers given under a version that are answers to the present questions."""
        if interface_id == self.interface_id:
            return dict(answers)
        same = self.same(interface_id)
        return {name: value for name, value in answers.items() if name in same}

    def left_out(self, interface_id: int, answers: Mapping[str, Any]) -> list[str]:
        """The present questions that these answers would answer, had they been asked in the same way."""
        if interface_id == self.interface_id:
            return []
        same = self.same(interface_id)
        return [name for name in answers if name in self.names and name not in same]

    def observations(self, interface_id: int, answers: Mapping[str, Any]) -> Iterator[Observation]:
        """What the comparable answers say, series by series."""
        return self.current.observations(self.comparable(interface_id, answers))
