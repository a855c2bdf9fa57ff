"""What a quick implementation gets wrong: one test for each rule."""

import pytest

from projects.measures import Ratings, agreement, cohen_kappa, fleiss_kappa, icc, reasons
from projects.measures.intraclass import FORMS
from tests.measures.make import measured, ratings_of, value_of

MISSING = [[1, 2, 3, None], [1, 2, None, 4], [None, 3, 3, 4]]


def test_units_with_one_answer_are_counted_and_change_nothing() -> None:
    with_singles = [[*MISSING[0], 9, None], [*MISSING[1], None, 1], [*MISSING[2], None, None]]
    plain, more = measured(MISSING, "alpha-interval"), measured(with_singles, "alpha-interval")
    assert (more.value, more.units) == (plain.value, plain.units)
    assert (more.single_units, more.answers) == (plain.single_units + 2, plain.answers + 2)


@pytest.mark.parametrize("coefficient", ["alpha-nominal", "alpha-ordinal", "alpha-interval", "alpha-ratio", "ac1"])
def test_one_value_everywhere_is_no_variation(coefficient: str) -> None:
    found = measured([[3, 3, 3], [3, 3, 3]], coefficient, values=[1, 2, 3, 4, 5], draws=100)
    assert (found.value, found.reason) == (None, reasons.NO_VARIATION)
    assert (found.low, found.high) == (None, None)
    assert found.extras["percent"] == 1.0


def test_one_value_everywhere_is_no_variation_even_if_single_answers_differ() -> None:
    assert measured([[3, 3, 1], [3, 3, None]], "alpha-ordinal").reason == reasons.NO_VARIATION


def test_ordinal_distances_use_the_values_that_occur_and_interval_ones_the_values_themselves() -> None:
    near, far = [[1, 2, 3, 3], [1, 2, 2, 3]], [[1, 2, 90, 90], [1, 2, 2, 90]]
    assert value_of(near, "alpha-ordinal") == pytest.approx(value_of(far, "alpha-ordinal"))
    assert value_of(near, "alpha-ordinal", range(1, 4)) == pytest.approx(value_of(near, "alpha-ordinal", range(1, 100)))
    assert value_of(near, "alpha-interval") != pytest.approx(value_of(far, "alpha-interval"))


def test_a_persons_later_answer_takes_the_place_of_the_earlier() -> None:
    ratings = Ratings()
    for unit, rater, value in [
        (1, "a", 1),
        (1, "b", 2),
        (2, "a", 2),
        (2, "b", 2),
        (1, "a", 5),
        (1, "a", 2),
        (2, "a", 1),
    ]:
        ratings.add(unit, rater, value)
    assert (ratings.answers, ratings.raters, ratings.units) == (4, 2, 2)
    assert agreement(ratings, "alpha-nominal", draws=0) == measured([[2, 1], [2, 2]], "alpha-nominal")


def test_an_answer_taken_back_is_no_answer() -> None:
    ratings = ratings_of([[1, 2], [1, 1]])
    ratings.add(1, 0, None)
    assert (ratings.units, ratings.single_units, ratings.answers) == (1, 1, 3)


def test_unsure_is_a_value_of_a_verdict() -> None:
    rows = [["yes", "no", "unsure", "yes"], ["yes", "no", "unsure", "no"]]
    without = [["yes", "no", None, "yes"], ["yes", "no", None, "no"]]
    scale = ("yes", "no", "unsure")
    assert value_of(rows, "alpha-nominal", scale) > value_of(without, "alpha-nominal", scale)
    assert value_of(rows, "percent", scale) == 0.75


def test_missing_is_missing_and_not_zero() -> None:
    assert value_of(MISSING, "alpha-interval") == pytest.approx(0.9130, abs=5e-5)
    filled = [[value or 0 for value in row] for row in MISSING]
    assert value_of(filled, "alpha-interval") == pytest.approx(0.0067, abs=5e-5)


def test_a_scale_sorts_by_its_declared_order_and_never_as_text() -> None:
    rows = [[9, 10, 2, 1, 5], [10, 9, 2, 1, 5]]
    words = [[str(value) for value in row] for row in rows]
    in_order = [str(value) for value in range(1, 11)]
    assert value_of(rows, "alpha-ordinal") == pytest.approx(0.91, abs=5e-3)
    assert value_of(words, "alpha-ordinal", in_order) == pytest.approx(value_of(rows, "alpha-ordinal"))
    assert value_of(words, "alpha-ordinal", sorted(in_order)) == pytest.approx(0.19, abs=5e-3)
    assert measured(words, "alpha-ordinal").reason == reasons.NO_ORDER


def test_a_scale_may_be_declared_in_another_order_than_by_size() -> None:
    rows = [[1, 2, 3, 1], [1, 3, 3, 2]]
    assert value_of(rows, "alpha-ordinal", [2, 1, 3]) != pytest.approx(value_of(rows, "alpha-ordinal", [1, 2, 3]))
    assert value_of(rows, "alpha-ordinal", [3, 2, 1]) == pytest.approx(value_of(rows, "alpha-ordinal", [1, 2, 3]))


def test_where_one_answer_dominates_ac1_stays_and_kappa_falls() -> None:
    first = ["yes"] * 118 + ["no"] * 5 + ["yes"] * 2
    second = ["yes"] * 118 + ["yes"] * 5 + ["no"] * 2
    found = measured([first, second], "alpha-nominal", ("yes", "no"))
    assert found.value is not None
    assert found.value < 0
    assert found.extras["percent"] == pytest.approx(0.944, abs=5e-4)
    assert found.extras["ac1"] == pytest.approx(0.941, abs=5e-4)
    assert cohen_kappa(first, second).value == pytest.approx(-0.023, abs=5e-4)


def test_severity_is_disagreement_for_some_measures_and_not_for_others() -> None:
    first = [3, 5, 6, 7, 8, 9]
    second = [value - 2 for value in first]
    scores = list(zip(first, second, strict=True))
    expected = {"3,1": 1.0, "2,1": 0.70, "1,1": 0.6471}
    for form, value in expected.items():
        assert icc(scores, form).value == pytest.approx(value, abs=5e-5), form  # type: ignore[arg-type]
    assert value_of([first, second], "alpha-interval") == pytest.approx(0.625, abs=5e-4)


def test_unequal_numbers_of_people_leave_fleiss_undefined_and_alpha_not() -> None:
    assert fleiss_kappa([[2, 1], [1, 1]]) == (None, reasons.UNEQUAL)
    assert measured([[0, 0], [0, 1], [1, None]], "alpha-nominal").value is not None


def test_without_overlap_there_is_a_reason_and_no_figure() -> None:
    assert measured([[], []], "alpha-nominal").reason == reasons.NO_ANSWERS
    assert measured([[1, 2, 3]], "alpha-nominal").reason == reasons.ONE_PERSON
    assert measured([[1, None], [None, 2]], "alpha-nominal").reason == reasons.NO_OVERLAP


def test_no_interval_below_ten_units() -> None:
    nine = [[1, 2, 1, 2, 1, 2, 1, 2, 1], [1, 2, 1, 2, 2, 2, 1, 2, 1]]
    found = measured(nine, "alpha-nominal", draws=200)
    assert found.value is not None
    assert (found.low, found.extras["interval_reason"]) == (None, reasons.FEW_UNITS)
    ten = measured([[*row, 1] for row in nine], "alpha-nominal", draws=200)
    assert ten.low is not None and ten.high is not None and ten.value is not None
    assert ten.low <= ten.value <= ten.high


def test_an_interval_is_not_made_of_the_few_draws_that_varied() -> None:
    """One unit of thirty differs: a third of all draws miss it, and leaving them out would tell a tale."""
    rows = [["a"] * 30, ["b", *["a"] * 29]]
    found = measured(rows, "alpha-nominal", draws=300)
    assert (found.low, found.extras["interval_reason"]) == (None, reasons.FEW_VARIED)


def test_intraclass_correlations_say_why_they_are_undefined() -> None:
    for form in FORMS:
        assert icc([[1.0, float("nan")], [2.0, 3.0]], form) == (None, reasons.INCOMPLETE)
        assert icc([[1], [2]], form) == (None, reasons.ONE_PERSON)
        assert icc([[2, 2], [2, 2]], form) == (None, reasons.NO_VARIATION)
    with pytest.raises(ValueError, match="no form"):
        icc([[1, 2], [2, 3]], "4,1")  # type: ignore[arg-type]


def test_kappas_say_why_they_are_undefined() -> None:
    assert cohen_kappa(["a", "a"], ["a", "a"]) == (None, reasons.NO_VARIATION)
    assert cohen_kappa([], []) == (None, reasons.NO_ANSWERS)
    assert fleiss_kappa([[3, 0], [3, 0]]) == (None, reasons.NO_VARIATION)
    assert fleiss_kappa([[1, 0], [0, 1]]) == (None, reasons.NO_OVERLAP)
    with pytest.raises(ValueError, match="same units"):
        cohen_kappa(["a"], ["a", "b"])
