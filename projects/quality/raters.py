"""Each person beside the others: how much they answered, how severe they are, how much like others.

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


def length_of(series: Series) -> float:
    """From one end of a scale to the other."""
    values = series.values or (0,)
    return float(max(values) - min(values))


@dataclass(slots=True)
class Standing:
    """One person in one series, as sums."""

    answers: int = 0
    shared: int = 0
    difference: float = 0.0
    pairs: int = 0
    alike: float = 0.0

    @classmethod
    def of(cls, sums: Mapping[str, float]) -> "Standing":
        """From numbers of these names."""
        counts = {name: int(sums[name]) for name in ("answers", "shared", "pairs")}
        return cls(**counts, difference=sums["difference"], alike=sums["alike"])

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
class Likenesses:
    """How alike two values of a series are, 0..1, computed once."""

    series: Series
    _known: dict[tuple[Any, Any], float] = field(default_factory=dict)

    def of(self, one: Any, other: Any) -> float:
        if one == other:
            return 1.0
        found = self._known.get((one, other))
        if found is None:
            apart = disagreement(self.series.coefficient, [one, other], self.series.values)
            found = self._known[(one, other)] = self._known[(other, one)] = 1.0 - (apart or 0.0)
        return found
