"""Each person beside the others, taken in sample by sample: how much they answered, how severe, how much like others.

Severity of a person on a scale is the mean, over the units that somebody else answered too, of their value less the
mean of the others' values; undefined where no unit is shared. Agreement with others is the mean over all pairs of one
of their answers with somebody else's to the same unit of how alike the two are: 1 the same, 0 as far apart as can be
(``measures.disagreement`` of the two). It is not corrected for chance. Free texts are left out of it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from projects.measures import coefficient, disagreement
from projects.schema import Series


def is_text(series: Series) -> bool:
    """Free text: no values to count, compared by edits."""
    return coefficient(series.coefficient).digest is not None


def is_scale(series: Series) -> bool:
    """Numbers that can be averaged."""
    return series.values is not None and all(isinstance(value, int) for value in series.values)


@dataclass(slots=True)
class Standing:
    """One person in one series. Sums, so that memory does not grow with the samples."""

    answers: int = 0
    shared: int = 0
    difference: float = 0.0
    pairs: int = 0
    alike: float = 0.0

    def as_dict(self) -> dict[str, Any]:
        """``severity`` in points of the scale and ``agreement`` 0..1, null where undefined; counts beside them."""
        return {
            "answers": self.answers,
            "shared": self.shared,
            "severity": self.difference / self.shared if self.shared else None,
            "pairs": self.pairs,
            "agreement": self.alike / self.pairs if self.pairs else None,
        }


@dataclass(slots=True)
class Standings:
    """Everybody in one series."""

    series: Series
    people: dict[int, Standing] = field(default_factory=dict)
    _alike: dict[tuple[Any, Any], float] = field(default_factory=dict)

    def add_unit(self, values: Mapping[int, Any]) -> None:
        """One unit, person → value."""
        for person in values:
            self.people.setdefault(person, Standing()).answers += 1
        if len(values) < 2 or is_text(self.series):
            return
        counts: dict[Any, int] = {}
        for value in values.values():
            counts[value] = counts.get(value, 0) + 1
        total = sum(values.values()) if is_scale(self.series) else None
        others = len(values) - 1
        for person, value in values.items():
            standing = self.people[person]
            standing.shared += 1
            if total is not None:
                standing.difference += value - (total - value) / others
            standing.pairs += others
            same = counts[value] - 1
            standing.alike += same + sum(
                times * self._likeness(value, other) for other, times in counts.items() if other != value
            )

    def _likeness(self, one: Any, other: Any) -> float:
        found = self._alike.get((one, other))
        if found is None:
            apart = disagreement(self.series.coefficient, [one, other], self.series.values)
            found = self._alike[(one, other)] = 1.0 - (apart or 0.0)
        return found
