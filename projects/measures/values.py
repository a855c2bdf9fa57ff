"""What an answer's value may be, and how values are put in order."""

from collections.abc import Hashable, Iterable, Sequence
from itertools import pairwise
from typing import Any

Value = Hashable


def frozen(value: Any) -> Value | None:
    """The value as it is counted: a set of labels as a frozenset, NumPy's scalars as Python's, NaN as missing (None).

    Raises TypeError for what can't be compared (a dict, a list of lists).
    """
    if isinstance(value, str | int):
        return value
    if isinstance(value, list | tuple | set | frozenset):
        return frozenset(value)
    if hasattr(value, "item") and hasattr(value, "dtype"):
        value = value.item()
    if isinstance(value, float) and value != value:
        return None
    hash(value)
    return value  # type: ignore[no-any-return]


def is_number(value: object) -> bool:
    return isinstance(value, int | float)


def are_numbers(values: Iterable[object]) -> bool:
    return all(is_number(value) for value in values)


def _fallback(value: Any) -> tuple[int, float, str]:
    """Any values side by side in an order of their own: it only makes figures repeatable, and means nothing."""
    if is_number(value):
        return (0, float(value), "")
    if isinstance(value, str):
        return (1, 0.0, value)
    if isinstance(value, frozenset):
        return (2, 0.0, repr(sorted(map(str, value))))
    return (3, 0.0, repr(value))


def in_order(values: Iterable[Value], declared: Sequence[Any] | None) -> tuple[list[Value], bool]:
    """The values, in the scale's order where there is one, and whether there is one.

    Numbers go by size, unless the scale was declared in an order that is not by size. Everything else goes by its
    place in the declaration and never as text: "10" does not stand between "1" and "2".
    """
    values = list(values)
    points = None if declared is None else [frozen(point) for point in declared]
    if are_numbers(values) and (points is None or _by_size(points)):
        falling = points is not None and len(points) > 1 and points[0] > points[-1]  # type: ignore[operator]
        return sorted(values, key=float, reverse=falling), True  # type: ignore[arg-type]
    places = {point: place for place, point in enumerate(points or ())}
    known = all(value in places for value in values)
    return sorted(values, key=lambda value: (places.get(value, len(places)), _fallback(value))), known


def _by_size(points: Sequence[Any]) -> bool:
    if not are_numbers(points):
        return False
    steps = list(pairwise(points))
    return all(a < b for a, b in steps) or all(a > b for a, b in steps)
