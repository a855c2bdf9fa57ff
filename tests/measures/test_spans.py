"""Spans of texts: alpha over characters against Krippendorff's own definition, and F1 of those that match."""

import random
import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from projects.measures import Ratings, agreement, disagreement, ratings_for, reasons
from projects.measures.segments import Part, matched_f1
from projects.measures.spans import marks_of, masi_apart, spans_of
from projects.measures.within import masi

LABELS = ("x", "y", "z")


def text_of(length: int, spans: list[tuple[int, int, str]]) -> str:
    return "\n".join([f"of {length}", *(f"{start} {end} {label}" for start, end, label in sorted(spans))])


@st.composite
def units(draw: st.DrawFn) -> list[tuple[int, list[list[tuple[int, int, str]]]]]:
    """Texts, each with what two to four people marked."""
    found = []
    for _ in range(draw(st.integers(1, 4))):
        length = draw(st.integers(1, 12))
        span = st.tuples(st.integers(0, length), st.integers(0, length), st.sampled_from(LABELS))
        people = st.lists(st.lists(span.filter(lambda each: each[0] < each[1]), max_size=4), min_size=2, max_size=4)
        found.append((length, draw(people)))
    return found


def by_character(texts: list[tuple[int, list[list[tuple[int, int, str]]]]]) -> Ratings:
    """Each character as a unit of its own, answered with a set of labels."""
    ratings = Ratings()
    for length, people in texts:
        for place in range(length):
            sets = [frozenset(label for start, end, label in spans if start <= place < end) for spans in people]
            ratings.add_unit(dict(enumerate(sets)))
    return ratings


def by_span(texts: list[tuple[int, list[list[tuple[int, int, str]]]]]) -> Ratings:
    ratings = ratings_for("span-alpha")
    for length, people in texts:
        ratings.add_unit({rater: text_of(length, spans) for rater, spans in enumerate(people)})
    return ratings


@settings(max_examples=150, deadline=None)
@given(units())
def test_it_is_the_alpha_of_sets_with_a_unit_for_every_character(texts: Any) -> None:
    expected = agreement(by_character(texts), "alpha-masi", draws=0)
    found = agreement(by_span(texts), "span-alpha", draws=0)
    assert found.reason == expected.reason
    assert found.value == pytest.approx(expected.value, abs=1e-9)


def test_it_is_krippendorffs_nominal_alpha_where_nothing_overlaps() -> None:
    oracle = pytest.importorskip("krippendorff")
    rng, texts = random.Random(3), []
    for _ in range(30):
        places = sorted(rng.sample(range(60), 6))
        people = [
            [
                (a, max(a + 1, b - rng.randint(0, 2)), rng.choice("xy"))
                for a, b in zip(places[::2], places[1::2], strict=True)
            ]
            for _ in range(3)
        ]
        texts.append((60, people))
    codes: list[list[int]] = [[], [], []]
    for length, people in texts:
        for rater, spans in enumerate(people):
            row = [0] * length
            for start, end, label in spans:
                row[start:end] = [1 + "xy".index(label)] * (end - start)
            codes[rater] += row
    wanted = oracle.alpha(reliability_data=codes, level_of_measurement="nominal")
    assert agreement(by_span(texts), "span-alpha", draws=0).value == pytest.approx(wanted, abs=1e-9)


def test_an_example_by_hand() -> None:
    """Ten characters; A marks 0–4, B 2–5. Apart on 0, 1, 4: observed 2·3 = 6 of 20 answers; marked 7, unmarked 13, so
    expected 2·7·13 = 182; alpha = 1 − 19·6/182."""
    ratings = ratings_for("span-alpha")
    ratings.add_unit({"A": "of 10\n0 4 x", "B": "of 10\n2 5 x"})
    found = agreement(ratings, "span-alpha", draws=0)
    assert found.value == pytest.approx(1 - 19 * 6 / 182)
    # 2 of the 5 characters that either covers are shared: less than half, so that they don't match.
    assert found.extras["span-f1"] == 0.0


def test_spans_match_by_what_they_share_and_their_label() -> None:
    assert disagreement("span-alpha", ["0 4 x", "0 8 x"]) == 0.0
    assert disagreement("span-alpha", ["0 4 x", "0 9 x"]) == 1.0
    assert disagreement("span-alpha", ["0 4 x", "0 4 y"]) == 1.0
    assert disagreement("span-alpha", ["of 9\n0 4 x\n5 9 y", "of 9\n0 4 x"]) == pytest.approx(1 / 3)
    assert disagreement("span-alpha", ["", "of 9\n"]) == 0.0


def test_figures_are_undefined_with_a_reason() -> None:
    nothing = ratings_for("span-alpha")
    nothing.add_unit({"a": "of 10\n", "b": "of 10\n"})
    assert agreement(nothing, "span-alpha").reason == reasons.NO_VARIATION
    nothing.add_unit({"a": "of 10\n0 1 x", "b": "of 10\n0 1 x"})
    assert agreement(nothing, "span-alpha").value == 1.0
    empty = ratings_for("span-alpha")
    empty.add_unit({"a": "of 0\n", "b": "of 0\n"})
    assert agreement(empty, "span-alpha").reason == reasons.NO_VARIATION
    unknown = Ratings()
    unknown.add_unit({"a": "0 1 x", "b": "0 2 x"})
    assert agreement(unknown, "span-alpha").reason == reasons.NO_LENGTH
    assert agreement(unknown, "span-f1").value == 1.0
    with pytest.raises(TypeError):
        ratings_for("span-alpha").add_unit({"a": "of 3\n0 4 x", "b": "of 3\n"})


@given(st.lists(st.sets(st.sampled_from("abcde")), min_size=2, max_size=5))
def test_one_distance_of_sets_is_the_other(sets: list[set[str]]) -> None:
    table = masi([frozenset(each) for each in sets])
    for row, one in enumerate(sets):
        for column, other in enumerate(sets):
            assert masi_apart(tuple(sorted(one)), tuple(sorted(other))) == pytest.approx(table[row, column])


@settings(deadline=None)
@given(units(), st.randoms(use_true_random=False))
def test_the_order_of_people_and_spans_changes_nothing(texts: Any, rng: random.Random) -> None:
    for length, people in texts:
        values = [text_of(length, spans) for spans in people]
        mixed = rng.sample([text_of(length, rng.sample(spans, len(spans))) for spans in people], len(people))
        assert marks_of(mixed) == marks_of(values)


def test_a_text_of_a_million_characters_costs_no_more_than_its_spans() -> None:
    values = [text_of(1_000_000, [(200 * n + shift, 200 * n + 150, "x") for n in range(5_000)]) for shift in range(3)]
    ratings = ratings_for("span-alpha")
    start = time.perf_counter()
    ratings.add_unit(dict(enumerate(values)))
    spent = time.perf_counter() - start
    assert spent < 20, spent  # a second or so; character by character it would be minutes, pair by pair hours
    found = agreement(ratings, "span-alpha", draws=0)
    assert found.value is not None and 0.95 < found.value < 1


def test_one_span_over_everything_does_not_hide_the_matches_of_others() -> None:
    many = [Part(10 * n, 10 * n + 8, "x") for n in range(200)]
    assert matched_f1([Part(0, 2_000, "x"), *many], [Part(0, 1_999, "x"), *many]) == 1.0
    assert matched_f1([Part(0, 2_000, "x")], many) == 0.0
    assert spans_of("of 3\n0 3 a").length == 3
