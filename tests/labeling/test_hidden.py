"""Hidden checks and blind repeats: who gets them when, and that nobody can tell, nor count them as labels."""

import re
import uuid
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from projects.labeling import actions, hidden
from projects.labeling.dump import dump
from projects.labeling.leases import expire_leases
from projects.labeling.models import Annotation, Assignment, AssignmentState, Purpose
from projects.labeling.task import history, task_json
from projects.models import Membership, Project, Reliability, Sample, User
from projects.quality.stream import repeats
from projects.review.actions import adjudicate
from projects.samples.states import SampleState
from projects.workspace.actions import update_project
from tests.factories import make_member, make_project, make_sample, membership
from tests.review.scene import work

pytestmark = pytest.mark.django_db
BRIGHT = {"mood": "bright", "craft": 4}
GOLD = {"mood": "bright"}


def make_gold(project: Project, **options: Any) -> Sample:
    return make_sample(project, gold=GOLD, state=SampleState.HIDDEN, open_slots=0, **options)


def lease(project: Project, user: User) -> Assignment | None:
    return actions.next_assignment(membership=membership(project, user))


def submit(assignment: Assignment, answers: dict[str, Any] = BRIGHT) -> actions.Submitted:
    member = membership(Project.objects.get(pk=assignment.project_id), User.objects.get(pk=assignment.annotator_id))
    return actions.submit(
        membership=member, assignment_id=assignment.pk, submission=uuid.uuid4(), answers=answers, then_next=False
    )


def work_through(project: Project, user: User, most: int = 1000) -> list[Assignment]:
    """Everything that the person is given, answered, in order."""
    given: list[Assignment] = []
    while len(given) < most and (assignment := lease(project, user)):
        submit(assignment)
        given.append(assignment)
    return given


def always(monkeypatch: pytest.MonkeyPatch, share: float) -> None:
    monkeypatch.setattr(hidden, "draw", lambda member: hidden.Draw(share, "", hidden.GAP))


def test_hidden_checks_come_at_the_rate_and_never_twice_to_one_person() -> None:
    project = make_project(policy={"gold_rate": 0.3})
    ordinary = [make_sample(project) for _ in range(100)]
    gold = [make_gold(project) for _ in range(60)]
    given = work_through(project, make_member(project))
    checks = [one.sample_id for one in given if one.purpose == Purpose.GOLD]
    assert 20 <= len(checks) <= 60  # 43 expected: 100 of them are 70 %
    assert len(set(checks)) == len(checks) and set(checks) <= {sample.pk for sample in gold}
    assert {one.sample_id for one in given if one.purpose == Purpose.LABEL} == {sample.pk for sample in ordinary}


def test_people_get_them_at_different_places_and_a_draw_stays_the_same() -> None:
    project = make_project(overlap=3, policy={"gold_rate": 0.4})
    for _ in range(20):
        make_sample(project), make_gold(project)
    ada, ben = make_member(project), make_member(project)
    places = [[one.purpose for one in work_through(project, person, 20)] for person in (ada, ben)]
    assert places[0] != places[1]
    member = membership(project, ada)
    assert hidden.draw(member) == hidden.draw(membership(project, ada))
    before = hidden.draw(member)
    member.given += 1
    assert hidden.draw(member) != before


def test_without_a_rate_nobody_gets_one() -> None:
    project = make_project()
    make_gold(project), make_sample(project)
    assert [one.purpose for one in work_through(project, make_member(project))] == [Purpose.LABEL]


def test_a_check_takes_no_place_and_becomes_no_label(monkeypatch: pytest.MonkeyPatch) -> None:
    project = make_project(policy={"gold_rate": 0.5, "approve": "overlap"})
    first, gold, ada = make_sample(project), make_gold(project), make_member(project)
    always(monkeypatch, 0.0)
    given = lease(project, ada)
    assert given and (given.sample_id, given.purpose) == (gold.pk, Purpose.GOLD)
    annotation = submit(given).annotation
    work()
    gold.refresh_from_db()
    first.refresh_from_db()
    assert (gold.state, gold.open_slots, gold.answered) == (SampleState.HIDDEN, 0, 1)
    assert (first.state, first.open_slots, first.answered) == (SampleState.READY, 1, 0)
    assert not Annotation.objects.exists() and not project.annotations.exists() and not gold.annotations.exists()
    assert Annotation.everything.get() == annotation
    assert all(b'"annotations":[]' in line for line in b"".join(dump(project)).splitlines())
    after = lease(project, ada)  # no other check is left: an ordinary one takes its place
    assert after and after.sample_id == first.pk


def test_skipping_or_losing_a_check_gives_no_place_back(monkeypatch: pytest.MonkeyPatch) -> None:
    project = make_project(policy={"gold_rate": 0.5})
    make_sample(project)
    gold, ada = make_gold(project), make_member(project)
    always(monkeypatch, 0.0)
    given = lease(project, ada)
    assert given
    Assignment.objects.update(deadline=timezone.now())
    assert expire_leases() == 1
    again = actions.next_assignment(membership=membership(project, ada), resumed=True)
    assert again == given
    following = actions.skip(membership=membership(project, ada), assignment_id=given.pk, reason="")
    assert following and following.purpose == Purpose.LABEL
    gold.refresh_from_db()
    assert gold.open_slots == 0


def page_of(client: Client, assignment: Assignment) -> str:
    """The labelling page, without what differs from one sample or person to the next."""
    page = client.get(reverse("label", args=[assignment.project.slug])).content.decode()
    assert assignment.sample.key in page
    for text, word in (
        (assignment.sample.key, "KEY"),
        (assignment.sample.fields["text"], "TEXT"),
        (assignment.annotator.username, "NAME"),
    ):
        page = page.replace(text, word)
    page = re.sub(rf'(data-assignment="|name="assignment" value="|/){assignment.pk}("|/)', r"\1ID\2", page)
    page = re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}", "UUID", page)
    return re.sub(r'(csrfmiddlewaretoken" value=|nonce=|X-CSRFToken[^:]*: ?)("|&quot;)[^"&]+', r"\1\2TOKEN", page)


def test_page_api_and_statements_are_the_same_for_a_check_and_another_sample(monkeypatch: pytest.MonkeyPatch) -> None:
    project = make_project(overlap=3, policy={"gold_rate": 0.5})
    make_sample(project), make_gold(project)
    always(monkeypatch, 0.9)
    first = lease(project, make_member(project))
    assert first
    submit(first)  # it asks for the figures; those after it find that asked
    seen: list[list[Any]] = []
    for share, purpose in ((0.9, Purpose.LABEL), (0.0, Purpose.GOLD)):
        always(monkeypatch, share)
        ada, client = make_member(project), Client()
        client.force_login(ada)
        member = Membership.objects.select_related("project__interface", "user").get(user=ada)
        lease(project, ada)  # statements are made at their first use
        Assignment.objects.filter(annotator=ada).delete()
        Sample.objects.filter(state=SampleState.READY).update(open_slots=3)
        with CaptureQueriesContext(connection) as leasing:
            assignment = actions.next_assignment(membership=member)
        # Counted at once: the next request empties the log.
        leased = len(leasing)
        assert assignment and assignment.purpose == purpose
        page, body = page_of(client, assignment), task_json(assignment) or {}
        with CaptureQueriesContext(connection) as submitting:
            submit(assignment)
        submitted = len(submitting)
        assert [one["key"] for one in history(member)] == [assignment.sample.key]
        after = client.get(reverse("label", args=[project.slug])).content.decode().count('class="menu__key"')
        seen.append([page, sorted(body), sorted(body["sample"]), leased, submitted, after])
        assert leased and submitted
    assert seen[0] == seen[1]


def test_a_check_can_be_opened_again_and_corrected(monkeypatch: pytest.MonkeyPatch) -> None:
    project = make_project(policy={"gold_rate": 0.5})
    make_sample(project), make_gold(project)
    ada = make_member(project)
    always(monkeypatch, 0.0)
    given = lease(project, ada)
    assert given
    submit(given, {"mood": "dark"})
    submit(given, {"mood": "bright"})
    assert Annotation.everything.get(current=True).answers == {"mood": "bright"}
    work()
    row = Reliability.objects.get(project=project)
    assert (row.gold_right, row.gold_asked, row.annotations) == (1, 1, 0)


def test_the_gold_score_counts_objective_answers_and_says_when_it_means_something() -> None:
    project = make_project(policy={"gold_rate": 0.5})
    for _ in range(40):
        make_sample(project)
    for number in range(12):
        make_sample(
            project, gold={"mood": "bright" if number else "dark", "craft": 1}, state=SampleState.HIDDEN, open_slots=0
        )
    ada = make_member(project)
    work_through(project, ada)
    work()
    row = Reliability.objects.get(project=project, annotator=ada)
    assert (row.gold_right, row.gold_asked) == (11, 12)  # the rating is subjective: it is not held against anybody
    client = Client()
    client.force_login(project.created_by)
    (body,) = client.get(reverse("api-annotators", args=[project.slug])).json()["results"]
    assert body["gold"]["value"] == pytest.approx(11 / 12) and 0.6 < body["gold"]["low"] < 0.8
    assert "11 of 12 right, surely" in client.get(reverse("quality", args=[project.slug])).content.decode()


def test_a_repeat_comes_after_enough_others_without_the_earlier_answer() -> None:
    project = make_project(policy={"repeat_rate": 0.3})
    for _ in range(80):
        make_sample(project)
    given = work_through(project, make_member(project))
    again = [(place, one) for place, one in enumerate(given) if one.purpose == Purpose.REPEAT]
    assert 12 <= len(again) <= 40
    firsts = {one.sample_id: place for place, one in enumerate(given) if one.purpose == Purpose.LABEL}
    ended = max(firsts.values())
    assert all(
        place - firsts[one.sample_id] > (hidden.GAP if place < ended else hidden.END_GAP) for place, one in again
    )
    assert len({one.sample_id for _, one in again}) == len(again)
    assert not any("draft" in (task_json(one) or {}) or one.note for _, one in again)


def test_the_second_answer_counts_nowhere_but_in_the_pairs(monkeypatch: pytest.MonkeyPatch) -> None:
    project = make_project(policy={"repeat_rate": 0.5})
    for _ in range(30):
        make_sample(project)
    ada = make_member(project)
    work_through(project, ada, 25)
    always(monkeypatch, 0.0)
    assignment = lease(project, ada)
    assert assignment and assignment.purpose == Purpose.REPEAT
    before = Sample.objects.values("state", "answered", "open_slots", "disagreement").get(pk=assignment.sample_id)
    submit(assignment, {"mood": "dark", "craft": 2})
    assert (
        Sample.objects.values("state", "answered", "open_slots", "disagreement").get(pk=assignment.sample_id) == before
    )
    of_sample = Annotation.objects.filter(sample=assignment.sample_id)
    assert [one.answers for one in of_sample] == [BRIGHT]
    pair = repeats(project)[0]
    assert (pair.first[1], pair.second[1]) == (BRIGHT, {"mood": "dark", "craft": 2})


def test_at_the_end_of_the_queue_the_missing_repeats_come() -> None:
    project = make_project(policy={"repeat_rate": 0.2})
    for _ in range(15):
        make_sample(project)
    given = work_through(project, make_member(project))
    assert [one.purpose for one in given[:15]] == [Purpose.LABEL] * 15
    assert [one.purpose for one in given[15:]] == [Purpose.REPEAT] * 3


def test_a_returned_sample_goes_back_as_a_label_and_not_as_its_repeat(monkeypatch: pytest.MonkeyPatch) -> None:
    project = make_project(policy={"repeat_rate": 0.5})
    for _ in range(25):
        make_sample(project)
    ada = make_member(project)
    always(monkeypatch, 1.0)  # no repeat among these
    work_through(project, ada, 22)
    always(monkeypatch, 0.0)
    again = lease(project, ada)
    assert again and again.purpose == Purpose.REPEAT
    submit(again)
    sample = again.sample
    sample.refresh_from_db()
    adjudicate(actor=project.created_by, sample=sample, decision="return", reason="Look again.")
    states = dict(Assignment.objects.filter(sample=sample).values_list("purpose", "state"))
    assert states == {Purpose.LABEL: AssignmentState.RETURNED, Purpose.REPEAT: AssignmentState.SUBMITTED}


def test_rates_can_be_changed_while_people_label() -> None:
    project = make_project()
    make_sample(project), make_gold(project)
    update_project(
        actor=project.created_by,
        project=project,
        name=project.name,
        guidelines="",
        overlap=project.overlap,
        policy={"gold_rate": 0.5},
    )
    project.refresh_from_db()
    assert project.rules.gold_rate == 0.5
