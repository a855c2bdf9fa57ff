"""Taste or noise: of what the disagreement on a subjective scale is made.

Two people who score the same unit differ because one is more severe (severity), because they like different things
(taste), or because nobody answers twice the same (noise). The disagreement is half the mean squared difference of two
people's scores of one unit, a variance in points of the scale squared, and the parts add up to it:

    severity    what goes when everybody's severity is taken off (``additive``)
    groups      what goes when severity and units are fitted within each group of like taste by itself
    own         the rest less the noise: what a person likes that no group shares
    noise       half the mean squared difference of a person's two answers to one unit

Without repeated answers the last two can't be told apart, and stand together as ``unsplit``. Groups are claimed only if
a permutation test supports them; else all taste is own. Scores are taken for numbers of equal steps.
"""

from collections.abc import Hashable
from dataclasses import dataclass

import numpy as np
from numpy.random import Generator, default_rng
from numpy.typing import ArrayLike

from projects.measures import reasons
from projects.measures.additive import coded_scores, fitted
from projects.measures.clusters import grouping
from projects.measures.graph import parts_of
from projects.measures.intervals import Estimate
from projects.measures.table import Floats, Ints

LEAST_UNITS = 20
LEAST_REPEATS = 10
SUPPORTED = 0.05


@dataclass(frozen=True)
class Disagreement:
    """Variances, each with its interval over resampled units, or None with its reason.

    ``total`` = severity + groups + own + noise, or severity + groups + unsplit without repeats; without groups theirs
    counts as 0. A part that is about 0 can come out below.

    ``members``: the groups of raters, largest first, empty if none are supported; ``chance``: how often scores without
    groups look as grouped (None if not tested).
    """

    total: Estimate
    severity: Estimate
    groups: Estimate
    own: Estimate
    noise: Estimate
    unsplit: Estimate
    members: tuple[tuple[Hashable, ...], ...]
    chance: float | None

    def share(self, part: str) -> float | None:
        """Of the whole, 0 to 1: of ``severity``, ``groups``, ``own``, ``noise`` or ``unsplit``."""
        value = getattr(self, part).value
        return None if value is None or not self.total.value else min(1.0, max(0.0, value / self.total.value))


@dataclass(frozen=True)
class _Scores:
    """Codes (n,) of units and raters, scores, each person's first answer to each unit."""

    unit: Ints
    rater: Ints
    score: Floats

    def take(self, here: Ints) -> "_Scores":
        return _Scores(self.unit[here], self.rater[here], self.score[here])


def taste_or_noise(
    units: ArrayLike, raters: ArrayLike, scores: ArrayLike, repeats: ArrayLike = (), *, draws: int = 200, seed: int = 0
) -> Disagreement:
    """Parallel arrays (n,), one score a person and unit. ``repeats`` (r, 2): a person's two answers to one unit, the
    second given blindly; 10 at least.

    Needs 20 units with two answers, and one connected part. Deterministic for a seed and the order of the arrays.
    """
    _, unit, names, rater, score = coded_scores(units, raters, scores)
    size = np.bincount(unit) if unit.size else np.zeros(0, dtype=np.int64)
    several = size[unit] > 1 if unit.size else np.zeros(0, dtype=bool)
    _, unit = np.unique(unit[several], return_inverse=True)
    whom, rater = np.unique(rater[several], return_inverse=True)
    kept = _Scores(unit, rater, score[several])
    if reason := _refused(kept):
        missing = Estimate(None, reason, None, None, int(unit.max()) + 1 if unit.size else 0)
        return Disagreement(missing, missing, missing, missing, missing, missing, (), None)
    random = default_rng(seed)
    fit = fitted(kept.unit, kept.rater, kept.score)
    group, chance = grouping(kept.unit, kept.rater, fit.left, random)
    supported = chance is not None and chance <= SUPPORTED
    group = group if supported else np.zeros_like(group)
    members = [tuple(names[whom[one]] for one in np.flatnonzero(group == which)) for which in range(group.max() + 1)]
    again = np.asarray(repeats, dtype=float).reshape(-1, 2)
    figures = _resampled(kept, group, again, draws, random)
    return _told(_parts(kept, group, again), figures, kept, len(again), tuple(members) if supported else (), chance)


def _refused(kept: _Scores) -> str | None:
    if not kept.unit.size:
        return reasons.NO_OVERLAP
    units = int(kept.unit.max()) + 1
    if units < LEAST_UNITS:
        return reasons.FEW_FOR_TASTE
    part = parts_of(kept.unit, units + kept.rater, units + int(kept.rater.max()) + 1)
    return reasons.APART if part.max() > 0 else None


def _parts(kept: _Scores, group: Ints, repeats: Floats) -> Floats:
    """total, severity, groups, own, noise, unsplit; NaN where undefined."""
    size = np.bincount(kept.unit)
    mean = np.bincount(kept.unit, kept.score) / np.maximum(size, 1)
    off = kept.score - mean[kept.unit]
    # Within units of any size, each answer beyond the first is one degree of freedom.
    total = float(off @ off) / (size.sum() - np.count_nonzero(size))
    level = _left(kept, np.zeros_like(group))
    within = level if not group.any() else _left(kept, group)
    noise = float(np.mean((repeats[:, 0] - repeats[:, 1]) ** 2) / 2) if len(repeats) >= LEAST_REPEATS else np.nan
    return np.array([total, total - level, level - within, within - noise, noise, within])


def _left(kept: _Scores, group: Ints) -> float:
    """Variance that is left when each group has units and severities of its own; NaN if nothing is left over."""
    squares, freedom = 0.0, 0
    own = group[kept.rater]
    for which in np.unique(own):
        part = kept.take(np.flatnonzero(own == which))
        _, unit = np.unique(part.unit, return_inverse=True)
        _, rater = np.unique(part.rater, return_inverse=True)
        pieces = parts_of(unit, unit.max() + 1 + rater, int(unit.max() + rater.max()) + 2)[unit]
        for piece in np.unique(pieces):
            here = pieces == piece
            fit = fitted(_packed(unit[here]), _packed(rater[here]), part.score[here])
            squares, freedom = squares + float(fit.left @ fit.left), freedom + fit.freedom
    return squares / freedom if freedom > 0 else np.nan


def _packed(codes: Ints) -> Ints:
    return np.asarray(np.unique(codes, return_inverse=True)[1], dtype=np.int64)


def _resampled(kept: _Scores, group: Ints, repeats: Floats, draws: int, random: Generator) -> Floats:
    """(draws, parts): units, and repeats, drawn again; the groups stay as they were found."""
    order = np.argsort(kept.unit, kind="stable")
    begins = np.searchsorted(kept.unit[order], np.arange(kept.unit.max() + 2))
    size, units, figures = np.diff(begins), len(begins) - 1, []
    for _ in range(draws):
        drawn = random.integers(0, units, units)
        start = np.repeat(begins[drawn] - np.concatenate([[0], np.cumsum(size[drawn])[:-1]]), size[drawn])
        here = order[start + np.arange(size[drawn].sum())]
        again = repeats[random.integers(0, len(repeats), len(repeats))] if len(repeats) else repeats
        copy = _Scores(np.repeat(np.arange(units), size[drawn]), kept.rater[here], kept.score[here])
        figures.append(_parts(copy, group, again))
    return np.array(figures).reshape(-1, 6)


def _told(
    values: Floats,
    figures: Floats,
    kept: _Scores,
    repeats: int,
    members: tuple[tuple[Hashable, ...], ...],
    chance: float | None,
) -> Disagreement:
    units = int(kept.unit.max()) + 1
    missing = {2: reasons.NO_GROUPS, 3: reasons.FEW_REPEATS, 4: reasons.FEW_REPEATS}
    ordered = sorted(members, key=lambda group: (-len(group), tuple(map(str, group))))

    def told(place: int) -> Estimate:
        value, of = float(values[place]), repeats if place == 4 else units
        if np.isnan(value) or (place == 2 and not members):
            return Estimate(None, missing.get(place, reasons.NO_FREEDOM), None, None, of)
        drawn = figures[:, place][np.isfinite(figures[:, place])]
        if not drawn.size or drawn.size < 0.95 * len(figures):
            return Estimate(value, None, None, None, of)
        # A resample holds units twice, which makes chance look like severity: the spread counts, not the middle.
        low, high = np.percentile(drawn, [2.5, 97.5]) - (drawn.mean() - value)
        return Estimate(value, None, float(low), float(high), of)

    return Disagreement(told(0), told(1), told(2), told(3), told(4), told(5), tuple(ordered), chance)
