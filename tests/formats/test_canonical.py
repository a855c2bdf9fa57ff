"""One value, one byte form, one hash."""

import enum
import hashlib
import json
import math
from typing import Any

import pytest
import rfc8785
from hypothesis import example, given
from hypothesis import strategies as st

from projects.formats.canonical import CanonicalError, canonical, content_hash

SAFE = 2**53 - 1
TEXT = st.text()
SCALARS = st.none() | st.booleans() | st.integers(-SAFE, SAFE) | st.floats(allow_nan=False, allow_infinity=False) | TEXT
TREES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4), max_leaves=20
)


@given(TREES)
@example({"\U0001f600": 1, "\ufb33": 2})  # UTF-16 order differs from code point order
@example({"a": 1.0, "b": [1, True, None], "é": -0.0})
def test_every_tree_has_the_form_of_the_rfc(tree: Any) -> None:
    assert canonical(tree) == rfc8785.dumps(tree)


@given(TREES)
def test_reading_the_form_back_and_writing_it_again_changes_nothing(tree: Any) -> None:
    once = canonical(tree)
    # As ECMAScript reads it: every number is a double.
    assert canonical(json.loads(once, parse_int=float)) == once


@given(st.dictionaries(TEXT, SCALARS, max_size=6), st.randoms())
def test_the_order_of_keys_does_not_matter(tree: dict[str, Any], random: Any) -> None:
    items = list(tree.items())
    random.shuffle(items)
    assert content_hash(dict(items)) == content_hash(tree)


# RFC 8785, appendix B.
@pytest.mark.parametrize(
    ("number", "form"),
    [
        (0.0, "0"),
        (-0.0, "0"),
        (5e-324, "5e-324"),
        (-1.7976931348623157e308, "-1.7976931348623157e+308"),
        (9007199254740992.0, "9007199254740992"),
        (295147905179352830000.0, "295147905179352830000"),
        (9.999999999999997e22, "9.999999999999997e+22"),
        (1e23, "1e+23"),
        (0.000001, "0.000001"),
        (333333333.33333329, "333333333.3333333"),
        (1424953923781206.2, "1424953923781206.2"),
    ],
)
def test_numbers_are_written_as_the_rfc_writes_them(number: float, form: str) -> None:
    assert canonical([number]).decode() == f"[{form}]"


def test_the_hash_is_the_plain_sha256_of_the_form() -> None:
    assert content_hash({"b": 1, "a": "é"}) == hashlib.sha256('{"a":"é","b":1}'.encode()).hexdigest()


class Colour(enum.Enum):
    RED = "red"


@pytest.mark.parametrize(
    "value",
    [
        math.nan,
        math.inf,
        2**53,
        -(2**53),
        {"a": 2**64},
        "\ud800",
        {"\udfff": 1},
        {1: "a"},
        {None: 1},
        {"a", "b"},
        b"bytes",
        Colour.RED,
        object(),
    ],
    ids=lambda value: type(value).__name__,  # the same in every process of a run
)
def test_what_is_not_json_is_refused(value: Any) -> None:
    with pytest.raises(CanonicalError):
        canonical(value)


def test_a_number_beyond_what_readers_agree_on_is_named() -> None:
    with pytest.raises(CanonicalError, match="9007199254740993"):
        canonical({"id": 9007199254740993})


def test_a_tree_without_end_is_refused() -> None:
    loop: list[Any] = []
    loop.append(loop)
    with pytest.raises(CanonicalError):
        canonical(loop)


def test_deep_but_finite_nesting_has_a_form() -> None:
    tree: Any = 1
    for _ in range(300):  # orjson stops at 254
        tree = [tree]
    assert canonical(tree) == b"[" * 300 + b"1" + b"]" * 300
