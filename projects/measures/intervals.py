"""Intervals of shares, and of ratios of sums over units."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.random import default_rng
from scipy.special import betaincinv

from projects.measures import reasons
from projects.measures.bootstrap import LEAST_UNITS, Spread, draws_of
from projects.measures.table import Floats

SURE = 1.959963984540054


@dataclass(frozen=True)
class Estimate:
    """``value`` is None exactly where ``reason`` says why; ``low`` and ``high`` are 95 % unless said otherwise, and
    come together or not at all; ``of``: units, answers or choices it rests on.
    """

    value: float | None
    reason: str | None
    low: float | None
    high: float | None
    of: int


def wilson(times: int, of: int) -> Spread | None:
    """95 % of the share ``times / of`` (Wilson, 1927); None of nothing. Raises ValueError for more than all."""
    if not 0 <= times <= of:
        raise ValueError(f"{times} of {of} is no share")
    if not of:
        return None
    share, square = times / of, SURE**2
    middle = (share + square / (2 * of)) / (1 + square / of)
    half = SURE / (1 + square / of) * math.sqrt(share * (1 - share) / of + square / (4 * of**2))
    # Of none or all the formula gives the end itself, up to rounding.
    return Spread(0.0 if times == 0 else middle - half, 1.0 if times == of else middle + half)


def beta_bounds(times: int, of: int, sure: float = 0.95) -> Spread:
    """One-sided bounds of a share: with each alone one is ``sure``. From a Beta with nothing known before (1, 1)."""
    if not 0 <= times <= of:
        raise ValueError(f"{times} of {of} is no share")
    right, wrong = times + 1, of - times + 1
    return Spread(float(betaincinv(right, wrong, 1 - sure)), float(betaincinv(right, wrong, sure)))


def ratio(above: Floats, below: Floats, draws: int = 1000, seed: int = 0) -> Estimate:
    """Sum of ``above`` over sum of ``below`` (units,), with the middle 95 % of resampled units; none below 10 units.

    With ones below it is the mean. Undefined where ``below`` sums up to nothing.
    """
    units = int(above.size)
    if not units or below.sum() <= 0:
        return Estimate(None, reasons.NO_ANSWERS, None, None, units)
    value = float(above.sum() / below.sum())
    if units < LEAST_UNITS or draws < 1:
        return Estimate(value, None, None, None, units)
    once, figures = np.ones(units, dtype=np.int64), []
    for weights in draws_of(once, units, draws, default_rng(seed)):
        sums = weights @ below
        figures.append(weights @ above / np.where(sums > 0, sums, np.nan))
    low, high = np.nanpercentile(np.concatenate(figures), [2.5, 97.5])
    return Estimate(value, None, float(low), float(high), units)
