"""Intervals: what they cover, and that the short ways to them arrive at the same place."""

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from projects.measures import COEFFICIENTS, Agreement, Ratings, agreement, bootstrap, ratings_for

OTHERS = ("alpha-masi", "alpha-jaccard", "edit-similarity", "segment-f1", "span-alpha", "span-f1")
NUMERIC = [member.slug for member in COEFFICIENTS if member.slug not in OTHERS]


def judged(units: int, top: int, seed: int = 1) -> NDArray[Any]:
    rng = np.random.default_rng(seed)
    true = rng.normal(top / 2, top / 5, (units, 1))
    return np.clip(np.rint(true + rng.normal(0, top / 5, (units, 4))), 0, top).astype(int)


def of(table: NDArray[Any], slug: str, **options: Any) -> Agreement:
    units, raters = table.shape
    arrays = np.repeat(np.arange(units), raters), np.tile(np.arange(raters), units), table.ravel()
    return agreement(Ratings.from_arrays(*arrays, values=range(101)), slug, **options)


def ends(found: Agreement) -> tuple[float, float]:
    assert found.low is not None and found.high is not None
    return found.low, found.high


@pytest.mark.parametrize("slug", NUMERIC)
def test_bags_give_the_interval_of_the_whole(slug: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """9,000 units of which nearly all differ: in bags, and by resampling all of them."""
    table = judged(9_000, 100)
    in_bags = of(table, slug, draws=500)
    monkeypatch.setattr(bootstrap, "MOST_PATTERNS", 10**9)
    plain = of(table, slug, draws=500)
    assert in_bags.value == plain.value
    low, high = ends(plain)
    assert in_bags.low != plain.low
    assert ends(in_bags) == pytest.approx((low, high), abs=0.15 * (high - low))


def test_bags_take_texts_too() -> None:
    rng, ratings = np.random.default_rng(1), ratings_for("edit-similarity")
    for _ in range(bootstrap.MOST_PATTERNS + 1000):
        words = rng.integers(0, 10, (2, 12))
        ratings.add_unit({rater: "".join(map(str, row)) for rater, row in enumerate(words)})
    found = agreement(ratings, "edit-similarity")
    low, high = ends(found)
    assert found.value is not None
    assert low < found.value < high


@pytest.mark.parametrize("slug", ["alpha-ordinal", "percent"])
def test_intervals_cover_what_they_claim(slug: str) -> None:
    """Of 100 sets drawn alike, about 95 % have an interval around the figure of a very large set."""
    true = of(judged(30_000, 4, seed=99), slug, draws=0).value
    assert true is not None
    covered = sum(low <= true <= high for low, high in (ends(of(judged(80, 4, seed), slug)) for seed in range(100)))
    assert 0.88 <= covered / 100 <= 0.99


def test_more_units_make_a_narrower_interval() -> None:
    widths = [high - low for low, high in (ends(of(judged(units, 4), "alpha-ordinal")) for units in (50, 500, 5000))]
    assert widths[0] > 2 * widths[1] > 4 * widths[2]
