"""Krippendorff's alpha over the characters of marked texts."""

from collections.abc import Sequence
from dataclasses import replace
from typing import cast

import numpy as np

from projects.measures import reasons
from projects.measures.bootstrap import Statistic
from projects.measures.coefficients import alpha
from projects.measures.coefficients.base import Coefficient
from projects.measures.coefficients.span_f1 import SPAN_F1, are_spans
from projects.measures.ratings import Digest
from projects.measures.spans import marks_of, spans_of
from projects.measures.table import ROOM, Floats, Marks, Table
from projects.measures.values import Value
from projects.measures.within import SPANS, masi


def refuses(table: Table) -> str | None:
    if table.similar is not None:
        return None if table.marks is not None else reasons.NO_SPANS
    if not all(map(are_spans, table.values)):
        return reasons.NO_SPANS
    known = all(spans_of(value).length is not None for value in cast(tuple[str, ...], table.values))
    return None if known else reasons.NO_LENGTH


def digest(values: Sequence[Value]) -> Digest:
    """What is kept of a unit: which spans match, and its characters. Raises TypeError for what are no spans, and
    ValueError for spans of a text whose length nobody says."""
    assert SPAN_F1.digest is not None
    found = SPAN_F1.digest(values)
    return found._replace(marks=marks_of(cast(Sequence[str], values))) if len(values) > 1 else found


def fit(table: Table) -> Statistic:
    """A character is a unit that everybody who saw the text has answered, by the set of labels that they put on it or
    by none; texts are resampled, with all their characters. Sets differ by MASI."""
    marks = table.marks if table.marks is not None else _marks(table)
    labels = sorted({labels for each in marks for labels, _ in each.margins})
    places = {each: place for place, each in enumerate(labels)}
    cells = [(unit, places[labels], times) for unit, each in enumerate(marks) for labels, times in each.margins]
    pattern, code, count = (np.array(column) for column in zip(*cells, strict=True)) if cells else 3 * (np.empty(0),)
    characters = replace(
        table, values=tuple(labels), pattern=pattern.astype(int), code=code.astype(int), count=count.astype(float)
    )
    answers = np.array([each.answers for each in marks], dtype=float)
    observed = np.array([each.observed for each in marks])
    sets = [frozenset(each) for each in labels]
    rows = max(1, ROOM // max(1, len(sets)))
    portions = [(at, min(len(sets), at + rows)) for at in range(0, len(sets), rows)]
    kept = {at: masi(sets, at, to) for at, to in portions[:1]}

    def statistic(weights: Floats) -> Floats:
        margins = characters.margins(weights)
        expected = np.zeros(len(weights))
        for at, to in portions:
            apart = kept[at] if at in kept else masi(sets, at, to)
            expected += np.einsum("dk,dk->d", margins[:, at:to] @ apart, margins)
        return alpha.alpha(weights @ answers, weights @ observed, expected)

    return statistic


def _marks(table: Table) -> list[Marks]:
    starts = np.flatnonzero(np.diff(table.pattern, prepend=-1))
    cells = zip(np.split(table.code, starts[1:]), np.split(table.count, starts[1:]), strict=True)
    values = cast(tuple[str, ...], table.values)
    return [
        marks_of([values[code] for code, times in zip(codes, counts, strict=True) for _ in range(int(times))])
        for codes, counts in cells
    ]


SPAN_ALPHA = Coefficient(
    slug="span-alpha",
    title="Krippendorff's alpha (characters)",
    fit=fit,
    within=SPANS,
    refuses=refuses,
    beside=("span-f1", "percent"),
    digest=digest,
)
