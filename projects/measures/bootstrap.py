"""Intervals by drawing units again, with replacement, pattern by pattern."""

from collections.abc import Callable, Iterator

import numpy as np

from projects.measures import reasons
from projects.measures.table import ROOM, Floats, Ints

# Many draws at once: weights (d, p) say how often each pattern occurs in each draw → the figure of each draw (d,),
# NaN where it is undefined.
Statistic = Callable[[Floats], Floats]

LEAST_UNITS = 10
DEFINED = 0.95


def draws_of(times: Ints, draws: int, seed: int) -> Iterator[Floats]:
    """Weights (some, p) of ``draws`` resamples of the units behind ``times`` (p,), in portions that fit into memory."""
    random = np.random.default_rng(seed)
    patterns, units = times.size, int(times.sum())
    step = max(1, ROOM // (2 * patterns))
    # Far fewer patterns than units: one multinomial draw. Otherwise it is cheaper to draw the units themselves.
    compressed = patterns * 20 < units
    owner = None if compressed else np.repeat(np.arange(patterns), times)
    for at in range(0, draws, step):
        rows = min(step, draws - at)
        if owner is None:
            yield random.multinomial(units, times / units, size=rows).astype(float)
        else:
            chosen = (owner[random.integers(0, units, units, dtype=np.int64)] for _ in range(rows))
            yield np.stack([np.bincount(one, minlength=patterns) for one in chosen]).astype(float)


def interval(statistic: Statistic, times: Ints, draws: int, seed: int) -> tuple[float, float] | str:
    """The middle 95 % of the resampled figures, or why there is none.

    Percentile method (Efron & Tibshirani, An Introduction to the Bootstrap, ch. 13). A draw can come out without any
    variation; leaving out more than a few such draws would make the interval look better than the data are.
    """
    if times.sum() < LEAST_UNITS:
        return reasons.FEW_UNITS
    if draws < 1:
        return reasons.NO_DRAWS
    figures = np.concatenate([statistic(weights) for weights in draws_of(times, draws, seed)])
    defined = figures[np.isfinite(figures)]
    if defined.size < DEFINED * draws:
        return reasons.FEW_VARIED
    low, high = np.percentile(defined, [2.5, 97.5])
    return float(low), float(high)
