"""Agreement: values in, numbers out. Knows no database, no request and no screen."""

from projects.measures.coefficients import COEFFICIENTS, coefficient
from projects.measures.coefficients.base import Coefficient
from projects.measures.intraclass import icc
from projects.measures.kappa import cohen_kappa, fleiss_kappa
from projects.measures.measure import Agreement, agreement, ratings_for
from projects.measures.ratings import Ratings
from projects.measures.reasons import Figure
from projects.measures.units import disagreement

__all__ = [
    "COEFFICIENTS",
    "Agreement",
    "Coefficient",
    "Figure",
    "Ratings",
    "agreement",
    "coefficient",
    "cohen_kappa",
    "disagreement",
    "fleiss_kappa",
    "icc",
    "ratings_for",
]
