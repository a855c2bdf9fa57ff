"""What a reviewer is told who settles something: annotators' replies, and two decisions that differ."""

from dataclasses import dataclass
from typing import Any

from projects.review.layers import Case
from projects.review.models import Adjudication, Overruling
from projects.schema import Interface, Question
from projects.workspace.interfaces import parsed


@dataclass(frozen=True, slots=True)
class Answered:
    """What an annotator answered to a decision that overrules them."""

    name: str
    titles: str
    reply: str


@dataclass(frozen=True, slots=True)
class Decided:
    """One of two decisions that differ; ``answers`` by the question's title, where the other's are different."""

    made: Adjudication
    answers: list[tuple[Question, Any]]


def answered(row: Overruling, name: str) -> Answered:
    """Under the name that the reviewer may see."""
    asked = parsed(row.adjudication.interface).questions
    titles = ", ".join(question.title for question in asked if question.name in row.questions)
    return Answered(name, titles, row.reply)


def differing_of(interface: Interface, case: Case) -> list[Decided]:
    """Both decisions, with the answers in which they differ."""
    if not case.differing:
        return []
    one, other = (made.answers for made in case.differing)
    apart = [
        question
        for question in interface.questions
        if (question.name in one) != (question.name in other)
        or (question.name in one and not question.same(one[question.name], other[question.name]))
    ]
    return [
        Decided(made, [(each, made.answers[each.name]) for each in apart if each.name in made.answers])
        for made in case.differing
    ]
