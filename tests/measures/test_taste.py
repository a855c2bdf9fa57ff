"""Of what disagreement is made, where it is known."""

import numpy as np
import pytest

from projects.measures import reasons, taste_or_noise
from projects.measures.taste import Disagreement
from tests.measures.crowd import CROWDS, Answers, Crowd
from tests.measures.make import folder
from tests.measures.test_real_data import jsonl

every = pytest.mark.parametrize("crowd", CROWDS, ids=lambda crowd: crowd.name)


def split(answers: Answers, draws: int = 0) -> Disagreement:
    return taste_or_noise(*answers[:4], draws=draws)


@every
def test_recovers_the_parts_of_a_crowd(crowd: Crowd) -> None:
    """Over four crowds each part is right on the average, to a sixth of the whole."""
    found = [split(crowd.answers(seed)) for seed in range(4)]
    truth = crowd.truth()
    for part, true in truth.items():
        values = [getattr(one, part).value or 0.0 for one in found]
        assert np.mean(values) == pytest.approx(true, abs=sum(truth.values()) / 6), part


@every
def test_the_parts_add_up(crowd: Crowd) -> None:
    found = split(crowd.answers(1))
    values = [getattr(found, part).value or 0.0 for part in ("severity", "groups", "own", "noise")]
    assert sum(values) == pytest.approx(found.total.value)
    assert values[2] + values[3] == pytest.approx(found.unsplit.value)


def test_groups_are_claimed_where_they_are_and_seldom_elsewhere() -> None:
    two, none = (next(crowd for crowd in CROWDS if crowd.name == name) for name in ("two groups", "noise alone"))
    answers = two.answers(3)
    found = split(answers)
    assert {frozenset(group) for group in found.members} == {
        frozenset(np.flatnonzero(answers.group == which).tolist()) for which in (0, 1)
    }
    assert found.chance is not None and found.chance <= 0.05
    assert sum(bool(split(none.answers(seed)).members) for seed in range(8)) <= 2
    unclaimed = split(none.answers(1))
    assert (unclaimed.members, unclaimed.groups.value, unclaimed.groups.reason) == ((), None, reasons.NO_GROUPS)


def test_intervals_hold_the_truth_mostly() -> None:
    crowd, held = next(one for one in CROWDS if one.name == "two groups"), []
    for seed in range(8):
        found = split(crowd.answers(seed), draws=100)
        for part, true in crowd.truth().items():
            one = getattr(found, part)
            assert one.low < one.value < one.high
            held.append(one.low <= true <= one.high)
    assert np.mean(held) > 0.85


def test_without_repeats_own_taste_and_noise_stay_together() -> None:
    answers = CROWDS[2].answers(1)
    found = taste_or_noise(answers.units, answers.raters, answers.scores, answers.repeats[:9], draws=0)
    assert (found.own.value, found.noise.value) == (None, None)
    assert found.own.reason == found.noise.reason == reasons.FEW_REPEATS
    assert found.unsplit.value == split(answers).unsplit.value
    assert found.share("own") is None
    assert found.share("unsplit") == pytest.approx(1, abs=0.05)


def test_is_repeatable_and_knows_no_names() -> None:
    answers = CROWDS[3].answers(2)
    first = split(answers, draws=20)
    assert first == split(answers, draws=20)
    named = taste_or_noise(
        answers.units, [f"p{one}" for one in answers.raters], answers.scores, answers.repeats, draws=0
    )
    for part in ("total", "severity", "groups", "own", "noise"):
        assert getattr(named, part).value == pytest.approx(getattr(first, part).value)


def test_says_why_there_is_nothing_to_split() -> None:
    assert taste_or_noise([], [], []).total.reason == reasons.NO_OVERLAP
    assert taste_or_noise([1, 2], [1, 1], [3, 4]).total.reason == reasons.NO_OVERLAP
    few = Crowd("few", noise=1, units=19).answers(1)
    assert split(few).total.reason == reasons.FEW_FOR_TASTE
    one, other = Crowd("one", noise=1).answers(1), Crowd("other", noise=1).answers(2)
    apart = taste_or_noise(
        [*one.units, *(other.units + 1000)], [*one.raters, *(other.raters + 100)], [*one.scores, *other.scores]
    )
    assert apart.total.reason == reasons.APART
    assert apart.share("severity") is None


def test_five_readers_are_too_few_for_groups_and_differ_by_severity() -> None:
    """Real stories: a part of what looks like disagreement on empathy is that some readers rate higher."""
    rows = jsonl(folder("psychdepth") / "annotations.jsonl")
    found = taste_or_noise(
        [row["key"] for row in rows],
        [row["annotator"] for row in rows],
        [row["answers"]["depth"]["empathy"] for row in rows],
    )
    assert (found.chance, found.members) == (None, ())
    assert found.severity.low is not None and found.severity.low > 0
    share = found.share("severity")
    assert share is not None and 0.02 < share < 0.5
