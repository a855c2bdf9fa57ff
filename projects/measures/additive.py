"""Scores of which everybody's severity was taken off.

The model is a score = the unit's + the person's severity + chance, by least squares: the two-way layout of the analysis
of variance with empty cells (Scheffé, The Analysis of Variance, 1959, ch. 4).
"""

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from scipy.sparse import csr_array
from scipy.special import stdtrit

from projects.measures import reasons
from projects.measures.bulk import coded, last_of_each
from projects.measures.graph import parts_of
from projects.measures.table import Floats, Ints

# A person's variance rests on this many scores of an average person besides their own, and makes them count at most so
# many times as much as the average, or as little.
PRIOR = 10.0
MOST = 4.0


@dataclass(frozen=True)
class Corrected:
    """``mean`` as given; ``value`` with severities taken off, None where there is no severity to take off. ``low`` and
    ``high`` (95 %) come together or not at all.
    """

    mean: float
    value: float | None
    low: float | None
    high: float | None
    answers: int


@dataclass(frozen=True)
class Severity:
    """How many points above the mean of the people in the same part one rates; ``value`` is None exactly where
    ``reason`` says why.
    """

    value: float | None
    reason: str | None
    low: float | None
    high: float | None
    answers: int


@dataclass(frozen=True)
class Part:
    """Units and raters that a chain of shared units joins. Only within a part can anything be compared."""

    units: dict[Hashable, Corrected]
    raters: dict[Hashable, Severity]


@dataclass(frozen=True)
class Parts:
    """``reason`` is None if everything hangs together: then there is one part."""

    parts: tuple[Part, ...]
    reason: str | None


def corrected(units: ArrayLike, raters: ArrayLike, scores: ArrayLike, *, reliability: bool = False) -> Parts:
    """Parallel arrays (n,); of several scores of a rater for a unit the last counts. NaN is no score.

    Severities add up to 0 within a part, so a corrected score is what the average person of the part would give. It is
    linear: at the ends of a scale, where nobody can be severe, it takes off too much. Intervals are by t, with one
    variance for everybody. Memory grows with the square of the people in a part.

    With ``reliability`` a person counts by the inverse of their own variance (``_weights``), so that a score that is
    mostly chance moves little. Intervals take these weights for known.
    """
    unit_names, unit, rater_names, rater, score = coded_scores(units, raters, scores)
    if not score.size:
        return Parts((), reasons.NO_ANSWERS)
    part = parts_of(unit, len(unit_names) + rater, len(unit_names) + len(rater_names))
    own, found = part[unit], []
    for which in np.unique(own):
        here = own == which
        found.append(_part(unit_names, rater_names, unit[here], rater[here], score[here], reliability))
    return Parts(tuple(found), None if len(found) == 1 else reasons.APART)


def coded_scores(
    units: ArrayLike, raters: ArrayLike, scores: ArrayLike
) -> tuple[list[Any], Ints, list[Any], Ints, Floats]:
    """Names and codes of the units, of the raters, and the scores: each person's last of each unit, without NaN."""
    unit_names, unit = coded(units)
    rater_names, rater = coded(raters)
    score = np.asarray(scores, dtype=float)
    if not unit.shape == rater.shape == score.shape or unit.ndim != 1:
        raise ValueError("units, raters and scores must be of one length")
    last = last_of_each(unit * max(1, len(rater_names)) + rater)
    if last is not None:
        unit, rater, score = unit[last], rater[last], score[last]
    there = ~np.isnan(score)
    return unit_names, unit[there], rater_names, rater[there], score[there]


@dataclass(frozen=True)
class Fit:
    """``worth`` (units,) and ``severity`` (raters,), which adds up to 0, of one connected part; ``left`` (n,) is what
    they don't explain, with ``freedom`` degrees; ``spread`` (raters, raters) is the severities' covariance for a
    variance of 1.
    """

    worth: Floats
    severity: Floats
    left: Floats
    freedom: int
    spread: Floats


def fitted(unit: Ints, rater: Ints, score: Floats, weight: Floats | None = None) -> Fit:
    """Least squares over one connected part. Codes must be 0, 1, … without gaps. ``weight`` (n,): how much each score
    counts, more than 0; without it, all alike."""
    units, raters = int(unit.max()) + 1, int(rater.max()) + 1
    w = np.ones(score.size) if weight is None else weight
    size = np.bincount(unit, w, units).astype(float)
    middle = float(score.mean())
    x = score - middle
    mean = np.bincount(unit, w * x, units) / size
    # With the units' worth put in terms of the severities, these remain, known up to a constant.
    laplacian = np.diag(np.bincount(rater, w, raters).astype(np.float64)) - _together(unit, rater, w, size, raters)
    beyond = np.bincount(rater, w * (x - mean[unit]), raters).astype(float)
    ones = np.full((raters, raters), 1.0 / raters)
    spread = np.linalg.inv(laplacian + ones)
    severity: Floats = spread @ beyond
    severity -= severity.mean()
    freedom = int(score.size) - units - raters + 1
    worth = mean - np.bincount(unit, w * severity[rater], units) / size
    return Fit(worth + middle, severity, x - worth[unit] - severity[rater], freedom, spread - ones)


def _weights(unit: Ints, rater: Ints, score: Floats) -> Floats:
    """(n,): how much each score counts, by the person who gave it: the variance of all over the person's own.

    Variances are drawn towards that of all as if by ``PRIOR`` more scores, and a weight stays between 1 / ``MOST`` and
    ``MOST``: without both, one who happens to fit would soon count alone. Found by turns with the fit, from weights
    that are all 1 (iterated weighted least squares).
    """
    weight = np.ones(score.size)
    first = fitted(unit, rater, score)
    if first.freedom < 1:
        return weight
    pooled = float(first.left @ first.left) / first.freedom
    if pooled < 1e-12:  # nothing is left to chance: everybody is as reliable
        return weight
    given = np.bincount(rater).astype(float)
    free = given * first.freedom / score.size
    found, own = first, np.ones(given.size)
    for _ in range(20):
        squares = np.bincount(rater, found.left**2, given.size)
        before, own = own, np.clip((free + PRIOR) * pooled / (squares + PRIOR * pooled), 1.0 / MOST, MOST)
        weight = own[rater]
        if np.abs(own - before).max() < 1e-3:
            break
        found = fitted(unit, rater, score, weight)
    return weight


def _together(unit: Ints, rater: Ints, weight: Floats, size: Floats, raters: int) -> Floats:
    """(raters, raters): over the units that both rated, the sum of the product of their weights / the unit's."""
    given = csr_array((weight * np.sqrt(1.0 / size[unit]), (unit, rater)), shape=(size.size, raters))
    return np.asarray((given.T @ given).toarray())


def _part(
    unit_names: list[Any], rater_names: list[Any], unit: Ints, rater: Ints, score: Floats, reliability: bool
) -> Part:
    which_units, unit = np.unique(unit, return_inverse=True)
    which_raters, rater = np.unique(rater, return_inverse=True)
    people, answers = np.bincount(rater), np.bincount(unit)
    names = [unit_names[place] for place in which_units]
    plain = np.bincount(unit, score) / answers
    if len(which_raters) == 1:
        kept = zip(names, plain, answers, strict=True)
        alone = Severity(None, reasons.ALONE, None, None, int(people[0]))
        return Part(
            {name: Corrected(float(m), None, None, None, int(n)) for name, m, n in kept},
            {rater_names[which_raters[0]]: alone},
        )
    weight = _weights(unit, rater, score) if reliability else np.ones(score.size)
    fit = fitted(unit, rater, score, weight)
    half_unit, half_rater = _halves(fit, unit, rater, weight)

    def ends(value: float, half: float) -> tuple[float | None, float | None]:
        return (None, None) if np.isnan(half) else (float(value - half), float(value + half))

    return Part(
        {
            name: Corrected(float(m), float(x), *ends(x, w), int(n))
            for name, m, x, w, n in zip(names, plain, fit.worth, half_unit, answers, strict=True)
        },
        {
            rater_names[place]: Severity(float(x), None, *ends(x, w), int(n))
            for place, x, w, n in zip(which_raters, fit.severity, half_rater, people, strict=True)
        },
    )


def _halves(fit: Fit, unit: Ints, rater: Ints, weight: Floats) -> tuple[Floats, Floats]:
    """Half the widths of the intervals of units and raters; NaN if nothing is left to estimate the variance from."""
    raters, size = fit.severity.size, np.bincount(unit, weight).astype(float)
    if fit.freedom < 1:
        return np.full(size.size, np.nan), np.full(raters, np.nan)
    sure = float(stdtrit(fit.freedom, 0.975)) * np.sqrt(fit.left @ (weight * fit.left) / fit.freedom)
    # Over all pairs of answers of a unit: the covariance of its two people.
    order = np.argsort(unit, kind="stable")
    owner, person, w = unit[order], rater[order], weight[order]
    within = np.bincount(owner, w**2 * np.diag(fit.spread)[person], size.size).astype(float)
    here, apart = np.arange(owner.size), 1
    while here.size:
        here = here[here + apart < owner.size]
        here = here[owner[here] == owner[here + apart]]
        both = w[here] * w[here + apart] * fit.spread[person[here], person[here + apart]]
        within += 2 * np.bincount(owner[here], both, size.size)
        apart += 1
    within /= size**2
    return sure * np.sqrt(1.0 / size + within), sure * np.sqrt(np.diag(fit.spread))
