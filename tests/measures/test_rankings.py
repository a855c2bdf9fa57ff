"""Rankings, best and worst, and error rates of texts."""

import re
from collections import defaultdict
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy.stats import friedmanchisquare, kendalltau

from projects.measures import (
    Ratings,
    agreement,
    error_rate,
    errors,
    implied_pairs,
    kendall_w,
    mean_tau,
    mean_tau_of,
    positions,
    reasons,
)
from projects.measures.transcripts import Errors, plain
from tests.measures.make import folder
from tests.measures.test_real_data import table

tables = st.integers(2, 6).flatmap(
    lambda items: st.lists(st.lists(st.integers(1, 4), min_size=items, max_size=items), min_size=2, max_size=6)
)


@given(tables)
def test_kendalls_w_is_friedmans_statistic_over_its_largest(ranks: list[list[int]]) -> None:
    """An independent package, with ties."""
    people, items = len(ranks), len(ranks[0])
    assume(items > 2)
    mine = kendall_w(ranks)
    if all(len(set(row)) == 1 for row in ranks):
        assert mine == (None, reasons.NO_RANKING)
    else:
        theirs = friedmanchisquare(*np.array(ranks).T).statistic / (people * (items - 1))
        assert mine.value == pytest.approx(theirs, abs=1e-9)


@given(tables)
def test_mean_tau_is_that_of_an_independent_package(ranks: list[list[int]]) -> None:
    ranked = [row for row in ranks if len(set(row)) > 1]
    mine = mean_tau(ranks)
    if len(ranked) < 2:
        assert mine == (None, reasons.NO_RANKING)
    else:
        each = [kendalltau(one, other).statistic for at, one in enumerate(ranked) for other in ranked[at + 1 :]]
        assert mine.value == pytest.approx(np.mean(each), abs=1e-9)


@given(tables, st.randoms())
def test_rankings_know_neither_people_nor_items(ranks: list[list[int]], random: Any) -> None:
    mixed = np.array(random.sample(ranks, len(ranks)))[:, random.sample(range(len(ranks[0])), len(ranks[0]))]
    for figure in (kendall_w, mean_tau):
        first, again = figure(ranks), figure(mixed)
        assert again.value == (None if first.value is None else pytest.approx(first.value, abs=1e-9))


def test_all_alike_is_one_and_two_opposites_are_none() -> None:
    assert kendall_w([[1, 2, 3]] * 4).value == pytest.approx(1)
    assert kendall_w([[1, 2, 3], [3, 2, 1]]).value == pytest.approx(0)
    assert mean_tau([[1, 2, 3], [3, 2, 1]]).value == pytest.approx(-1)


def test_rankings_say_why_they_have_no_figure() -> None:
    for figure in (kendall_w, mean_tau):
        assert figure(np.empty((0, 3))).reason == reasons.NO_ANSWERS
        assert figure([[1, 2]]).reason == reasons.ONE_PERSON
        assert figure([[1], [1]]).reason == reasons.NO_RANKING
        with pytest.raises(ValueError, match="position"):
            figure([[1.0, float("nan")], [1.0, 2.0]])


def test_positions_and_order_lists_are_different_things() -> None:
    orders = [[2, 3, 1], [3, 1, 2], [2, 3, 1]]
    ranks = [positions(order, (1, 2, 3)) for order in orders]
    assert ranks[0] == [3, 1, 2]
    assert positions(["b", "a"], ("a", "b")) == [2, 1]
    lists, right = kendall_w([[1, 3, 2, 4], [3, 1, 4, 2], [1, 2, 3, 4]]), [[1, 3, 2, 4], [3, 1, 4, 2], [1, 2, 3, 4]]
    assert lists.value != pytest.approx(kendall_w([positions(order, (1, 2, 3, 4)) for order in right]).value)
    for wrong in (["a"], ["a", "a"], ["a", "c"]):
        with pytest.raises(ValueError, match="not an order"):
            positions(wrong, ("a", "b"))


def test_tau_of_a_set_is_the_mean_over_samples_with_its_interval() -> None:
    rng = np.random.default_rng(1)
    samples: list[Any] = [np.argsort(np.argsort(rng.normal(np.arange(4), 1.5, (3, 4)))) for _ in range(40)]
    found = mean_tau_of([*samples, np.ones((2, 2))])
    each: list[Any] = [mean_tau(one).value for one in samples]
    assert found.of == 40
    assert found.value == pytest.approx(np.mean(each))
    assert found.value is not None and found.low is not None and found.high is not None
    assert found.low < found.value < found.high
    assert mean_tau_of(samples[:9]).low is None
    assert mean_tau_of([]).reason == reasons.NO_ANSWERS


def test_best_and_worst_of_four_decide_five_of_six_pairs() -> None:
    found = implied_pairs("abcd", "c", "a")
    assert found == {("a", "b"): "b", ("a", "c"): "c", ("a", "d"): "d", ("b", "c"): "c", ("c", "d"): "c"}
    for best, worst in (("a", "a"), ("a", "x"), ("x", "a")):
        with pytest.raises(ValueError, match="must be two"):
            implied_pairs("abcd", best, worst)


def test_alpha_over_implied_pairs() -> None:
    """Two who choose alike agree wholly; two who choose the opposite agree on nothing; chance is near zero."""
    rng = np.random.default_rng(1)

    def alpha(second: Any) -> float:
        ratings = Ratings(("first", "second"))
        for sample in range(300):
            best, worst = rng.choice(4, 2, replace=False)
            for person, (top, low) in enumerate([(best, worst), second(best, worst)]):
                for (one, other), won in implied_pairs(range(4), top, low).items():
                    ratings.add((sample, one, other), person, "first" if won == one else "second")
        return float(agreement(ratings, "alpha-nominal", draws=0).value or 0)

    assert alpha(lambda best, worst: (best, worst)) == pytest.approx(1)
    assert alpha(lambda best, worst: (worst, best)) < -0.9
    assert abs(alpha(lambda best, worst: rng.choice(4, 2, replace=False))) < 0.06


def test_errors_are_the_fewest_edits() -> None:
    assert errors("the cat sat on the mat", "a cat sat the mat now") == Errors(1, 1, 1, 6)
    assert errors("abc", "abd", "characters") == Errors(1, 0, 0, 3)
    assert errors("", "one two") == Errors(0, 0, 2, 0)
    assert plain("“Don’t,” she said TWICE: well-known.") == "don't she said twice wellknown"


def test_the_rate_of_a_set_is_not_the_mean_of_its_texts() -> None:
    found = error_rate([errors("one", "two"), errors("a b c d e f g h i", "a b c d e f g h i")])
    assert found.value == pytest.approx(0.1)
    assert found.low is None
    assert error_rate([]).reason == reasons.NO_ANSWERS
    assert error_rate([errors("", "")]).reason == reasons.NO_ANSWERS


def test_word_error_rates_of_a_real_crowd() -> None:
    """One person's 18.08 %, and 3.89 % for the best of seven; curly apostrophes left as they are."""

    def bare(text: str) -> str:
        return re.sub(r"[^\w\s']", "", text.lower())

    data = folder("crowdspeech_test_clean")
    gold = {row["audio"]: row["text"] for row in table(data / "gold.csv")}
    each, mended = defaultdict(list), []
    for row in table(data / "transcriptions.csv"):
        each[row["audio"]].append(errors(bare(gold[row["audio"]]), bare(row["text"])))
        mended.append(errors(plain(gold[row["audio"]]), plain(row["text"])))
    assert len(each) == 2620
    single = error_rate([one for some in each.values() for one in some])
    best = error_rate([min(some, key=lambda one: one.total) for some in each.values()], draws=0)
    assert single.value == pytest.approx(0.1808, abs=5e-5)
    assert best.value == pytest.approx(0.0389, abs=5e-5)
    assert single.low is not None and single.high is not None
    assert single.low < 0.1808 < single.high
    assert error_rate(mended, draws=0).value == pytest.approx(0.1806, abs=5e-5)
