"""Everybody of a project, one person at a time: all figures of a person's page, from one pass over the samples.

There are two crowds: one over all samples, for those who decide, and one over closed samples, for people's own pages:
how like the others somebody answered would tell what these said about a sample that is still open.

``docs/measures.md`` says what the figures are. What is kept of a person does not grow with what they did: sums, counts
by value, speeds in steps, the newest annotations as one number each. Correlations need the scores themselves: of each
scale at most ``MOST_SCORES`` are kept, of whole units (thinned.py).
"""

from array import array
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

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
from projects.measures.table import Ints
from projects.quality.portion import SPEED_STEP, Answers, Portion, Reader
from projects.quality.raters import Standing, is_scale, length_of
from projects.quality.sums import Sums, counted
from projects.quality.thinned import Scores
from projects.schema import Series

MOST_SCORES: Final = 30_000
ROW: Final = 500  # newest annotations that are looked at for alike ones in a row
DRAWS: Final = 199
# A person and a small number (a value, a speed) as one number.
_ROOM: Final = 1 << 32


class Newest:
    """The newest annotations of a person, each as a number that says what it says, in whatever order they come."""

    def __init__(self) -> None:
        self.made: array[int] = array("q")
        self.codes: array[int] = array("q")

    def remember(self, number: int, code: int) -> None:
        """One annotation: its own number, and what it says as one."""
        self.made.append(number)
        self.codes.append(code)
        if len(self.made) >= 2 * ROW:
            newest = sorted(zip(self.made, self.codes, strict=True))[-ROW:]
            self.made = array("q", (number for number, _ in newest))
            self.codes = array("q", (code for _, code in newest))

    def row(self) -> list[int]:
        """What they say, in the order they were made."""
        return [code for _, code in sorted(zip(self.made, self.codes, strict=True))[-ROW:]]


class Crowd:
    """Takes in samples a portion at a time; ``figures`` says what they come to. People are known by the reader's
    numbers. ``closed``: of closed samples alone."""

    def __init__(self, reader: Reader, *, closed: bool = False) -> None:
        self.reader = reader
        self.closed = closed
        self.series = {name: asked.series for name, asked in reader.asked.items()}
        # Beside: annotations of samples on which others rated on several scales too, and the shares of these added up
        # who gave one value throughout.
        self.sheets = Sums(
            *("annotations", "asked", "right", "chosen", "first", "several", "flat", "beside", "others_flat")
        )
        self.standings = {name: Sums("answers", "shared", "difference", "pairs", "alike") for name in self.series}
        self.periods = Sums("annotations", "pairs", "alike", "shared", "severity")
        self.values: dict[str, Counter[int]] = {name: Counter() for name in self.series}
        self.speeds: Counter[int] = Counter()
        self.newest: dict[int, Newest] = defaultdict(Newest)
        self.scores = {name: Scores(MOST_SCORES) for name, asked in reader.asked.items() if asked.scale}

    def take(self, portion: Portion) -> None:
        """The samples of one portion."""
        chosen = portion.final if self.closed else np.ones(portion.people.size, dtype=bool)
        if not chosen.any():
            return
        self._sheets(portion, np.flatnonzero(chosen))
        for name, answers in portion.answers.items():
            self._answers(name, answers, portion, chosen)

    def _sheets(self, portion: Portion, sheets: Ints) -> None:
        people = portion.people[sheets]
        known = {name: portion.sheets(name)[sheets] for name in ("asked", "right", "chosen", "first")}
        self.sheets.add(people, annotations=1, **known)
        self.periods.add(portion.sheets("period")[sheets], annotations=1)
        speed = portion.sheets("speed")[sheets]
        self.speeds.update(counted((people * _ROOM + speed)[speed >= 0]))
        numbers, codes = portion.sheets("number")[sheets], portion.sheets("code")[sheets]
        for person, number, code in zip(people.tolist(), numbers.tolist(), codes.tolist(), strict=True):
            self.newest[person].remember(number, code)
        several, flat = (each[sheets] for each in portion.flat)
        people, flat, sample = people[several], flat[several], portion.sheets("sample")[sheets][several]
        raters, alike = np.bincount(sample), np.bincount(sample, flat)
        self.sheets.add(people, several=1, flat=flat)
        beside = raters[sample] > 1
        people, flat, sample = people[beside], flat[beside], sample[beside]
        self.sheets.add(people, beside=1, others_flat=(alike[sample] - flat) / (raters[sample] - 1))

    def _answers(self, name: str, answers: Answers, portion: Portion, chosen: NDArray[np.bool_]) -> None:
        standings, asked = self.standings[name], answers.asked
        for units in answers.units:
            sheets, codes = units.sheet.ravel(), units.code.ravel()
            kept = chosen[sheets]
            people = portion.people[sheets[kept]]
            standings.add(people, answers=1)
            if not asked.text:
                self.values[name].update(counted(people * _ROOM + codes[kept]))
        found = answers.beside
        if found is not None:
            kept = chosen[found.sheet]
            sheets, alike = found.sheet[kept], found.alike[kept]
            people, period, others = portion.people[sheets], portion.sheets("period")[sheets], found.others[kept]
            standings.add(people, shared=1, pairs=others, alike=alike)
            self.periods.add(period, pairs=others, alike=alike)
            if found.apart is not None:
                apart = found.apart[kept]
                standings.add(people, difference=apart)
                if asked.length:
                    self.periods.add(period, shared=1, severity=apart / asked.length)
        if name in self.scores:
            self._scores(self.scores[name], answers, portion, chosen)

    def _scores(self, scores: Scores, answers: Answers, portion: Portion, chosen: NDArray[np.bool_]) -> None:
        names, people, values = portion.names, self.reader.people, answers.asked.values
        for units in answers.units:
            if units.sheet.shape[1] > 1:
                kept = chosen[units.sheet[:, 0]] & (portion.marks[units.unit] & scores.mask == 0)
                who = portion.people[units.sheet[kept]].tolist()
                for unit, numbers, codes in zip(units.unit[kept].tolist(), who, units.code[kept].tolist(), strict=True):
                    given = {people[number]: values[code] for number, code in zip(numbers, codes, strict=True)}
                    scores.add(names[unit], given)

    def check(self, pk: int, *, right: int, asked: int) -> None:
        """Counts a person's answers to hidden checks, of somebody too who has labelled nothing yet."""
        self.sheets.add(np.array([self.reader.person(pk)]), right=right, asked=asked)

    def checks_of(self, pk: int) -> tuple[int, int]:
        """How many known answers a person gave rightly, and how many they were asked for."""
        found = self.sheets[self.reader.person(pk)]
        return int(found["right"]), int(found["asked"])

    def figures(self) -> dict[int, dict[str, Any]]:
        """Person's id → every figure, as JSON. A value is null exactly where its ``reason`` says why."""
        trust = {name: reliability(*scores.flat()) for name, scores in self.scores.items()}
        numbers = {pk: number for number, pk in enumerate(self.reader.people)}
        known = {pk: found for pk in sorted(numbers) if any((found := self.sheets[numbers[pk]]).values())}
        values = {name: _by_person(counts) for name, counts in self.values.items()}
        speeds, periods = _by_person(self.speeds), self._periods()
        return {
            pk: self._person(pk, sheets, trust)
            | {
                "speed": as_json(speed_of(speeds.get(numbers[pk], Counter()))),
                "series": {
                    name: standing.as_dict()
                    | {
                        "reliability": as_json(trust[name][pk]) if pk in trust.get(name, ()) else None,
                        "distribution": self._distribution(name, values[name].get(numbers[pk], {})),
                    }
                    for name, standing in self.standings_of(pk).items()
                },
                "periods": periods.get(numbers[pk], []),
            }
            for pk, sheets in known.items()
        }

    def standings_of(self, pk: int) -> dict[str, Standing]:
        """Series → the person beside the others, where they answered."""
        person = self.reader.person(pk)
        found = {name: sums[person] for name, sums in self.standings.items()}
        return {name: Standing.of(sums) for name, sums in found.items() if sums["answers"]}

    def _person(
        self, pk: int, sheets: Mapping[str, float], trust: Mapping[str, Mapping[Any, Estimate]]
    ) -> dict[str, Any]:
        mine = self.standings_of(pk)
        found = [each[pk] for each in trust.values() if pk in each]
        newest = self.newest.get(self.reader.person(pk), Newest())
        run, chance = alike_in_a_row(newest.row(), DRAWS)
        count = {name: int(number) for name, number in sheets.items()}
        others = sheets["others_flat"] / count["beside"] if count["beside"] else None
        return {
            "annotations": count["annotations"],
            "agreement": as_json(agreement_of(mine.values())),
            "severity": as_json(severity_of(mine, self.series)),
            "reliability": as_json(mean_reliability(found), reasons.NO_SCALES)
            | {"thinned": any(scores.thinned for scores in self.scores.values())},
            "gold": as_json(gold_score(count["right"], count["asked"])),
            "position": as_json(position_bias(count["first"], count["chosen"]), reasons.NO_CHOICES),
            "straight": as_json(share_of(count["flat"], count["several"]), reasons.NO_AXES)
            | {
                "others": others,
                "beside": count["beside"],
                "run": run,
                "chance": chance,
                "row": min(len(newest.made), ROW),
            },
        }

    def _periods(self) -> dict[int, list[dict[str, Any]]]:
        """By the person's number, in order."""
        found: dict[int, list[dict[str, Any]]] = defaultdict(list)
        for number, (person, start) in sorted(enumerate(self.reader.periods), key=lambda each: each[1][1]):
            sums = self.periods[number]
            if sums["annotations"]:
                pairs, shared = int(sums["pairs"]), int(sums["shared"])
                found[person].append(
                    {
                        "start": start.isoformat(),
                        "annotations": int(sums["annotations"]),
                        "agreement": sums["alike"] / pairs if pairs else None,
                        "pairs": pairs,
                        "severity": sums["severity"] / shared if shared else None,
                        "shared": shared,
                    }
                )
        return found

    def distribution(self) -> dict[str, list[list[Any]]]:
        """Series → how often everybody together gave each value."""
        total: dict[str, Counter[int]] = {}
        for name, counts in self.values.items():
            for key, times in counts.items():
                total.setdefault(name, Counter())[key % _ROOM] += times
        return {name: self._distribution(name, counts) for name, counts in total.items()}

    def _distribution(self, name: str, codes: Mapping[int, int]) -> list[list[Any]]:
        """[value, count] in the scale's order, declared values at 0, then what was not declared. Of sets how often each
        option was chosen."""
        known = self.reader.asked[name].values
        counts: Counter[Any] = Counter()
        for code, times in codes.items():
            value = known[code]
            for one in value if isinstance(value, tuple | frozenset) else (value,):
                counts[one] += times
        declared = list(self.series[name].values or ())
        rest = sorted((value for value in counts if value not in declared), key=str)
        return [[value, counts[value]] for value in [*declared, *rest]]


def _by_person(counts: Mapping[int, int]) -> dict[int, Counter[int]]:
    """Person's number → small number → how often."""
    found: dict[int, Counter[int]] = defaultdict(Counter)
    for key, times in counts.items():
        found[key // _ROOM][key % _ROOM] = times
    return found


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
