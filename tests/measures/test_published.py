"""Examples that their authors computed by hand, typed in from the publications."""

from collections.abc import Callable
from itertools import permutations

import numpy as np
import pytest

from projects.measures import cohen_kappa, fleiss_kappa, icc, icc_interval, reasons
from projects.measures.intraclass import FORMS, Form
from projects.measures.within import jaccard, masi
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


@pytest.mark.parametrize(
    ("form", "low", "high"),
    [
        ("1,1", -0.133, 0.723),
        ("2,1", 0.019, 0.761),
        ("3,1", 0.342, 0.946),
        ("1,k", -0.884, 0.912),
        ("2,k", 0.071, 0.927),
        ("3,k", 0.676, 0.986),
    ],
)
def test_intervals_of_intraclass_correlations_of_four_judges(form: Form, low: float, high: float) -> None:
    """As the R package psych (Revelle) gives them for this table."""
    found = icc_interval(JUDGES, form)
    assert not isinstance(found, str)
    assert [found.low, found.high] == pytest.approx([low, high], abs=5e-4)


def test_intervals_of_intraclass_correlations_say_why_there_are_none() -> None:
    assert icc_interval([[1], [2]], "1,1") == reasons.ONE_PERSON
    assert icc_interval([[3, 1], [5, 3], [6, 4]], "3,1") == reasons.NO_FREEDOM


@pytest.mark.parametrize("form", FORMS)
def test_intervals_of_intraclass_correlations_cover_what_they_claim(form: Form) -> None:
    """Variances of units, people and chance 1, 0.3 and 0.5; without that of people for the forms that have none."""
    rng, covered, people = np.random.default_rng(4), 0, 0.0 if form[0] == "1" else 0.3
    single = 1 / (1 + 0.5 + (0.0 if form[0] == "3" else people))
    true = single if form[2] == "1" else 4 * single / (1 + 3 * single)
    for _ in range(400):
        scores = rng.normal(0, 1, (20, 1)) + rng.normal(0, people**0.5, 4) + rng.normal(0, 0.5**0.5, (20, 4))
        found = icc_interval(scores, form)
        assert not isinstance(found, str)
        covered += found.low <= true <= found.high
    assert 0.92 <= covered / 400 <= 0.98


@pytest.mark.parametrize(
    ("slug", "weight"),
    [
        ("ac1", lambda a, b: float(a == b)),
        ("ac2", lambda a, b: 1 - abs(a - b) * (abs(a - b) + 1) / 2 / 10),
        ("ac2-quadratic", lambda a, b: 1 - (a - b) ** 2 / 16),
    ],
)
def test_gwets_coefficients_of_four_observers_as_they_are_defined(
    slug: str, weight: Callable[[float, float], float]
) -> None:
    """Gwet, Handbook of Inter-Rater Reliability, ch. 2 and 3, summed up one answer at a time."""
    units = [[value for value in column if value is not None] for column in zip(*FOUR, strict=True)]
    several, scale = [unit for unit in units if len(unit) > 1], range(1, 6)
    observed = np.mean([np.mean([weight(a, b) for a, b in permutations(unit, 2)]) for unit in several])
    shares = [np.mean([unit.count(value) / len(unit) for unit in units]) for value in scale]
    all_weights = sum(weight(a, b) for a in scale for b in scale)
    chance = all_weights / 20 * sum(share * (1 - share) for share in shares)
    assert value_of(FOUR, slug, scale) == pytest.approx((observed - chance) / (1 - chance))


def test_alpha_with_jaccard_by_hand() -> None:
    """As with MASI: mean observed distance 1/4, mean of all ordered pairs 1/4."""
    found = value_of([[["a"], ["a"]], [["a"], ["a", "b"]]], "alpha-jaccard")
    assert found == pytest.approx(1 - (1 / 2 / 2) / (6 * (1 / 2) / 12))
    apart = jaccard([frozenset("ab"), frozenset("bc"), frozenset(), frozenset()])
    assert apart[0].tolist() == pytest.approx([0, 2 / 3, 1, 1])
    assert apart[2, 3] == 0
