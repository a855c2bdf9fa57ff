"""One unit by itself: how far its answers differ.

For the order of disputes and for rules about single samples; no coefficient of agreement says anything about one unit.
"""

from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np

from projects.measures.coefficients import coefficient as member
from projects.measures.table import Floats
from projects.measures.values import Value, frozen


def disagreement(coefficient: str, values: Sequence[Any], scale: Sequence[Any] | None = None) -> float | None:
    """0 (all the same) to 1; None with fewer than two answers.

    ``coefficient`` is the slug of the question's coefficient, whose idea of distance is used; ``values`` hold one value
    a person, in any order, None where there is no answer; ``scale`` is the declared scale (or its two ends, where they
    are numbers). Raises LookupError for an unknown slug, and ValueError for values that don't fit the scale.

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


def _counted(values: Sequence[Any]) -> tuple[list[Value], Floats]:
    counts = Counter(given for value in values if (given := frozen(value)) is not None)
    return list(counts), np.array(list(counts.values()), dtype=float)
