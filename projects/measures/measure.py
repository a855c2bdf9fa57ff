"""The agreement of one question over a set: a figure with its interval and its n, or the reason why there is none."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from projects.measures import reasons
from projects.measures.bootstrap import interval
from projects.measures.coefficients import coefficient as member
from projects.measures.coefficients.base import Coefficient
from projects.measures.ratings import Ratings
from projects.measures.reasons import Figure
from projects.measures.table import Table


@dataclass(frozen=True)
class Agreement:
    """``value`` is None exactly where ``reason`` says why; ``low`` and ``high`` (95 %) come together or not at all.

    ``units`` have two answers or more, ``single_units`` one; ``answers`` counts both. ``extras``: the coefficients
    beside this one by slug (None where undefined), and ``interval_reason`` where a value has no interval.
    """

    coefficient: str
    value: float | None
    reason: str | None
    low: float | None
    high: float | None
    units: int
    raters: int
    answers: int
    single_units: int
    extras: dict[str, Any] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """Of what JSON can hold, unrounded."""
        return asdict(self)


def ratings_for(coefficient: str, values: Sequence[Any] | None = None) -> Ratings:
    """An accumulator for this coefficient alone, which may keep less than ``Ratings(values)`` keeps.

    Texts are compared when their unit closes and then forgotten. Raises LookupError for an unknown slug.
    """
    return Ratings(values, digest=member(coefficient).digest)


def agreement(ratings: Ratings, coefficient: str, draws: int = 1000, seed: int = 0) -> Agreement:
    """Measures ``ratings``. The same ratings and seed give the same figures, in whatever order they came in.

    Never NaN: what can't be computed is None with its reason, and is not an error. Raises LookupError for an unknown
    slug, and ValueError if the ratings were kept for another coefficient (see ``ratings_for``).
    """
    measure = member(coefficient)
    table = ratings.table()
    figure = Figure(None, _missing(ratings))
    extras: dict[str, Any] = {}
    low, high = None, None
    if figure.reason is None:
        figure = _figure(measure, table)
        extras = _beside(measure, table)
    if figure.value is not None:
        found = _interval(measure, table, draws, seed)
        if isinstance(found, str):
            extras["interval_reason"] = found
        else:
            low, high = found
    return Agreement(
        coefficient=measure.slug,
        value=figure.value,
        reason=figure.reason,
        low=low,
        high=high,
        units=ratings.units,
        raters=ratings.raters,
        answers=ratings.answers,
        single_units=ratings.single_units,
        extras=extras,
    )


def _missing(ratings: Ratings) -> str | None:
    if not ratings.answers:
        return reasons.NO_ANSWERS
    if ratings.raters < 2:
        return reasons.ONE_PERSON
    return None if ratings.units else reasons.NO_OVERLAP


def _figure(measure: Coefficient, table: Table) -> Figure:
    """The point value over all units; there is at least one with two answers."""
    if table.similar is not None and measure.digest is None and measure.slug != "percent":
        raise ValueError(f"{measure.slug} needs values, and these ratings kept none")
    if reason := measure.refuses(table):
        return Figure(None, reason)
    # Where values were forgotten, the statistic itself tells.
    if measure.chance_corrected and table.similar is None and not table.varies:
        return Figure(None, reasons.NO_VARIATION)
    value = float(measure.fit(table)(table.times[None, :].astype(float))[0])
    return Figure(value) if value == value else Figure(None, reasons.NO_VARIATION)


def _interval(measure: Coefficient, table: Table, draws: int, seed: int) -> tuple[float, float] | str:
    if measure.most_values is not None and len(table.values) > measure.most_values:
        return reasons.MANY_VALUES
    return interval(measure.fit, table, draws, seed)


def _beside(measure: Coefficient, table: Table) -> dict[str, float | None]:
    """Those of the coefficients beside that can take such values."""
    others = [member(slug) for slug in measure.beside]
    return {other.slug: _figure(other, table).value for other in others if other.refuses(table) is None}
