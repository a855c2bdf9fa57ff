"""Agreement and aggregation: values in, numbers out. Knows no database, no request and no screen."""

from projects.measures.aggregate import distribution, majority, mean, median, soft_labels
from projects.measures.coefficients import COEFFICIENTS, coefficient
from projects.measures.coefficients.base import Coefficient
from projects.measures.intraclass import icc
from projects.measures.kappa import cohen_kappa, fleiss_kappa
from projects.measures.measure import Agreement, agreement, ratings_for
from projects.measures.ratings import Ratings
from projects.measures.reasons import Figure
from projects.measures.units import TIE, Tie, agreed_value, disagreement, unit_agreement

__all__ = [
    "COEFFICIENTS",
    "TIE",
    "Agreement",
    "Coefficient",
    "Figure",
    "Ratings",
    "Tie",
    "agreed_value",
    "agreement",
    "coefficient",
    "cohen_kappa",
    "disagreement",
    "distribution",
    "fleiss_kappa",
    "icc",
    "majority",
    "mean",
    "median",
    "ratings_for",
    "soft_labels",
    "unit_agreement",
]
