"""The review screens: what they show, what they refuse, and that a decision brings the next sample."""

import json
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from projects.models import Adjudication, Job, Sample, User
from projects.review import actions
from projects.review.actions import version_of
from tests.review.scene import INTERFACE, Scene, mood, work

pytestmark = pytest.mark.django_db
SPLIT = [mood("dark", 2, note="One."), mood("dark", 4), mood("bright", 3)]
HTMX = {"HX-Request": "true"}


def client(user: User) -> Client:
    made = Client()
    made.force_login(user)
    return made


def page(scene: Scene, sample: Sample) -> str:
    return reverse("review-sample", args=[scene.project.slug, sample.key])


def decide(scene: Scene, sample: Sample, decision: str, **form: Any) -> Any:
    form.setdefault("expected", version_of(sample))
    chosen = {name.replace("__", "."): value for name, value in form.items()}
    return client(scene.reviewer).post(page(scene, sample), {"decision": decision, **chosen}, headers=HTMX)


def test_annotators_are_letters_unless_the_policy_names_them() -> None:
    hidden = Scene()
    for person in hidden.people:
        person.first_name = f"Named{person.pk}"
        person.save()
    sample = hidden.answered(*SPLIT)
    text = client(hidden.reviewer).get(page(hidden, sample)).content.decode()
    assert all(person.first_name not in text for person in hidden.people)
    assert "A, B" in text
    open_project = Scene(policy={"reveal_annotators": True})
    shown = open_project.answered(*SPLIT)
    assert str(open_project.people[0]) in client(open_project.reviewer).get(page(open_project, shown)).content.decode()


def test_keys_may_hold_slashes_and_any_letters() -> None:
    scene = Scene()
    sample = scene.answered(*SPLIT, key="قصة/٣ ä")
    signed_in = client(scene.reviewer)
    assert signed_in.get(page(scene, sample)).status_code == 200
    assert sample.key in signed_in.get(reverse("review", args=[scene.project.slug])).content.decode()


def test_a_decision_answers_with_the_next_sample() -> None:
    scene = Scene()
    worst = scene.answered(mood("dark", 1), mood("bright", 5), mood("dark", 3))
    other = scene.answered(mood("dark", 2), mood("dark", 4), mood("dark", 3))
    reply = decide(scene, worst, "plural")
    assert reply.status_code == 200
    assert other.key in reply.content.decode()
    assert reply["HX-Push-Url"].startswith(page(scene, other))
    last = decide(scene, other, "approve", from__mood="merged", from__craft="merged")
    assert last.status_code == 200
    assert "Nothing waits" in last.content.decode()


def test_taking_one_person_s_answers_approves_those() -> None:
    scene = Scene()
    sample = scene.answered(*SPLIT)
    third = sample.annotations.get(annotator=scene.people[2]).pk
    form = {"from__mood": str(third), "from__craft": str(third), "reason": "C read closest."}
    assert decide(scene, sample, "approve", **form).status_code == 200
    assert Adjudication.objects.get(sample=sample).answers == mood("bright", 3)


def test_an_answer_of_one_s_own_is_checked_like_any_other() -> None:
    scene = Scene()
    sample = scene.answered(*SPLIT)
    form = {"from__mood": "own", "q__mood": "dark", "from__craft": "own", "q__craft": "7", "reason": "Typed."}
    reply = decide(scene, sample, "approve", **form)
    assert reply.status_code == 422
    assert "Typed." in reply.content.decode()
    assert decide(scene, sample, "approve", **{**form, "q__craft": "5"}).status_code == 200
    assert Adjudication.objects.get(sample=sample).answers == mood("dark", 5)


def test_a_missing_reason_is_asked_for_and_what_was_chosen_stays() -> None:
    scene = Scene()
    sample = scene.answered(*SPLIT)
    reply = decide(scene, sample, "approve", from__mood="own", q__mood="bright", from__craft="merged")
    text = reply.content.decode()
    assert reply.status_code == 422
    assert "Say why: this overrules" in text
    assert 'required aria-invalid="true"' in text
    own = text[text.index('value="own"') :]
    assert "checked" in own[:60]
    assert not Adjudication.objects.exists()


def test_a_question_left_open_is_named_above_and_beside_it() -> None:
    scene = Scene(people=2)
    sample = scene.answered(mood("dark"), mood("bright"))
    reply = decide(scene, sample, "approve", reason="No idea.")
    text = reply.content.decode()
    assert reply.status_code == 422
    assert 'id="problems"' in text
    assert 'href="#judge-mood"' in text
    assert 'id="judge-mood-problem"' in text


def test_a_question_that_the_final_answer_brings_up_can_be_answered() -> None:
    interface = json.loads(json.dumps(INTERFACE))
    why = {"name": "why", "type": "text", "title": "Why bright?", "required": True}
    interface["questions"].append({**why, "show_if": {"question": "mood", "is": "bright"}})
    scene = Scene(interface=interface)
    sample = scene.answered(*[mood("dark")] * 3)
    form = {"from__mood": "own", "q__mood": "bright", "reason": "It ends well."}
    reply = decide(scene, sample, "approve", **form)
    assert reply.status_code == 422
    assert 'href="#judge-why"' in reply.content.decode()
    assert decide(scene, sample, "approve", **form, from__why="own", q__why="The end.").status_code == 200
    assert Adjudication.objects.get(sample=sample).answers == {"mood": "bright", "why": "The end."}


def test_a_conflict_shows_who_decided_what_and_keeps_the_reason() -> None:
    scene = Scene()
    sample = scene.answered(*SPLIT)
    seen = version_of(sample)
    actions.adjudicate(actor=scene.owner, sample=sample, decision="plural", reason="Taste.")
    reply = decide(scene, sample, "reject", reason="Mine.", expected=seen)
    text = reply.content.decode()
    assert reply.status_code == 409
    assert str(scene.owner) in text
    assert "Taste." in text
    assert "Mine." in text


def test_one_s_own_sample_has_no_buttons_and_says_why() -> None:
    scene = Scene(people=2)
    sample = scene.answered(mood("dark"), mood("bright"), by=[scene.reviewer, scene.people[0]])
    text = client(scene.reviewer).get(page(scene, sample)).content.decode()
    assert "You annotated this sample yourself" in text
    assert 'name="decision"' not in text
    assert decide(scene, sample, "plural").status_code == 422


def test_undo_brings_the_sample_back() -> None:
    scene = Scene()
    sample = scene.answered(*SPLIT)
    made = actions.adjudicate(actor=scene.reviewer, sample=sample, decision="plural")
    where = reverse("review-undo", args=[scene.project.slug, made.pk])
    assert client(scene.owner).post(where).status_code == 404
    reply = client(scene.reviewer).post(where, headers=HTMX)
    assert reply.status_code == 200
    assert sample.key in reply.content.decode()
    assert client(scene.reviewer).post(where, headers=HTMX).status_code == 409


def test_a_form_without_javascript_goes_on_to_the_next_page() -> None:
    scene = Scene()
    sample = scene.answered(*SPLIT)
    other = scene.answered(*SPLIT)
    reply = client(scene.reviewer).post(page(scene, sample), {"decision": "plural", "expected": version_of(sample)})
    assert reply.status_code == 302
    assert page(scene, other) in reply["Location"]


@pytest.mark.parametrize("body", [{}, {"decision": "maybe"}, {"decision": "approve", "from.mood": "999999"}])
def test_a_form_that_is_not_ours_is_refused_in_words(body: dict[str, str]) -> None:
    scene = Scene()
    sample = scene.answered(*SPLIT)
    reply = client(scene.reviewer).post(page(scene, sample), {**body, "expected": version_of(sample)}, headers=HTMX)
    assert reply.status_code == 422
    assert not Adjudication.objects.exists()


def test_bulk_approval_is_asked_for_from_the_list() -> None:
    scene = Scene()
    scene.answered(*[mood("dark", 3)] * 3)
    signed_in = client(scene.reviewer)
    shown = signed_in.get(reverse("review", args=[scene.project.slug]) + "?state=labeled").content.decode()
    assert "Approve 1" in shown
    assert signed_in.post(reverse("review-bulk", args=[scene.project.slug])).status_code == 302
    assert Job.objects.filter(kind="route", actor=scene.reviewer).count() == 1
    work()
    assert Adjudication.objects.get().reviewer == scene.reviewer


def test_the_list_says_what_there_is_to_do_when_nothing_waits() -> None:
    scene = Scene()
    where = reverse("review", args=[scene.project.slug])
    assert "Nothing to review yet" in client(scene.reviewer).get(where).content.decode()
    scene.answered(*[mood("dark", 3)] * 3)
    assert "Nothing is disputed" in client(scene.reviewer).get(where).content.decode()


def test_remarks_are_counted_where_no_spread_is_known() -> None:
    scene = Scene()
    two = scene.answered(mood("dark", note="One."), mood("dark", note="Two."), mood("dark"))
    one = scene.answered(mood("dark", note="One."), mood("dark"), mood("dark"))
    assert "2 answers" in judged(scene, two, "note")
    assert "1 answer<" in judged(scene, one, "note")
    assert "nobody answered" in judged(scene, one, "craft")


def judged(scene: Scene, sample: Sample, question: str) -> str:
    """The question's part of the desk."""
    text = client(scene.reviewer).get(page(scene, sample)).content.decode()
    return text.partition(f'id="judge-{question}"')[2].partition("</fieldset>")[0]
