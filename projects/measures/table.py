"""Ratings as counts: which unit patterns occur, how often, and which values they hold.

A pattern is what a unit looks like when people are forgotten: how many gave each value. Agreement depends on nothing
else, and far fewer patterns than units occur (three people on five points: 35), so everything is computed by pattern.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from projects.measures.values import Value, in_order

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

# Entries of the largest working array: 32 MB of float64.
ROOM = 4_000_000


class Block(NamedTuple):
    """Patterns of one size: ``codes`` (patterns, size) with each row ascending, ``times`` (patterns,)."""

    codes: Ints
    times: Ints


class Marks(NamedTuple):
    """Everybody's spans of one text, character by character. ``answers``: people times characters; ``observed``: the
    sum over characters of the disagreement there; ``margins``: how often each set of labels stands on one."""

    answers: int
    observed: float
    margins: tuple[tuple[tuple[str, ...], int], ...]


class Pairs(NamedTuple):
    """Two different values in one pattern, first < second. ``products``: how many gave one times how many the other."""

    pattern: Ints
    first: Ints
    second: Ints
    products: Floats


@dataclass(frozen=True)
class Table:
    """The units with two answers or more, by pattern; those with one answer only by value.

    ``values`` (k): what occurs, in the scale's order if ``ordered``; ``declared``: the scale, if one was declared.
    ``sizes`` and ``times`` (p): answers in a pattern, and units that show it.
    ``pattern``, ``code``, ``count``: the patterns' non-zero cells; ``code`` points into ``values``.
    ``singles`` (k): units whose only answer is this value.
    ``similar`` (p): mean pairwise similarity where texts were compared as they came and then forgotten; there are no
    values and cells then, and ``same`` comes along. ``marks`` (p): what spans came to, character by character.
    """

    values: tuple[Value, ...]
    ordered: bool
    declared: tuple[Any, ...] | None
    sizes: Floats
    times: Ints
    pattern: Ints
    code: Ints
    count: Floats
    singles: Ints
    similar: Floats | None = None
    same: Floats | None = None
    marks: tuple[Marks, ...] | None = None

    @cached_property
    def agreeing(self) -> Floats:
        """(p,) share of a pattern's pairs of answers that are equal."""
        if self.same is not None:
            return self.same
        equal = np.bincount(self.pattern, self.count * (self.count - 1), minlength=len(self.sizes))
        return np.asarray(equal / (self.sizes * (self.sizes - 1)))

    @cached_property
    def varies(self) -> bool:
        """Do two different values occur among the units with two answers?"""
        return bool(self.code.size) and bool(np.any(self.code != self.code[0]))

    def margins(self, weights: Floats, *, shares: bool = False) -> Floats:
        """(d, k): how often each value was given when pattern p occurs ``weights[:, p]`` times.

        With ``shares`` each unit counts as one, however many answered.
        """
        cells = self.count / self.sizes[self.pattern] if shares else self.count
        patterns, values = len(self.sizes), len(self.values)
        if patterns * values <= ROOM:
            dense = np.zeros((patterns, values))
            dense[self.pattern, self.code] = cells
            return np.asarray(weights @ dense)
        return np.stack([np.bincount(self.code, cells * row[self.pattern], minlength=values) for row in weights])

    def take(self, patterns: Ints, times: Ints) -> "Table":
        """These patterns alone (ascending), each so many times. Values and single answers stay."""
        places = np.full(len(self.sizes), -1, dtype=np.int64)
        places[patterns] = np.arange(patterns.size)
        owner = places[self.pattern]
        kept = owner >= 0
        return replace(
            self,
            sizes=self.sizes[patterns],
            times=times,
            pattern=owner[kept],
            code=self.code[kept],
            count=self.count[kept],
            similar=None if self.similar is None else self.similar[patterns],
            same=None if self.same is None else self.same[patterns],
            marks=None if self.marks is None else tuple(self.marks[place] for place in patterns),
        )

    def pairs(self) -> Iterator[Pairs]:
        """Every pair of different values in every pattern, in portions that fit into memory."""
        starts = np.flatnonzero(np.diff(self.pattern, prepend=-1))
        widths = np.diff(np.append(starts, self.pattern.size))
        for width in np.unique(widths[widths > 1]):
            left, right = np.triu_indices(int(width), 1)
            rows = starts[widths == width]
            step = max(1, ROOM // (4 * left.size))
            for at in range(0, rows.size, step):
                part = rows[at : at + step, None]
                a, b = (part + left).ravel(), (part + right).ravel()
                yield Pairs(self.pattern[a], self.code[a], self.code[b], self.count[a] * self.count[b])


def table_of(blocks: Sequence[Block], values: Sequence[Value], declared: tuple[Any, ...] | None) -> Table:
    """Blocks in any order, with codes in any order, as a table whose every figure is independent of both."""
    ordered_values, ordered = in_order(values, declared)
    places = {value: place for place, value in enumerate(ordered_values)}
    recode = np.array([places[value] for value in values], dtype=np.int64)
    by_size: dict[int, list[Block]] = {}
    for block in blocks:
        if len(block.times):
            by_size.setdefault(block.codes.shape[1], []).append(block)
    singles = np.zeros(len(values), dtype=np.int64)
    for block in by_size.pop(1, []):
        np.add.at(singles, recode[block.codes[:, 0]], block.times)
    merged = []
    for size in sorted(by_size):
        codes = np.sort(recode[np.concatenate([block.codes for block in by_size[size]])], axis=1)
        times = np.concatenate([block.times for block in by_size[size]])
        merged.append(grouped(codes, times, len(values)))
    return _cells(merged, singles, tuple(ordered_values), ordered, declared)


def grouped(codes: Ints, times: Ints, values: int) -> Block:
    """Equal rows added up, in ascending order of their codes."""
    size = codes.shape[1]
    if values**size < 2**62:
        keys = codes @ (values ** np.arange(size - 1, -1, -1, dtype=np.int64))
        if values**size <= 4 * len(keys) + 1024:  # a direct count is cheaper than sorting
            sums = np.bincount(keys, times, minlength=values**size)
            found = np.flatnonzero(sums)
            powers = values ** np.arange(size - 1, -1, -1, dtype=np.int64)
            return Block(found[:, None] // powers % values, sums[found].astype(np.int64))
        _, first, inverse = np.unique(keys, return_index=True, return_inverse=True)
    else:
        _, first, inverse = np.unique(codes, axis=0, return_index=True, return_inverse=True)
    return Block(codes[first], np.bincount(inverse.ravel(), times).astype(np.int64))


def _cells(
    blocks: Sequence[Block], singles: Ints, values: tuple[Value, ...], ordered: bool, declared: tuple[Any, ...] | None
) -> Table:
    """The table of blocks whose rows are ascending and different."""
    empty = np.empty(0, dtype=np.int64)
    sizes = np.concatenate([empty] + [np.full(len(b.times), b.codes.shape[1]) for b in blocks])
    times = np.concatenate([empty] + [block.times for block in blocks])
    flat = np.concatenate([empty] + [block.codes.ravel() for block in blocks])
    owner = np.repeat(np.arange(sizes.size), sizes)
    # In an ascending row equal values are neighbours: a cell begins wherever the value or the pattern changes.
    begins = np.flatnonzero((np.diff(owner, prepend=-1) != 0) | (np.diff(flat, prepend=-1) != 0))
    count = np.diff(np.append(begins, flat.size)).astype(float)
    return Table(values, ordered, declared, sizes.astype(float), times, owner[begins], flat[begins], count, singles)
