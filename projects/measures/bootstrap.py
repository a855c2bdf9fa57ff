"""Intervals by drawing units again, with replacement, pattern by pattern."""

from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np
from numpy.random import Generator, default_rng

from projects.measures import reasons
from projects.measures.table import ROOM, Floats, Ints, Table

# Many draws at once: weights (d, p) say how often each pattern occurs in each draw → the figure of each draw (d,),
# NaN where it is undefined.
Statistic = Callable[[Floats], Floats]

# A table → its statistic.
Fit = Callable[[Table], Statistic]

LEAST_UNITS = 10
DEFINED = 0.95
# With more patterns than the first, units are resampled within bags of the second.
MOST_PATTERNS = 8000
BAG = 2500
BAGS = 4


class Spread(NamedTuple):
    """The middle 95 % of resampled figures."""

    low: float
    high: float


def interval(fit: Fit, table: Table, draws: int, seed: int) -> Spread | str:
    """The middle 95 % of the resampled figures, or why there is none.

    Percentile method (Efron & Tibshirani, An Introduction to the Bootstrap, ch. 13). A draw can come out without any
    variation; leaving out more than a few such draws would make the interval look better than the data are.
    """
    if table.times.sum() < LEAST_UNITS:
        return reasons.FEW_UNITS
    if draws < 1:
        return reasons.NO_DRAWS
    random = default_rng(seed)
    if table.times.size > MOST_PATTERNS and draws >= BAGS:
        return _from_bags(fit, table, draws, random)
    return _middle(fit(table), draws_of(table.times, int(table.times.sum()), draws, random))


def draws_of(times: Ints, units: int, draws: int, random: Generator) -> Iterator[Floats]:
    """Weights (some, p) of ``draws`` resamples of ``units`` out of those behind ``times`` (p,), in portions."""
    patterns, known = times.size, int(times.sum())
    step = max(1, ROOM // (2 * patterns))
    # Far fewer patterns than units: one multinomial draw. Otherwise it is cheaper to draw the units themselves.
    owner = None if patterns * 20 <= units else np.repeat(np.arange(patterns), times)
    for at in range(0, draws, step):
        rows = min(step, draws - at)
        if owner is None:
            yield random.multinomial(units, times / known, size=rows).astype(float)
        else:
            chosen = (owner[random.integers(0, known, units, dtype=np.int64)] for _ in range(rows))
            yield np.stack([np.bincount(one, minlength=patterns) for one in chosen]).astype(float)


def _middle(statistic: Statistic, weights: Iterator[Floats]) -> Spread | str:
    figures = np.concatenate([statistic(portion) for portion in weights])
    defined = figures[np.isfinite(figures)]
    if defined.size < DEFINED * figures.size:
        return reasons.FEW_VARIED
    low, high = np.percentile(defined, [2.5, 97.5])
    return Spread(float(low), float(high))


def _from_bags(fit: Fit, table: Table, draws: int, random: Generator) -> Spread | str:
    """Where nearly every unit has a pattern of its own: a bag of little bootstraps.

    Kleiner et al., A Scalable Bootstrap for Massive Data (2014). From each of a few random parts of the units as many
    as there are in all are drawn; how far these figures lie from that of their part is averaged over the parts and laid
    around the figure of the whole. A draw costs as much as the part, and the interval is the same up to its noise.
    """
    units = int(table.times.sum())
    owner = np.repeat(np.arange(table.times.size), table.times)
    whole, spreads = _figure(fit(table), table.times.astype(float)), []
    for _ in range(BAGS):
        patterns, times = np.unique(random.choice(owner, BAG, replace=False, shuffle=False), return_counts=True)
        part = fit(table.take(patterns, times))
        found = _middle(part, draws_of(times, units, draws // BAGS, random))
        if isinstance(found, str):
            return found
        centre = _figure(part, times.astype(float) * (units / BAG))
        spreads.append((found.low - centre, found.high - centre))
    low, high = np.mean(spreads, axis=0)
    return Spread(float(whole + low), float(min(1.0, whole + high)))


def _figure(statistic: Statistic, weights: Floats) -> float:
    return float(statistic(weights[None, :])[0])
