"""Everybody's answers to one sample as one: what they merge to, whom a decision overrules, how they are distributed.

Each question type says how its answers become one (``QuestionType.merge``): labels, verdicts and comparisons by what
most people gave, a tie giving nothing; ratings and rubrics by the median of each axis (of an even number the lower);
several choices by what more than half chose; texts and corrections only where all are the same.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from projects.quality.raters import is_text
from projects.quality.stream import Given
from projects.quality.versions import Versions
from projects.schema import MISSING


@dataclass(frozen=True, slots=True)
class Merged:
    """``answers``: the merged ones. ``undecided``: questions that were answered, or must be, without one following.
    ``unanimous``: those on which all who answered say the same. ``people``: who answered, by question."""

    answers: dict[str, Any]
    undecided: tuple[str, ...]
    unanimous: dict[str, Any]
    people: dict[str, int]


def merge(versions: Versions, given: Sequence[Given], fields: Mapping[str, Any]) -> Merged:
    """What the current annotations of a sample come to, under the project's present interface."""
    interface = versions.current
    answers: dict[str, Any] = {}
    unanimous: dict[str, Any] = {}
    undecided: list[str] = []
    people: dict[str, int] = {}
    everybody = [versions.comparable(one.interface_id, one.answers) for one in given]
    for question in interface.questions:
        if question.is_remark or not interface.is_shown(question, answers, fields):
            continue
        values = [answers_of[question.name] for answers_of in everybody if question.name in answers_of]
        merged = question.type.merge(question, values) if values else MISSING
        if merged is not MISSING:
            answers[question.name] = merged
            people[question.name] = len(values)
            if all(question.same(value, values[0]) for value in values):
                unanimous[question.name] = merged
        elif values or question.required:
            undecided.append(question.name)
    return Merged(answers, tuple(undecided), unanimous, people)


def overruled(
    versions: Versions,
    given: Sequence[Given],
    fields: Mapping[str, Any],
    final: Mapping[str, Any],
    merged: Mapping[str, Any] | None = None,
) -> tuple[str, ...]:
    """Names of the questions to which somebody gave another answer than the final one.

    The median of ratings takes everybody's into account and overrules nobody; any other final rating overrules those
    who gave another. ``merged``: what everybody's answers merge to, where ``given`` are not everybody's.
    """
    if merged is None:
        merged = merge(versions, given, fields).answers
    names = []
    for question in versions.current.questions:
        values = [
            one.answers[question.name]
            for one in given
            if question.name in versions.comparable(one.interface_id, one.answers)
        ]
        if not values or question.is_remark or not versions.current.is_shown(question, final, fields):
            continue
        answer = final.get(question.name)
        if answer is None or (
            any(not question.same(value, answer) for value in values)
            and not (
                question.type.averages and question.name in merged and question.same(merged[question.name], answer)
            )
        ):
            names.append(question.name)
    return tuple(names)


def distribution(versions: Versions, given: Sequence[Given]) -> dict[str, dict[str, float]]:
    """For each series, the share of each value among those who answered: {"depth.empathy": {"3": 0.4, …}}.

    Series of one candidate or pair carry it in brackets: "creativity.novelty[a]", "better[a|b]". Of several choices
    each has the share of people who chose it. Free texts are left out: the annotations hold them.
    """
    texts = {series.name for series in versions.current.series() if is_text(series)}
    counts: dict[str, Counter[str]] = {}
    people: Counter[str] = Counter()
    for one in given:
        for series, suffix, value in versions.observations(one.interface_id, one.answers):
            if series in texts:
                continue
            name = f"{series}[{suffix}]" if suffix else series
            people[name] += 1
            found = counts.setdefault(name, Counter())
            found.update(map(str, value) if isinstance(value, tuple) else [str(value)])
    return {name: {value: times / people[name] for value, times in found.items()} for name, found in counts.items()}
