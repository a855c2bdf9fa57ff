"""Ratings out of matrices as the literature prints them, and where the reference data are."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from projects.measures import Agreement, Ratings, agreement

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"


def folder(name: str) -> Path:
    """A folder of reference data; skips the test where it is not beside the project, as in a plain clone."""
    found = DATA / name
    if not found.exists():
        pytest.skip(f"the reference data “{name}” are not beside the project")
    return found


def ratings_of(rows: Sequence[Sequence[Any]], values: Sequence[Any] | None = None) -> Ratings:
    """One row a person, one column a unit, None where there is no answer."""
    ratings = Ratings(values)
    for rater, row in enumerate(rows):
        for unit, value in enumerate(row):
            ratings.add(unit, rater, value)
    return ratings


def measured(
    rows: Sequence[Sequence[Any]], coefficient: str, values: Sequence[Any] | None = None, draws: int = 0
) -> Agreement:
    return agreement(ratings_of(rows, values), coefficient, draws=draws)


def value_of(rows: Sequence[Sequence[Any]], coefficient: str, values: Sequence[Any] | None = None) -> float:
    """The point value; fails where it is undefined."""
    found = measured(rows, coefficient, values)
    assert found.value is not None, found.reason
    return found.value
