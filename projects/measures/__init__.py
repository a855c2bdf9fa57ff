"""Agreement, aggregation and raters: values in, numbers out. Knows no database, no request and no screen."""

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

from projects.measures.coefficients import COEFFICIENTS, coefficient
from projects.measures.coefficients.base import Coefficient
from projects.measures.kappa import cohen_kappa, fleiss_kappa
from projects.measures.measure import Agreement, agreement, ratings_for
from projects.measures.ratings import Ratings
from projects.measures.reasons import Figure
from projects.measures.units import disagreement
from projects.measures.votes import majority, settled, votes

if TYPE_CHECKING:
    from projects.measures.additive import corrected
    from projects.measures.anchors import anchoring
    from projects.measures.calibration import calibrated
    from projects.measures.confusions import dawid_skene
    from projects.measures.intervals import Estimate
    from projects.measures.intraclass import icc, icc_interval
    from projects.measures.people import (
        alike_in_a_row,
        gold_score,
        mean_reliability,
        position_bias,
        reliability,
        share_of,
        straight_lining,
    )
    from projects.measures.rankings import implied_pairs, kendall_w, mean_tau, mean_tau_of, positions
    from projects.measures.strengths import bradley_terry
    from projects.measures.taste import taste_or_noise
    from projects.measures.transcripts import error_rate, errors

__all__ = [
    "COEFFICIENTS",
    "Agreement",
    "Coefficient",
    "Estimate",
    "Figure",
    "Ratings",
    "agreement",
    "alike_in_a_row",
    "anchoring",
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
    "mean_reliability",
    "mean_tau",
    "mean_tau_of",
    "position_bias",
    "positions",
    "ratings_for",
    "reliability",
    "settled",
    "share_of",
    "straight_lining",
    "taste_or_noise",
    "votes",
]

# Where these are: they need SciPy, which a server that never uses them shouldn't load.
_LATER: Final = {
    "anchoring": "anchors",
    "corrected": "additive",
    "bradley_terry": "strengths",
    "calibrated": "calibration",
    "dawid_skene": "confusions",
    "Estimate": "intervals",
    "icc": "intraclass",
    "icc_interval": "intraclass",
    "alike_in_a_row": "people",
    "gold_score": "people",
    "mean_reliability": "people",
    "share_of": "people",
    "position_bias": "people",
    "reliability": "people",
    "straight_lining": "people",
    "implied_pairs": "rankings",
    "kendall_w": "rankings",
    "mean_tau": "rankings",
    "mean_tau_of": "rankings",
    "positions": "rankings",
    "taste_or_noise": "taste",
    "error_rate": "transcripts",
    "errors": "transcripts",
}


def __getattr__(name: str) -> Any:
    if name in _LATER:
        return getattr(import_module(f"projects.measures.{_LATER[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
