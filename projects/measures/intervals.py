"""Intervals of shares."""

import math

from scipy.special import betaincinv

from projects.measures.bootstrap import Spread

SURE = 1.959963984540054


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
