"""What machines suggest: who is shown it and how, that it is recorded as it was, and that it tells no check apart."""

import uuid
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from projects.labeling import actions, hidden
from projects.labeling.dump import dump
from projects.labeling.models import Annotation, Assignment, Purpose
from projects.labeling.task import task_for, task_json
from projects.models import AuditEntry, Project, Sample, Suggestion, User
from projects.samples.states import SampleState
from tests.factories import make_member, make_project, make_sample, membership

pytestmark = pytest.mark.django_db
DARK = {"mood": "dark", "craft": 2}


def suggest(sample: Sample, question: str = "mood", value: Any = "dark", source: str = "model-x", **more: Any) -> None:
    Suggestion.objects.create(sample=sample, question=question, value=value, source=source, **more)


def given(project: Project, user: User) -> Assignment:
    assignment = actions.next_assignment(membership=membership(project, user))
    assert assignment
    return assignment


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def page(project: Project, user: User) -> str:
    return signed_in(user).get(reverse("label", args=[project.slug])).content.decode()


def send(assignment: Assignment, **fields: Any) -> Any:
    body = {"assignment": assignment.pk, "submission": str(uuid.uuid4()), **fields}
    address = reverse("label-submit", args=[assignment.project.slug])
    return signed_in(assignment.annotator).post(address, body)


def submit(assignment: Assignment) -> None:
    """The answers by the API's action, without a page."""
    member = membership(assignment.project, assignment.annotator)
    actions.submit(
        membership=member, assignment_id=assignment.pk, submission=uuid.uuid4(), answers=DARK, then_next=False
    )


def stored(assignment: Assignment) -> Annotation:
    return Annotation.everything.get(assignment=assignment, current=True)


def one_sample(how: str, **policy: Any) -> tuple[Project, User, Sample]:
    project = make_project(policy={"suggestions": how, **policy})
    sample = make_sample(project)
    return project, make_member(project), sample


def test_beside_the_question_the_surest_source_comes_first_and_the_annotation_records_it() -> None:
    project, ada, sample = one_sample("beside")
    suggest(sample, score=0.4)
    suggest(sample, value="bright", source="model-y", score=0.9)
    suggest(sample, "craft", 3, source="rules")
    html = page(project, ada)
    assert html.index("model-y") < html.index("model-x")
    assignment = given(project, ada)
    assert send(assignment, **{"q.mood": "dark"}).status_code == 200
    assert stored(assignment).answers == {"mood": "dark"}
    assert stored(assignment).suggested == {
        "how": "beside",
        "questions": {
            "mood": [
                {"source": "model-y", "value": "bright", "score": 0.9},
                {"source": "model-x", "value": "dark", "score": 0.4},
            ],
            "craft": [{"source": "rules", "value": 3, "score": None}],
        },
    }
    assert b'"suggested":{"how":"beside"' in b"".join(dump(project))


def test_what_a_browser_claims_changes_nothing_of_the_record() -> None:
    project, ada, sample = one_sample("off")
    suggest(sample)
    assignment = given(project, ada)
    forged = {"suggested": '{"how": "beside"}', "q.:settled.mood": "1", "how": "beside"}
    assert send(assignment, **{"q.mood": "dark"}, **forged).status_code == 200
    assert stored(assignment).suggested is None
    assert "model-x" not in page(project, ada)


def test_what_somebody_holds_keeps_what_it_was_leased_with() -> None:
    project, ada, sample = one_sample("beside")
    suggest(sample)
    assignment = given(project, ada)
    Suggestion.objects.update(value="bright")
    Project.objects.update(policy={"suggestions": "off"})
    assert "model-x" in page(project, ada)
    send(assignment, **{"q.mood": "dark"})
    record = stored(assignment).suggested
    assert record and record["questions"]["mood"][0]["value"] == "dark"


def test_what_was_an_answer_to_an_earlier_form_of_the_question_is_left_out() -> None:
    project, ada, sample = one_sample("beside")
    suggest(sample, value="lukewarm")
    suggest(sample, "gone", "x")
    assert given(project, ada).suggested is None
    assert "model-x" not in page(project, ada)


def test_a_share_is_withheld_by_person_and_sample_and_stays_so() -> None:
    project = make_project(overlap=3, policy={"suggestions_withheld": 0.3})
    for _ in range(80):
        suggest(make_sample(project))
    met: list[list[str]] = []
    for person in (make_member(project), make_member(project)):
        mine = []
        for _ in range(80):
            assignment = given(project, person)
            mine.append(str((assignment.suggested or {})["how"]))
            again = actions.next_assignment(membership=membership(project, person))
            assert again and again.suggested == assignment.suggested
            submit(assignment)
        met.append(mine)
    for mine in met:
        assert 12 <= mine.count("withheld") <= 38  # 24 expected: 12 to 38 are 3 standard deviations
        assert set(mine) == {"withheld", "beside"}
    assert met[0] != met[1]


def test_withheld_ones_are_not_on_the_page_but_in_the_record() -> None:
    project, ada, sample = one_sample("beside", suggestions_withheld=0.5)
    suggest(sample)
    assignment = given(project, ada)
    Assignment.objects.update(suggested={**(assignment.suggested or {}), "how": "withheld"})
    html = page(project, ada)
    assert "model-x" not in html and "suggest" not in html.replace("js/suggest", "")
    send(assignment, **{"q.mood": "dark"})
    record = stored(assignment).suggested
    assert record and record["how"] == "withheld" and record["questions"]["mood"][0]["source"] == "model-x"


@pytest.mark.parametrize("how", ["prefilled", "beside", "after"])
def test_a_hidden_check_or_a_repeat_is_as_a_sample_from_which_they_were_withheld(
    monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    rates = {"gold_rate": 0.3, "repeat_rate": 0.2, "suggestions_withheld": 0.5}
    project = make_project(policy={"suggestions": how, **rates})
    ada = make_member(project)
    plain, ordinary = make_sample(project, key="s-1"), make_sample(project, key="s-2")
    gold = make_sample(project, key="s-3", gold={"mood": "dark"}, state=SampleState.HIDDEN, open_slots=0)
    for sample in (plain, gold, ordinary):
        suggest(sample)
    monkeypatch.setattr("projects.labeling.suggestions._share", lambda member, sample: 0.0 if sample == plain else 1.0)

    def leased(share: float) -> tuple[Assignment, int, str]:
        monkeypatch.setattr(hidden, "draw", lambda member: hidden.Draw(share, "", 0))
        member = membership(project, ada)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assignment = actions.next_assignment(membership=member)
        statements = len(queries)  # counted at once: the next request empties the log
        assert assignment and statements
        return assignment, statements, page(project, ada)

    withheld, _, of_withheld = leased(1.0)
    submit(withheld)
    check, statements, of_check = leased(0.0)
    submit(check)
    repeat, of_repeat, repeated = leased(0.4)
    submit(repeat)
    seen, more, of_seen = leased(1.0)
    assert [one.purpose for one in (withheld, check, repeat, seen)] == [
        Purpose.LABEL,
        Purpose.GOLD,
        Purpose.REPEAT,
        Purpose.LABEL,
    ]
    assert withheld.suggested and check.suggested is None and repeat.suggested is None
    for html in (of_withheld, of_check, repeated):
        assert "data-suggested" not in html and "data-after" not in html and "model-x" not in html
    assert "data-after" in of_seen if how == "after" else "data-suggested" in of_seen
    assert statements == of_repeat == more  # looked for all the same
    assert task_json(check).keys() == task_json(withheld).keys()  # type: ignore[union-attr]


def test_filled_in_answers_are_the_machines_until_somebody_says_otherwise() -> None:
    project, ada, sample = one_sample("prefilled")
    suggest(sample)
    suggest(sample, "craft", 3)
    html = page(project, ada)
    assert 'value="dark" checked' in html and "not by you" in html
    assignment = given(project, ada)
    refused = send(assignment, **{"q.mood": "dark", "q.craft": "3", "q.:settled.craft": "1"})
    assert refused.status_code == 422
    assert "filled in by model-x: confirm or change it" in refused.content.decode()
    assert not Annotation.objects.exists()
    done = send(assignment, **{"q.mood": "dark", "q.craft": "3", "q.:settled.craft": "1", "q.:settled.mood": "1"})
    assert done.status_code == 200
    assert stored(assignment).answers == {"mood": "dark", "craft": 3}
    assert stored(assignment).suggested == {"how": "prefilled", "questions": (assignment.suggested or {})["questions"]}


def test_a_changed_or_emptied_answer_needs_no_confirmation() -> None:
    project, ada, sample = one_sample("prefilled")
    suggest(sample)
    suggest(sample, "craft", 3)
    assignment = given(project, ada)
    assert send(assignment, **{"q.mood": "bright"}).status_code == 200
    assert stored(assignment).answers == {"mood": "bright"}
    again = signed_in(ada).get(reverse("label-open", args=[project.slug, assignment.pk])).content.decode()
    assert "model-x" in again and "not by you" not in again  # what stands there is theirs now


def test_a_draft_keeps_what_was_confirmed_and_discarding_it_begins_again() -> None:
    project, ada, sample = one_sample("prefilled")
    suggest(sample)
    assignment = given(project, ada)
    client, address = signed_in(ada), reverse("label-draft", args=[project.slug, assignment.pk])

    def settled() -> bool:
        assignment.refresh_from_db()
        return task_for(assignment, project).offers["mood"].settled

    assert not settled()
    client.post(address, {"revision": 0, "q.mood": "dark", "q.:settled.mood": "1"})
    assert settled()
    client.post(address, {"revision": 1, "q.mood": "dark"})
    assert not settled()
    client.post(address, {"revision": 2, "q.mood": "bright", "q.:settled.mood": "1"})
    assert task_for(Assignment.objects.get(), project).answers == {"mood": "bright"}
    client.post(reverse("label-discard", args=[project.slug, assignment.pk]))
    assert not settled()
    assert task_for(assignment, project).answers == {"mood": "dark"}


def reveal(assignment: Assignment, question: str, **fields: Any) -> Any:
    address = reverse("label-reveal", args=[assignment.project.slug, assignment.pk])
    return signed_in(assignment.annotator).post(address, {"question": question, **fields})


def test_after_answering_nothing_is_on_the_page_before_and_the_first_answer_is_kept() -> None:
    project, ada, sample = one_sample("after")
    suggest(sample)
    suggest(sample, "craft", 3)
    assignment = given(project, ada)
    assert "model-x" not in page(project, ada) and "suggestions" not in (task_json(assignment) or {})
    shown = reveal(assignment, "mood", **{"q.mood": "bright"})
    assert shown.status_code == 200 and "model-x" in shown.content.decode()
    assert reveal(assignment, "mood", **{"q.mood": "dark"}).status_code == 200  # the first answer stays
    assert AuditEntry.objects.filter(action="assignment.revealed").count() == 1
    html = page(project, ada)
    assert 'data-suggested="mood"' in html and 'data-suggested="craft"' not in html
    send(assignment, **{"q.mood": "dark", "q.craft": "4"})
    record = stored(assignment).suggested
    assert record and record["first"] == {"mood": "bright"}


@pytest.mark.parametrize(
    ("question", "answer"), [("mood", {}), ("mood", {"q.mood": "no such"}), ("note", {"q.mood": "dark"}), ("", {})]
)
def test_without_a_complete_answer_nothing_is_revealed(question: str, answer: dict[str, str]) -> None:
    project, ada, sample = one_sample("after")
    suggest(sample)
    assignment = given(project, ada)
    assert reveal(assignment, question, **answer).status_code == 204
    assignment.refresh_from_db()
    assert "first" not in (assignment.suggested or {})


def test_what_is_submitted_reveals_nothing_more() -> None:
    project, ada, sample = one_sample("after")
    suggest(sample)
    assignment = given(project, ada)
    send(assignment, **{"q.mood": "bright"})
    assert reveal(assignment, "mood", **{"q.mood": "bright"}).status_code == 204
    assert "first" not in (stored(assignment).suggested or {})
    assert reveal(assignment, "mood", **{"q.mood": "x" * 3}).status_code == 204


def test_others_reveal_nothing_of_somebodys_sample() -> None:
    project, ada, sample = one_sample("after")
    suggest(sample)
    assignment = given(project, ada)
    assignment.annotator = make_member(project)
    assert reveal(assignment, "mood", **{"q.mood": "dark"}).status_code == 404


def test_a_program_gets_what_a_person_would_see_at_once() -> None:
    project, ada, sample = one_sample("beside")
    suggest(sample, score=0.5)
    body = task_json(given(project, ada)) or {}
    assert body["suggestions"] == {
        "how": "beside",
        "questions": {"mood": [{"source": "model-x", "value": "dark", "score": 0.5}]},
    }
