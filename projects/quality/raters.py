"""Each person beside the others, taken in sample by sample: how much they answered, how severe, how much like others.

Severity of a person on a scale is the mean, over the units that somebody else answered too, of their value less the
mean of the others' values; undefined where no unit is shared. Agreement with others is the mean over all pairs of one
of their answers with somebody else's to the same unit of how alike the two are: 1 the same, 0 as far apart as can be
(``measures.disagreement`` of the two). It is not corrected for chance. Free texts are left out of it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

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


class Beside(NamedTuple):
    """One answer beside the others to its unit: how many others, the sum of their likenesses, and the value less their
    mean (None off a scale)."""

    person: int
    pairs: int
    alike: float
    difference: float | None


@dataclass(slots=True)
class Standing:
    """One person in one series. Sums, so that memory does not grow with the samples."""

    answers: int = 0
    shared: int = 0
    difference: float = 0.0
    pairs: int = 0
    alike: float = 0.0

    def add(self, one: Beside) -> None:
        self.shared += 1
        self.difference += one.difference or 0.0
        self.pairs += one.pairs
        self.alike += one.alike

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


def beside(scale: bool, likenesses: Likenesses, values: Mapping[int, Any]) -> Iterator[Beside]:
    """Each answer to a unit (person → value, two or more) beside the others; ``scale``: the values can be averaged."""
    counts: dict[Any, int] = {}
    for value in values.values():
        counts[value] = counts.get(value, 0) + 1
    total = sum(values.values()) if scale else 0
    others = len(values) - 1
    # People who say the same are as much like the others.
    alike = {
        value: float(times - 1)
        + sum(more * likenesses.of(value, other) for other, more in counts.items() if other != value)
        for value, times in counts.items()
    }
    for person, value in values.items():
        yield Beside(person, others, alike[value], value - (total - value) / others if scale else None)
