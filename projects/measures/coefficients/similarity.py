"""Coefficients that say how alike two people's values are, pair by pair, where chance gives nothing to correct for."""

from collections import Counter
from collections.abc import Callable, Sequence
from typing import cast

import numpy as np

from projects.measures.bootstrap import Statistic
from projects.measures.coefficients.base import Coefficient
from projects.measures.ratings import Digest
from projects.measures.table import Floats, Table
from projects.measures.values import Value
from projects.measures.within import Within, mean_distance


def similarity(
    *,
    slug: str,
    title: str,
    accepts: Callable[[Value], bool],
    reason: str,
    within: Within,
    distances: Callable[[Sequence[str]], Floats],
) -> Coefficient:
    """The mean over units of the mean likeness of two people's values, 1 less their distance.

    ``accepts`` says which values can be compared, ``reason`` why others can't; ``distances`` are those between all of
    several different values, 0 to 1.
    """

    def refuses(table: Table) -> str | None:
        return None if all(map(accepts, table.values)) else reason

    def digest(values: Sequence[Value]) -> Digest:
        """What is kept of a unit, so that no value needs to be. Raises TypeError for what can't be compared."""
        if refused := [value for value in values if not accepts(value)]:
            raise TypeError(f"{reason}: {refused}")
        answers = len(values)
        if answers < 2:
            return Digest(answers, 1.0, 1.0)
        different = Counter(cast(Sequence[str], values))
        counts = np.array(list(different.values()), dtype=float)
        same = float(counts @ (counts - 1)) / (answers * (answers - 1))
        return Digest(answers, same, similar(list(different), counts))

    def fit(table: Table) -> Statistic:
        alike = compared(table) if table.similar is None else table.similar

        def statistic(weights: Floats) -> Floats:
            return np.asarray(weights @ alike / weights.sum(axis=1))

        return statistic

    def compared(table: Table) -> Floats:
        starts = np.flatnonzero(np.diff(table.pattern, prepend=-1))
        cells = zip(np.split(table.code, starts[1:]), np.split(table.count, starts[1:]), strict=True)
        return np.array([similar([cast(str, table.values[code]) for code in codes], counts) for codes, counts in cells])

    def similar(values: Sequence[str], counts: Floats) -> float:
        # Rounded, so that the order in which people answered can't be told from the last bit.
        return round(1.0 - mean_distance(counts, distances(values)), 12) if len(values) > 1 else 1.0

    return Coefficient(
        slug=slug,
        title=title,
        fit=fit,
        within=within,
        refuses=refuses,
        chance_corrected=False,
        beside=("percent",),
        digest=digest,
    )
