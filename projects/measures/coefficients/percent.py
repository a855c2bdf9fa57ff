"""Observed agreement: how often two people's answers are the same, with nothing taken off for chance."""

import numpy as np

from projects.measures.bootstrap import Statistic
from projects.measures.coefficients.base import Coefficient
from projects.measures.table import Floats, Table
from projects.measures.within import NOMINAL


def fit(table: Table) -> Statistic:
    """Mean over units of the share of pairs that are equal (Gwet, Handbook of Inter-Rater Reliability, ch. 2)."""

    def statistic(weights: Floats) -> Floats:
        return np.asarray(weights @ table.agreeing / weights.sum(axis=1))

    return statistic


PERCENT = Coefficient(
    slug="percent", title="Observed agreement", fit=fit, within=NOMINAL, chance_corrected=False, beside=("ac1",)
)
