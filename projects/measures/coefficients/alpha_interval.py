"""Krippendorff's alpha for numbers whose steps are of equal size."""

from projects.measures import reasons
from projects.measures.coefficients import alpha
from projects.measures.coefficients.base import Coefficient
from projects.measures.table import Table
from projects.measures.values import are_numbers
from projects.measures.within import NUMBERS


def refuses(table: Table) -> str | None:
    return None if are_numbers(table.values) else reasons.NO_NUMBERS


ALPHA_INTERVAL = Coefficient(
    slug="alpha-interval",
    title="Krippendorff's alpha (interval)",
    fit=alpha.interval,
    within=NUMBERS,
    refuses=refuses,
    beside=("percent",),
)
