"""How far answers move toward what was suggested: agreement with it where people saw it, less where they didn't.

From whom a suggestion is withheld is drawn by chance, so the two groups differ in nothing else. People who answer the
same sample have its difficulty in common: intervals draw whole samples again, with replacement.
"""

from collections.abc import Mapping
from typing import Final, NamedTuple

import numpy as np
from numpy.random import default_rng

from projects.measures import reasons
from projects.measures.bootstrap import LEAST_UNITS, draws_of
from projects.measures.intervals import Estimate
from projects.measures.table import Floats, Ints

# One sample: answers of people who saw the suggestion, the sum of how alike they are to it (0..1 each), and the same of
# people from whom it was withheld.
Met = tuple[int, float, int, float]
DRAWS: Final = 1000


class Anchoring(NamedTuple):
    """Mean agreement with the suggestion of those who saw it and of those who didn't, 0..1, and the difference."""

    shown: Estimate
    withheld: Estimate
    moved: Estimate


def anchoring(samples: Mapping[Met, int], draws: int = DRAWS, seed: int = 0) -> Anchoring:
    """``samples``: how often each pattern occurs. Intervals are the middle 95 % of resampled samples; none of fewer
    than ten samples, and none where every resample comes to the same, which says nothing about how sure that is. The
    difference has neither value nor interval with fewer than ten samples of either kind."""
    table = np.array(list(samples), dtype=float).reshape(-1, 4)
    times = np.array(list(samples.values()), dtype=np.int64)
    counts = [int((table[:, column] * times).sum()) for column in (0, 2)]
    units = [int(times[table[:, column] > 0].sum()) for column in (0, 2)]
    means = [_mean(table, times, column) for column in (0, 2)]
    drawn = _drawn(table, times, draws, seed) if max(units) >= LEAST_UNITS else None
    found = []
    for side in (0, 1):
        if means[side] is None:
            found.append(Estimate(None, reasons.NOBODY_SAW if side == 0 else reasons.NOT_WITHHELD, None, None, 0))
            continue
        low, high = (None, None) if drawn is None or units[side] < LEAST_UNITS else _middle(drawn[side])
        found.append(Estimate(means[side], None, low, high, counts[side]))
    return Anchoring(found[0], found[1], _difference(means, counts, units, drawn))


def _difference(
    means: list[float | None], counts: list[int], units: list[int], drawn: tuple[Floats, Floats] | None
) -> Estimate:
    shown, withheld = means
    if shown is None or withheld is None:
        reason = reasons.NOBODY_SAW if shown is None else reasons.NOT_WITHHELD
        return Estimate(None, reason, None, None, sum(counts))
    if min(units) < LEAST_UNITS or drawn is None:
        return Estimate(None, reasons.FEW_TO_COMPARE, None, None, sum(counts))
    return Estimate(shown - withheld, None, *_middle(drawn[0] - drawn[1]), sum(counts))


def _mean(table: Floats, times: Ints, column: int) -> float | None:
    answers = float((table[:, column] * times).sum())
    return float((table[:, column + 1] * times).sum()) / answers if answers else None


def _drawn(table: Floats, times: Ints, draws: int, seed: int) -> tuple[Floats, Floats]:
    """Both means of each draw; NaN where a draw has nobody of a kind."""
    means: tuple[list[Floats], list[Floats]] = ([], [])
    for weights in draws_of(times, int(times.sum()), draws, default_rng(seed)):
        sums = weights @ table
        for side, column in enumerate((0, 2)):
            means[side].append(sums[:, column + 1] / np.where(sums[:, column] > 0, sums[:, column], np.nan))
    return np.concatenate(means[0]), np.concatenate(means[1])


def _middle(figures: Floats) -> tuple[float | None, float | None]:
    low, high = np.nanpercentile(figures, [2.5, 97.5])
    return (float(low), float(high)) if high - low > 1e-12 else (None, None)
