"""What people said about one unit, summed up without judging it. ``values`` hold one value a person, None for none."""

from collections import Counter
from collections.abc import Sequence
from math import fsum
from statistics import median_high, median_low
from typing import Any, Literal

from projects.measures.units import TIE, Tie
from projects.measures.values import Value, are_numbers, frozen, in_order


def majority(values: Sequence[Any]) -> Value | Literal[Tie.TIE] | None:
    """The most frequent value, TIE if two are, None if there is none. Sets of labels count as wholes (frozensets)."""
    counts = Counter(_given(values)).most_common(2)
    if not counts:
        return None
    return TIE if len(counts) == 2 and counts[0][1] == counts[1][1] else counts[0][0]


def mean(values: Sequence[Any]) -> float | None:
    """Of numbers; None if there are none. Raises ValueError for other values."""
    given = _given(values)
    if not are_numbers(given):
        raise ValueError(f"not numbers: {given}")
    return fsum(given) / len(given) if given else None  # type: ignore[arg-type]


def median(values: Sequence[Any], scale: Sequence[Any] | None = None) -> float | Value | Literal[Tie.TIE] | None:
    """The middle answer. Between two different middle ones: their mean if they are numbers, otherwise TIE.

    Other values than numbers are ordered by ``scale``; raises ValueError for one that is not on it.
    """
    given = _given(values)
    if not given:
        return None
    ordered, known = in_order(set(given), scale)
    if not known:
        raise ValueError(f"no declared order: {given}")
    places = [ordered.index(value) for value in given]
    low, high = ordered[median_low(places)], ordered[median_high(places)]
    if are_numbers((low, high)):
        return (float(low) + float(high)) / 2  # type: ignore[arg-type]
    return low if low == high else TIE


def distribution(values: Sequence[Any], scale: Sequence[Any] | None = None) -> dict[Any, int]:
    """How often each value was given, in the scale's order, points that nobody chose at 0.

    For sets of labels: how often each label was chosen.
    """
    counts: Counter[Value] = Counter()
    for value in _given(values):
        counts.update(value if isinstance(value, frozenset) else (value,))
    for point in scale or ():
        counts.setdefault(point, 0)
    return {value: counts[value] for value in in_order(counts, scale)[0]}


def soft_labels(values: Sequence[Any], scale: Sequence[Any] | None = None) -> dict[Any, float]:
    """The share of people who gave each value, as ``distribution`` orders them; empty without answers.

    The shares add up to 1, except for sets of labels: there each is the share of people who chose the label.
    """
    people = len(_given(values))
    return {value: count / people for value, count in distribution(values, scale).items()} if people else {}


def _given(values: Sequence[Any]) -> list[Value]:
    return [given for value in values if (given := frozen(value)) is not None]
