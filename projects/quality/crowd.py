"""Everybody of a project, one person at a time: all figures of a person's page, from one pass over the samples.

There are two crowds: one over all samples, for those who decide, and one over closed samples, for people's own pages:
how like the others somebody answered would tell what these said about a sample that is still open.

``docs/measures.md`` says what the figures are. What is kept of a person does not grow with what they did: sums, counts
by value, speeds in steps, the newest annotations as one number each. Correlations need the scores themselves: of each
scale at most ``MOST_SCORES`` are kept, of whole units (thinned.py).
"""

import zlib
from array import array
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final, NamedTuple

from projects.measures import (
    alike_in_a_row,
    gold_score,
    mean_reliability,
    position_bias,
    reasons,
    reliability,
    share_of,
)
from projects.measures.intervals import Estimate
from projects.quality.periods import Calendar
from projects.quality.raters import Beside, Likenesses, Standing, beside, is_scale, is_text, length_of
from projects.quality.stream import Given
from projects.quality.thinned import Scores
from projects.schema import Observation, Series

SPEED_STEP: Final = 100  # milliseconds
MOST_SCORES: Final = 30_000
ROW: Final = 500  # newest annotations that are looked at for alike ones in a row
DRAWS: Final = 199
Units = Mapping[tuple[str, str], Mapping[int, Any]]
Besides = Mapping[tuple[str, str], Iterable[Beside]]


class Sheet(NamedTuple):
    """One person's annotation of a sample as it counts: what it says, and what is known of it."""

    given: Given
    # What it says, texts left out.
    said: list[tuple[str, Any]]
    # The same as one number.
    code: int
    # Whether it gave one value on every scale of what it rated; None of fewer than two scales.
    flat: bool | None
    start: date
    # Known answers that the person was asked for, and gave.
    asked: int
    right: int
    # Choices between two that were shown in random order, and how many fell on the first.
    chosen: int
    first: int


class Reader:
    """Reads annotations and units once, for every crowd that takes them in."""

    def __init__(self, series: Mapping[str, Series], likenesses: Mapping[str, Likenesses], calendar: Calendar) -> None:
        self.series = series
        self.likenesses = likenesses
        self.calendar = calendar
        self.texts = frozenset(name for name, each in series.items() if is_text(each))
        self.scales = frozenset(name for name, each in series.items() if is_scale(each))

    def sheet(self, one: Given, seen: Iterable[Observation], **known: int) -> Sheet:
        """One annotation; ``known`` is what ``Sheet`` counts of it."""
        said: list[tuple[str, Any]] = []
        rated: dict[str, list[Any]] = {}
        for name, suffix, value in seen:
            if name in self.scales:
                rated.setdefault(suffix, []).append(value)
            if name not in self.texts:
                said.append((name, value))
        several = [values for values in rated.values() if len(values) > 1]
        flat = all(values.count(values[0]) == len(values) for values in several) if several else None
        # Suffixes are candidates' ids, which differ from sample to sample: what is alike is the values.
        code = zlib.crc32(repr(said).encode())
        return Sheet(one, said, code, flat, self.calendar.start(one.created_at), **known)

    def unit(self, name: str, values: Mapping[int, Any]) -> list[Beside]:
        """Each answer to a unit beside the others; none for texts, and where there is but one."""
        if len(values) < 2 or name in self.texts:
            return []
        return list(beside(name in self.scales, self.likenesses[name], values))


@dataclass(slots=True)
class Period:
    """One person in one piece of time."""

    annotations: int = 0
    pairs: int = 0
    alike: float = 0.0
    shared: int = 0
    severity: float = 0.0

    def add(self, one: Beside, length: float) -> None:
        """An answer beside the others; ``length`` is that of its scale."""
        self.pairs += one.pairs
        self.alike += one.alike
        if one.difference is not None and length:
            self.shared += 1
            self.severity += one.difference / length

    def as_dict(self, start: date) -> dict[str, Any]:
        return {
            "start": start.isoformat(),
            "annotations": self.annotations,
            "agreement": self.alike / self.pairs if self.pairs else None,
            "pairs": self.pairs,
            "severity": self.severity / self.shared if self.shared else None,
            "shared": self.shared,
        }


@dataclass(slots=True)
class Person:
    """What is kept of one person."""

    annotations: int = 0
    asked: int = 0
    right: int = 0
    chosen: int = 0
    first: int = 0
    several: int = 0
    flat: int = 0
    # On samples that others answered too: how many, and the sum of the shares of them who gave one value throughout.
    beside: int = 0
    others_flat: float = 0.0
    speeds: Counter[int] = field(default_factory=Counter)
    values: dict[str, Counter[Any]] = field(default_factory=dict)
    periods: dict[date, Period] = field(default_factory=dict)
    # Numbers of annotations, and beside each what it says as a hash.
    made: "array[int]" = field(default_factory=lambda: array("q"))
    codes: "array[int]" = field(default_factory=lambda: array("q"))

    def remember(self, number: int, code: int) -> None:
        """Keeps the newest annotations, in whatever order they come."""
        self.made.append(number)
        self.codes.append(code)
        if len(self.made) >= 2 * ROW:
            newest = sorted(zip(self.made, self.codes, strict=True))[-ROW:]
            self.made = array("q", (number for number, _ in newest))
            self.codes = array("q", (code for _, code in newest))

    def row(self) -> list[int]:
        """The newest annotations in the order they were made."""
        return [code for _, code in sorted(zip(self.made, self.codes, strict=True))[-ROW:]]


class Crowd:
    """Takes in samples one by one; ``figures`` says what they come to."""

    def __init__(self, series: Mapping[str, Series]) -> None:
        self.series = series
        self.people: dict[int, Person] = defaultdict(Person)
        self.standings: dict[str, dict[int, Standing]] = {name: defaultdict(Standing) for name in series}
        self.scores = {name: Scores(MOST_SCORES) for name, each in series.items() if is_scale(each)}
        self.lengths = {name: length_of(series[name]) for name in self.scores}

    def add(self, sample_id: int, sheets: Iterable[Sheet], units: Units, besides: Besides) -> None:
        """One sample, each person once: their sheets, its units, and of each unit what ``Reader.unit`` says."""
        periods: dict[int, Period] = {}
        flat: dict[int, bool] = {}
        for sheet in sheets:
            who = sheet.given.annotator_id
            periods[who] = self._sheet(self.people[who], sheet)
            if sheet.flat is not None:
                flat[who] = sheet.flat
        self._flat(flat)
        for unit, values in units.items():
            name, suffix = unit
            if name in self.scores:
                self.scores[name].add(f"{sample_id} {suffix}", values)
            standings, length = self.standings[name], self.lengths.get(name, 0.0)
            for who in values:
                standings[who].answers += 1
            for each in besides.get(unit, ()):
                standings[each.person].add(each)
                periods[each.person].add(each, length)

    def _sheet(self, person: Person, sheet: Sheet) -> Period:
        person.annotations += 1
        person.asked += sheet.asked
        person.right += sheet.right
        person.chosen += sheet.chosen
        person.first += sheet.first
        if sheet.given.duration_ms:
            person.speeds[sheet.given.duration_ms // SPEED_STEP] += 1
        for name, value in sheet.said:
            counts = person.values.get(name)
            if counts is None:
                counts = person.values[name] = Counter()
            if isinstance(value, tuple | frozenset):
                counts.update(value)
            else:
                counts[value] += 1
        person.remember(sheet.given.annotation_id, sheet.code)
        period = person.periods.get(sheet.start)
        if period is None:
            period = person.periods[sheet.start] = Period()
        period.annotations += 1
        return period

    def _flat(self, flat: Mapping[int, bool]) -> None:
        total = sum(flat.values())
        for person, mine in flat.items():
            kept = self.people[person]
            kept.several += 1
            kept.flat += mine
            if len(flat) > 1:
                kept.beside += 1
                kept.others_flat += (total - mine) / (len(flat) - 1)

    def check(self, person: int, *, right: int, asked: int) -> None:
        """Counts a person's answers to hidden checks, of somebody too who has labelled nothing yet."""
        self.people[person].right += right
        self.people[person].asked += asked

    def figures(self) -> dict[int, dict[str, Any]]:
        """Person → every figure, as JSON. A value is null exactly where its ``reason`` says why."""
        trust = {name: reliability(*scores.flat()) for name, scores in self.scores.items()}
        return {pk: self._person(pk, self.people[pk], trust) for pk in sorted(self.people)}

    def standings_of(self, pk: int) -> dict[str, Standing]:
        """Series → the person beside the others, where they answered."""
        return {name: each[pk] for name, each in self.standings.items() if pk in each}

    def _person(self, pk: int, person: Person, trust: Mapping[str, Mapping[Any, Estimate]]) -> dict[str, Any]:
        mine = self.standings_of(pk)
        found = {name: each[pk] for name, each in trust.items() if pk in each}
        run, chance = alike_in_a_row(person.row(), DRAWS)
        others = person.others_flat / person.beside if person.beside else None
        return {
            "annotations": person.annotations,
            "agreement": as_json(agreement_of(mine.values())),
            "severity": as_json(severity_of(mine, self.series)),
            "reliability": as_json(mean_reliability(found.values()), reasons.NO_SCALES)
            | {"thinned": any(scores.thinned for scores in self.scores.values())},
            "gold": as_json(gold_score(person.right, person.asked)),
            "position": as_json(position_bias(person.first, person.chosen), reasons.NO_CHOICES),
            "straight": as_json(share_of(person.flat, person.several), reasons.NO_AXES)
            | {
                "others": others,
                "beside": person.beside,
                "run": run,
                "chance": chance,
                "row": min(len(person.made), ROW),
            },
            "speed": as_json(speed_of(person.speeds)),
            "series": {
                name: standing.as_dict()
                | {
                    "reliability": as_json(found[name]) if name in found else None,
                    "distribution": self._distribution(name, person.values.get(name, Counter())),
                }
                for name, standing in mine.items()
            },
            "periods": [person.periods[start].as_dict(start) for start in sorted(person.periods)],
        }

    def distribution(self) -> dict[str, list[list[Any]]]:
        """Series → how often everybody together gave each value."""
        total: dict[str, Counter[Any]] = defaultdict(Counter)
        for person in self.people.values():
            for name, counts in person.values.items():
                total[name].update(counts)
        return {name: self._distribution(name, counts) for name, counts in total.items()}

    def _distribution(self, name: str, counts: Counter[Any]) -> list[list[Any]]:
        """[value, count] in the scale's order, declared values at 0, then what was not declared."""
        declared = list(self.series[name].values or ())
        rest = sorted((value for value in counts if value not in declared), key=str)
        return [[value, counts[value]] for value in [*declared, *rest]]


def agreement_of(standings: Iterable[Standing]) -> Estimate:
    """Mean likeness with others over all series; ``of``: pairs of answers."""
    standings = list(standings)
    pairs = sum(each.pairs for each in standings)
    if not pairs:
        return Estimate(None, reasons.ALONE, None, None, 0)
    return Estimate(sum(each.alike for each in standings) / pairs, None, None, None, pairs)


def severity_of(standings: Mapping[str, Standing], series: Mapping[str, Series]) -> Estimate:
    """Mean distance from the others over all scales, in parts of each one's length; ``of``: answers."""
    scales = [(each, length_of(series[name])) for name, each in standings.items() if is_scale(series[name])]
    shared = sum(each.shared for each, length in scales)
    if not shared:
        return Estimate(None, reasons.ALONE if scales else reasons.NO_SCALES, None, None, 0)
    return Estimate(
        sum(each.difference / length for each, length in scales if length) / shared, None, None, None, shared
    )


def speed_of(speeds: Counter[int]) -> Estimate:
    """The middle of the durations in milliseconds, and between what bounds the middle half of them lies."""
    if not speeds:
        return Estimate(None, reasons.NO_TIMES, None, None, 0)
    low, middle, high = (_quantile(speeds, share) for share in (0.25, 0.5, 0.75))
    return Estimate(middle, None, low, high, speeds.total())


def _quantile(speeds: Counter[int], share: float) -> int:
    seen, wanted = 0, speeds.total() * share
    for step in sorted(speeds):
        seen += speeds[step]
        if seen >= wanted:
            return step * SPEED_STEP + SPEED_STEP // 2
    raise ValueError("no durations")


def as_json(found: Estimate, nothing: str = "") -> dict[str, Any]:
    """``{"value", "reason", "low", "high", "of"}``; ``nothing`` is why there is nothing that it could be over."""
    reason = nothing if nothing and found.reason == reasons.NO_ANSWERS else found.reason
    return {"value": found.value, "reason": reason, "low": found.low, "high": found.high, "of": found.of}
