"""Examples that their authors computed by hand, typed in from the publications."""

import pytest

from projects.measures import cohen_kappa, fleiss_kappa, icc
from projects.measures.intraclass import Form
from projects.measures.within import masi
from tests.measures.make import measured, value_of

NONE = None
# Krippendorff, Computing Krippendorff's Alpha-Reliability (2011), section C: four observers, twelve units.
FOUR = [
    [1, 2, 3, 3, 2, 1, 4, 1, 2, NONE, NONE, NONE],
    [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, NONE, 3],
    [NONE, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, NONE],
    [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, NONE],
]
# Shrout & Fleiss, Intraclass Correlations (1979), table 2: six targets, four judges.
JUDGES = [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]


def test_two_observers_of_ten_binary_units() -> None:
    meg, owen = [0, 1, 0, 0, 0, 0, 0, 0, 1, 0], [1, 1, 1, 0, 0, 1, 0, 0, 0, 0]
    assert value_of([meg, owen], "alpha-nominal") == pytest.approx(0.095, abs=5e-4)
    assert value_of([meg, owen], "percent") == pytest.approx(0.6)


def test_two_observers_of_twelve_articles() -> None:
    ben, gerry = list("aabbdcccedda"), list("babbbccceddd")
    assert value_of([ben, gerry], "alpha-nominal") == pytest.approx(0.692, abs=5e-4)


@pytest.mark.parametrize(
    ("coefficient", "value"),
    [
        ("alpha-nominal", 0.7434),
        ("alpha-ordinal", 0.8154),
        ("alpha-interval", 0.8491),
        ("alpha-ratio", 0.7974),
        ("ac1", 0.7754),
    ],
)
def test_four_observers_with_missing_answers(coefficient: str, value: float) -> None:
    found = measured(FOUR, coefficient)
    assert found.value == pytest.approx(value, abs=5e-5)
    # Unit 12 has one answer: it is counted, and takes no part.
    assert (found.units, found.single_units, found.raters, found.answers) == (11, 1, 4, 41)


@pytest.mark.parametrize(
    ("form", "value"),
    [("1,1", 0.17), ("2,1", 0.29), ("3,1", 0.71), ("1,k", 0.44), ("2,k", 0.62), ("3,k", 0.91)],
)
def test_intraclass_correlations_of_four_judges(form: Form, value: float) -> None:
    found = icc(JUDGES, form)
    assert found.value is not None
    assert found.value == pytest.approx(value, abs=5e-3)


def test_fleiss_kappa_of_fourteen_people() -> None:
    counts = [
        [0, 0, 0, 0, 14],
        [0, 2, 6, 4, 2],
        [0, 0, 3, 5, 6],
        [0, 3, 9, 2, 0],
        [2, 2, 8, 1, 1],
        [7, 7, 0, 0, 0],
        [3, 2, 6, 3, 0],
        [2, 5, 3, 2, 2],
        [6, 5, 2, 1, 0],
        [0, 2, 2, 3, 7],
    ]
    assert fleiss_kappa(counts).value == pytest.approx(0.2099, abs=5e-5)


def test_cohen_kappa_of_a_two_by_two_table() -> None:
    """20 both yes, 15 both no, 5 and 10 apart: observed 0.70, by chance 0.50, kappa 0.40."""
    first = ["yes"] * 25 + ["no"] * 25
    second = ["yes"] * 20 + ["no"] * 5 + ["yes"] * 10 + ["no"] * 15
    assert cohen_kappa(first, second).value == pytest.approx(0.4)


@pytest.mark.parametrize(
    ("one", "other", "distance"),
    [
        ("ab", "ab", 0.0),
        ("ab", "a", 1 - 1 / 2 * 2 / 3),
        ("ab", "bc", 1 - 1 / 3 * 1 / 3),
        ("ab", "cd", 1.0),
        ("", "", 0.0),
    ],
)
def test_masi_weighs_jaccard_by_how_sets_overlap(one: str, other: str, distance: float) -> None:
    """Passonneau, Measuring Agreement on Set-valued Items (2006): 1, 2/3, 1/3 and 0."""
    assert masi([frozenset(one), frozenset(other)])[0, 1] == pytest.approx(distance)


def test_alpha_with_masi_by_hand() -> None:
    """Two units, {a} {a} and {a} {a, b}: mean observed distance 1/3, mean of all twelve ordered pairs 1/3."""
    found = value_of([[["a"], ["a"]], [["a"], ["a", "b"]]], "alpha-masi")
    assert found == pytest.approx(1 - (2 / 3 / 2) / (6 * (2 / 3) / 12))


def test_edit_similarity_by_hand() -> None:
    """kitten → sitting takes three edits of seven letters; the equal pair counts one: the mean over the two units."""
    found = value_of([["kitten", "same"], ["sitting", "same"]], "edit-similarity")
    assert found == pytest.approx((4 / 7 + 1) / 2)
