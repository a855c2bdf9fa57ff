"""How several people's answers become one, and whom a final answer overrules."""

from typing import Any

import pytest

from projects.quality.stream import Given, answered_of
from projects.quality.versions import Versions
from projects.review.merge import distribution, merge, overruled
from projects.samples.models import Sample
from tests.review.scene import INTERFACE, PAIR, Scene, mood

pytestmark = pytest.mark.django_db


def read(scene: Scene, sample: Sample) -> tuple[Versions, list[Given], dict[str, Any]]:
    scene.project.refresh_from_db()
    return Versions(scene.project), answered_of([sample.pk])[sample.pk], sample.fields


def test_a_label_goes_to_most_and_a_rating_to_the_middle() -> None:
    scene = Scene()
    sample = scene.answered(mood("dark", 2), mood("dark", 5), mood("bright", 3))
    found = merge(*read(scene, sample))
    assert found.answers == {"mood": "dark", "craft": 3}
    assert found.undecided == ()
    assert found.unanimous == {}


def with_note_required() -> dict[str, Any]:
    questions = [{**each, "required": each["name"] in ("mood", "note")} for each in INTERFACE["questions"]]
    return {**INTERFACE, "questions": questions}


def test_a_tie_is_no_answer_whoever_came_first() -> None:
    scene = Scene(people=2)
    sample = scene.answered(mood("bright"), mood("dark"))
    found = merge(*read(scene, sample))
    assert found.answers == {}
    assert found.undecided == ("mood",)


def test_remarks_merge_to_nothing_and_leave_nothing_open() -> None:
    scene = Scene(people=2)
    sample = scene.answered(mood("dark", note="Short."), mood("dark", note="Long."))
    found = merge(*read(scene, sample))
    assert "note" not in found.answers
    assert found.undecided == ()
    assert sample.spreads is not None
    assert "note" not in sample.spreads


def test_texts_that_everybody_must_write_merge_only_when_they_are_the_same() -> None:
    scene = Scene(people=2, interface=with_note_required())
    sample = scene.answered(mood("dark", note="Short."), mood("dark", note="Long."))
    assert merge(*read(scene, sample)).undecided == ("note",)
    same = scene.answered(mood("dark", note="Short."), mood("dark", note="Short."))
    assert merge(*read(scene, same)).answers["note"] == "Short."


def test_a_comparison_counts_whichever_side_it_stood_on() -> None:
    scene = Scene(people=3)
    left = {"winner": "a", "shown": ["a", "b"]}
    right = {"winner": "a", "shown": ["b", "a"]}
    fields = {"text": "t", "outputs": PAIR}
    answers = [mood("dark", better=value) for value in (left, right, left)]
    sample = scene.answered(*answers, fields=fields)
    found = merge(*read(scene, sample))
    assert found.answers["better"]["winner"] == "a"
    assert "better" in found.unanimous
    assert sample.spreads and sample.spreads["better"] == 0


def test_a_middle_overrules_nobody_and_a_majority_overrules_the_minority() -> None:
    scene = Scene()
    sample = scene.answered(mood("dark", 2), mood("dark", 5), mood("dark", 3))
    assert overruled(*read(scene, sample), {"mood": "dark", "craft": 3}) == ()
    assert overruled(*read(scene, sample), {"mood": "dark", "craft": 4}) == ("craft",)
    assert overruled(*read(scene, sample), {"mood": "bright", "craft": 3}) == ("mood",)
    split = scene.answered(mood("dark"), mood("dark"), mood("bright"))
    assert overruled(*read(scene, split), {"mood": "dark"}) == ("mood",)


def test_leaving_out_what_somebody_answered_overrules_them() -> None:
    scene = Scene()
    sample = scene.answered(mood("dark", 3), mood("dark"), mood("dark"))
    assert overruled(*read(scene, sample), {"mood": "dark"}) == ("craft",)


def test_a_distribution_holds_shares_of_those_who_answered_and_no_texts() -> None:
    scene = Scene()
    sample = scene.answered(mood("dark", 2, note="x"), mood("dark", 4), mood("bright"))
    versions, given, _ = read(scene, sample)
    assert distribution(versions, given) == {
        "mood": {"dark": pytest.approx(2 / 3), "bright": pytest.approx(1 / 3)},
        "craft": {"2": 0.5, "4": 0.5},
    }
