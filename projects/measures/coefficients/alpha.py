"""Krippendorff's alpha, 1 - observed / expected disagreement, from counts of values.

Krippendorff, Computing Krippendorff's Alpha-Reliability (2011). With n answers in units of two or more, m_u of them in
unit u, and a difference d(c, k) of two values:

    observed   = 1/n     · sum over units of 1/(m_u - 1) · sum over ordered pairs of answers of d
    expected   = 1/(n(n-1)) · sum over ordered pairs of all answers of d

Below, "observed" and "expected" are the two sums without 1/n and 1/(n(n-1)).
"""

from collections.abc import Callable

import numpy as np

from projects.measures.bootstrap import Statistic
from projects.measures.coefficients.base import MOST_VALUES
from projects.measures.table import ROOM, Floats, Table


def alpha(answers: Floats, observed: Floats, expected: Floats, least: Floats | float = 0.0) -> Floats:
    """(d,) alphas; NaN where no disagreement was possible (``expected`` up to ``least``)."""
    possible = expected > least
    ratio = (answers - 1) * observed / np.where(possible, expected, 1.0)
    return np.where(possible, 1.0 - ratio, np.nan)


def nominal(table: Table) -> Statistic:
    """Two values differ by 0 or 1: pairs that are equal can be counted."""
    observed = table.sizes * (1.0 - table.agreeing)

    def statistic(weights: Floats) -> Floats:
        answers = weights @ table.sizes
        expected = answers**2 - np.sum(table.margins(weights) ** 2, axis=1)
        return alpha(answers, weights @ observed, expected)

    return statistic


def interval(table: Table) -> Statistic:
    """Squared differences need no pairs: twice n times the sum of squares less the square of the sum.

    Values are taken from their mean and a unit's disagreement from the unit's own mean, so that large offsets cost no
    digits and equal answers disagree by exactly 0.
    """
    numbers = np.array([float(value) for value in table.values])  # type: ignore[arg-type]
    total = table.margins(table.times[None, :].astype(float))[0]
    x = (numbers - total @ numbers / total.sum())[table.code]
    patterns = len(table.sizes)

    def sums(cells: Floats) -> Floats:
        return np.bincount(table.pattern, cells, minlength=patterns).astype(float)

    first, second = sums(table.count * x), sums(table.count * x**2)
    off = x - (first / table.sizes)[table.pattern]
    single = sums(np.ones_like(x)) == 1
    observed = np.where(single, 0.0, 2 * sums(table.count * off**2) * table.sizes / (table.sizes - 1))

    def statistic(weights: Floats) -> Floats:
        answers, ones, squares = weights @ table.sizes, weights @ first, weights @ second
        expected = 2 * (answers * squares - ones**2)
        # A draw of one value alone leaves rounding in the place of 0.
        return alpha(answers, weights @ observed, expected, least=1e-12 * answers * squares)

    return statistic


def by_distance(table: Table, distances: Callable[[int, int], Floats]) -> Statistic:
    """Any difference d: ``distances(a, b)`` are rows a to b of the matrix (k, k) of values.

    Rows are asked for in portions, and kept if the whole matrix is of a moderate size.
    """
    values = len(table.values)
    rows = max(1, min(values, ROOM // max(1, values)))
    portions = [(at, min(values, at + rows)) for at in range(0, values, rows)]
    kept = {at: distances(at, to) for at, to in portions} if values <= MOST_VALUES else {}
    observed = np.zeros(len(table.sizes))
    for pairs in table.pairs():
        between = np.empty(pairs.first.size)
        for at, to in portions:
            here = (pairs.first >= at) & (pairs.first < to)
            if here.any():
                matrix = kept[at] if kept else distances(at, to)
                between[here] = matrix[pairs.first[here] - at, pairs.second[here]]
        observed += np.bincount(pairs.pattern, pairs.products * between, minlength=observed.size)
    observed *= 2 / (table.sizes - 1)

    def statistic(weights: Floats) -> Floats:
        margins = table.margins(weights)
        expected = np.zeros(len(weights))
        for at, to in portions:
            matrix = kept[at] if kept else distances(at, to)
            expected += np.einsum("dk,dk->d", margins[:, at:to] @ matrix, margins)
        return alpha(weights @ table.sizes, weights @ observed, expected)

    return statistic
