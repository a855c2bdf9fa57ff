"""The interface as a whole: questions that depend on others, the order in which things are shown, versions."""

import copy
import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projects.schema import GALLERY, Interface, SchemaError, compare
from projects.schema.diff import word_diff
from tests.schema.cases import OPTIONS, VALUES

FIELDS = [{"name": "outputs", "type": "candidates", "of": "text", "required": False}, {"name": "story", "type": "text"}]
MOOD = {"name": "mood", "type": "label", "options": OPTIONS}
WHY = {"name": "why", "type": "text", "required": True, "show_if": {"question": "mood", "is": ["x", "y"]}}
BETTER = {"name": "better", "type": "pairwise", "on": "outputs", "required": True}


def interface(*questions: dict[str, Any]) -> Interface:
    return Interface.parse({"schema": 1, "fields": FIELDS, "questions": list(questions)})


def problems(work: Any) -> list[str]:
    with pytest.raises(SchemaError) as refused:
        work()
    return [path for path, _ in refused.value.problems]


def test_everything_that_is_wrong_is_told_at_once() -> None:
    document = {
        "schema": 2,
        "feilds": [],
        "fields": [{"name": "1", "type": "text"}, {"name": "a", "type": "smell"}],
        "questions": [{"name": "q", "type": "region"}, {"name": "r", "type": "rating", "scale": [1]}],
    }
    found = problems(lambda: Interface.parse(document))
    assert found == [
        "interface.feilds",
        "schema",
        "fields[0].name",
        "fields[1].type",
        "questions[0].type",
        "questions[1].scale",
    ]


@pytest.mark.parametrize("document", [None, [], "x", {}, {"schema": 1}, {"schema": True}, {"schema": 1.0}])
def test_what_is_no_interface_is_refused(document: Any) -> None:
    assert problems(lambda: Interface.parse(document))


def test_a_near_miss_is_named() -> None:
    with pytest.raises(SchemaError, match="did you mean “required”"):
        interface({**MOOD, "requierd": True})


@pytest.mark.parametrize(
    ("condition", "path"),
    [
        ({"question": "later", "is": "x"}, "show_if.question"),
        ({"question": "mood"}, "show_if"),
        ({"question": "mood", "is": "x", "answered": True}, "show_if"),
        ({"question": "mood", "is": {}}, "show_if.is"),
        ({"question": "mood", "is": []}, "show_if.is"),
        ({"question": "mood", "answered": "x"}, "show_if.answered"),
        ("mood", "show_if"),
    ],
)
def test_a_condition_asks_about_an_earlier_question(condition: Any, path: str) -> None:
    assert problems(lambda: interface(MOOD, {**WHY, "show_if": condition}, {**WHY, "name": "later"}))[0].endswith(path)


def test_a_hidden_question_needs_no_answer_and_keeps_none() -> None:
    asked = interface(MOOD, WHY)
    assert problems(lambda: asked.validate_answers({"mood": "x"}, VALUES)) == ["answers.why"]
    assert asked.validate_answers({"mood": "z", "why": "because"}, VALUES) == {"mood": "z"}
    assert asked.validate_answers({"why": "because", "mood": "y"}, VALUES) == {"mood": "y", "why": "because"}


def test_a_condition_may_ask_whether_there_is_an_answer() -> None:
    asked = interface(MOOD, {**WHY, "show_if": {"question": "mood", "answered": False}})
    assert asked.validate_answers({"mood": "x"}, VALUES) == {"mood": "x"}
    assert problems(lambda: asked.validate_answers({}, VALUES)) == ["answers.why"]


def test_a_question_about_an_absent_field_is_not_asked() -> None:
    asked = interface(MOOD, BETTER)
    assert asked.validate_answers({"mood": "x", "better": {"winner": "a"}}, {"story": "…"}) == {"mood": "x"}
    assert problems(lambda: asked.validate_answers({"mood": "x"}, VALUES)) == ["answers.better"]


def test_an_annotation_answers_something_and_nothing_that_was_not_asked() -> None:
    asked = interface(MOOD)
    assert problems(lambda: asked.validate_answers({}, VALUES)) == ["answers"]
    assert problems(lambda: asked.validate_answers({"moood": "x"}, VALUES)) == ["answers.moood"]
    assert problems(lambda: asked.validate_answers(["x"], VALUES)) == ["answers"]


def test_candidates_are_shown_in_any_order_and_answers_are_about_the_candidates() -> None:
    """Sides don't count: whoever saw a left of b and whoever saw b left of a agree."""
    asked, seen = interface(BETTER), set()
    rng = random.Random(1)
    for _ in range(60):
        shown = asked.shown(VALUES, rng)
        assert shown["better"] == shown["outputs"][:2]
        assert sorted(shown["outputs"]) == ["a", "b", "c"]
        seen.add(tuple(shown["better"]))
        winner = max(shown["better"])
        answers = asked.validate_answers({"better": {"winner": winner}}, VALUES, shown=shown)
        [one] = asked.observations(answers)
        assert (one.suffix, one.value) == ("|".join(sorted(shown["better"])), winner)
    assert len(seen) == 6


def test_without_shuffling_the_first_two_are_compared_as_they_stand() -> None:
    fixed = interface({**BETTER, "shuffle": False}).shown(VALUES, random.Random(2))
    assert fixed == {"better": ["a", "b"], "outputs": ["a", "b", "c"]}


@pytest.mark.parametrize(
    ("edit", "change"),
    [
        ({"title": "Mood?", "help": "Look", "required": True, "kind": "subjective", "distance": "ordinal"}, "kept"),
        ({"show_if": None}, "kept"),
        ({"options": [*OPTIONS, {"id": "new"}]}, "changed"),
        ({"type": "multilabel"}, "changed"),
        ({"on": "story"}, "changed"),
        ({"name": "feeling"}, "added"),
    ],
)
def test_an_edit_says_what_becomes_of_the_answers(edit: dict[str, Any], change: str) -> None:
    old, new = interface(MOOD), interface({**MOOD, **edit})
    found = compare(old, new)
    assert found[0].change == change
    assert [one.change for one in found[1:]] == (["removed"] if change == "added" else [])
    assert all(one.sentence.endswith(".") for one in found)


@pytest.mark.parametrize("template", GALLERY, ids=lambda template: template.slug)
def test_the_gallery_is_in_order(template: Any) -> None:
    before = copy.deepcopy(template)
    parsed = Interface.parse(template.document)
    assert parsed.validate_fields(template.example) == template.example
    assert parsed.shown(template.example, random.Random(1)) is not None
    assert {one.change for one in compare(parsed, parsed)} == {"kept"}
    assert template.title and template.description
    assert template == before


@given(st.text(), st.text())
def test_the_parts_of_a_diff_make_both_texts(old: str, new: str) -> None:
    parts = word_diff(old, new)
    assert "".join(part.text for part in parts if part.op != "insert") == old
    assert "".join(part.text for part in parts if part.op != "delete") == new
    assert all(part.text for part in parts)


def test_a_diff_keeps_words_whole() -> None:
    assert word_diff("It’s a sea.", "It’s the sea.") == [
        ("equal", "It’s "),
        ("delete", "a"),
        ("insert", "the"),
        ("equal", " sea."),
    ]
    assert word_diff("海は青い", "海は赤い")[1:3] == [("delete", "青"), ("insert", "赤")]
