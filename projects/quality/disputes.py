"""Where disputes come from: by question, by the two answers that stand against each other, by metadata, by source.

A sample is disputed here as routing sees it: the spread of its answers to one question at least (``disagreement`` of a
unit, the widest of the question's) is above what the project's policy allows. Remarks are left out, as they are there.
Only samples with two annotations or more are counted: no other can be disputed.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from itertools import combinations
from typing import Any, Final

from projects.measures import disagreement
from projects.quality.raters import is_text
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
        self.remarks = {question.name for question in interface.questions if question.is_remark}
        self.samples = self.disputed = 0
        self.questions: dict[str, list[float]] = defaultdict(lambda: [0, 0, 0.0])
        self.pairs: dict[str, Counter[tuple[Any, Any]]] = defaultdict(Counter)
        self.compared: Counter[str] = Counter()
        self.groups: dict[str, dict[str, list[int]]] = {}
        self._spreads: dict[tuple[str, tuple[Any, ...]], float | None] = {}

    def add(self, sample: Answered, units: Mapping[tuple[str, str], Mapping[int, Any]]) -> None:
        """One sample: its units, each person → value."""
        if len(sample.given) < 2:
            return
        spreads: dict[str, float] = {}
        for (name, _), values in units.items():
            series = self.series[name]
            if len(values) < 2 or series.question in self.remarks:
                continue
            spread = self._spread(name, list(values.values()))
            spreads[series.question] = max(spread or 0.0, spreads.get(series.question, 0.0))
            if not is_text(series):
                self._against(name, values.values())
        disputed = any(spread > self.limit for spread in spreads.values())
        self.samples += 1
        self.disputed += disputed
        for question, spread in spreads.items():
            counts = self.questions[question]
            counts[0] += 1
            counts[1] += spread > self.limit
            counts[2] += spread
        for group, value in _kinds(sample):
            self._count(group, value, disputed)

    def _spread(self, name: str, values: list[Any]) -> float | None:
        series = self.series[name]
        if is_text(series):
            return disagreement(series.coefficient, values, series.values)
        key = (name, tuple(sorted(values, key=repr)))
        if key not in self._spreads:
            if len(self._spreads) >= _REMEMBERED:
                self._spreads.clear()
            self._spreads[key] = disagreement(series.coefficient, values, series.values)
        return self._spreads[key]

    def _against(self, name: str, values: Iterable[Any]) -> None:
        counts = sorted(Counter(values).items(), key=lambda each: repr(each[0]))
        people = sum(times for _, times in counts)
        self.compared[name] += people * (people - 1) // 2
        known = self.pairs[name]
        for (one, times), (other, more) in combinations(counts, 2):
            if (one, other) in known or len(known) < _REMEMBERED:
                known[one, other] += times * more

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
