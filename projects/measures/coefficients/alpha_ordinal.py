"""Krippendorff's alpha for points of a scale whose order counts and whose steps may differ in size."""

from collections.abc import Callable

import numpy as np

from projects.measures import reasons
from projects.measures.bootstrap import Statistic
from projects.measures.coefficients.alpha import alpha
from projects.measures.coefficients.base import Coefficient
from projects.measures.table import ROOM, Floats, Table
from projects.measures.within import PLACES

# Weights (d, p) and ranks (d, k) of some draws → their observed disagreement (d,).
Observed = Callable[[Floats, Floats], Floats]


def refuses(table: Table) -> str | None:
    return None if table.ordered else reasons.NO_ORDER


def fit(table: Table) -> Statistic:
    """Two values differ by the answers between them, each end counted half; squared (Krippendorff 2011).

    That is the difference of their mid-ranks among all answers, so the values of the scale play no part: only how often
    each was given does. Every draw has ranks of its own.
    """
    observed = _by_pairs(table) if len(table.sizes) * len(table.values) ** 2 <= 2 * ROOM else _by_cells(table)

    def statistic(weights: Floats) -> Floats:
        margins = table.margins(weights)
        answers = margins.sum(axis=1)
        ranks = (np.cumsum(margins, axis=1) - margins / 2) / answers[:, None] - 0.5
        total = np.sum(margins * ranks, axis=1)
        expected = 2 * (answers * np.sum(margins * ranks**2, axis=1) - total**2)
        return alpha(answers, observed(weights, ranks), expected, least=1e-9)

    return statistic


def _by_pairs(table: Table) -> Observed:
    """Few values: how much of each pair of values a pattern holds, once for all draws."""
    values = len(table.values)
    left, right = np.triu_indices(values, 1)
    place = np.zeros((values, values), dtype=np.int64)
    place[left, right] = np.arange(left.size)
    held = np.zeros((len(table.sizes), left.size))
    for pairs in table.pairs():
        held[pairs.pattern, place[pairs.first, pairs.second]] = pairs.products
    held *= (2 / (table.sizes - 1))[:, None]

    def observed(weights: Floats, ranks: Floats) -> Floats:
        return np.asarray(np.sum((weights @ held) * (ranks[:, left] - ranks[:, right]) ** 2, axis=1))

    return observed


def _by_cells(table: Table) -> Observed:
    """Many values: each draw's ranks are put into the cells, and a unit's disagreement taken from its own mean."""
    starts = np.flatnonzero(np.diff(table.pattern, prepend=-1))
    spread = 2 * table.sizes / (table.sizes - 1)

    def observed(weights: Floats, ranks: Floats) -> Floats:
        figures = np.empty(len(weights))
        for draw, rank in enumerate(ranks):
            x = rank[table.code]
            first = np.add.reduceat(table.count * x, starts)
            second = np.add.reduceat(table.count * x**2, starts)
            within = np.maximum(second - first**2 / table.sizes, 0.0)
            figures[draw] = weights[draw] @ (within * spread)
        return figures

    return observed


ALPHA_ORDINAL = Coefficient(
    slug="alpha-ordinal",
    title="Krippendorff's alpha (ordinal)",
    fit=fit,
    within=PLACES,
    refuses=refuses,
    beside=("alpha-interval", "ac2", "percent"),
)
