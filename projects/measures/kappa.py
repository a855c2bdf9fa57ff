"""Kappas, for comparison with what others report. Alpha is what the product shows: it allows missing answers."""

from collections import Counter
from collections.abc import Hashable, Sequence

import numpy as np
from numpy.typing import ArrayLike

from projects.measures import reasons
from projects.measures.reasons import Figure


def fleiss_kappa(counts: ArrayLike) -> Figure:
    """Fleiss (1971). ``counts`` (units, values): how many people gave each value; every row has the same sum, ≥ 2."""
    table = np.asarray(counts, dtype=float)
    if table.size == 0:
        return Figure(None, reasons.NO_ANSWERS)
    people = table.sum(axis=1)
    if np.any(people != people[0]):
        return Figure(None, reasons.UNEQUAL)
    if people[0] < 2:
        return Figure(None, reasons.NO_OVERLAP)
    if np.count_nonzero(table.sum(axis=0)) == 1:
        return Figure(None, reasons.NO_VARIATION)
    observed = np.mean(np.sum(table * (table - 1), axis=1)) / (people[0] * (people[0] - 1))
    chance = np.sum((table.sum(axis=0) / table.sum()) ** 2)
    return Figure(float((observed - chance) / (1 - chance)))


def cohen_kappa(first: Sequence[Hashable], second: Sequence[Hashable]) -> Figure:
    """Cohen (1960): two people's values of the same units, in parallel. Raises ValueError for different lengths."""
    if len(first) != len(second):
        raise ValueError("the two people must have answered the same units")
    units = len(first)
    if not units:
        return Figure(None, reasons.NO_ANSWERS)
    one, other = Counter(first), Counter(second)
    chance = sum(one[value] * other[value] for value in one) / units**2
    if chance == 1:
        return Figure(None, reasons.NO_VARIATION)
    observed = sum(a == b for a, b in zip(first, second, strict=True)) / units
    return Figure((observed - chance) / (1 - chance))
