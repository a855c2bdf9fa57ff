"""One person beside the others."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import beta, binom, pearsonr

from projects.measures import gold_score, position_bias, reasons, reliability, straight_lining
from projects.measures.intervals import beta_bounds, wilson


def test_a_share_of_none_and_of_all_is_not_certain() -> None:
    assert wilson(0, 0) is None
    none, whole = wilson(0, 10), wilson(10, 10)
    assert none is not None and whole is not None
    assert (none.low, whole.high) == (0.0, 1.0)
    assert none.high == pytest.approx(0.2775, abs=5e-5)  # 3.8415 / 13.8415
    assert whole.low == pytest.approx(1 - 0.2775, abs=5e-5)
    with pytest.raises(ValueError, match="no share"):
        wilson(3, 2)
    with pytest.raises(ValueError, match="no share"):
        beta_bounds(3, 2)


@pytest.mark.parametrize("share", [0.05, 0.5, 0.9])
def test_intervals_of_shares_cover_what_they_claim(share: float) -> None:
    chances = binom.pmf(range(61), 60, share)
    spreads = [wilson(times, 60) for times in range(61)]
    covered = sum(chance for chance, one in zip(chances, spreads, strict=True) if one and one.low <= share <= one.high)
    assert 0.92 <= covered <= 0.98
    above = sum(chance for times, chance in enumerate(chances) if beta_bounds(times, 60).low <= share)
    assert above >= 0.92


def test_gold_is_judged_by_its_lower_bound_and_not_below_ten() -> None:
    assert binom.sf(3, 5, 0.5) == pytest.approx(0.19, abs=5e-3)
    few = gold_score(9, 9)
    assert (few.value, few.reason, few.low, few.of) == (None, reasons.FEW_GOLD, None, 9)
    found = gold_score(18, 20)
    assert found.value == 0.9
    assert found.low == pytest.approx(beta.ppf(0.05, 19, 3))
    assert found.high == pytest.approx(beta.ppf(0.95, 19, 3))


def test_position_bias_is_a_share_with_its_interval() -> None:
    found = position_bias(70, 100)
    assert found.value == 0.7 and found.low is not None and found.low > 0.5
    fair = position_bias(52, 100)
    assert fair.low is not None and fair.high is not None and fair.low < 0.5 < fair.high
    assert position_bias(0, 0).reason == reasons.NO_ANSWERS


def panel(noise: list[float], units: int = 200, seed: int = 1) -> tuple[Any, Any, Any]:
    rng, people = np.random.default_rng(seed), len(noise)
    true = rng.normal(0, 1, units)
    scores = true[:, None] + rng.normal(0, 1, (units, people)) * noise + np.arange(people)
    return np.repeat(np.arange(units), people), np.tile(np.arange(people), units), scores.ravel()


def test_reliability_is_the_correlation_with_the_others_whoever_is_severe() -> None:
    """With everybody everywhere it is that of a column with the mean of the other columns."""
    units, raters, scores = panel([0.2, 0.5, 1.0, 3.0])
    found = reliability(units, raters, scores)
    values = [found[one].value for one in range(4)]
    assert None not in values
    assert values == sorted(values, key=lambda value: -(value or 0))
    table = scores.reshape(-1, 4)
    theirs = pearsonr(table[:, 3], table[:, :3].mean(axis=1))
    assert found[3].value == pytest.approx(theirs.statistic)
    ends = theirs.confidence_interval()
    assert [found[3].low, found[3].high] == pytest.approx([ends.low, ends.high])


def test_reliability_needs_others_and_variation() -> None:
    units, raters, scores = panel([0.5, 0.5], units=12)
    found = reliability([*units, "x", "y"], [*raters, "alone", "alone"], [*scores, 1, 2])
    assert {str(one): found[one].reason for one in found} == {"0": None, "1": None, "alone": reasons.ALONE}
    few = reliability(*panel([0.5, 0.5], units=9))
    assert [one.reason for one in few.values()] == [reasons.FEW_SHARED] * 2
    still = reliability(units, raters, np.where(raters == 0, 3, scores))
    assert still[0].reason == reasons.NO_SPREAD
    assert reliability([], [], []) == {}


@given(st.integers(0, 100), st.sampled_from([0.5, 2.0]))
@settings(max_examples=20)
def test_reliability_knows_neither_order_nor_severity(seed: int, factor: float) -> None:
    units, raters, scores = panel([0.5, 1.0, 1.5], units=20, seed=seed)
    mixed = np.random.default_rng(seed).permutation(units.size)
    moved = scores + np.where(raters == 1, 5, 0)
    first, again = reliability(units, raters, scores), reliability(units[mixed], raters[mixed], moved[mixed] * factor)
    for one in range(3):
        assert again[one].value == pytest.approx(first[one].value, abs=1e-9)


def test_straight_lining_counts_annotations_of_one_value() -> None:
    found = straight_lining([[3, 3, 3], [1, 2, 3], [3, None, 3], [4], [None, 2]])
    assert found.share.value == pytest.approx(2 / 3)
    assert found.share.of == 3
    assert straight_lining([]).share.reason == reasons.NO_ANSWERS
    assert straight_lining([]).chance is None
    assert straight_lining([[1], [2]]).share.value is None


def test_a_long_run_of_the_same_is_held_against_chance() -> None:
    rng = np.random.default_rng(1)
    varied = [[int(value) for value in row] for row in rng.integers(1, 6, (60, 3))]
    tired = straight_lining([*varied, *[[3, 4, 3]] * 8])
    assert tired.run >= 8 and tired.chance is not None and tired.chance < 0.01
    assert tired == straight_lining([*varied, *[[3, 4, 3]] * 8])
    fair = straight_lining([[value] for value in rng.integers(1, 3, 60)])
    assert fair.chance is not None and fair.chance > 0.05
    always = straight_lining([[3, 3]] * 20)
    assert (always.share.value, always.run, always.chance) == (1.0, 20, 1.0)
