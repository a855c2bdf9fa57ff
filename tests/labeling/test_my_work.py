"""One's own work: counts, time and annotations to take away, which give no hidden check and no blind repeat away."""

import json
import uuid
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from projects.labeling import actions, hidden, my_work
from projects.labeling.models import Annotation, Assignment, Origin, Purpose
from projects.models import Project, Sample, User
from projects.review.actions import adjudicate
from projects.samples.states import SampleState
from tests.factories import make_member, make_project, make_sample, membership
from tests.labeling.test_hidden import BRIGHT, always, lease, make_gold, submit, work_through

pytestmark = pytest.mark.django_db


def lines(project: Project, user: User) -> list[dict[str, Any]]:
    member = membership(Project.objects.get(pk=project.pk), user)
    return [json.loads(line) for line in b"".join(my_work.own_annotations(member)).splitlines()]


def keys(project: Project, user: User) -> list[str]:
    return [line["sample"] for line in lines(project, user)]


def client(user: User) -> Client:
    made = Client()
    made.force_login(user)
    return made


def test_the_file_holds_every_version_of_ones_own_answers_and_nobody_elses() -> None:
    project = make_project(overlap=2)
    sample = make_sample(project, key="a/ä")
    ada, ben = make_member(project), make_member(project)
    given = lease(project, ada)
    assert given
    member = membership(project, ada)
    about: dict[str, Any] = {"membership": member, "assignment_id": given.pk, "then_next": False}
    first = actions.submit(
        **about, submission=uuid.uuid4(), answers=BRIGHT, comments={"mood": "The sea."}, duration_ms=1500
    ).annotation
    actions.submit(**about, submission=uuid.uuid4(), answers={"mood": "dark"})
    others = lease(project, ben)
    assert others
    submit(others, {"mood": "dark"})
    body = {"sample": sample.key, "interface": 1}
    found = lines(project, ada)
    assert found[0] == body | {
        "version": 1,
        "current": False,
        "answers": BRIGHT,
        "comments": {"mood": "The sea."},
        "duration_ms": 1500,
        "created_at": first.created_at.isoformat(),
    }
    assert found[1] == body | {
        "version": 2,
        "current": True,
        "answers": {"mood": "dark"},
        "created_at": found[1]["created_at"],
    }
    assert len(found) == 2 and len(lines(project, ben)) == 1


def test_the_file_comes_in_portions(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(my_work, "BATCH", 2)
    project = make_project()
    made = [make_sample(project).key for _ in range(5)]
    ada = make_member(project)
    work_through(project, ada)
    assert keys(project, ada) == made
    assert len(list(my_work.own_annotations(membership(project, ada)))) == 3


def test_a_withdrawn_samples_answers_leave_by_no_door() -> None:
    project = make_project()
    gone, kept = make_sample(project), make_sample(project)
    ada = make_member(project)
    work_through(project, ada)
    gone.refresh_from_db()
    gone.advance("withdrawn")
    assert keys(project, ada) == [kept.key]


def test_page_file_and_counts_show_a_check_like_any_other(monkeypatch: pytest.MonkeyPatch) -> None:
    project = make_project(policy={"gold_rate": 0.5, "approve": "overlap"})
    ada = make_member(project)
    make_sample(project), make_gold(project)
    always(monkeypatch, 0.0)
    before = my_work.work_of(membership(project, ada))
    seen = []
    for purpose in (Purpose.GOLD, Purpose.LABEL):
        given = lease(project, ada)
        assert given and given.purpose == purpose
        submit(given)
        work = my_work.work_of(membership(project, ada))
        seen.append((work.samples - before.samples, work.today - before.today))
        before = work
    assert seen == [(1, 1), (1, 1)]
    check, label = lines(project, ada)
    assert check.keys() == label.keys()
    assert not {"purpose", "gold", "state"} & check.keys()
    text = client(ada).get(reverse("my-work", args=[project.slug])).content.decode()
    assert check["sample"] in text and label["sample"] in text and "2</strong> samples" in text
    skipped = Assignment.objects.get(purpose=Purpose.GOLD)
    Assignment.objects.filter(pk=skipped.pk).update(state="skipped")
    assert my_work.work_of(membership(project, ada)).skipped == 1


@pytest.fixture
def short_memory(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The 24 newest answers may be repeated."""
    for module in (hidden, my_work):
        monkeypatch.setattr(module, "RECENT", 24)
    hidden._earlier.cache_clear()
    yield
    hidden._earlier.cache_clear()


@pytest.mark.usefixtures("short_memory")
def test_while_samples_are_repeated_no_answer_can_be_looked_up_that_may_be_asked_for_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    project = make_project(policy={"repeat_rate": 0.5})
    for _ in range(60):
        make_sample(project)
    ada = make_member(project)
    always(monkeypatch, 0.9)
    mine = [one.sample.key for one in work_through(project, ada, 30)]
    assert keys(project, ada) == mine[:6]
    always(monkeypatch, 0.0)
    for _ in range(2):
        again = lease(project, ada)
        assert again and again.purpose == Purpose.REPEAT
        assert again.sample.key not in keys(project, ada)
        submit(again)
    # An old answer that was corrected lately may be repeated, so its first version stays in too.
    old = Assignment.objects.get(sample__key=mine[0])
    submit(old, {"mood": "dark"})
    assert mine[0] not in keys(project, ada)
    Project.objects.filter(pk=project.pk).update(policy={})
    assert set(mine) == set(keys(project, ada))


def test_a_repeat_in_hand_hides_the_earlier_answer_and_one_given_is_told_when_the_sample_is_closed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    project = make_project(policy={"repeat_rate": 0.5})
    for _ in range(22):
        make_sample(project)
    ada = make_member(project)
    always(monkeypatch, 0.9)
    mine = [one.sample.key for one in work_through(project, ada, 21)]
    always(monkeypatch, 0.0)
    again = lease(project, ada)
    assert again and (again.purpose, again.sample.key) == (Purpose.REPEAT, mine[0])
    Project.objects.filter(pk=project.pk).update(policy={})
    assert keys(project, ada) == mine[1:]
    Assignment.objects.filter(pk=again.pk).update(state="expired")
    assert keys(project, ada) == mine[1:], "they may still open it"
    Assignment.objects.filter(pk=again.pk).update(state="leased")
    submit(again, {"mood": "dark"})
    assert keys(project, ada) == mine, "the second answer would tell that it was asked for twice"
    sample = Sample.objects.get(pk=again.sample_id)
    adjudicate(actor=project.created_by, sample=sample, decision="approve", answers=BRIGHT, reason="")
    assert keys(project, ada) == [*mine, mine[0]]


def test_time_is_the_sum_of_all_versions_and_the_usual_one_is_in_the_middle() -> None:
    project = make_project()
    for _ in range(3):
        make_sample(project)
    ada = make_member(project)
    for assignment, duration in zip(work_through(project, ada), (2000, 9000, 4000), strict=True):
        Annotation.objects.filter(assignment=assignment).update(duration_ms=duration)
    work = my_work.work_of(membership(project, ada))
    assert (work.samples, work.today, work.seconds, work.usual) == (3, 3, 15.0, 4.0)
    newest = Annotation.objects.latest("pk")
    Annotation.objects.filter(pk=newest.pk).update(created_at=newest.created_at - timedelta(days=3))
    Annotation.objects.exclude(pk=newest.pk).filter(duration_ms=9000).update(origin=Origin.IMPORTED)
    work = my_work.work_of(membership(project, ada))
    assert [(day.samples, day.seconds) for day in work.days] == [(1, 2.0), (1, 4.0)]
    assert (work.samples, work.today, work.seconds) == (2, 1, 6.0), "what was imported wasn't labelled here"


def test_api_and_page_give_the_same_file_and_the_navigation_leads_there() -> None:
    project = make_project()
    make_sample(project)
    reviewer, ada = make_member(project, "reviewer"), make_member(project)
    page = reverse("my-work", args=[project.slug])
    assert page in client(ada).get(reverse("project", args=[project.slug])).content.decode()
    where = reverse("samples", args=[project.slug])
    assert page not in client(reviewer).get(where).content.decode()
    work_through(project, reviewer)
    assert page in client(reviewer).get(where).content.decode(), "reviewers who label have their own work too"
    files = [
        client(reviewer).get(reverse(name, args=[project.slug])).getvalue()
        for name in ("my-annotations", "api-my-annotations")
    ]
    assert files[0] == files[1] and files[0].count(b"\n") == 1
    told = client(reviewer).get(reverse("api-my-work", args=[project.slug])).json()
    assert (told["samples"], told["skipped"], len(told["days"])) == (1, 0, 1)


def test_the_page_says_what_came_back_and_why() -> None:
    project = make_project(overlap=2, policy={"approve": "review"})
    make_sample(project, key="tale"), make_sample(project)
    ada, ben = make_member(project), make_member(project)
    for person, word in ((ada, "dark"), (ben, "bright")):
        given = lease(project, person)
        assert given
        submit(given, {"mood": word})
    sample = Sample.objects.get(key="tale")
    assert sample.state == SampleState.LABELED
    adjudicate(actor=project.created_by, sample=sample, decision="approve", answers=BRIGHT, reason="The sun rises.")
    page = reverse("my-work", args=[project.slug])
    assert "The sun rises." in client(ada).get(page).content.decode()
    assert "The sun rises." not in client(ben).get(page).content.decode()
