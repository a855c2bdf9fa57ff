"""Krippendorff's alpha for labels: two answers are the same or they are not."""

from projects.measures.coefficients import alpha
from projects.measures.coefficients.base import Coefficient
from projects.measures.within import NOMINAL

ALPHA_NOMINAL = Coefficient(
    slug="alpha-nominal",
    title="Krippendorff's alpha (nominal)",
    fit=alpha.nominal,
    within=NOMINAL,
    beside=("ac1", "percent"),
)
