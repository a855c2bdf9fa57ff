"""What every question type keeps to: one contract over all of them."""

import copy
import random
from typing import Any

import pytest

from projects.measures import coefficient
from projects.schema import MISSING, QUESTION_TYPES, Interface, Question, SchemaError
from tests.schema.cases import CASES, SHOWN, VALUES, Case
from tests.schema.forms import filled_in, rendered

every = pytest.mark.parametrize("case", CASES, ids=[f"{case.type}-{index}" for index, case in enumerate(CASES)])


def parsed(case: Case, **settings: Any) -> tuple[Interface, Question]:
    interface = Interface.parse({**case.document, "questions": [{**case.question, **settings}]})
    return interface, interface.questions[0]


def checked(interface: Interface, answer: Any, **options: Any) -> Any:
    return interface.validate_answers({"q": answer}, VALUES, shown=SHOWN, **options)["q"]


def problems(work: Any) -> list[str]:
    with pytest.raises(SchemaError) as refused:
        work()
    assert all(path and reason for path, reason in refused.value.problems)
    return [path for path, _ in refused.value.problems]


@every
def test_an_answer_written_as_a_form_is_read_back(case: Case) -> None:
    """What taking a suggestion over puts into the page's controls, which are those that the template draws."""
    interface, question = parsed(case, required=True)
    for answer in case.good:
        written = question.type.to_form(question, answer)
        drawn = filled_in(rendered("question_input question", question=question, value=answer))
        assert {
            name: [each.replace("\r\n", "\n") for each in values] for name, values in drawn.items() if any(values)
        } == {name: values for name, values in written.items() if name in drawn and any(values)}
        if drawn:
            assert checked(interface, interface.answers_from_form(written, VALUES, SHOWN)["q"]) == answer


def test_every_type_has_a_case() -> None:
    assert {case.type for case in CASES} == {member.slug for member in QUESTION_TYPES}
    assert len({member.slug for member in QUESTION_TYPES}) == len(QUESTION_TYPES)


@every
def test_the_document_is_read_and_left_alone(case: Case) -> None:
    before = copy.deepcopy(case.document)
    _, question = parsed(case)
    assert case.document == before
    assert question.type.slug == case.type
    assert question.document == case.question
    assert question.title == "Q"
    assert question.kind in ("objective", "subjective")
    assert coefficient(question.coefficient)


@every
def test_settings_that_do_not_fit_are_named(case: Case) -> None:
    for settings, path in case.wrong:
        assert f"questions[0].{path}" in problems(lambda settings=settings: parsed(case, **settings)), settings
    assert problems(lambda: parsed(case, colour="red")) == ["questions[0].colour"]
    assert problems(lambda: parsed(case, kind="fun")) == ["questions[0].kind"]
    assert problems(lambda: parsed(case, name="Q 1")) == ["questions[0].name"]


@every
def test_good_answers_are_stored_as_they_are(case: Case) -> None:
    interface, _ = parsed(case, required=True)
    for answer in case.good:
        before = copy.deepcopy(answer)
        stored = checked(interface, answer)
        assert stored == answer == before
        assert checked(interface, stored) == stored


@every
def test_loose_answers_come_to_their_stored_form(case: Case) -> None:
    interface, _ = parsed(case)
    for answer, stored in case.loose:
        assert checked(interface, answer) == stored
        assert checked(interface, stored) == stored


@every
def test_bad_answers_are_refused_with_their_path(case: Case) -> None:
    interface, _ = parsed(case)
    for answer, path in case.bad:
        found = problems(lambda answer=answer: checked(interface, answer))
        assert f"answers.q{path}" in found, (answer, found)


@every
def test_a_required_answer_must_be_there_unless_the_annotation_is_a_draft(case: Case) -> None:
    interface, _ = parsed(case, required=True)
    assert problems(lambda: interface.validate_answers({}, VALUES)) == ["answers.q"]
    assert problems(lambda: interface.validate_answers({"q": None}, VALUES)) == ["answers.q"]
    assert interface.validate_answers({}, VALUES, partial=True) == {}


@every
def test_the_form_gives_back_the_answer_that_it_shows(case: Case) -> None:
    interface, question = parsed(case, help="How to", required=True)
    for answer in case.good:
        html = rendered("question_input question", question=question, value=answer)
        data = filled_in(html)
        assert set(data) == {name for name in data if name == "q.q" or name.startswith("q.q.")}
        assert checked(interface, interface.answers_from_form(data, VALUES, SHOWN)["q"]) == answer
        assert 'aria-describedby="q-q-help"' in html


@every
def test_an_empty_form_is_no_answer(case: Case) -> None:
    interface, question = parsed(case)
    assert interface.answers_from_form({}, VALUES, SHOWN) == {}
    untouched = filled_in(rendered("question_input question", question=question, value=None))
    assert interface.answers_from_form(untouched, VALUES, SHOWN) == {}
    assert question.type.from_form(question, {}, VALUES, SHOWN) is MISSING


@every
def test_an_answer_can_be_read_and_summed_up(case: Case) -> None:
    _, question = parsed(case)
    for answer in case.good:
        line = question.type.summary(question, answer)
        assert line and len(line) < 200
        html = rendered("question_read question value", question=question, value=answer)
        assert "answer" in html
        assert "<tag>" not in html and "<input" not in html


@every
def test_answers_of_several_people_merge_in_whatever_order_they_came(case: Case) -> None:
    interface, question = parsed(case)
    for values, expected in [*case.merges, *(([answer, answer], answer) for answer in case.good)]:
        for _ in range(5):
            merged = question.type.merge(question, random.sample(values, len(values)))
            if expected is None:
                assert merged is MISSING
            else:
                assert _same(merged, expected)
                assert checked(interface, merged, partial=True) == merged


def _same(one: Any, other: Any) -> bool:
    """The side on which a candidate stood is not part of what several people say."""
    if isinstance(one, dict) and "shown" in one:
        return {**one, "shown": set(one["shown"])} == {**other, "shown": set(other["shown"])}
    return bool(one == other)


@every
def test_answers_are_observed_in_the_declared_series(case: Case) -> None:
    interface, question = parsed(case)
    series = {one.name: one for one in interface.series()}
    assert [tuple(one) for one in interface.observations({"q": case.good[0]})] == case.seen
    for answer in case.good:
        for observation in question.type.observations(question, answer):
            one = series[observation.series]
            assert (one.question, one.coefficient) == ("q", question.coefficient)
            values = observation.value if isinstance(observation.value, tuple) else [observation.value]
            assert one.values is None or set(values) <= set(one.values)
            hash(observation.value)


def test_a_ranking_that_is_not_finished_keeps_the_places_that_are_still_empty() -> None:
    case = next(case for case in CASES if case.type == "ranking" and not case.settings.get("tie"))
    interface, question = parsed(case)
    begun = interface.answers_from_form({"q.q.c": ["3"], "q.q.a": ["3"]}, VALUES, SHOWN)["q"]
    assert checked(interface, begun, partial=True) == [[], [], ["a", "c"]]
    html = rendered("question_input question", question=question, value=begun)
    assert filled_in(html) == {"q.q.a": ["3"], "q.q.c": ["3"]}
    assert "A = C" not in html and "B = C" in html  # in the letters of this person's order
    assert problems(lambda: checked(interface, begun)) == ["answers.q[2]", "answers.q"]


def test_many_candidates_are_ranked_by_writing_the_numbers_of_their_places() -> None:
    case = next(case for case in CASES if case.type == "ranking")
    interface, question = parsed(case)
    fields = {**VALUES, "outputs": [{"id": f"c{n}", "value": "…"} for n in range(12)]}
    html = rendered("question_input question", question=question, value=[["c3"]], fields=fields, shown={})
    data = filled_in(html)
    assert len(data) == 12
    assert interface.answers_from_form(data, fields, {})["q"] == [["c3"]]
    for wrong in ("0", "13", "-1", "1.5", "x", 20 * "1"):
        assert interface.answers_from_form({"q.q.c1": [wrong]}, fields, {}) == {}
