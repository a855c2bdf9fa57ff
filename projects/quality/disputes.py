"""Where disputes come from: by question, by the two answers that stand against each other, by metadata, by source.

A sample is disputed here as routing sees it: the spread of its answers to one question at least (``disagreement`` of a
unit, the widest of the question's) is above what the project's policy allows. Remarks are left out, as they are there.
Only samples with two annotations or more are counted: no other can be disputed.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from itertools import combinations
from typing import Any, Final

import numpy as np

from projects.measures import disagreement
from projects.measures.table import Floats
from projects.quality.portion import Answers, Portion, Units
from projects.quality.stream import Answered
from projects.schema import Interface

# Of metadata with more different values only the first so many are kept apart; the rest is counted together.
MOST_VALUES: Final = 50
MOST_KEYS: Final = 30
MOST_PAIRS: Final = 100
LONGEST: Final = 80  # characters of a value; longer texts tell samples apart, and not kinds of samples
OTHERS: Final = "(others)"
_TOLERANCE: Final = 1e-9
_REMEMBERED: Final = 50_000


class Disputes:
    """Counts; what they hold grows with different values, up to the limits above, and not with samples."""

    def __init__(self, interface: Interface, min_agreement: float) -> None:
        self.limit = 1 - min_agreement + _TOLERANCE
        self.series = {series.name: series for series in interface.series()}
        asked = [question.name for question in interface.questions if not question.is_remark]
        self.places = {name: place for place, name in enumerate(asked)}
        self.samples = self.disputed = 0
        self.questions: dict[str, list[float]] = defaultdict(lambda: [0, 0, 0.0])
        self.pairs: dict[str, Counter[tuple[Any, Any]]] = defaultdict(Counter)
        self.compared: Counter[str] = Counter()
        self.groups: dict[str, dict[str, list[int]]] = {}
        self._spreads: dict[str, dict[tuple[int, ...], float]] = defaultdict(dict)

    def take(self, portion: Portion) -> None:
        """The samples of one portion."""
        # (samples, questions) the widest spread, below 0 where there is none.
        widest = np.full((len(portion.samples), len(self.places)), -1.0)
        for name, answers in portion.answers.items():
            question = self.series[name].question
            if question not in self.places:
                continue
            for units in answers.units:
                if units.sheet.shape[1] > 1:
                    column = widest[:, self.places[question]]
                    np.maximum.at(column, portion.sample_of[units.unit], self._spreads_of(name, answers, units))
                    if not answers.asked.text:
                        self._against(name, answers, units)
        known = widest >= 0
        disputed: list[bool] = np.any(widest > self.limit, axis=1).tolist()
        for question, at in self.places.items():
            if known[:, at].any():
                counts, spreads = self.questions[question], widest[known[:, at], at]
                counts[0] += spreads.size
                counts[1] += int((spreads > self.limit).sum())
                counts[2] += float(spreads.sum())
        for sample, is_disputed in zip(portion.samples, disputed, strict=True):
            if len(sample.given) > 1:
                self.samples += 1
                self.disputed += is_disputed
                for group, value in _kinds(sample):
                    self._count(group, value, is_disputed)

    def _spreads_of(self, name: str, answers: Answers, units: Units) -> Floats:
        """(units,) how far apart the answers to each are; 0 where that is undefined."""
        if answers.asked.text:
            return np.array([self._apart(name, [answers.texts[code] for code in row]) for row in units.code.tolist()])
        values, known = answers.asked.values, self._spreads[name]
        found = []
        for pattern in units.patterns.tolist():
            key = tuple(pattern)
            if key not in known:
                if len(known) >= _REMEMBERED:
                    known.clear()
                known[key] = self._apart(name, [values[code] for code in pattern])
            found.append(known[key])
        return np.array(found)[units.pattern]

    def _apart(self, name: str, values: list[Any]) -> float:
        series = self.series[name]
        return disagreement(series.coefficient, values, series.values) or 0.0

    def _against(self, name: str, answers: Answers, units: Units) -> None:
        people, values, known = units.sheet.shape[1], answers.asked.values, self.pairs[name]
        self.compared[name] += people * (people - 1) // 2 * units.unit.size
        for pattern, units_of_it in zip(units.patterns.tolist(), np.bincount(units.pattern).tolist(), strict=True):
            counts = sorted(Counter(pattern).items(), key=lambda each: repr(values[each[0]]))
            for (one, times), (other, more) in combinations(counts, 2):
                pair = (values[one], values[other])
                if pair in known or len(known) < _REMEMBERED:
                    known[pair] += times * more * units_of_it

    def _count(self, group: str, value: str, disputed: bool) -> None:
        if group not in self.groups and len(self.groups) >= MOST_KEYS:
            return
        values = self.groups.setdefault(group, {})
        if value not in values and len(values) >= MOST_VALUES:
            value = OTHERS
        counts = values.setdefault(value, [0, 0])
        counts[0] += 1
        counts[1] += disputed

    def as_dict(self) -> dict[str, Any]:
        """``questions``, ``pairs`` (the most frequent), ``groups``: tables of rows, those with most disputes first."""
        return {
            "samples": self.samples,
            "disputed": self.disputed,
            "questions": [
                {
                    "question": name,
                    "samples": int(counts[0]),
                    "disputed": int(counts[1]),
                    "spread": counts[2] / counts[0],
                }
                for name, counts in sorted(self.questions.items(), key=lambda each: (-each[1][1] / each[1][0], each[0]))
            ],
            "pairs": self._pairs(),
            "groups": [
                {"group": group, "value": value, "samples": samples, "disputed": disputed}
                for group, values in self.groups.items()
                if len(values) > 1 and len(values) <= max(2, self.samples // 2)
                for value, (samples, disputed) in sorted(
                    values.items(), key=lambda each: (-each[1][1] / each[1][0], -each[1][0], each[0])
                )
            ],
        }

    def _pairs(self) -> list[dict[str, Any]]:
        rows = [
            {
                "series": name,
                "one": _plain(one),
                "other": _plain(other),
                "times": times,
                "share": times / self.compared[name],
            }
            for name, counts in self.pairs.items()
            for (one, other), times in counts.items()
        ]
        return sorted(rows, key=lambda row: (-row["times"], row["series"], repr(row["one"]), repr(row["other"])))[
            :MOST_PAIRS
        ]


def _kinds(sample: Answered) -> Iterable[tuple[str, str]]:
    """Of which kinds a sample is: short values of its metadata, and where it comes from."""
    for key, value in sample.metadata.items():
        if isinstance(value, str | int | float) and 0 < len(str(value)) <= LONGEST:
            yield f"metadata.{key}"[:LONGEST], str(value)
    for group, told in (("source", sample.source), ("origin", sample.origin), ("model", sample.model)):
        if told and len(told) <= LONGEST:
            yield group, told


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value
