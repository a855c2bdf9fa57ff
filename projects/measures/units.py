"""One unit by itself: how far its answers differ, how far they agree, and which value they agree on.

For the order of disputes and for rules about single samples; no coefficient of agreement says anything about one unit.
``coefficient`` is the slug of the question's coefficient, whose idea of distance is used; ``values`` hold one value a
person, in any order, None where there is no answer; ``scale`` is the declared scale (or its two ends, if numbers).
All raise LookupError for an unknown slug, and ValueError for values that don't fit the scale.
"""

from collections import Counter
from collections.abc import Sequence
from enum import Enum
from typing import Any, Final, Literal

import numpy as np

from projects.measures.coefficients import coefficient as member
from projects.measures.table import Floats
from projects.measures.values import Value, frozen
from projects.measures.within import mean_distance


class Tie(Enum):
    """No value stands out. Its own type, because "tie" may be a value."""

    TIE = "tie"

    def __repr__(self) -> str:
        return "TIE"


TIE: Final = Tie.TIE


def disagreement(coefficient: str, values: Sequence[Any], scale: Sequence[Any] | None = None) -> float | None:
    """0 (all the same) to 1; None with fewer than two answers.

    Labels (alpha-nominal, ac1, percent): entropy divided by the largest that so many answers over so many options could
    have. Scales (alpha-ordinal, -interval, -ratio): the part of the scale from the lowest to the highest answer; for
    alpha-ordinal in steps of the scale, otherwise by value. Sets and texts: mean distance of two answers, by MASI and
    by edits over the length of the longer.
    """
    different, counts = _counted(values)
    if counts.sum() < 2:
        return None
    within = member(coefficient).within
    options = None if scale is None else len(scale)
    return within.disagreement(counts, within.distances(different, scale), options)


def unit_agreement(coefficient: str, values: Sequence[Any], scale: Sequence[Any] | None = None) -> float | None:
    """Mean over all pairs of answers of their closeness, 0..1; None with fewer than two answers.

    The project policy's ``min_agreement`` is compared with this. Labels (alpha-nominal, ac1, percent): the share of
    pairs that are equal, so of three people two against one give 1/3. Scales (alpha-ordinal, -interval, -ratio): 1 less
    the mean difference of two answers over the length of the scale; for alpha-ordinal in steps, otherwise by value.
    Sets (alpha-masi) and texts (edit-similarity): mean similarity of two answers.
    """
    different, counts = _counted(values)
    if counts.sum() < 2:
        return None
    within = member(coefficient).within
    return min(1.0, max(0.0, 1.0 - mean_distance(counts, within.distances(different, scale))))


def agreed_value(
    coefficient: str, values: Sequence[Any], scale: Sequence[Any] | None = None
) -> Value | Literal[Tie.TIE] | None:
    """The value that somebody gave and that is nearest to all answers together; TIE if several are; None if no answer.

    Labels: the most frequent one. Scales: the median, and TIE where the middle lies between two values. Sets (as
    frozensets) and texts: the one with the least distance to all others, so two people who differ are a TIE.
    """
    different, counts = _counted(values)
    if len(different) < 2:
        return different[0] if different else None
    away = member(coefficient).within.distances(different, scale) @ counts
    # Sums in another order differ in the last bit: what is so near is equally near.
    nearest = np.flatnonzero(away <= away.min() + 1e-9)
    return different[int(nearest[0])] if nearest.size == 1 else TIE


def _counted(values: Sequence[Any]) -> tuple[list[Value], Floats]:
    counts = Counter(given for value in values if (given := frozen(value)) is not None)
    return list(counts), np.array(list(counts.values()), dtype=float)
