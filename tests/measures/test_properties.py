"""What must hold for any ratings (hypothesis), and the `krippendorff` package as an oracle."""

from typing import Any, Literal

import krippendorff
import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from projects.measures import Agreement, Ratings, agreement, disagreement, ratings_for
from tests.measures.make import ratings_of

Level = Literal["nominal", "ordinal", "interval", "ratio"]
ALPHAS: dict[str, Level] = {
    "alpha-nominal": "nominal",
    "alpha-ordinal": "ordinal",
    "alpha-interval": "interval",
    "alpha-ratio": "ratio",
}
NUMERIC = [*ALPHAS, "ac1", "ac2", "ac2-quadratic", "percent"]
SCALE = range(1, 6)
Matrix = list[list[int | None]]


@st.composite
def matrices(draw: st.DrawFn, least: int = 1) -> Matrix:
    """Up to five people by twelve units, points of a scale or nothing."""
    units = draw(st.integers(least, 12))
    cell = st.one_of(st.none(), st.integers(1, 5), st.integers(1, 5))
    return draw(st.lists(st.lists(cell, min_size=units, max_size=units), min_size=2, max_size=5))


def found(rows: Matrix, slug: str, values: Any = SCALE, draws: int = 0) -> Agreement:
    return agreement(ratings_of(rows, values), slug, draws=draws)


def same(one: Agreement, other: Agreement) -> None:
    """Figures up to the last bits, and everything else exactly."""
    assert one.value == (None if other.value is None else pytest.approx(other.value, abs=1e-9))
    assert (one.reason, one.units, one.raters, one.answers) == (other.reason, other.units, other.raters, other.answers)


@given(matrices(), st.sampled_from(list(ALPHAS)))
def test_alpha_is_that_of_an_independent_package(rows: Matrix, slug: str) -> None:
    mine = found(rows, slug)
    data = np.array([[np.nan if value is None else value for value in row] for row in rows], dtype=float)
    pairable = data[:, np.sum(~np.isnan(data), axis=0) > 1]
    if len(np.unique(pairable[~np.isnan(pairable)])) < 2:
        assert mine.value is None
    else:
        theirs = krippendorff.alpha(data, level_of_measurement=ALPHAS[slug])
        assert mine.value == pytest.approx(float(theirs), abs=1e-9)


@given(matrices(), st.sampled_from(NUMERIC), st.randoms())
def test_who_is_who_and_which_is_which_changes_nothing(rows: Matrix, slug: str, random: Any) -> None:
    units = list(range(len(rows[0])))
    random.shuffle(units)
    shuffled = [[row[unit] for unit in units] for row in random.sample(rows, len(rows))]
    assert found(rows, slug, draws=30) == found(shuffled, slug, draws=30)


@given(matrices(), st.sampled_from(NUMERIC), st.lists(st.integers(1, 5), max_size=5))
def test_units_with_one_answer_change_their_count_alone(rows: Matrix, slug: str, singles: list[int]) -> None:
    assume(not slug.startswith("ac"))  # its shares of values are those of all answers
    ratings = ratings_of(rows, SCALE)
    plain = agreement(ratings, slug, draws=30)
    assume(plain.reason is None)
    for single in singles:
        ratings.add_unit({0: single})
    more = agreement(ratings, slug, draws=30)
    # A value that only single answers hold adds an empty column, and sums over columns differ in their last bit.
    for one, other in ((more.value, plain.value), (more.low, plain.low), (more.high, plain.high)):
        assert one == (None if other is None else pytest.approx(other, abs=1e-9))
    assert more.units == plain.units
    assert (more.single_units, more.answers) == (plain.single_units + len(singles), plain.answers + len(singles))


@given(matrices(), st.permutations(["v", "w", "x", "y", "z"]), st.sampled_from(["alpha-nominal", "ac1", "percent"]))
def test_labels_are_but_names(rows: Matrix, names: list[str], slug: str) -> None:
    renamed = [[None if value is None else names[value - 1] for value in row] for row in rows]
    same(found(rows, slug), agreement(ratings_of(renamed, names), slug, draws=0))


@given(matrices(), st.integers(-50, 50), st.sampled_from([-3, -1, 2, 10]))
def test_interval_alpha_knows_neither_zero_nor_unit(rows: Matrix, shift: int, factor: int) -> None:
    moved = [[None if value is None else value * factor + shift for value in row] for row in rows]
    same(found(rows, "alpha-interval"), found(moved, "alpha-interval", None))


@given(matrices(), st.sampled_from([0.25, 3.0, 1000.0]))
def test_ratio_alpha_knows_no_unit(rows: Matrix, factor: float) -> None:
    moved: Any = [[None if value is None else value * factor for value in row] for row in rows]
    same(found(rows, "alpha-ratio"), found(moved, "alpha-ratio", None))


@given(matrices(), st.lists(st.integers(1, 1000), min_size=5, max_size=5, unique=True))
def test_ordinal_alpha_knows_the_order_alone(rows: Matrix, points: list[int]) -> None:
    points.sort()
    moved = [[None if value is None else points[value - 1] for value in row] for row in rows]
    same(found(rows, "alpha-ordinal"), found(moved, "alpha-ordinal", None))
    reverse = [[None if value is None else 6 - value for value in row] for row in rows]
    same(found(rows, "alpha-ordinal"), found(reverse, "alpha-ordinal"))


@given(matrices(), st.sampled_from(list(ALPHAS)), st.integers(2, 4))
def test_all_units_again_change_alpha_by_the_finite_size_alone(rows: Matrix, slug: str, times: int) -> None:
    """The shares are the same; what is expected by chance is n / (n - 1) of what it would be without end."""
    once, more = found(rows, slug), found([row * times for row in rows], slug)
    assert (once.reason, once.units * times) == (more.reason, more.units)
    if once.value is not None and more.value is not None:
        sizes = [one.answers - one.single_units for one in (once, more)]
        growth = (1 - 1 / sizes[1]) / (1 - 1 / sizes[0])
        assert 1 - more.value == pytest.approx((1 - once.value) * growth, abs=1e-9)


@given(matrices(), st.sampled_from(NUMERIC))
@settings(max_examples=50)
def test_one_by_one_unit_by_unit_and_in_bulk_are_the_same(rows: Matrix, slug: str) -> None:
    streamed, by_unit = Ratings(SCALE), Ratings(SCALE)
    cells = [(unit, rater, row[unit]) for unit in range(len(rows[0])) for rater, row in enumerate(rows)]
    for unit, rater, value in cells:
        streamed.add(unit, rater, value)
        if rater == len(rows) - 1 and unit % 2:
            streamed.close_unit(unit)
    for unit in range(len(rows[0])):
        by_unit.add_unit({rater: row[unit] for rater, row in enumerate(rows)})
    units, raters, values = zip(*cells, strict=True)
    numbers = np.array([np.nan if value is None else value for value in values])
    objects = np.empty(len(values), dtype=object)
    objects[:] = values
    expected = agreement(streamed, slug, draws=30)
    everything = [by_unit, *(Ratings.from_arrays(units, raters, array, SCALE) for array in (numbers, objects, values))]
    for ratings in everything:
        assert agreement(ratings, slug, draws=30) == expected
        assert ratings.distribution() == streamed.distribution()
    streamed.close()
    assert agreement(streamed, slug, draws=30) == expected


@given(st.lists(st.lists(st.sets(st.sampled_from("abcd")), min_size=2, max_size=4), min_size=2, max_size=6))
def test_sets_are_measured_whatever_their_order(units: list[list[set[str]]]) -> None:
    ratings, as_lists = Ratings(), Ratings()
    for answers in units:
        ratings.add_unit(dict(enumerate(answers)))
        as_lists.add_unit({rater: sorted(answer, reverse=True) for rater, answer in enumerate(answers)})
    mine = agreement(ratings, "alpha-masi", draws=30)
    assert mine == agreement(as_lists, "alpha-masi", draws=30)
    assert mine.value is None or mine.value <= 1


@given(st.lists(st.lists(st.text(max_size=8), min_size=2, max_size=4), min_size=1, max_size=6))
def test_texts_may_be_forgotten_once_their_unit_is_over(units: list[list[str]]) -> None:
    kept, forgotten = Ratings(), ratings_for("edit-similarity")
    for answers in units:
        kept.add_unit(dict(enumerate(answers)))
        forgotten.add_unit(dict(enumerate(answers)))
    same(agreement(kept, "edit-similarity", draws=0), agreement(forgotten, "edit-similarity", draws=0))


@given(st.lists(st.integers(1, 5), min_size=2, max_size=8), st.sampled_from(NUMERIC), st.randoms())
def test_the_disagreement_of_a_unit_lies_between_none_and_all(values: list[int], slug: str, random: Any) -> None:
    apart = disagreement(slug, values, SCALE)
    assert apart is not None
    assert 0 <= apart <= 1
    assert (apart == pytest.approx(0)) == (len(set(values)) == 1)
    assert disagreement(slug, random.sample(values, len(values)), SCALE) == pytest.approx(apart)


@given(matrices(), st.sampled_from(NUMERIC))
def test_a_table_is_the_same_as_its_answers_one_by_one(rows: Matrix, slug: str) -> None:
    whole = np.array([[np.nan if value is None else value for value in row] for row in rows]).T
    ratings = Ratings.from_table(whole, SCALE)
    assert agreement(ratings, slug, draws=30) == found(rows, slug, draws=30)
    assert ratings.distribution() == ratings_of(rows, SCALE).distribution()
    halves = Ratings.from_table(whole / 2, [point / 2 for point in SCALE])
    assert agreement(halves, slug, draws=0).value == agreement(ratings, slug, draws=0).value


def test_a_table_of_many_values_is_counted_by_sorting() -> None:
    table = np.random.default_rng(1).integers(0, 1001, (200, 4))
    assert agreement(Ratings.from_table(table), "alpha-interval") == agreement(
        ratings_of(table.T.tolist()), "alpha-interval"
    )
    with pytest.raises(ValueError, match="table of numbers"):
        Ratings.from_table(np.array(["a", "b"]))
