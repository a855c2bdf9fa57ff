"""Known answers: which of a sample's can be compared with what people said, and whether these are the same.

Questions with a right answer (``objective``) alone, and no texts: two people never choose the same.
"""

from collections.abc import Mapping
from typing import Any

from projects.measures import coefficient
from projects.schema import Interface, Question
from projects.schema.questions.base import OBJECTIVE, Context


class Known:
    """The questions of an interface that a known answer can be about."""

    def __init__(self, interface: Interface) -> None:
        self.questions = {
            question.name: question
            for question in interface.questions
            if question.kind == OBJECTIVE and not _is_text(question)
        }

    def of(self, fields: Mapping[str, Any], gold: Mapping[str, Any] | None) -> dict[str, Any]:
        """Question → the known answer, for those that are answers to the present questions."""
        found = {}
        for name, value in (gold or {}).items():
            question = self.questions.get(name)
            if question is None or value is None:
                continue
            context = Context(fields, {}, partial=False)
            kept = question.type.check(question, value, name, context)
            if not context.problems.found:
                found[name] = kept
        return found

    def compare(self, known: Mapping[str, Any], answers: Mapping[str, Any]) -> tuple[int, int]:
        """How many of the known answers somebody was asked for and gave, and how many of these were right."""
        given = [name for name in known if name in answers]
        return len(given), sum(self.questions[name].same(answers[name], known[name]) for name in given)


def _is_text(question: Question) -> bool:
    return any(coefficient(series.coefficient).digest is not None for series in question.type.series(question))
