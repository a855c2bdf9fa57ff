"""What is gathered of a series, and the order of what comes in."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from projects.measures.additive import corrected
from projects.quality.gathered import Gathered
from projects.schema import Interface
from projects.schema.questions.base import Comparison
from tests.review.scene import INTERFACE

QUESTIONS = {question.name: question for question in Interface.parse(INTERFACE).questions}


def gathered(name: str) -> Gathered:
    (series,) = QUESTIONS[name].type.series(QUESTIONS[name])
    return Gathered(QUESTIONS[name], series)


answers = st.dictionaries(
    st.tuples(st.integers(1, 8), st.integers(1, 5)), st.sampled_from(["dark", "bright"]), min_size=1, max_size=30
)


@settings(max_examples=60, deadline=None)
@given(given_answers=answers, seed=st.integers(0, 1000))
def test_labels_come_to_the_same_whatever_order_they_come_in(
    given_answers: dict[tuple[int, int], str], seed: int
) -> None:
    one, other = gathered("mood"), gathered("mood")
    mixed = list(given_answers.items())
    random.Random(seed).shuffle(mixed)
    for held, listed in ((one, list(given_answers.items())), (other, mixed)):
        for (unit, person), value in listed:
            held.add((unit, ""), person, value)
    first, second = one.opinions(), other.opinions()
    assert first.units.keys() == second.units.keys()
    for name, opinion in first.units.items():
        assert opinion.posterior == pytest.approx(second.units[name].posterior, abs=1e-6)


@settings(max_examples=60, deadline=None)
@given(scores=st.dictionaries(st.tuples(st.integers(1, 8), st.integers(1, 5)), st.integers(1, 5), min_size=1))
def test_scores_come_to_the_same_whatever_order_they_come_in(scores: dict[tuple[int, int], int]) -> None:
    one, other = gathered("craft"), gathered("craft")
    for held, listed in ((one, list(scores.items())), (other, list(scores.items())[::-1])):
        for (unit, person), value in listed:
            held.add((unit, ""), person, value)
    first, second = one.scores()[0], other.scores()[0]
    assert first.keys() == second.keys()
    for name, (score, part) in first.items():
        assert part == second[name][1]
        assert score.mean == pytest.approx(second[name][0].mean)
        assert score.value == (None if score.value is None else pytest.approx(second[name][0].value, abs=1e-6))


def test_two_candidates_of_one_source_say_nothing_about_sources() -> None:
    held = gathered("better")
    held.add_comparison(1, Comparison("a", "b", 1), {"a": "same", "b": "same"})
    held.add_comparison(1, Comparison("a", "b", 1), {"a": "one"})
    assert held.strengths()[0] == {}
    assert (held.answers, held.unnamed) == (2, 1)


def test_sources_that_were_never_compared_are_named_apart() -> None:
    held = gathered("better")
    held.add_comparison(1, Comparison("a", "b", 1), {"a": "x", "b": "y"})
    held.add_comparison(1, Comparison("a", "b", 1), {"a": "p", "b": "q"})
    scores, reason, parts = held.strengths()
    assert scores == {}
    assert reason is not None
    assert reason.startswith("not comparable")
    assert parts == [["p", "q"], ["x", "y"]]


def crowd(seed: int) -> tuple[list[float], list[int], list[int], list[float]]:
    """The worth of 80 units, and scores of six people of whom two mostly guess."""
    draw = random.Random(seed)
    truth = [draw.gauss(5, 1) for _ in range(80)]
    spread, severity = [0.3, 0.3, 0.3, 0.3, 2.5, 2.5], [0.0, 1.0, -1.0, 0.5, 0.0, -0.5]
    rows = [
        (unit, person, worth + severity[person] + draw.gauss(0, spread[person]))
        for unit, worth in enumerate(truth)
        for person in draw.sample(range(6), 4)
    ]
    units, people, scores = zip(*rows, strict=True)
    return truth, list(units), list(people), list(scores)


def test_who_mostly_guesses_counts_for_less() -> None:
    def error(seed: int, *, reliability: bool) -> float:
        truth, units, people, scores = crowd(seed)
        (part,) = corrected(units, people, scores, reliability=reliability).parts
        found = [part.units[unit].value or 0.0 for unit in range(len(truth))]
        shift = sum(found) / len(found) - sum(truth) / len(truth)
        return sum((a - shift - b) ** 2 for a, b in zip(found, truth, strict=True)) / len(truth)

    plain = [error(seed, reliability=False) for seed in range(10)]
    weighed = [error(seed, reliability=True) for seed in range(10)]
    assert all(after < before for before, after in zip(plain, weighed, strict=True))
    assert sum(weighed) < 0.5 * sum(plain)


def test_intervals_hold_the_truth_as_often_as_they_say() -> None:
    held = count = 0
    for seed in range(20):
        truth, units, people, scores = crowd(seed)
        (part,) = corrected(units, people, scores, reliability=True).parts
        # Severities add up to 0 within a part, as they do among these six.
        for unit, worth in enumerate(truth):
            low, high = part.units[unit].low, part.units[unit].high
            assert low is not None
            assert high is not None
            held, count = held + (low <= worth <= high), count + 1
    assert held / count > 0.95


def test_where_nothing_is_left_to_chance_everybody_counts_alike() -> None:
    """The worked example of two-way scores: 6 7 8 6 5 without severity."""
    units = [1, 1, 2, 2, 3, 3, 4, 4, 5, 5]
    people = ["H", "M", "H", "M", "H", "M", "M", "L", "L", "M"]
    (part,) = corrected(units, people, [4, 6, 5, 7, 6, 8, 6, 8, 7, 5], reliability=True).parts
    assert [part.units[unit].value for unit in range(1, 6)] == pytest.approx([6, 7, 8, 6, 5])
    assert [part.raters[person].value for person in "HML"] == pytest.approx([-2, 0, 2])
