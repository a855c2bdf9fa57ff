"""Gwet's AC2: as AC1, where answers that are near each other on a scale agree in part."""

from collections.abc import Callable

import numpy as np

from projects.measures import reasons
from projects.measures.bootstrap import Statistic
from projects.measures.coefficients.base import MOST_VALUES, Coefficient
from projects.measures.table import Floats, Table
from projects.measures.values import Value, are_numbers, frozen, in_order
from projects.measures.within import NUMBERS, PLACES

# The scale in its order → (q, q) weights, 1 for equal values to 0 for the two ends.
Weights = Callable[[list[Value]], Floats]


def ordinal(scale: list[Value]) -> Floats:
    """1 - pairs of points from one value to the other / such pairs of the whole scale (Gwet, ch. 3)."""
    steps = np.abs(np.subtract.outer(np.arange(len(scale)), np.arange(len(scale)))).astype(float)
    between = steps * (steps + 1) / 2
    return np.asarray(1.0 - between / between.max())


def quadratic(scale: list[Value]) -> Floats:
    """1 - the squared difference / that of the two ends."""
    points = np.array(scale, dtype=float)
    return np.asarray(1.0 - (np.subtract.outer(points, points) / (points.max() - points.min())) ** 2)


def weighted(weights: Weights) -> Callable[[Table], Statistic]:
    """(observed - chance) / (1 - chance), observed the weighted agreement of two people, and chance the sum of all
    weights / (q (q - 1)) · sum of share · (1 - share).

    Gwet, Handbook of Inter-Rater Reliability, ch. 3; shares and q as in AC1, which this is if near is not enough.
    """

    def fit(table: Table) -> Statistic:
        known = {given for point in table.declared or () if (given := frozen(point)) is not None}
        scale, _ = in_order(known | set(table.values), table.declared)
        options, weight = len(scale), weights(scale)
        places = {value: place for place, value in enumerate(scale)}
        at = np.array([places[value] for value in table.values], dtype=np.int64)
        agreeing = table.agreeing.copy()
        for pairs in table.pairs():
            near = 2 * pairs.products * weight[at[pairs.first], at[pairs.second]]
            agreeing += np.bincount(pairs.pattern, near, agreeing.size) / (table.sizes * (table.sizes - 1))
        alone, factor = table.singles.sum(), weight.sum() / (options * (options - 1))

        def statistic(draws: Floats) -> Floats:
            units = draws.sum(axis=1)
            shares = (table.margins(draws, shares=True) + table.singles) / (units + alone)[:, None]
            chance = factor * np.sum(shares * (1 - shares), axis=1)
            return np.asarray((draws @ agreeing / units - chance) / (1 - chance))

        return statistic

    return fit


def no_order(table: Table) -> str | None:
    return None if table.ordered else reasons.NO_ORDER


def no_numbers(table: Table) -> str | None:
    return None if are_numbers(table.values) and are_numbers(table.declared or ()) else reasons.NO_NUMBERS


AC2 = Coefficient(
    slug="ac2",
    title="Gwet's AC2 (ordinal weights)",
    fit=weighted(ordinal),
    within=PLACES,
    refuses=no_order,
    beside=("alpha-ordinal", "percent"),
    most_values=MOST_VALUES,
)

AC2_QUADRATIC = Coefficient(
    slug="ac2-quadratic",
    title="Gwet's AC2 (quadratic weights)",
    fit=weighted(quadratic),
    within=NUMBERS,
    refuses=no_numbers,
    beside=("alpha-interval", "percent"),
    most_values=MOST_VALUES,
)
