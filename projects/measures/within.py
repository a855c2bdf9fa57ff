"""How far apart the answers to one unit are: for routing, the order of disputes and rules of agreement.

Nothing here is corrected for chance. Alpha belongs to a question over a set and can't say anything about one unit.
"""

from collections.abc import Callable, Sequence
from typing import Any, Protocol

import numpy as np
from rapidfuzz.distance import Levenshtein
from rapidfuzz.process import cdist

from projects.measures.segments import segment_distances
from projects.measures.spans import span_distances
from projects.measures.table import Floats
from projects.measures.values import are_numbers, frozen


class Within(Protocol):
    """Distances of answers inside one unit, 0 (the same) to 1 (as different as can be)."""

    def distances(self, values: Sequence[Any], scale: Sequence[Any] | None) -> Floats:
        """(v, v) for different values; raises ValueError for values that can't be on such a scale."""

    def disagreement(self, counts: Floats, distances: Floats, options: int | None) -> float:
        """0..1 from how many gave each value (v,), their distances, and the number of values on the scale."""


def mean_distance(counts: Floats, distances: Floats) -> float:
    """Mean over all pairs of answers. ``counts`` (v,) sums to 2 or more."""
    answers = counts.sum()
    return float(counts @ distances @ counts / (answers * (answers - 1)))


class Nominal:
    """Equal or not."""

    def distances(self, values: Sequence[Any], scale: Sequence[Any] | None) -> Floats:
        return np.asarray(1.0 - np.eye(len(values)))

    def disagreement(self, counts: Floats, distances: Floats, options: int | None) -> float:
        """Entropy divided by the largest that so many answers over so many options could have."""
        answers = int(counts.sum())
        bins = answers if options is None else min(answers, max(options, counts.size))
        shares = counts / answers
        entropy = -float(np.sum(shares * np.log(shares)))
        return min(1.0, max(0.0, entropy / np.log(bins))) if bins > 1 else 0.0


class Points:
    """Points of a scale. ``by_place``: the distance of two neighbours is the same, whatever numbers they carry."""

    def __init__(self, *, by_place: bool) -> None:
        self.by_place = by_place

    def distances(self, values: Sequence[Any], scale: Sequence[Any] | None) -> Floats:
        if not scale:
            raise ValueError("the distance of two points needs the declared scale")
        points = [frozen(point) for point in scale]
        if self.by_place and all(value in points for value in values):
            at = np.array([points.index(value) for value in values], dtype=float)
            length = float(len(points) - 1)
        elif are_numbers(points) and are_numbers(values):
            low, high = float(min(points)), float(max(points))  # type: ignore[type-var, arg-type]
            at, length = np.array(values, dtype=float), high - low
            if at.min() < low or at.max() > high:
                raise ValueError(f"not on the scale from {low:g} to {high:g}: {list(values)}")
        else:
            raise ValueError(f"not on the declared scale: {list(values)}")
        return np.asarray(np.abs(at[:, None] - at) / length) if length else np.zeros((len(values), len(values)))

    def disagreement(self, counts: Floats, distances: Floats, options: int | None) -> float:
        """The part of the scale between the lowest and the highest answer."""
        return float(distances.max())


class Sets:
    """Sets of labels, by MASI or another distance of sets."""

    def __init__(self, apart: Callable[[Sequence[frozenset[Any]]], Floats]) -> None:
        self.apart = apart

    def distances(self, values: Sequence[Any], scale: Sequence[Any] | None) -> Floats:
        if not all(isinstance(value, frozenset) for value in values):
            raise ValueError(f"not sets of labels: {list(values)}")
        return self.apart(values)

    def disagreement(self, counts: Floats, distances: Floats, options: int | None) -> float:
        """Mean distance of two answers."""
        return mean_distance(counts, distances)


class Texts:
    """Texts, by edit distance."""

    def distances(self, values: Sequence[Any], scale: Sequence[Any] | None) -> Floats:
        if not all(isinstance(value, str) for value in values):
            raise ValueError(f"not texts: {list(values)}")
        return edit_distances(values)

    def disagreement(self, counts: Floats, distances: Floats, options: int | None) -> float:
        """Mean distance of two answers."""
        return mean_distance(counts, distances)


class Parts:
    """Segments of time or spans of text, by those that match."""

    def __init__(self, apart: Callable[[Sequence[str]], Floats]) -> None:
        self.apart = apart

    def distances(self, values: Sequence[Any], scale: Sequence[Any] | None) -> Floats:
        if not all(isinstance(value, str) for value in values):
            raise ValueError(f"not parts of something: {list(values)}")
        return self.apart(values)

    def disagreement(self, counts: Floats, distances: Floats, options: int | None) -> float:
        """Mean distance of two answers."""
        return mean_distance(counts, distances)


def masi(sets: Sequence[frozenset[Any]], start: int = 0, stop: int | None = None) -> Floats:
    """(v, v) distances, or its rows from ``start`` to ``stop``: 1 - J·M (Passonneau 2006).

    J is Jaccard's index; M is 1 for equal sets, 2/3 where one holds the other, 1/3 where they overlap otherwise and 0
    where they don't. Two empty sets are equal.
    """
    both, either, smaller = _overlap(sets, start, stop)
    monotonic = np.where(both == either, 1.0, np.where(both == smaller, 2 / 3, 1 / 3))
    return np.asarray(1.0 - _index(both, either) * monotonic)


def jaccard(sets: Sequence[frozenset[Any]], start: int = 0, stop: int | None = None) -> Floats:
    """As ``masi``, without M."""
    both, either, _ = _overlap(sets, start, stop)
    return np.asarray(1.0 - _index(both, either))


def _index(both: Floats, either: Floats) -> Floats:
    return np.where(either > 0, both / np.maximum(either, 1.0), 1.0)


def _overlap(sets: Sequence[frozenset[Any]], start: int, stop: int | None) -> tuple[Floats, Floats, Floats]:
    """Labels in both of two sets, in either, and in the smaller of them."""
    labels = {label: place for place, label in enumerate(frozenset().union(*sets))}
    member = np.zeros((len(sets), len(labels)))
    for row, one in enumerate(sets):
        member[row, [labels[label] for label in one]] = 1.0
    sizes = member.sum(axis=1)
    rows, row_sizes = member[start:stop], sizes[start:stop, None]
    both = rows @ member.T
    return both, row_sizes + sizes - both, np.minimum(row_sizes, sizes)


def edit_distances(texts: Sequence[str]) -> Floats:
    """(v, v): insertions, deletions and substitutions of code points, over the length of the longer text."""
    return np.asarray(cdist(texts, texts, scorer=Levenshtein.normalized_distance, dtype=np.float64))


NOMINAL = Nominal()
PLACES = Points(by_place=True)
NUMBERS = Points(by_place=False)
SETS = Sets(masi)
SETS_IN_COMMON = Sets(jaccard)
TEXTS = Texts()
SEGMENTS = Parts(segment_distances)
SPANS = Parts(span_distances)
