"""Krippendorff's alpha for sets of labels, by the share of labels that two sets have in common."""

from typing import cast

from projects.measures.bootstrap import Statistic
from projects.measures.coefficients import alpha
from projects.measures.coefficients.alpha_masi import refuses
from projects.measures.coefficients.base import MOST_VALUES, Coefficient
from projects.measures.table import Floats, Table
from projects.measures.within import SETS_IN_COMMON, jaccard


def fit(table: Table) -> Statistic:
    """1 - Jaccard's index, as it is, not squared."""
    sets = cast(tuple[frozenset[object], ...], table.values)

    def distances(start: int, stop: int) -> Floats:
        return jaccard(sets, start, stop)

    return alpha.by_distance(table, distances)


ALPHA_JACCARD = Coefficient(
    slug="alpha-jaccard",
    title="Krippendorff's alpha (sets, Jaccard)",
    fit=fit,
    within=SETS_IN_COMMON,
    refuses=refuses,
    beside=("alpha-masi", "percent"),
    most_values=MOST_VALUES,
)
