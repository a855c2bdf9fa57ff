"""What every coefficient keeps to, whatever it measures."""

import json
import math
import random
from typing import Any

import pytest

from projects.measures import (
    COEFFICIENTS,
    Coefficient,
    Ratings,
    agreement,
    coefficient,
    disagreement,
    ratings_for,
    reasons,
)

# Values of each kind that a coefficient may take, in the order of their scale; the first kind it takes is used.
KINDS: dict[str, tuple[Any, ...]] = {
    "numbers": (1, 2, 3, 4, 5),
    "labels": ("a", "b", "c", "d", "e"),
    "sets": (frozenset(), frozenset("a"), frozenset("ab"), frozenset("bc"), frozenset("abc")),
    "segments": ("0 1000 a", "0 900 a\n1000 2000 b", "0 900 a\n3000 4000 b", "5000 6000 ", "7000 8000 b"),
    # Every place has the same labels equally often, so that chance alone makes no agreement.
    "spans": ("of 10\n", "of 10\n0 10 a", "of 10\n0 5 a\n5 10 b", "of 10\n0 5 b\n5 10 a", "of 10\n0 10 b"),
    "texts": ("the sea", "the seas", "a sea", "the tide", "low tide"),
}
BY_KIND = {"alpha-masi": "sets", "alpha-jaccard": "sets", "edit-similarity": "texts", "segment-f1": "segments"}
BY_KIND |= {"span-alpha": "spans", "span-f1": "spans"}
every = pytest.mark.parametrize("member", COEFFICIENTS, ids=lambda member: member.slug)


def values_for(member: Coefficient) -> tuple[Any, ...]:
    return KINDS[BY_KIND.get(member.slug, "numbers")]


def filled(member: Coefficient, units: int = 40, raters: int = 4, noise: float = 0.3, seed: int = 1) -> Ratings:
    """Every unit has a true value, and a person misses it with probability ``noise``."""
    rng, scale = random.Random(seed), values_for(member)
    ratings = ratings_for(member.slug, scale)
    for _ in range(units):
        true = rng.choice(scale)
        answers = {rater: rng.choice(scale) if rng.random() < noise else true for rater in range(raters)}
        ratings.add_unit(dict(rng.sample(list(answers.items()), rng.randint(1, raters))))
    return ratings


def test_slugs_are_stored_and_so_never_change() -> None:
    assert [member.slug for member in COEFFICIENTS] == [
        "alpha-nominal",
        "alpha-ordinal",
        "alpha-interval",
        "alpha-ratio",
        "alpha-masi",
        "alpha-jaccard",
        "ac1",
        "ac2",
        "ac2-quadratic",
        "percent",
        "edit-similarity",
        "segment-f1",
        "span-alpha",
        "span-f1",
    ]
    with pytest.raises(LookupError, match="alpha-nominal"):
        coefficient("kappa")


@every
def test_is_found_by_its_slug_and_names_neighbours_that_exist(member: Coefficient) -> None:
    assert coefficient(member.slug) is member
    assert member.title
    assert member.slug not in member.beside
    assert all(coefficient(slug) for slug in member.beside)


@every
def test_gives_a_figure_with_its_interval_and_counts_as_json(member: Coefficient) -> None:
    ratings = filled(member)
    found = agreement(ratings, member.slug)
    assert found.value is not None and found.low is not None and found.high is not None
    assert found.low < found.value < found.high <= 1
    assert found.reason is None
    assert found.units + found.single_units == 40
    assert set(found.extras) <= set(member.beside)
    assert json.loads(json.dumps(found.as_dict())) == found.as_dict()


@every
def test_more_noise_is_less_agreement_and_none_is_all(member: Coefficient) -> None:
    values = [agreement(filled(member, noise=noise), member.slug, draws=0).value for noise in (0.0, 0.3, 0.9)]
    assert None not in values
    assert values[0] == pytest.approx(1.0)
    assert values == sorted(values, key=lambda value: value or 0.0, reverse=True)


@every
def test_chance_corrected_figures_are_near_zero_by_chance(member: Coefficient) -> None:
    found = agreement(filled(member, units=3000, noise=1.0), member.slug, draws=0).value
    assert found is not None
    assert (abs(found) < 0.03) == member.chance_corrected


@every
def test_the_same_answers_everywhere_are_no_evidence_once_chance_is_taken_off(member: Coefficient) -> None:
    ratings = ratings_for(member.slug, values_for(member))
    for _ in range(20):
        ratings.add_unit(dict.fromkeys("ab", values_for(member)[1]))
    found = agreement(ratings, member.slug, draws=20)
    assert (found.value, found.reason) == ((None, reasons.NO_VARIATION) if member.chance_corrected else (1.0, None))


@every
def test_says_why_there_is_no_figure(member: Coefficient) -> None:
    ratings = ratings_for(member.slug, values_for(member))
    assert agreement(ratings, member.slug).reason == reasons.NO_ANSWERS
    ratings.add_unit({"one": values_for(member)[0]})
    assert agreement(ratings, member.slug).reason == reasons.ONE_PERSON
    ratings.add_unit({"other": values_for(member)[0]})
    found = agreement(ratings, member.slug)
    assert (found.value, found.reason, found.single_units) == (None, reasons.NO_OVERLAP, 2)


@every
@pytest.mark.parametrize("kind", KINDS)
def test_takes_values_or_refuses_them_with_a_reason(member: Coefficient, kind: str) -> None:
    ratings = Ratings()
    for one, other in zip(KINDS[kind], KINDS[kind][1:], strict=False):
        ratings.add_unit({"a": one, "b": other, "c": one})
    found = agreement(ratings, member.slug, draws=0)
    assert (found.value is None) == (found.reason is not None)
    assert found.value is None or math.isfinite(found.value)
    assert found.reason != reasons.NO_VARIATION


@every
def test_is_seeded(member: Coefficient) -> None:
    first, again = (agreement(filled(member), member.slug, draws=200, seed=7) for _ in range(2))
    other = agreement(filled(member), member.slug, draws=200, seed=8)
    assert first == again
    assert other.value == first.value
    assert (other.low, other.high) != (first.low, first.high)


@every
def test_one_unit_differs_by_nothing_up_to_everything(member: Coefficient) -> None:
    scale = values_for(member)
    assert disagreement(member.slug, [], scale) is None
    assert disagreement(member.slug, [scale[0], None], scale) is None
    assert disagreement(member.slug, [scale[1]] * 3, scale) == pytest.approx(0.0)
    half = disagreement(member.slug, [scale[1], scale[1], scale[2]], scale)
    whole = disagreement(member.slug, [scale[0], scale[-1]], scale)
    assert half is not None and whole is not None
    assert 0 < half < whole <= 1
