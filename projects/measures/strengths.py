"""Scores out of comparisons of two.

Bradley & Terry, Rank Analysis of Incomplete Block Designs (Biometrika 39, 1952): the odds that one is chosen over
another are exp(difference of their scores).
"""

from collections.abc import Hashable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from projects.measures import reasons
from projects.measures.bulk import coded
from projects.measures.graph import parts_of
from projects.measures.table import Floats

# Inverse variance of what scores are taken to be beforehand: normal around their mean, with a deviation of about 3.
# Half of all pairs would then be decided 9 to 1 or more, so that only scores that would run off are held.
RIDGE = 0.1
SURE = 1.959963984540054


@dataclass(frozen=True)
class Score:
    """In logits around the mean of all: 1 more is chosen 73 % of the time. ``low`` and ``high`` are 95 %, together or
    not at all; ``comparisons`` counts the item's own.
    """

    value: float
    low: float
    high: float
    comparisons: int


@dataclass(frozen=True)
class Scores:
    """Item → score, empty exactly where ``reason`` says why; ``parts``: the items of each part that was never compared
    with the others, if there are several.
    """

    scores: dict[Hashable, Score]
    reason: str | None
    parts: tuple[tuple[Hashable, ...], ...] = ()


def bradley_terry(first: ArrayLike, second: ArrayLike, won: ArrayLike, ridge: float = RIDGE) -> Scores:
    """Parallel arrays (n,): two items, and 1 where the first was chosen, 0 the second, 0.5 neither.

    A tie is half a win for each. Penalised maximum likelihood by Newton's method: without ``ridge`` the score of one
    that never lost has no end. Intervals are Wald's, from the curvature; they take comparisons for independent and each
    tie for a whole toss of a coin, so they are a little wide where there are many ties, and too narrow where few people
    judged much. Raises ValueError for an item against itself, a result outside 0 to 1, or a negative ridge.
    """
    left, right, wins = np.asarray(first), np.asarray(second), np.asarray(won, dtype=float)
    if not left.shape == right.shape == wins.shape or left.ndim != 1:
        raise ValueError("first, second and won must be of one length")
    if not np.all((wins >= 0) & (wins <= 1)) or ridge < 0:
        raise ValueError("a result is from 0 to 1, and the ridge is not negative")
    if not wins.size:
        return Scores({}, reasons.NO_ANSWERS)
    names, codes = coded(np.concatenate([left, right]))
    one, other = codes[: wins.size], codes[wins.size :]
    if np.any(one == other):
        raise ValueError("an item can't be compared with itself")
    part = parts_of(one, other, len(names))
    if part.max() > 0:
        members = [tuple(names[place] for place in np.flatnonzero(part == which)) for which in range(part.max() + 1)]
        return Scores({}, reasons.APART, tuple(members))
    items = len(names)
    table = np.bincount(one * items + other, wins, items**2) + np.bincount(other * items + one, 1 - wins, items**2)
    theta, curvature = _fitted(table.reshape(items, items).astype(float), ridge)
    # Scores are known up to a constant: their mean is 0, and the spread is that of differences from the mean.
    spread = np.linalg.inv(curvature + np.full((items, items), 1.0 / items))
    centred = spread - spread.mean(axis=0) - spread.mean(axis=1)[:, None] + spread.mean()
    half = SURE * np.sqrt(np.maximum(np.diag(centred), 0.0))
    own = np.bincount(codes, minlength=items)
    found = zip(names, theta, half, own, strict=True)
    return Scores({name: Score(float(x), float(x - w), float(x + w), int(n)) for name, x, w, n in found}, None)


def _fitted(table: Floats, ridge: float) -> tuple[Floats, Floats]:
    """Scores (items,) with mean 0, and the curvature (items, items) there; ``table[i, j]``: wins of i over j."""
    items = len(table)
    both, wins, theta = table + table.T, table.sum(axis=1), np.zeros(len(table))
    ones = np.full((items, items), 1.0 / items)

    def value(at: Floats) -> float:
        return float(np.sum(table * -np.logaddexp(0.0, at[None, :] - at[:, None])) - ridge / 2 * at @ at)

    now, curvature = value(theta), ones
    for _ in range(100):
        chance = 0.5 * (1.0 + np.tanh((theta[:, None] - theta[None, :]) / 2))
        slope = wins - np.sum(both * chance, axis=1) - ridge * theta
        weight = both * chance * (1.0 - chance)
        curvature = np.diag(weight.sum(axis=1) + ridge) - weight
        step = np.linalg.solve(curvature + ones, slope)
        size = 1.0
        while size > 1e-10 and value(theta + size * step) < now - 1e-12 * abs(now):
            size /= 2
        theta = theta + size * step
        theta -= theta.mean()
        now = value(theta)
        if np.abs(size * step).max() < 1e-10:
            break
    return theta, curvature
