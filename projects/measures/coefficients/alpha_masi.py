"""Krippendorff's alpha for sets of labels, where sets that overlap agree in part."""

from typing import cast

from projects.measures import reasons
from projects.measures.bootstrap import Statistic
from projects.measures.coefficients import alpha
from projects.measures.coefficients.base import MOST_VALUES, Coefficient
from projects.measures.table import Floats, Table
from projects.measures.within import SETS, masi


def refuses(table: Table) -> str | None:
    return None if all(isinstance(value, frozenset) for value in table.values) else reasons.NO_SETS


def fit(table: Table) -> Statistic:
    """MASI distances as they are, not squared (Passonneau, Measuring Agreement on Set-valued Items, 2006)."""
    sets = cast(tuple[frozenset[object], ...], table.values)

    def distances(start: int, stop: int) -> Floats:
        return masi(sets, start, stop)

    return alpha.by_distance(table, distances)


ALPHA_MASI = Coefficient(
    slug="alpha-masi",
    title="Krippendorff's alpha (sets, MASI)",
    fit=fit,
    within=SETS,
    refuses=refuses,
    beside=("alpha-jaccard", "percent"),
    most_values=MOST_VALUES,
)
