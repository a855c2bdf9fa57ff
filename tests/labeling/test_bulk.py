"""Several samples at once: what may, what each of them becomes, and what is told of those that fail."""

import uuid
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from projects.labeling import actions, bulk
from projects.labeling.leases import expire_leases
from projects.labeling.models import Annotation, Assignment, AssignmentState, Purpose
from projects.models import AuditEntry, Project, Sample, Suggestion, User
from projects.samples.states import SampleState
from projects.schema import Interface, SchemaError
from projects.workspace import audit
from tests.factories import INTERFACE, make_member, make_project, make_sample, membership
from tests.labeling.test_hidden import always, lease, make_gold, submit

pytestmark = pytest.mark.django_db
POSTED = {"q.mood": ["bright"]}


def page(project: Project, user: User) -> list[Assignment]:
    """What the person is shown, as assignments in the order of the page."""
    items = bulk.page(membership=membership(project, user))
    return [Assignment.objects.get(pk=item.task.assignment_id) for item in items]


def give(
    project: Project, user: User, assignments: list[Assignment], again: bool = False, **options: Any
) -> bulk.Given:
    ids = {each.pk: uuid.uuid4() for each in assignments}
    how: dict[str, Any] = {"submissions": ids, "posted": POSTED} | options
    return bulk.submit(membership=membership(project, user), again=frozenset(ids) if again else frozenset(), **how)


def client(user: User) -> Client:
    made = Client()
    made.force_login(user)
    return made


def with_questions(*questions: dict[str, Any], fields: list[dict[str, Any]] | None = None) -> Interface:
    return Interface.parse({**INTERFACE, "questions": list(questions), **({"fields": fields} if fields else {})})


def test_only_short_texts_with_choices_can_be_answered_at_once_and_others_say_why() -> None:
    mood, craft = INTERFACE["questions"]
    assert bulk.why_not(with_questions(mood, craft)) == []
    assert bulk.why_not(with_questions(mood, {"name": "why", "type": "text"})) == [], "an optional one may be left out"
    [reason] = bulk.why_not(with_questions(mood, {"name": "why", "type": "text", "required": True}))
    assert reason == "“Why” must be answered for each sample by itself."
    reasons = bulk.why_not(with_questions({"name": "why", "type": "text"}))
    assert reasons == ["No question asks for one choice, several choices or a rating."]
    fields = [{"name": "picture", "type": "image"}, {"name": "outputs", "type": "candidates", "of": "text"}]
    reasons = bulk.why_not(with_questions(mood, fields=fields))
    assert reasons == ["“Picture” is not a short text.", "“Outputs” is not a short text."]


def test_a_page_is_leased_like_any_other_sample_and_stays_the_same_until_it_is_submitted() -> None:
    project = make_project(overlap=1)
    for _ in range(30):
        make_sample(project)
    ada, ben = make_member(project), make_member(project)
    first = page(project, ada)
    assert len(first) == bulk.SIZE and page(project, ada) == first
    assert all(each.state == AssignmentState.LEASED and each.sample.open_slots == 0 for each in first)
    assert not {each.sample_id for each in page(project, ben)} & {each.sample_id for each in first}
    assert lease(project, ada) == first[0], "one at a time goes on with what is held"
    Assignment.objects.update(deadline=timezone.now())
    assert expire_leases() == 2 * bulk.SIZE
    assert Sample.objects.filter(open_slots=1).count() == 30


def test_each_becomes_an_ordinary_submission_of_its_own() -> None:
    project = make_project(overlap=1, policy={"approve": "overlap"})
    for _ in range(4):
        make_sample(project)
    ada = make_member(project)
    picked = page(project, ada)[:3]
    given = give(project, ada, picked, duration_ms=9000)
    assert (given.saved, given.failed) == ([each.pk for each in picked], {})
    made = Annotation.objects.order_by("pk")
    assert [(each.sample_id, each.answers, each.duration_ms) for each in made] == [
        (each.sample_id, {"mood": "bright"}, 3000) for each in picked
    ]
    assert len({each.submission for each in made}) == 3 and membership(project, ada).submitted == 3
    assert Sample.objects.filter(state=SampleState.LABELED).count() == 3
    assert AuditEntry.objects.filter(action="annotation.submitted").count() == 3 and audit.verify()[1] == []
    assert [each.state for each in page(project, ada)] == [AssignmentState.LEASED]


def test_sending_a_page_twice_stores_it_once() -> None:
    project = make_project()
    make_sample(project), make_sample(project)
    ada = make_member(project)
    picked = page(project, ada)
    ids = {each.pk: uuid.uuid4() for each in picked}
    for _ in range(2):
        given = give(project, ada, picked, submissions=ids)
        assert given.saved == list(ids)
    assert Annotation.objects.count() == 2 and membership(project, ada).submitted == 2


def test_what_fails_is_named_and_leaves_the_others_as_they_are() -> None:
    project = make_project()
    for _ in range(4):
        make_sample(project)
    ada, ben = make_member(project), make_member(project)
    late, gone, done, good = page(project, ada)
    Assignment.objects.filter(pk=late.pk).update(state=AssignmentState.EXPIRED)
    Assignment.objects.filter(pk=gone.pk).update(annotator=ben)
    submit(done, {"mood": "dark"})
    given = give(project, ada, [late, gone, done, good])
    assert given.saved == [good.pk]
    assert "went to somebody else" in given.failed[late.pk]
    assert given.failed[gone.pk] == "This sample is not open to you any more."
    assert "another tab" in given.failed[done.pk]
    assert Annotation.objects.get(assignment=done).answers == {"mood": "dark"}
    assert give(project, ada, [good], again=True).saved == [good.pk]


def test_answers_that_do_not_fit_store_nothing() -> None:
    project = make_project()
    make_sample(project), make_sample(project)
    ada = make_member(project)
    picked = page(project, ada)
    with pytest.raises(SchemaError):
        give(project, ada, picked, posted={"q.craft": ["3"]})
    assert not Annotation.objects.exists()


def test_hidden_checks_and_repeats_stand_on_the_page_at_their_drawn_places(monkeypatch: pytest.MonkeyPatch) -> None:
    project = make_project(policy={"gold_rate": 0.4})
    for _ in range(40):
        make_sample(project)
        make_gold(project)
    ada = make_member(project)
    picked = page(project, ada)
    checks = [each for each in picked if each.purpose == Purpose.GOLD]
    assert 0 < len(checks) < len(picked)
    shown = client(ada).get(reverse("label-bulk", args=[project.slug])).content.decode()
    assert all(each.sample.key in shown for each in picked) and "gold" not in shown
    give(project, ada, picked)
    assert Annotation.objects.count() == len(picked) - len(checks)
    assert all(Sample.objects.get(pk=each.sample_id).state == SampleState.HIDDEN for each in checks)
    always(monkeypatch, 1.0)
    assert {each.purpose for each in page(project, ada)} == {Purpose.LABEL}


def test_a_correction_keeps_what_was_answered_to_other_questions() -> None:
    interface = {**INTERFACE, "questions": [*INTERFACE["questions"], {"name": "why", "type": "text"}]}
    project = make_project(interface=interface)
    make_sample(project)
    ada = make_member(project)
    given = lease(project, ada)
    assert given
    actions.submit(
        membership=membership(project, ada),
        assignment_id=given.pk,
        submission=uuid.uuid4(),
        answers={"mood": "dark", "why": "Rain."},
        comments={"mood": "So it seems."},
    )
    assert give(project, ada, [given], again=True, posted={"q.mood": ["bright"], "q.why": ["x"]}).saved
    newest = Annotation.objects.get(current=True)
    assert (newest.version, newest.answers) == (2, {"mood": "bright", "why": "Rain."})
    assert newest.comments == {"mood": "So it seems."}


def test_returned_samples_and_those_of_an_older_interface_are_left_to_the_other_screen() -> None:
    project = make_project()
    for _ in range(2):
        make_sample(project)
    ada = make_member(project)
    returned, held = page(project, ada)
    Assignment.objects.filter(pk=returned.pk).update(state=AssignmentState.RETURNED)
    assert page(project, ada) == [held]
    assert give(project, ada, [returned]).failed


def test_the_page_saves_names_what_failed_and_undo_brings_them_back() -> None:
    project = make_project()
    for number in range(4):
        make_sample(project, key=f"note-{number}")
    make_sample(project, key="epic", fields={"text": "A long day. " * 100})
    ada = make_member(project)
    where, send = reverse("label-bulk", args=[project.slug]), reverse("label-bulk-submit", args=[project.slug])
    shown = client(ada).get(where).content.decode()
    assert shown.count("data-pick") == 4 and "Too long for a glance" in shown
    picked = page(project, ada)[:3]
    Assignment.objects.filter(pk=picked[2].pk).update(state=AssignmentState.EXPIRED)
    body: dict[str, Any] = {"pick": [each.pk for each in picked], "duration_ms": "4000"}
    body |= {f"submission.{each.pk}": str(uuid.uuid4()) for each in picked}
    refused = client(ada).post(send, body, headers={"HX-Request": "true"})
    assert refused.status_code == 422 and "an answer is required" in refused.content.decode()
    assert refused.content.decode().count("checked") == 3 and not Annotation.objects.exists()
    done = client(ada).post(send, body | {"q.mood": "dark"}, headers={"HX-Request": "true"})
    text = done.content.decode()
    assert "1 not saved" in text and "note-2" in text and "went to somebody else" in text and 'data-saved="2"' in text
    assert f"?again={picked[0].pk}&amp;again={picked[1].pk}" in text
    back = client(ada).get(where, {"again": [each.pk for each in picked[:2]]}).content.decode()
    assert back.count("data-pick") == 2 and back.count(" checked") == 3, "both marked, and the answer that they have"
    again = body | {"pick": [picked[0].pk], "again": [picked[0].pk, picked[1].pk], "q.mood": "bright"}
    again |= {f"submission.{picked[0].pk}": str(uuid.uuid4())}
    left = client(ada).post(send, again, headers={"HX-Request": "true"}).content.decode()
    assert "note-1" in left, "what was brought back and not marked stays"
    assert Annotation.objects.get(assignment=picked[0], current=True).answers == {"mood": "bright"}


def test_where_it_does_not_fit_the_page_says_so_and_nothing_leads_there() -> None:
    fits = make_project()
    make_sample(fits)
    other = make_project(
        interface={**INTERFACE, "questions": [{"name": "why", "type": "text", "title": "Why so", "required": True}]}
    )
    make_sample(other)
    for project, linked in ((fits, True), (other, False)):
        ada = make_member(project)
        where = reverse("label-bulk", args=[project.slug])
        assert (where in client(ada).get(reverse("label", args=[project.slug])).content.decode()) is linked
        text = client(ada).get(where).content.decode()
        assert ("one at a time" in text.lower() and "“Why so” must be answered" in text) is not linked
        assert client(ada).post(reverse("label-bulk-submit", args=[project.slug])).status_code == (
            200 if linked else 302
        )


def test_a_page_takes_no_more_statements_a_sample_than_the_label_loop() -> None:
    project = make_project(policy={"gold_rate": 0.2})
    for _ in range(30):
        make_sample(project)
    ada, ben = make_member(project), make_member(project)
    member = membership(project, ben)
    with CaptureQueriesContext(connection) as alone:
        actions.next_assignment(membership=member)
    member = membership(project, ada)
    with CaptureQueriesContext(connection) as many:
        bulk.page(membership=member)
    assert 0 < len(many) <= bulk.SIZE * len(alone)


def test_nothing_is_suggested_on_a_page_and_what_was_leased_with_suggestions_stays_on_its_own_screen() -> None:
    project = make_project(policy={"suggestions": "prefilled"})
    ada = make_member(project)
    for sample in (make_sample(project), make_sample(project), make_sample(project)):
        Suggestion.objects.create(sample=sample, question="mood", value="dark", source="model-x")
    alone = actions.next_assignment(membership=membership(project, ada))
    assert alone and alone.suggested
    shown = page(project, ada)
    assert alone.pk not in {each.pk for each in shown}
    assert [each.suggested for each in shown] == [None, None]
    given = give(project, ada, shown)
    assert len(given.saved) == 2
    assert {each.suggested for each in Annotation.objects.filter(assignment__in=given.saved)} == {None}
