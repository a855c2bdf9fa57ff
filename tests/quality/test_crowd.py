"""The figures of people from answers alone: against what they are by definition, and whoever is called what."""

import json
import math
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from itertools import combinations
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from projects.measures import disagreement, mean_reliability, reasons
from projects.measures.intervals import Estimate
from projects.quality.crowd import ROW, Crowd, Newest
from projects.quality.disputes import OTHERS, Disputes
from projects.quality.group import averages
from projects.quality.matrix import Matrix
from projects.quality.periods import DAY, MONTH, WEEK, Calendar
from projects.quality.portion import Portion, Reader
from projects.quality.stream import Answered, Given
from projects.schema import Interface
from tests.review.scene import INTERFACE

PARSED = Interface.parse(INTERFACE)
SERIES = {series.name: series for series in PARSED.series()}
START = datetime(2026, 1, 1, tzinfo=UTC)
NOTHING = {"asked": 0, "right": 0, "chosen": 0, "first": 0}
Samples = list[dict[int, dict[str, Any]]]


def units_of(sample: Mapping[int, Mapping[str, Any]]) -> dict[tuple[str, str], dict[int, Any]]:
    units: dict[tuple[str, str], dict[int, Any]] = {}
    for person, answers in sample.items():
        for name, suffix, value in PARSED.observations(answers):
            units.setdefault((name, suffix), {})[person] = value
    return units


def answered(sample_id: int, given: dict[int, dict[str, Any]], **about: Any) -> Answered:
    rows = [
        Given(sample_id, 100 * sample_id + place, person, 1, answers, 1000, day(sample_id))
        for place, (person, answers) in enumerate(given.items())
    ]
    stated = {"state": "labeled", "metadata": {}, "source": None, "origin": "human", "model": "", **about}
    return Answered(sample_id, rows, fields={}, gold=None, **stated)


def portion_of(reader: Reader, samples: Iterable[Answered], interface: Interface = PARSED) -> Portion:
    portion = Portion(reader)
    for sample in samples:
        portion.begin(sample)
        for one in sample.given:
            portion.add(one, interface.observations(one.answers), **NOTHING)
    return portion


def taken_in(samples: Samples, number: Mapping[int, int] | None = None, size: int = 4) -> tuple[Crowd, Matrix]:
    """Everybody's figures, from portions of this size; ``number`` calls people otherwise."""
    called = number or {person: person for sample in samples for person in sample}
    reader = Reader(SERIES, Calendar(DAY))
    crowd, matrix = Crowd(reader), Matrix(list(called.values()), reader)
    every = [
        answered(sample_id, {called[person]: answers for person, answers in sample.items()})
        for sample_id, sample in enumerate(samples)
    ]
    for start in range(0, len(every), size):
        portion = portion_of(reader, every[start : start + size])
        crowd.take(portion)
        matrix.take(portion)
    return crowd, matrix


def day(sample_id: int) -> datetime:
    return START + timedelta(days=sample_id % 3)


def same(one: Any, other: Any) -> bool:
    """Equal up to the noise of floating point."""
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(same(value, other[key]) for key, value in one.items())
    if isinstance(one, list | tuple):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, float) and isinstance(other, float):
        return math.isclose(one, other, abs_tol=1e-9)
    return bool(one == other)


answer = st.fixed_dictionaries(
    {"mood": st.sampled_from(["dark", "bright"])}, optional={"craft": st.integers(1, 5), "note": st.just("Some words.")}
)
crowds = st.lists(st.dictionaries(st.integers(1, 6), answer, max_size=6), max_size=16)


@settings(max_examples=60, deadline=None)
@given(crowds, st.permutations(range(1, 7)))
def test_calling_people_otherwise_changes_nothing(samples: Samples, names: list[int]) -> None:
    called = dict(enumerate(names, 1))
    (crowd, matrix), (other, other_matrix) = taken_in(samples), taken_in(samples, called)
    figures, renamed = crowd.figures(), other.figures()
    assert same({called[person]: each for person, each in figures.items()}, dict(renamed))
    assert same(averages(figures, crowd.distribution()), averages(renamed, other.distribution()))
    cells = {frozenset((called[one], called[two])): rest for one, two, *rest in matrix.cells()}
    assert same(cells, {frozenset((one, two)): rest for one, two, *rest in other_matrix.cells()})


@settings(max_examples=60, deadline=None)
@given(crowds, st.integers(1, 20))
def test_it_does_not_matter_how_many_samples_are_taken_in_at_once(samples: Samples, size: int) -> None:
    (crowd, matrix), (other, other_matrix) = taken_in(samples, size=1), taken_in(samples, size=size)
    assert same(crowd.figures(), other.figures())
    assert same(crowd.distribution(), other.distribution())
    assert same(list(matrix.cells()), list(other_matrix.cells()))


@settings(max_examples=60, deadline=None)
@given(crowds)
def test_standing_beside_the_others_is_what_it_is_by_definition(samples: Samples) -> None:
    crowd, _ = taken_in(samples)
    for person in {person for sample in samples for person in sample}:
        for name in ("mood", "craft"):
            mine = [units_of(sample)[name, ""] for sample in samples if person in units_of(sample).get((name, ""), {})]
            if not mine:
                assert name not in crowd.standings_of(person)
                continue
            found, shared = crowd.standings_of(person)[name].as_dict(), [each for each in mine if len(each) > 1]
            others = [(each[person], [value for who, value in each.items() if who != person]) for each in shared]
            pairs = [(own, other) for own, rest in others for other in rest]
            assert (found["answers"], found["shared"], found["pairs"]) == (len(mine), len(shared), len(pairs))
            if pairs:
                series = SERIES[name]
                apart = [disagreement(series.coefficient, list(pair), series.values) or 0.0 for pair in pairs]
                assert found["agreement"] == pytest.approx(1 - sum(apart) / len(apart))
            if pairs and name == "craft":
                distances = [own - sum(rest) / len(rest) for own, rest in others]
                assert found["severity"] == pytest.approx(sum(distances) / len(distances), abs=1e-12)


@settings(max_examples=60, deadline=None)
@given(crowds)
def test_a_figure_is_a_number_or_a_reason_and_never_anything_else(samples: Samples) -> None:
    crowd, _ = taken_in(samples)
    figures = crowd.figures()
    json.dumps([figures, averages(figures, crowd.distribution())], allow_nan=False)
    for person in figures.values():
        for each in person.values():
            if isinstance(each, dict) and "reason" in each:
                assert (each["value"] is None) == (each["reason"] is not None)


@settings(max_examples=60, deadline=None)
@given(crowds)
def test_two_people_are_as_alike_as_the_pairs_of_their_answers(samples: Samples) -> None:
    _, matrix = taken_in(samples)
    found = {(one, other): (alike, answers, shared) for one, other, alike, answers, shared in matrix.cells()}
    for one, other in combinations(range(1, 7), 2):
        likes: list[float] = []
        shared = 0
        for sample in samples:
            both = [
                values
                for (name, _), values in units_of(sample).items()
                if name != "note" and {one, other} <= values.keys()
            ]
            names = [
                name
                for (name, _), values in units_of(sample).items()
                if name != "note" and {one, other} <= values.keys()
            ]
            shared += bool(both)
            for name, values in zip(names, both, strict=True):
                apart = disagreement(SERIES[name].coefficient, [values[one], values[other]], SERIES[name].values)
                likes.append(1 - (apart or 0.0))
        if likes:
            assert same(found[one, other], (sum(likes) / len(likes), len(likes), shared))
        else:
            assert (one, other) not in found


def test_severity_over_time_is_that_of_each_piece() -> None:
    # One point of four above the other on the first day, three on the second.
    crowd, _ = taken_in([{1: {"craft": 2}, 2: {"craft": 1}}, {1: {"craft": 5}, 2: {"craft": 2}}])
    first, second = crowd.figures()[1]["periods"]
    assert (first["start"], first["severity"], second["severity"]) == ("2026-01-01", 0.25, 0.75)
    assert crowd.figures()[1]["severity"]["value"] == 0.5
    assert first["agreement"] == 1 - 0.25


def test_of_two_people_there_is_no_average() -> None:
    two, _ = taken_in([{1: {"mood": "dark"}, 2: {"mood": "dark"}}])
    found = averages(two.figures(), two.distribution())
    assert found["figures"]["agreement"] == {"value": None, "reason": reasons.FEW_PEOPLE, "people": 2}
    assert found["distribution"] == {}
    three, _ = taken_in([{1: {"mood": "dark"}, 2: {"mood": "dark"}, 3: {"mood": "bright"}}])
    found = averages(three.figures(), three.distribution())
    assert found["figures"]["agreement"]["value"] == pytest.approx((0.5 + 0.5 + 0) / 3)
    assert found["distribution"]["mood"] == [["bright", 1], ["dark", 2]]


def test_of_a_person_the_newest_annotations_are_remembered_in_their_order() -> None:
    person = Newest()
    for number in reversed(range(3 * ROW)):
        person.remember(number, number % 7)
    assert person.row() == [number % 7 for number in range(2 * ROW, 3 * ROW)]


def test_axes_of_one_value_are_counted_beside_the_others_of_the_same_samples() -> None:
    rubric = Interface.parse(
        {
            "schema": 1,
            "fields": [{"name": "text", "type": "text"}],
            "questions": [{"name": "r", "type": "rubric", "scale": [1, 5], "axes": [{"name": "a"}, {"name": "b"}]}],
        }
    )
    reader = Reader({each.name: each for each in rubric.series()}, Calendar(DAY))
    crowd = Crowd(reader)
    rated = [{1: (3, 3), 2: (1, 2)}, {1: (4, 4), 2: (4, 4)}, {1: (3, 3)}]
    samples = [
        answered(number, {person: {"r": {"a": a, "b": b}} for person, (a, b) in given.items()})
        for number, given in enumerate(rated)
    ]
    crowd.take(portion_of(reader, samples, rubric))
    figures = crowd.figures()
    assert (figures[1]["straight"]["value"], figures[1]["straight"]["of"]) == (1.0, 3)
    assert (figures[1]["straight"]["others"], figures[1]["straight"]["beside"]) == (0.5, 2)
    assert (figures[2]["straight"]["value"], figures[2]["straight"]["others"]) == (0.5, 1.0)
    assert figures[1]["position"]["reason"] == reasons.NO_CHOICES
    assert (figures[1]["speed"]["value"], figures[1]["speed"]["of"]) == (1050, 3)


def test_reliability_over_scales_is_no_surer_than_its_parts_allow() -> None:
    one = Estimate(0.6, None, 0.2, 0.8, 30)
    alone = mean_reliability([one])
    assert alone.value == pytest.approx(0.6)
    assert alone.low == pytest.approx(math.tanh(math.atanh(0.6) - 1.959964 / math.sqrt(27)))
    twice = mean_reliability([one, one, Estimate(None, reasons.FEW_SHARED, None, None, 4)])
    assert [twice.value, twice.low] == pytest.approx([0.6, alone.low])
    assert twice.of == 60
    none = mean_reliability(
        [Estimate(None, reasons.FEW_SHARED, None, None, 4), Estimate(None, reasons.ALONE, None, None, 0)]
    )
    assert (none.value, none.reason, none.of) == (None, reasons.FEW_SHARED, 4)
    assert mean_reliability([]).reason == reasons.NO_ANSWERS


def disputes_of(*samples: Answered) -> dict[str, Any]:
    disputes = Disputes(PARSED, min_agreement=0.8)
    disputes.take(portion_of(Reader(SERIES, Calendar(DAY)), samples))
    return disputes.as_dict()


def test_disputes_are_counted_by_question_by_answers_and_by_kind_of_sample() -> None:
    moods = ((("dark", "dark"), "en"), (("dark", "bright"), "de"), (("bright", "dark"), "de"))
    found = disputes_of(
        *(
            answered(
                number,
                {1: {"mood": values[0], "craft": 3}, 2: {"mood": values[1], "craft": 3}},
                metadata={"lang": language},
            )
            for number, (values, language) in enumerate(moods)
        ),
        answered(3, {1: {"mood": "dark"}}, metadata={"lang": "de"}),
        answered(4, {1: {"note": "One."}, 2: {"note": "Two."}}, metadata={"lang": "en", "long": "x" * 500}),
    )
    assert (found["samples"], found["disputed"]) == (4, 2)
    assert found["questions"] == [
        {"question": "mood", "samples": 3, "disputed": 2, "spread": pytest.approx(2 / 3)},
        {"question": "craft", "samples": 3, "disputed": 0, "spread": 0.0},
    ]
    assert found["pairs"] == [
        {"series": "mood", "one": "bright", "other": "dark", "times": 2, "share": pytest.approx(2 / 3)}
    ]
    assert found["groups"] == [
        {"group": "metadata.lang", "value": "de", "samples": 2, "disputed": 2},
        {"group": "metadata.lang", "value": "en", "samples": 2, "disputed": 0},
    ]


def test_values_that_tell_samples_apart_are_no_kind_and_many_values_are_counted_together() -> None:
    given = {1: {"mood": "dark"}, 2: {"mood": "dark"}}
    found = disputes_of(
        *(answered(number, given, metadata={"id": number}, source=f"s{number % 2}") for number in range(200))
    )
    groups = found["groups"]
    assert [row["value"] for row in groups if row["group"] == "source"] == ["s0", "s1"]
    named = [row for row in groups if row["group"] == "metadata.id"]
    assert sum(row["samples"] for row in named) in (0, 200)
    assert len(named) <= 51
    assert named == [] or any(row["value"] == OTHERS for row in named)


@pytest.mark.parametrize(("step", "start"), [(DAY, "2026-03-19"), (WEEK, "2026-03-16"), (MONTH, "2026-03-01")])
def test_a_piece_of_time_begins_on_a_day_on_monday_or_with_the_month(step: str, start: str) -> None:
    assert Calendar(step).start(datetime(2026, 3, 19, 23, 59, tzinfo=UTC)).isoformat() == start
