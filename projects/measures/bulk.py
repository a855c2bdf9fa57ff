"""Parallel arrays of ratings turned into patterns without a Python loop over ratings."""

from collections.abc import Hashable, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from projects.measures.table import Block, Ints, grouped
from projects.measures.values import Value, frozen


def blocks_of(
    units: ArrayLike, raters: ArrayLike, answers: ArrayLike
) -> tuple[list[Value], list[Hashable], list[Block]]:
    """The values that occur (a block's codes point into them), the raters, and the patterns.

    Of several answers of one rater to one unit the last counts; a missing one (None, NaN) takes earlier ones back.
    """
    _, unit = coded(units)
    rater_names, rater = coded(raters)
    given = answers if isinstance(answers, np.ndarray) else _array(answers)
    if not unit.shape == rater.shape == given.shape or unit.ndim != 1:
        raise ValueError("units, raters and answers must be of one length")
    last = last_of_each(unit * max(1, len(rater_names)) + rater)
    if last is not None:
        unit, rater, given = unit[last], rater[last], given[last]
    labels, code = coded_answers(given)
    there = code >= 0
    if not there.all():
        unit, rater, code = unit[there], rater[there], code[there]
    people = [rater_names[index] for index in np.flatnonzero(np.bincount(rater, minlength=len(rater_names)))]
    return labels, people, _patterns(unit, code, len(labels))


def blocks_of_table(given: ArrayLike) -> tuple[list[Value], list[int], list[Block]]:
    """As ``blocks_of``, from a table (units, raters) of numbers, NaN where there is none; raters are its columns.

    No unit can come twice, so nothing is sorted: which values a unit holds is one number that adds up over columns.
    """
    table = np.asarray(given)
    if table.ndim != 2 or table.dtype.kind not in "iuf":
        raise ValueError("a table of numbers has one row a unit and one column a rater")
    units, raters = table.shape
    columns = table.T.ravel()
    labels, flat = _points(columns) or coded_answers(columns)
    codes = flat.reshape(raters, units)
    people = [rater for rater in range(raters) if np.any(codes[rater] >= 0)]
    values = len(labels)
    if values and (raters + 1) ** values < 2**62:
        return labels, people, _counted(codes, values)
    there = codes >= 0
    unit = np.broadcast_to(np.arange(units), codes.shape)[there]
    return labels, people, _patterns(unit, codes[there], values)


def _points(numbers: NDArray[Any]) -> tuple[list[Value], Ints] | None:
    """As ``coded_answers``, in few passes, for whole numbers of a short range; None for others."""
    low, high = (np.fmin.reduce(numbers), np.fmax.reduce(numbers)) if numbers.size else (np.nan, np.nan)
    if not high - low < 1000 or abs(low) >= 2**40:  # NaN where there is no answer at all
        return None
    low, span = int(low), int(high) - int(low) + 1
    if numbers.dtype.kind == "f":
        missing, off = np.isnan(numbers), numbers - low
        off[missing] = span
        place = off.astype(np.intp)
        if not np.array_equal(place, off):
            return None
    else:
        place = (numbers - low).astype(np.intp)
    there = np.bincount(place, minlength=span + 1)[:span] > 0
    code = np.append(np.cumsum(there) - 1, -1)
    return [int(point) + low for point in np.flatnonzero(there)], code[place]


def _counted(codes: Ints, values: int) -> list[Block]:
    """Patterns of few values: the counts of each are the digits of a number."""
    raters, units = codes.shape
    digit = (raters + 1) ** np.arange(values + 1, dtype=np.int64)
    digit[-1] = 0  # code -1: no answer
    keys = np.zeros(units, dtype=np.int64)
    for column in codes:
        keys += digit[column]
    if (raters + 1) ** values <= 4 * units + 1024:  # a direct count is cheaper than sorting
        every = np.bincount(keys)
        found = np.flatnonzero(every)
        times = every[found]
    else:
        found, times = np.unique(keys, return_counts=True)
    counts = found[:, None] // digit[:-1] % (raters + 1)
    sizes = counts.sum(axis=1)
    blocks = []
    for size in np.unique(sizes[sizes > 0]):
        here = sizes == size
        rows = np.repeat(np.tile(np.arange(values), int(here.sum())), counts[here].ravel()).reshape(-1, size)
        blocks.append(Block(rows, times[here].astype(np.int64)))
    return blocks


def _patterns(unit: Ints, code: Ints, values: int) -> list[Block]:
    if not unit.size:
        return []
    keys = np.sort(unit * values + code)
    owner, codes = keys // values, keys % values
    starts = np.flatnonzero(np.diff(owner, prepend=-1))
    sizes = np.diff(np.append(starts, owner.size))
    blocks = []
    for size in np.unique(sizes):
        rows = codes[starts[sizes == size, None] + np.arange(size)]
        blocks.append(grouped(rows, np.ones(len(rows), dtype=np.int64), values))
    return blocks


def last_of_each(keys: Ints) -> Ints | None:
    """Where each key occurs for the last time, or None if no key comes twice."""
    if not np.any(np.diff(np.sort(keys)) == 0):
        return None
    _, from_the_end = np.unique(keys[::-1], return_index=True)
    return np.sort(keys.size - 1 - from_the_end)


def coded(given: ArrayLike) -> tuple[list[Any], Ints]:
    """The different names, and for each entry which it is."""
    names = np.asarray(given)
    if names.dtype.kind in "iu" and names.size:
        low = int(names.min())
        if int(names.max()) - low < 4 * names.size:  # counting is cheaper than sorting
            offset = names.astype(np.int64) - low
            there = np.bincount(offset) > 0
            return [int(name) for name in np.flatnonzero(there) + low], (np.cumsum(there) - 1)[offset]
    if names.dtype.kind == "O":  # may hold what has no order
        codes: dict[Any, int] = {}
        index = np.fromiter((codes.setdefault(name, len(codes)) for name in names), np.int64, names.size)
        return list(codes), index
    different, inverse = np.unique(names, return_inverse=True)
    return different.tolist(), inverse.ravel().astype(np.int64)


def coded_answers(answers: ArrayLike | Sequence[Any]) -> tuple[list[Value], Ints]:
    """As ``coded``, with -1 where there is no answer."""
    given = answers if isinstance(answers, np.ndarray) else _array(answers)
    if given.dtype.kind != "O":
        missing = np.isnan(given) if given.dtype.kind == "f" else np.zeros(given.shape, dtype=bool)
        whole = given.dtype.kind == "f" and bool(np.all(missing | (np.abs(given) < 2**40)))
        numbers = np.where(missing, 0, given) if whole else given
        if whole and np.array_equal(numbers, np.rint(numbers)):
            given = numbers.astype(np.int64)
        labels, code = coded(given[~missing])
        filled = np.full(given.shape, -1, dtype=np.int64)
        filled[~missing] = code
        return labels, filled
    codes: dict[Value, int] = {}
    kept = (frozen(value) for value in given)
    found = (-1 if value is None else codes.setdefault(value, len(codes)) for value in kept)
    code = np.fromiter(found, np.int64, given.size)  # first: it fills the codes
    return list(codes), code


def _array(answers: ArrayLike | Sequence[Any]) -> NDArray[Any]:
    """A one-dimensional array, of objects wherever NumPy would unpack or convert the answers."""
    listed = list(answers)  # type: ignore[arg-type]
    if all(isinstance(value, int | float) and not isinstance(value, bool) for value in listed):
        return np.array(listed)
    objects = np.empty(len(listed), dtype=object)
    for index, value in enumerate(listed):  # a slice would unpack lists of equal length
        objects[index] = value
    return objects
