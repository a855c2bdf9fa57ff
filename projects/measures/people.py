"""One person at a time: reliability, known answers, the side chosen, and answers that are all alike.

Nothing here is a verdict. Figures send work to a reviewer; they never discard it. (Severity: ``additive``.)
"""

import math
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.random import default_rng
from numpy.typing import ArrayLike

from projects.measures import reasons
from projects.measures.additive import coded_scores
from projects.measures.intervals import SURE, Estimate, beta_bounds, wilson
from projects.measures.table import Floats, Ints
from projects.measures.values import frozen

LEAST_SHARED = 10
LEAST_GOLD = 10


def reliability(units: ArrayLike, raters: ArrayLike, scores: ArrayLike) -> dict[Hashable, Estimate]:
    """Person → how their scores go with the mean of the others' (Pearson's r), each other's severity taken off.

    Parallel arrays (n,); over the units that somebody else scored too, at least 10. The person's own scores take no
    part in the means, and severity plays no part in a correlation. The interval is Fisher's, by z. Severity of the
    others is their mean distance from the other scores of their units, so that no model has to hang together.
    """
    _, unit, names, rater, score = coded_scores(units, raters, scores)
    size = np.bincount(unit) if unit.size else np.zeros(0)
    shared = size[unit] > 1
    unit, rater, score = unit[shared], rater[shared], score[shared]
    people = len(names)
    level = _levels(unit, rater, score, people)
    flat = score - level[rater]
    total, number = np.bincount(unit, flat), np.bincount(unit)
    others = (total[unit] - flat) / (number[unit] - 1)
    return {name: _correlation(score[rater == one], others[rater == one]) for one, name in enumerate(names)}


def mean_reliability(found: Iterable[Estimate]) -> Estimate:
    """One person's reliability over several scales: the mean by Fisher's z, each weighing its answers less three.

    Answers to the axes of one sample are anything but independent. The interval is therefore the widest that any
    dependence allows: standard errors add up, and not their squares. ``of``: answers on all scales. Undefined where no
    scale has a figure; the reason is that of the scale with most answers.
    """
    every = list(found)
    known = [one for one in every if one.value is not None and one.of > 3]
    if not known:
        longest = max(every, key=lambda one: one.of, default=Estimate(None, reasons.NO_ANSWERS, None, None, 0))
        return Estimate(None, longest.reason, None, None, sum(one.of for one in every))
    weights = [one.of - 3 for one in known]
    z = sum(
        weight * math.atanh(max(-1 + 1e-15, min(1 - 1e-15, one.value or 0.0)))
        for weight, one in zip(weights, known, strict=True)
    ) / sum(weights)
    half = SURE * sum(math.sqrt(weight) for weight in weights) / sum(weights)
    return Estimate(math.tanh(z), None, math.tanh(z - half), math.tanh(z + half), sum(one.of for one in known))


def _levels(unit: Ints, rater: Ints, score: Floats, people: int) -> Floats:
    """(people,): how far each one's scores lie above the other scores of the same units."""
    if not unit.size:
        return np.zeros(people)
    total, number = np.bincount(unit, score), np.bincount(unit)
    apart = score - (total[unit] - score) / (number[unit] - 1)
    answers = np.bincount(rater, minlength=people)
    return np.asarray(np.bincount(rater, apart, people) / np.maximum(answers, 1))


def _correlation(own: Floats, others: Floats) -> Estimate:
    of = int(own.size)
    if not of:
        return Estimate(None, reasons.ALONE, None, None, 0)
    if of < LEAST_SHARED:
        return Estimate(None, reasons.FEW_SHARED, None, None, of)
    own, others = own - own.mean(), others - others.mean()
    scale = math.sqrt(float(own @ own) * float(others @ others))
    if scale <= 1e-12 * of:
        return Estimate(None, reasons.NO_SPREAD, None, None, of)
    r = max(-1.0, min(1.0, float(own @ others) / scale))
    z, half = math.atanh(max(-1 + 1e-15, min(1 - 1e-15, r))), SURE / math.sqrt(of - 3)
    return Estimate(r, None, math.tanh(z - half), math.tanh(z + half), of)


def gold_score(right: int, asked: int) -> Estimate:
    """Share of known answers that were right. ``low`` and ``high`` are one-sided bounds: act on ``low`` alone.

    Undefined below 10: a coin passes four of five questions of yes or no 19 % of the time.
    """
    bounds = beta_bounds(right, asked)
    if asked < LEAST_GOLD:
        return Estimate(None, reasons.FEW_GOLD, None, None, asked)
    return Estimate(right / asked, None, bounds.low, bounds.high, asked)


def position_bias(first: int, chosen: int) -> Estimate:
    """Share of choices that fell on what was shown first, ties left out. Without bias the interval holds 0.5."""
    return share_of(first, chosen)


@dataclass(frozen=True)
class Straight:
    """``share``: annotations that gave one value on every axis. ``run``: the longest row of annotations that are the
    same throughout, and ``chance`` how often a row as long comes of the same annotations in random order; None of
    nothing.
    """

    share: Estimate
    run: int
    chance: float | None


def straight_lining(annotations: Sequence[Sequence[Any]], draws: int = 999, seed: int = 0) -> Straight:
    """One person's annotations in the order they were made: each the values of all axes, None where there is none.

    The share is over annotations of two axes or more. Hold it against other people's on the same samples: some samples
    are good at everything. A small ``chance`` says that alike annotations came in a row; one who always answers the
    same has a chance of 1 and a share of 1.
    """
    given = [tuple(frozen(value) for value in one) for one in annotations]
    several = [kept for one in given if len(kept := [value for value in one if value is not None]) > 1]
    share = share_of(sum(len(set(one)) == 1 for one in several), len(several))
    codes: dict[Any, int] = {}
    return Straight(share, *alike_in_a_row([codes.setdefault(one, len(codes)) for one in given], draws, seed))


def share_of(times: int, of: int) -> Estimate:
    """``times / of`` with its Wilson interval; undefined of nothing. Raises ValueError for more than all."""
    bounds = wilson(times, of)
    if bounds is None:
        return Estimate(None, reasons.NO_ANSWERS, None, None, 0)
    return Estimate(times / of, None, bounds.low, bounds.high, of)


def alike_in_a_row(codes: ArrayLike, draws: int = 999, seed: int = 0) -> tuple[int, float | None]:
    """``Straight``'s ``run`` and ``chance`` of annotations in their order, equal codes (n,) standing for alike ones."""
    row = np.asarray(codes)
    if not row.size:
        return 0, None
    run, random = longest_run(row), default_rng(seed)
    as_long = sum(longest_run(random.permutation(row)) >= run for _ in range(draws))
    return run, (1 + as_long) / (1 + draws)


def longest_run(codes: Ints) -> int:
    """Length of the longest row of equal neighbours."""
    changes = np.flatnonzero(np.diff(codes)) + 1
    return int(np.diff(np.concatenate([[0], changes, [codes.size]])).max())
