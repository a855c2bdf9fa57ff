"""How alike two people divided the same time, or marked the same text: parts that match, by how much they share."""

from bisect import bisect_left
from collections.abc import Sequence
from functools import lru_cache
from typing import Final, NamedTuple

import numpy as np

from projects.measures.table import Floats

# The share of all that either covers from which on two parts are the same find.
MATCH: Final = 0.5


class Part(NamedTuple):
    """A segment in milliseconds, or a span in characters, from the beginning; and what it was called (empty for
    nothing)."""

    start: int
    end: int
    label: str


@lru_cache(maxsize=256)
def parts_of(value: str) -> tuple[Part, ...]:
    """The segments that a value names, one a line: start, end and label; sorted. Raises ValueError for another text."""
    found = []
    for line in value.split("\n") if value else ():
        start, end, label = line.split(" ", 2)
        found.append(Part(int(start), int(end), label))
        if not 0 <= found[-1].start < found[-1].end:
            raise ValueError(f"no segment: {line}")
    return tuple(sorted(found))


def matched_f1(one: Sequence[Part], other: Sequence[Part]) -> float:
    """2 · matches / parts of both, 0..1: the F1 of either against the other. Two people without any agree: 1.

    Parts match one to one where they have the same label and what both cover is at least half of what either covers;
    of all such pairings the largest counts.
    """
    if not one and not other:
        return 1.0
    return 2 * _matches(sorted(one), sorted(other)) / (len(one) + len(other))


def segment_distances(values: Sequence[str]) -> Floats:
    """(v, v): 1 − F1. Raises ValueError for what are no segments."""
    return distances([parts_of(value) for value in values])


def distances(parts: Sequence[Sequence[Part]]) -> Floats:
    """(v, v): 1 − F1."""
    apart = np.zeros((len(parts), len(parts)))
    for row, one in enumerate(parts):
        for column in range(row):
            apart[row, column] = apart[column, row] = 1.0 - matched_f1(one, parts[column])
    return apart


def _matches(one: Sequence[Part], other: Sequence[Part]) -> int:
    """The most pairs that can be made (augmenting paths, Kuhn 1955)."""
    fits = _fits(one, other)
    taken: dict[int, int] = {}  # place in other -> place in one

    def placed(start: int) -> bool:
        seen: set[int] = set()
        path = [(start, iter(fits[start]))]
        chosen: list[int] = []
        while path:
            place, choices = path[-1]
            wanted = next((each for each in choices if each not in seen), None)
            if wanted is None:
                path.pop()
                if chosen:
                    chosen.pop()
                continue
            seen.add(wanted)
            chosen.append(wanted)
            if wanted not in taken:
                for (place, _), each in zip(path, chosen, strict=True):
                    taken[each] = place
                return True
            path.append((taken[wanted], iter(fits[taken[wanted]])))
        return False

    return sum(placed(place) for place in range(len(one)))


def _fits(one: Sequence[Part], other: Sequence[Part]) -> list[list[int]]:
    """For each part of one the places of those in other that are the same find."""
    starts = [part.start for part in other]
    longest = max((part.end - part.start for part in other), default=0)
    found = []
    for part in one:
        # What is the same find is at most so much longer; a single long part must not make all others look at all.
        reach = min(longest, int((part.end - part.start) / MATCH))
        first, last = bisect_left(starts, part.start - reach), bisect_left(starts, part.end)
        found.append([place for place in range(first, last) if _same(part, other[place])])
    return found


def _same(one: Part, other: Part) -> bool:
    both = min(one.end, other.end) - max(one.start, other.start)
    either = max(one.end, other.end) - min(one.start, other.start)
    return one.label == other.label and both > 0 and both >= MATCH * either
