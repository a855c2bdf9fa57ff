"""Krippendorff's alpha for amounts, where twice as much is the same step everywhere."""

import numpy as np

from projects.measures import reasons
from projects.measures.bootstrap import Statistic
from projects.measures.coefficients import alpha
from projects.measures.coefficients.base import MOST_VALUES, Coefficient
from projects.measures.table import Floats, Table
from projects.measures.values import are_numbers
from projects.measures.within import NUMBERS


def refuses(table: Table) -> str | None:
    if not are_numbers(table.values):
        return reasons.NO_NUMBERS
    return reasons.NEGATIVE if any(value < 0 for value in table.values) else None  # type: ignore[operator]


def fit(table: Table) -> Statistic:
    """d(a, b) = ((a - b) / (a + b))²; two zeros are equal (Krippendorff 2011)."""
    numbers = np.array([float(value) for value in table.values])  # type: ignore[arg-type]

    def distances(start: int, stop: int) -> Floats:
        rows = numbers[start:stop, None]
        sums = rows + numbers
        return np.asarray(((rows - numbers) / np.where(sums > 0, sums, 1.0)) ** 2)

    return alpha.by_distance(table, distances)


ALPHA_RATIO = Coefficient(
    slug="alpha-ratio",
    title="Krippendorff's alpha (ratio)",
    fit=fit,
    within=NUMBERS,
    refuses=refuses,
    beside=("percent",),
    most_values=MOST_VALUES,
)
