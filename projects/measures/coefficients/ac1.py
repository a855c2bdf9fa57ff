"""Gwet's AC1, which stays steady where one answer dominates and kappa and alpha fall although people agree."""

import numpy as np

from projects.measures.bootstrap import Statistic
from projects.measures.coefficients.base import Coefficient
from projects.measures.table import Floats, Table
from projects.measures.values import frozen
from projects.measures.within import NOMINAL


def fit(table: Table) -> Statistic:
    """(observed - chance) / (1 - chance), chance = sum of share · (1 - share) over the q values / (q - 1).

    Gwet, Handbook of Inter-Rater Reliability, ch. 2, for any number of people a unit: a value's share is the mean over
    units of the part of the unit's answers that it got, and here units with a single answer count as well. q is the
    number of declared values, or of those that occur where none are declared.
    """
    declared = {frozen(value) for value in table.declared or ()}
    options = len(declared | set(table.values))
    alone = table.singles.sum()

    def statistic(weights: Floats) -> Floats:
        units = weights.sum(axis=1)
        shares = (table.margins(weights, shares=True) + table.singles) / (units + alone)[:, None]
        chance = np.sum(shares * (1 - shares), axis=1) / (options - 1)
        return np.asarray((weights @ table.agreeing / units - chance) / (1 - chance))

    return statistic


AC1 = Coefficient(slug="ac1", title="Gwet's AC1", fit=fit, within=NOMINAL, beside=("alpha-nominal", "percent"))
