"""How alike the texts are that people wrote, for texts and corrections."""

from collections import Counter
from collections.abc import Sequence
from typing import cast

import numpy as np

from projects.measures import reasons
from projects.measures.bootstrap import Statistic
from projects.measures.coefficients.base import Coefficient
from projects.measures.ratings import Digest
from projects.measures.table import Floats, Table
from projects.measures.values import Value
from projects.measures.within import TEXTS, edit_distances, mean_distance


def refuses(table: Table) -> str | None:
    return None if all(isinstance(value, str) for value in table.values) else reasons.NO_TEXTS


def digest(texts: Sequence[Value]) -> Digest:
    """What is kept of a unit, so that no text needs to be. Raises TypeError for what is not a text."""
    if not all(isinstance(text, str) for text in texts):
        raise TypeError(f"{reasons.NO_TEXTS}: {[text for text in texts if not isinstance(text, str)]}")
    answers = len(texts)
    if answers < 2:
        return Digest(answers, 1.0, 1.0)
    different = Counter(cast(Sequence[str], texts))
    counts = np.array(list(different.values()), dtype=float)
    same = float(counts @ (counts - 1)) / (answers * (answers - 1))
    return Digest(answers, same, _similar(list(different), counts))


def fit(table: Table) -> Statistic:
    """Mean over units of the mean similarity of two people's texts: 1 - edits / length of the longer."""
    similar = _compared(table) if table.similar is None else table.similar

    def statistic(weights: Floats) -> Floats:
        return np.asarray(weights @ similar / weights.sum(axis=1))

    return statistic


def _compared(table: Table) -> Floats:
    starts = np.flatnonzero(np.diff(table.pattern, prepend=-1))
    cells = zip(np.split(table.code, starts[1:]), np.split(table.count, starts[1:]), strict=True)
    return np.array([_similar([cast(str, table.values[code]) for code in codes], counts) for codes, counts in cells])


def _similar(texts: Sequence[str], counts: Floats) -> float:
    # Rounded, so that the order in which people answered can't be told from the last bit.
    return round(1.0 - mean_distance(counts, edit_distances(texts)), 12) if len(texts) > 1 else 1.0


EDIT_SIMILARITY = Coefficient(
    slug="edit-similarity",
    title="Edit similarity",
    fit=fit,
    within=TEXTS,
    refuses=refuses,
    chance_corrected=False,
    beside=("percent",),
    digest=digest,
)
