"""What machines suggested for a sample, beside what people answered: who saw it, how, and what they had said before."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from projects.labeling.suggestions import AFTER, MET, seen
from projects.samples.models import Sample
from projects.schema import Interface, Question


@dataclass(slots=True)
class Suggested:
    """One source's proposal. ``replaced``: the source says something else by now."""

    source: str
    value: Any
    score: float | None
    replaced: bool = False
    people: dict[str, list[str]] = field(default_factory=dict)
    unseen: list[str] = field(default_factory=list)

    @property
    def met(self) -> str:
        """Who saw it and how; empty where nobody was given it."""
        parts = [f"{MET[how]}: {', '.join(names)}" for how, names in self.people.items()]
        if self.unseen:
            parts.append(f"not seen by {', '.join(self.unseen)}")
        return "; ".join(parts)


@dataclass(slots=True)
class Beside:
    """What stands beside one question. ``before``: what people had answered before they saw a suggestion and changed
    it."""

    question: Question
    suggested: list[Suggested] = field(default_factory=list)
    before: list[tuple[str, Any]] = field(default_factory=list)


def beside(
    sample: Sample, interface: Interface, given: Iterable[tuple[str, Mapping[str, Any] | None, Mapping[str, Any]]]
) -> dict[str, Beside]:
    """By question, in the interface's order. ``given``: of each person whose answers may be shown their name, what was
    suggested to them, and their answers."""
    found = {question.name: Beside(question) for question in interface.questions}
    for row in sample.suggestions.order_by("question", "source"):
        if _fits(found, row.question, row.value, sample):
            found[row.question].suggested.append(Suggested(row.source, row.value, row.score))
    for name, stored, answers in given:
        shown = seen(stored)
        for question, each in (stored or {}).get("questions", {}).items():
            for one in each:
                if _fits(found, question, one["value"], sample):
                    _meet(found[question], name, one, (stored or {})["how"], question in shown)
        for question, first in (stored or {}).get("first", {}).items():
            changed = question in answers and first != answers[question]
            if changed and _fits(found, question, first, sample):
                found[question].before.append((name, first))
    return {name: each for name, each in found.items() if each.suggested}


def _fits(found: Mapping[str, Beside], question: str, value: Any, sample: Sample) -> bool:
    """Whether it is an answer to a question as it is asked now."""
    return question in found and not found[question].question.checked(value, sample.fields)[1]


def _meet(beside: Beside, name: str, one: Mapping[str, Any], how: str, shown: bool) -> None:
    same = (
        each
        for each in beside.suggested
        if each.source == one["source"] and beside.question.same(each.value, one["value"])
    )
    known = next(same, None)
    if known is None:
        known = Suggested(one["source"], one["value"], one["score"], replaced=True)
        beside.suggested.append(known)
    if how == AFTER and not shown:
        known.unseen.append(name)
    else:
        known.people.setdefault(how, []).append(name)
