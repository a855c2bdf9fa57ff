"""Agreement of rankings, and of choices of the best and the worst.

Positions and order lists are different things, and a figure over one is not that over the other: ``[2, 3, 1]`` as an
order list says that item 2 comes first, as positions that item 1 comes second. Everything here takes positions (1 is
first, equal ones are ties); ``positions`` makes them of an order list.
"""

from collections.abc import Hashable, Sequence

import numpy as np
from numpy.typing import ArrayLike

from projects.measures import reasons
from projects.measures.intervals import Estimate, ratio
from projects.measures.reasons import Figure
from projects.measures.table import Floats


def positions(order: Sequence[Hashable], items: Sequence[Hashable]) -> list[int]:
    """For each of ``items`` its place in ``order``, from 1. Raises ValueError unless both hold the same, once."""
    places = {item: place for place, item in enumerate(order, start=1)}
    if len(places) != len(order) or set(places) != set(items) or len(items) != len(order):
        raise ValueError(f"not an order of {list(items)}: {list(order)}")
    return [places[item] for item in items]


def kendall_w(ranks: ArrayLike) -> Figure:
    """Kendall's coefficient of concordance, 0 to 1, corrected for ties. ``ranks`` (people, items): positions.

    Kendall & Babington Smith, The Problem of m Rankings (1939). By chance it is 1 / people and not 0, so figures over
    different numbers of people can't be compared. Raises ValueError for a missing position.
    """
    table = _table(ranks)
    people, items = table.shape
    if people < 2 or items < 2:
        return Figure(None, reasons.NO_ANSWERS if not table.size else _few(people))
    tied, ranked = np.empty(people), np.empty_like(table)
    for row, given in enumerate(table):
        _, inverse, counts = np.unique(given, return_inverse=True, return_counts=True)
        ranked[row] = (np.cumsum(counts) - (counts - 1) / 2)[inverse]
        tied[row] = np.sum(counts.astype(float) ** 3 - counts)
    possible = people**2 * (items**3 - items) - people * tied.sum()
    if possible <= 0:
        return Figure(None, reasons.NO_RANKING)
    sums = ranked.sum(axis=0)
    return Figure(float(12 * np.sum((sums - sums.mean()) ** 2) / possible))


def mean_tau(ranks: ArrayLike) -> Figure:
    """Kendall's tau-b of two people, -1 to 1, averaged over all pairs of people. ``ranks`` as in ``kendall_w``.

    By chance it is 0, however many there are. People who tied everything have no tau with anybody, and take no part.
    """
    table = _table(ranks)
    people, items = table.shape
    if people < 2 or items < 2:
        return Figure(None, reasons.NO_ANSWERS if not table.size else _few(people))
    left, right = np.triu_indices(items, 1)
    signs = np.sign(table[:, left] - table[:, right])
    signs = signs[np.any(signs != 0, axis=1)]
    if len(signs) < 2:
        return Figure(None, reasons.NO_RANKING)
    both = signs @ signs.T
    length = np.sqrt(np.diag(both))
    tau = both / length[:, None] / length
    one, other = np.triu_indices(len(signs), 1)
    return Figure(float(np.mean(tau[one, other])))


def mean_tau_of(samples: Sequence[ArrayLike], draws: int = 1000, seed: int = 0) -> Estimate:
    """``mean_tau`` averaged over samples, each (people, items) of its own, with its interval over samples.

    Samples where it is undefined take no part; ``of`` counts those that do.
    """
    found = np.array([one.value for one in map(mean_tau, samples) if one.value is not None], dtype=float)
    return ratio(found, np.ones(found.size), draws, seed)


def implied_pairs(
    items: Sequence[Hashable], best: Hashable, worst: Hashable
) -> dict[tuple[Hashable, Hashable], Hashable]:
    """What a choice of the best and the worst says about pairs of items: pair, in the order of ``items`` → the better.

    Of four items it decides five of six pairs. Raises ValueError for choices that aren't among the items, or are one.
    """
    if best == worst or best not in items or worst not in items or len(set(items)) != len(items):
        raise ValueError(f"best {best!r} and worst {worst!r} must be two of {list(items)}")
    pairs = [(one, other) for place, one in enumerate(items) for other in items[place + 1 :]]
    told = [pair for pair in pairs if best in pair or worst in pair]
    return {pair: best if best in pair else pair[1 - pair.index(worst)] for pair in told}


def _table(ranks: ArrayLike) -> Floats:
    table = np.asarray(ranks, dtype=float)
    if table.size == 0:
        return np.empty((0, 0))
    if table.ndim != 2 or np.isnan(table).any():
        raise ValueError("every person must have given every item a position")
    return table


def _few(people: int) -> str:
    return reasons.ONE_PERSON if people < 2 else reasons.NO_RANKING
