"""How far answers move toward what was suggested: simulated crowds of known size of the effect."""

from collections import Counter

import numpy as np
import pytest
from numpy.random import Generator, default_rng

from projects.measures import anchoring, reasons
from projects.measures.anchors import Met


def crowd(random: Generator, samples: int, follow: float, people: int = 3, share: float = 0.3) -> Counter[Met]:
    """Samples on which people agree with the suggestion by themselves now more, now less often; who sees it and would
    not have agreed follows it with probability ``follow``."""
    found: Counter[Met] = Counter()
    for _ in range(samples):
        alone = random.beta(2, 2)
        withheld = random.random(people) < share
        agrees = random.random(people) < alone
        agrees |= ~withheld & (random.random(people) < follow)
        seen = int((~withheld).sum())
        found[seen, float(agrees[~withheld].sum()), people - seen, float(agrees[withheld].sum())] += 1
    return found


@pytest.mark.parametrize("follow", [0.0, 0.2, 0.6])
def test_the_size_of_an_effect_is_recovered(follow: float) -> None:
    found = anchoring(crowd(default_rng(1), 4000, follow))
    assert found.moved.value == pytest.approx(follow / 2, abs=0.03)  # half would have agreed by themselves
    assert found.withheld.value == pytest.approx(0.5, abs=0.03)
    assert found.shown.value == pytest.approx(0.5 + follow / 2, abs=0.03)


def test_the_interval_holds_the_truth_as_often_as_it_says() -> None:
    random, held, tries = default_rng(2), 0, 200
    for seed in range(tries):
        moved = anchoring(crowd(random, 60, 0.4), draws=300, seed=seed).moved
        assert moved.low is not None and moved.high is not None
        held += moved.low <= 0.2 <= moved.high
    assert 0.90 <= held / tries <= 0.99


def test_answers_to_one_sample_are_not_taken_for_independent() -> None:
    """Where all of a sample say the same, ten answers to it are worth hardly more than one."""
    random = default_rng(3)
    alike = Counter({(5, 5.0 * value, 5, 5.0 * value): 1 for value in (0, 1)})
    for value in random.integers(0, 2, 60):
        alike[5, 5.0 * value, 5, 5.0 * value] += 1
    found = anchoring(alike).shown
    assert found.low is not None and found.high is not None and found.value is not None
    wide = 2 * 1.96 * np.sqrt(found.value * (1 - found.value) / 62)
    assert found.high - found.low == pytest.approx(wide, rel=0.2)


@pytest.mark.parametrize(
    ("samples", "reason"),
    [
        ({}, reasons.NOBODY_SAW),
        ({(0, 0.0, 2, 1.0): 50}, reasons.NOBODY_SAW),
        ({(2, 1.0, 0, 0.0): 50}, reasons.NOT_WITHHELD),
        ({(1, 1.0, 0, 0.0): 50, (0, 0.0, 1, 0.0): 9}, reasons.FEW_TO_COMPARE),
        ({(1, 1.0, 0, 0.0): 9, (0, 0.0, 1, 0.0): 50}, reasons.FEW_TO_COMPARE),
    ],
)
def test_what_can_not_be_known_says_why(samples: dict[Met, int], reason: str) -> None:
    moved = anchoring(samples).moved
    assert (moved.value, moved.low, moved.high, moved.reason) == (None, None, None, reason)


def test_without_variation_there_is_a_value_and_no_interval() -> None:
    moved = anchoring({(1, 1.0, 1, 0.0): 30}).moved
    assert (moved.value, moved.reason, moved.low, moved.high) == (1.0, None, None, None)


def test_the_order_of_samples_changes_nothing_and_twice_the_samples_give_the_same_value() -> None:
    found = crowd(default_rng(4), 300, 0.3)
    other = Counter(dict(reversed(list(found.items()))))
    twice = Counter({pattern: 2 * times for pattern, times in found.items()})
    assert anchoring(other).moved.value == pytest.approx(anchoring(found).moved.value)
    assert anchoring(twice).moved.value == pytest.approx(anchoring(found).moved.value)
