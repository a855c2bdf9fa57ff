"""Agreement, aggregation and raters: values in, numbers out. Knows no database, no request and no screen."""

from projects.measures.additive import corrected
from projects.measures.bradley_terry import bradley_terry
from projects.measures.calibration import calibrated
from projects.measures.coefficients import COEFFICIENTS, coefficient
from projects.measures.coefficients.base import Coefficient
from projects.measures.dawid_skene import dawid_skene
from projects.measures.intervals import Estimate
from projects.measures.intraclass import icc, icc_interval
from projects.measures.kappa import cohen_kappa, fleiss_kappa
from projects.measures.measure import Agreement, agreement, ratings_for
from projects.measures.people import gold_score, position_bias, reliability, straight_lining
from projects.measures.rankings import implied_pairs, kendall_w, mean_tau, mean_tau_of, positions
from projects.measures.ratings import Ratings
from projects.measures.reasons import Figure
from projects.measures.taste import taste_or_noise
from projects.measures.transcripts import error_rate, errors
from projects.measures.units import disagreement
from projects.measures.votes import majority, votes

__all__ = [
    "COEFFICIENTS",
    "Agreement",
    "Coefficient",
    "Estimate",
    "Figure",
    "Ratings",
    "agreement",
    "bradley_terry",
    "calibrated",
    "coefficient",
    "cohen_kappa",
    "corrected",
    "dawid_skene",
    "disagreement",
    "error_rate",
    "errors",
    "fleiss_kappa",
    "gold_score",
    "icc",
    "icc_interval",
    "implied_pairs",
    "kendall_w",
    "majority",
    "mean_tau",
    "mean_tau_of",
    "position_bias",
    "positions",
    "ratings_for",
    "reliability",
    "straight_lining",
    "taste_or_noise",
    "votes",
]
