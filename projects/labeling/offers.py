"""Suggestions as the labelling screen draws them, and what a form says of those that were filled in."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from projects.labeling.models import Assignment
from projects.labeling.suggestions import filled_in, is_first, seen
from projects.schema import Interface

# The names under which a form sends what was confirmed. No question is called so.
SETTLED: Final = "q.:settled."


@dataclass(frozen=True, slots=True)
class Source:
    """One proposal. ``form``: what a form holds that gives this answer."""

    name: str
    value: Any
    score: float | None
    form: dict[str, list[str]]


@dataclass(frozen=True, slots=True)
class Offer:
    """The suggestions for one question, the surest first. ``filled``: the first is filled in; it is the machine's until
    it is ``settled``."""

    sources: tuple[Source, ...]
    filled: bool = False
    settled: bool = False


def offers(assignment: Assignment, interface: Interface) -> dict[str, Offer]:
    """What is shown, by question."""
    filled = filled_in(assignment.suggested) if is_first(assignment) else {}
    settled = (assignment.suggested or {}).get("settled", ())
    found: dict[str, Offer] = {}
    for name, each in seen(assignment.suggested).items():
        question = interface.question(name)
        if question is not None:
            sources = (
                Source(one["source"], one["value"], one["score"], question.type.to_form(question, one["value"]))
                for one in each
            )
            found[name] = Offer(tuple(sources), name in filled, name in settled)
    return found


def settled_in(form: Iterable[str]) -> set[str]:
    """The questions whose filled-in answer the form confirms."""
    return {name.removeprefix(SETTLED) for name in form if name.startswith(SETTLED)}


def unlooked(
    assignment: Assignment, interface: Interface, answers: Mapping[str, Any], settled: set[str]
) -> dict[str, str]:
    """What keeps these answers from being submitted: by question, those that were filled in and that nobody confirmed
    or changed. Nobody is recorded as saying what they may not have looked at."""
    found = {}
    for name, value in filled_in(assignment.suggested).items() if is_first(assignment) else ():
        question = interface.question(name)
        if question is None or name in settled or name not in answers:
            continue
        given, problems = question.checked(answers[name], assignment.sample.fields)
        if problems or not interface.is_shown(question, answers, assignment.sample.fields):
            continue
        if question.same(given, value):
            source = (assignment.suggested or {})["questions"][name][0]["source"]
            found[name] = f"filled in by {source}: confirm or change it"
    return found
