"""Everybody's answers to one series as columns of numbers, and what the measures make of them.

A unit is a sample, or one candidate of a sample. What is held is a few numbers for each answer and one name for each
unit, whatever the samples are; above ``MOST_ANSWERS`` a series is not gathered, and says so.
"""

from array import array
from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np

from projects.measures import bradley_terry, calibrated, corrected, dawid_skene, reasons, votes
from projects.measures.additive import Corrected
from projects.schema import Question, Series
from projects.schema.questions.base import Comparison

# Of one series. The measures take some hundred bytes an answer, so this keeps a worker under a few hundred megabytes.
MOST_ANSWERS: Final = 300_000
# What is compared, in all: the memory of strengths grows with its square. The same for people on a scale.
MOST_ITEMS: Final = 500
MOST_PEOPLE: Final = 2_000

TOO_MANY: Final = f"more than {MOST_ANSWERS:,} answers to the question"
TOO_MANY_ITEMS: Final = f"more than {MOST_ITEMS:,} different sources"
TOO_MANY_PEOPLE: Final = f"more than {MOST_PEOPLE:,} people on one scale"

Unit = tuple[int, str]


def _place(name: Hashable) -> int:
    """The measures name units as they were named to them: by number."""
    assert isinstance(name, int)
    return name


@dataclass(frozen=True, slots=True)
class Opinion:
    """The likeliest answer to one unit. ``posterior`` is the model's own, overconfident, for putting units in order
    alone; ``probability`` is calibrated, None where there was nothing to calibrate with.
    """

    value: Any
    posterior: float
    probability: float | None


@dataclass(frozen=True, slots=True)
class Opinions:
    """Of all units of a series of labels. ``reason``: why there is no calibrated probability. ``facts`` say what it
    rests on; of ``known`` answers ``claimed`` is the mean posterior before calibration, ``accuracy`` the share right.
    """

    units: Mapping[Unit, Opinion]
    reason: str | None
    facts: dict[str, Any]


@dataclass(slots=True)
class Gathered:
    """One series, answer by answer."""

    question: Question
    series: Series
    units: dict[Unit, int] = field(default_factory=dict)
    # What is known without asking: unit → value.
    known: dict[Unit, Any] = field(default_factory=dict)
    people: set[int] = field(default_factory=set)
    answers: int = 0
    unnamed: int = 0
    _unit: "array[int]" = field(default_factory=lambda: array("q"))
    _rater: "array[int]" = field(default_factory=lambda: array("q"))
    _code: "array[int]" = field(default_factory=lambda: array("q"))
    _won: "array[float]" = field(default_factory=lambda: array("d"))
    _codes: dict[Hashable, int] = field(default_factory=dict)

    @property
    def full(self) -> bool:
        return self.answers > MOST_ANSWERS

    def add(self, unit: Unit, person: int, value: Any) -> None:
        """One person's answer; a set of options as a tuple."""
        self.people.add(person)
        self.answers += 1
        if self.full:
            self._forget()
            return
        self._unit.append(self.units.setdefault(unit, len(self.units)))
        self._rater.append(person)
        self._code.append(self._codes.setdefault(value, len(self._codes)))

    def add_comparison(self, person: int, found: Comparison, sources: Mapping[str, str]) -> None:
        """One comparison of two candidates, by what they come from. Two of one source say nothing about sources."""
        self.people.add(person)
        self.answers += 1
        first, second = sources.get(found.first), sources.get(found.second)
        if first is None or second is None:
            self.unnamed += 1
        elif self.full:
            self._forget()
        elif first != second:
            self._unit.append(self._codes.setdefault(first, len(self._codes)))
            self._rater.append(self._codes.setdefault(second, len(self._codes)))
            self._won.append(found.won)

    def _forget(self) -> None:
        for column in (self._unit, self._rater, self._code, self._won):
            del column[:]
        self.units.clear()
        self.known.clear()

    def opinions(self) -> Opinions:
        """Of labels: Dawid & Skene, calibrated where enough is known."""
        values = list(self._codes)
        known = {self.units[unit]: value for unit, value in self.known.items() if unit in self.units}
        if not self._code:
            return Opinions({}, TOO_MANY if self.full else reasons.NO_ANSWERS, {})
        given = votes(np.asarray(self._unit), np.asarray(self._rater), np.asarray(self._code))
        model = dawid_skene(given)
        # Codes stand for values all the way, so that any value will do.
        found = calibrated(model, {unit: self._codes[value] for unit, value in known.items() if value in self._codes})
        best = model.log_posteriors.max(axis=1)
        heated = found.posteriors.max(axis=1) if found.posteriors is not None else None
        winners = model.winners()
        names = list(self.units)
        opinions = {}
        for row, unit in enumerate(model.units):
            won = winners[unit]
            opinions[names[_place(unit)]] = Opinion(
                None if won is None else values[won],
                float(np.exp(best[row])),
                None if heated is None else float(heated[row]),
            )
        facts: dict[str, Any] = {"enough": model.enough, "converged": model.converged, "known": found.known}
        facts |= {"claimed": found.claimed, "calibrated": found.calibrated, "accuracy": found.accuracy}
        return Opinions(opinions, found.reason, facts)

    def memberships(self) -> tuple[dict[str, Mapping[Unit, Opinion]], str | None, dict[str, Any]]:
        """Of sets of options: the same for each option by itself, chosen (True) or not; why no probability; facts of
        the option that is least supported."""
        by_option: dict[str, Mapping[Unit, Opinion]] = {}
        reason: str | None = TOO_MANY if self.full else reasons.NO_ANSWERS
        facts: dict[str, Any] = {}
        if not self._code:
            return by_option, reason, facts
        sets = [frozenset(value) for value in self._codes]  # type: ignore[call-overload]
        why = []
        for option in self.question.options:
            holds = [option.id in each for each in sets]
            one = Gathered(self.question, self.series, units=self.units)
            one._unit, one._rater, one.answers = self._unit, self._rater, self.answers
            one._codes = {False: 0, True: 1}
            one._code = array("q", [int(holds[code]) for code in self._code])
            one.known = {unit: option.id in value for unit, value in self.known.items()}
            found = one.opinions()
            by_option[option.id] = found.units
            why.append(found.reason)
            facts = {"enough": found.facts["enough"], "known": found.facts["known"]}
        return by_option, next((each for each in why if each), None), facts

    def scores(self) -> tuple[dict[Unit, tuple[Corrected, int]], int, str | None]:
        """Of scales: unit → its corrected score and the number of its part, from 1; how many parts; why there are none,
        or why they can't be compared."""
        if not self._code:
            return {}, 0, TOO_MANY if self.full else reasons.NO_ANSWERS
        if len(self.people) > MOST_PEOPLE:
            return {}, 0, TOO_MANY_PEOPLE
        points = np.array([float(value) for value in self._codes])  # type: ignore[arg-type]
        found = corrected(
            np.asarray(self._unit), np.asarray(self._rater), points[np.asarray(self._code)], reliability=True
        )
        names = list(self.units)
        # The largest part comes first, whatever order the answers came in.
        parts = sorted(
            found.parts, key=lambda part: (-len(part.units), min(names[_place(unit)] for unit in part.units))
        )
        units = {
            names[_place(unit)]: (score, number)
            for number, part in enumerate(parts, 1)
            for unit, score in part.units.items()
        }
        return units, len(parts), found.reason

    def strengths(self) -> tuple[dict[str, Any], str | None, list[list[str]]]:
        """Of comparisons: source → strength with its interval; why there is none; the parts never compared."""
        if self.full:
            return {}, TOO_MANY, []
        if len(self._codes) > MOST_ITEMS:
            return {}, TOO_MANY_ITEMS, []
        names = list(self._codes)
        found = bradley_terry(np.asarray(self._unit), np.asarray(self._rater), np.asarray(self._won))
        parts = sorted(sorted(str(names[_place(item)]) for item in part) for part in found.parts)
        return {str(names[_place(item)]): score for item, score in found.scores.items()}, found.reason, parts
