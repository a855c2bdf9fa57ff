"""Groups of people who agree within and differ between, and whether there are any."""

import numpy as np
from numpy.random import Generator
from scipy.sparse import csr_array

from projects.measures.additive import fitted
from projects.measures.table import Floats, Ints

LEAST_SHARED = 5
LEAST_PEOPLE = 6
LEAST_MEMBERS = 2
PERMUTATIONS = 199


def grouping(unit: Ints, rater: Ints, left: Floats, random: Generator) -> tuple[Ints, float | None]:
    """(raters,) groups from 0, the largest first, and how often scores without groups look as grouped.

    ``left`` (n,): scores less what unit and severity explain. People are alike if what is left of them goes together;
    groups are those that make the sum of likenesses within them largest (greedily, after Newman, Finding Community
    Structure in Networks Using the Eigenvectors of Matrices, 2006). For the test everybody's leftovers are shuffled
    among their own units, fitted again, and grouped in the same way, so that searching gains nothing. Of groupings
    whose sums lie within twice the spread that shuffling makes, the one with fewest groups counts. None, with one
    group, below 6 people.
    """
    people = int(rater.max()) + 1
    alone = np.zeros(people, dtype=np.int64)
    if people < LEAST_PEOPLE:
        return alone, None
    order = np.argsort(rater, kind="stable")
    unit, rater, left = unit[order], rater[order], left[order]
    alike = _alike(unit, rater, left)
    group, worth = _split(alike)
    by_chance = []
    for _ in range(PERMUTATIONS):
        shuffled = left[np.lexsort((random.random(left.size), rater))]
        by_chance.append(_split(_alike(unit, rater, fitted(unit, rater, shuffled).left))[1])
    group = _by_size(_fewest(alike, group, worth - 2 * float(np.std(by_chance))))
    return group, (1 + sum(one >= worth for one in by_chance)) / (1 + PERMUTATIONS)


def _by_size(group: Ints) -> Ints:
    """The same groups, numbered from the largest."""
    _, group = np.unique(group, return_inverse=True)
    ranks = np.argsort(np.argsort(-np.bincount(group), kind="stable"), kind="stable")
    return np.asarray(ranks[group], dtype=np.int64)


def _fewest(alike: Floats, group: Ints, enough: float) -> Ints:
    """Groups made one, two at a time where that costs least, as long as the sum within stays ``enough``; two remain."""
    while (which := np.unique(group)).size > 2:
        pairs = [(one, other) for place, one in enumerate(which) for other in which[place + 1 :]]
        joined = [_moved(alike, np.where(group == other, one, group), new=False) for one, other in pairs]
        best = max(joined, key=lambda found: _within(alike, found))
        if _within(alike, best) < enough:
            break
        group = best
    return group


def _alike(unit: Ints, rater: Ints, left: Floats) -> Floats:
    """(raters, raters): Fisher's z of the correlation of what is left, times the root of the shared units; 0 on the
    diagonal and for people who share fewer than 5.
    """
    shape = (int(unit.max()) + 1, int(rater.max()) + 1)
    table, there = (
        csr_array((left, (unit, rater)), shape=shape),
        csr_array((np.ones(left.size), (unit, rater)), shape=shape),
    )
    both, products = (there.T @ there).toarray(), (table.T @ table).toarray()
    squares = (table.multiply(table).T @ there).toarray()
    r = products / np.sqrt(np.maximum(squares * squares.T, 1e-300))
    z = np.arctanh(np.clip(r, -0.99, 0.99)) * np.sqrt(np.maximum(both - 3, 0))
    z[both < LEAST_SHARED] = 0.0
    np.fill_diagonal(z, 0.0)
    return np.asarray(z)


def _split(alike: Floats) -> tuple[Ints, float]:
    """Groups of the largest sum of likenesses within, and that sum. Nobody is a group alone: they go where they fit."""
    starts = (np.linalg.eigh(alike)[1][:, -1] > 0).astype(np.int64), _merged(alike, np.arange(len(alike)))
    ends = [_merged(alike, _moved(alike, start)) for start in starts]
    group = max(ends, key=lambda found: _within(alike, found))
    for _ in range(len(alike)):
        sizes = np.bincount(group)
        if np.all(sizes[sizes > 0] >= LEAST_MEMBERS):
            break
        lone = int(np.flatnonzero(sizes[group] < LEAST_MEMBERS)[0])
        gain = np.array(
            [
                alike[lone, group == which].sum() if which != group[lone] and size else -np.inf
                for which, size in enumerate(sizes)
            ]
        )
        group[lone] = int(gain.argmax())
    return group, _within(alike, group)


def _within(alike: Floats, group: Ints) -> float:
    return float(alike[group[:, None] == group].sum() / 2)


def _merged(alike: Floats, group: Ints) -> Ints:
    """Two groups at a time made one, where that adds most, until nothing adds."""
    _, group = np.unique(group, return_inverse=True)
    groups = int(group.max()) + 1
    member = np.zeros((len(alike), groups))
    member[np.arange(len(alike)), group] = 1.0
    between = member.T @ alike @ member
    np.fill_diagonal(between, -np.inf)
    while True:
        one, other = divmod(int(between.argmax()), groups)
        if between[one, other] <= 1e-9:
            return np.asarray(group, dtype=np.int64)
        between[one] += between[other]
        between[:, one] += between[:, other]
        between[other], between[:, other], between[one, one] = -np.inf, -np.inf, -np.inf
        group[group == other] = one


def _moved(alike: Floats, group: Ints, new: bool = True) -> Ints:
    """One person at a time to the group, or into a ``new`` one, where that adds most, until nothing adds."""
    people = len(alike)
    group, everybody = group.copy(), np.arange(people)
    member = np.zeros((people, people))
    member[everybody, group] = 1.0
    within = alike @ member
    if not new:
        within[:, member.sum(axis=0) == 0] = -np.inf
    for _ in range(20 * people):
        gain = within - within[everybody, group][:, None]
        person, to = divmod(int(gain.argmax()), people)
        if gain[person, to] <= 1e-9:
            break
        within[:, group[person]] -= alike[:, person]
        within[:, to] += alike[:, person]
        group[person] = to
    return group
