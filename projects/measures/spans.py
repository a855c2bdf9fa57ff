"""How alike people marked the same text: spans that match, and what stands on each character.

What a value says of spans is a text: ``of 120``, the characters of the text that was marked, where that is known; then
start, end and label of each span on a line.
"""

from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from itertools import combinations, pairwise
from typing import NamedTuple

from projects.measures.segments import Part, distances, parts_of
from projects.measures.table import Floats, Marks

Labels = tuple[str, ...]


class Marked(NamedTuple):
    """One person's spans, sorted, and the length of the text in characters, None where nobody says."""

    length: int | None
    parts: tuple[Part, ...]


@lru_cache(maxsize=256)
def spans_of(value: str) -> Marked:
    """The spans that a value names. Raises ValueError for another text, and for spans that go beyond theirs."""
    length, rest = None, value
    if value.startswith("of "):
        first, _, rest = value.partition("\n")
        length = int(first.removeprefix("of "))
    parts = parts_of(rest)
    if length is not None and any(part.end > length for part in parts):
        raise ValueError(f"a span beyond a text of {length} characters")
    return Marked(length, parts)


def span_distances(values: Sequence[str]) -> Floats:
    """(v, v): 1 − F1 of the spans that match. Raises ValueError for what are no spans."""
    return distances([spans_of(value).parts for value in values])


def marks_of(values: Sequence[str]) -> Marks:
    """Two people's values or more, of one text, character by character.

    What stands on a character is the set of labels there, none for a character that is not marked. Two sets differ by
    their MASI distance: 0 where they are the same, 1 where they share nothing, so that without overlapping spans the
    distance is nominal. The time that it takes grows with the number of spans and not with that of characters.

    Raises ValueError where no value says how long the text is.
    """
    spans = [spans_of(value) for value in values]
    length = max((each.length for each in spans if each.length is not None), default=None)
    if length is None:
        raise ValueError("nobody says how long the text is")
    changes = sorted(
        (place, person, label, by)
        for person, each in enumerate(spans)
        for part in each.parts
        for place, label, by in ((part.start, part.label, 1), (part.end, part.label, -1))
    )
    places = sorted({0, length, *(place for place, *_ in changes)})
    active: list[Counter[str]] = [Counter() for _ in spans]
    standing: list[Labels] = [() for _ in spans]
    margins: Counter[Labels] = Counter()
    observed, at = 0.0, 0
    for start, end in pairwise(places):
        while at < len(changes) and changes[at][0] == start:
            _, person, label, by = changes[at]
            active[person][label] += by
            standing[person] = tuple(sorted(+active[person]))
            at += 1
        counts = Counter(standing)
        for labels, people in counts.items():
            margins[labels] += people * (end - start)
        if len(counts) > 1:
            found = sorted(counts.items())
            apart = sum(more * other * masi_apart(one, two) for (one, more), (two, other) in combinations(found, 2))
            observed += (end - start) * 2 * apart / (len(spans) - 1)
    return Marks(len(spans) * length, observed, tuple(sorted(margins.items())))


@lru_cache(maxsize=65_536)
def masi_apart(one: Labels, other: Labels) -> float:
    """The MASI distance of two sets (``within.masi``)."""
    both, either = len(set(one) & set(other)), len(set(one) | set(other))
    if both == either:
        return 0.0
    return 1.0 - both / either * (2 / 3 if both == min(len(one), len(other)) else 1 / 3)
