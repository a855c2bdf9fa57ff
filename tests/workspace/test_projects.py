"""The list of projects, a new one, and the page of each."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from projects.labeling import actions as labeling
from projects.models import Annotation, AuditEntry, Job, Membership, Project
from projects.schema import GALLERY
from projects.workspace import queries
from tests.factories import make_member, make_project, make_sample, make_user
from tests.workspace.cast import FOR_MEMBERS, Cast, browser

pytestmark = pytest.mark.django_db


def test_home_lists_my_projects_only() -> None:
    cast, other = Cast(name="Mine"), make_project(name="Somebody else's")
    page = browser(cast.annotator).get("/").content.decode()
    assert "Mine" in page and other.name not in page


def test_home_of_somebody_without_projects_offers_the_first_one() -> None:
    page = browser(make_user()).get("/").content.decode()
    assert "No project yet" in page and reverse("project-new") in page


def test_home_asks_a_visitor_to_sign_in() -> None:
    assert browser().get("/").headers["Location"].startswith(reverse("account_login"))


def test_home_takes_two_queries_whatever_the_number_of_projects(
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    owner = make_user()
    for _ in range(6):
        make_sample(make_project(owner))
    client = browser(owner)
    with django_assert_max_num_queries(5):  # with the session, the person and their unread notifications
        assert client.get("/").content.count(b"0 of 1") == 6


@pytest.mark.parametrize("template", [template.slug for template in GALLERY])
def test_every_template_of_the_gallery_makes_a_project(template: str) -> None:
    owner = make_user()
    answer = browser(owner).post(
        reverse("project-new"), {"template": template, "name": "Tales", "overlap": "3", "approve": "agreement"}
    )
    project = Project.objects.get()
    assert answer.headers["Location"] == reverse("project", args=["tales"])
    assert (project.overlap, project.rules.approve) == (3, "agreement")
    assert Membership.objects.get().user == owner


def test_a_form_that_does_not_fit_comes_back_with_what_was_entered() -> None:
    answer = browser(make_user()).post(
        reverse("project-new"), {"template": GALLERY[2].slug, "name": "Tales", "overlap": "0", "approve": "review"}
    )
    page = answer.content.decode()
    assert answer.status_code == 422 and "greater than or equal to 1" in page
    assert 'value="Tales"' in page and f'value="{GALLERY[2].slug}" checked' in page
    assert not Project.objects.exists()


def test_somebody_who_is_only_a_name_makes_no_project() -> None:
    imported = make_user(is_placeholder=True)
    assert browser(imported).get(reverse("project-new")).status_code == 403


def test_the_page_of_a_project_is_for_its_members() -> None:
    cast = Cast()
    make_sample(cast.project)
    assert cast.statuses(reverse("project", args=[cast.project.slug])) == FOR_MEMBERS


def test_an_annotator_is_led_to_the_work_and_sees_the_guidelines_but_no_figures() -> None:
    cast = Cast(guidelines="Read **twice**. <script>alert(1)</script>")
    make_sample(cast.project, state="disputed")
    page = browser(cast.annotator).get(reverse("project", args=[cast.project.slug])).content.decode()
    assert reverse("label", args=[cast.project.slug]) in page
    assert "<strong>twice</strong>" in page and "<script>alert" not in page
    assert "isputed" not in page


def test_a_project_without_samples_tells_its_owner_what_comes_next() -> None:
    cast = Cast()
    page = browser(cast.owner).get(reverse("project", args=[cast.project.slug])).content.decode()
    assert "Import samples" in page and reverse("members", args=[cast.project.slug]) in page


def test_those_who_decide_see_counts_disputes_and_recent_work() -> None:
    cast = Cast()
    for state in ("ready", "ready", "labeled", "disputed", "approved", "quarantined"):
        make_sample(cast.project, state=state)
    job = Job.objects.create(kind="import", project=cast.project, actor=cast.owner)
    page = browser(cast.reviewer).get(reverse("project", args=[cast.project.slug])).content.decode()
    assert "2 to label" in page and "1 sample is disputed" in page and reverse("job", args=[job.pk]) in page


def test_progress_counts_every_state_in_one_query(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    project = make_project()
    for state in ("ready", "ready", "labeled", "disputed", "approved", "rejected", "quarantined", "withdrawn"):
        make_sample(project, state=state)
    with django_assert_num_queries(1):
        progress = queries.progress_of(project)
    assert (progress.total, progress.labeled, progress.waiting, progress.decided) == (6, 4, 2, 2)
    assert sum(segment.width for segment in progress.segments) == pytest.approx(1000, abs=1)


def test_the_forecast_follows_the_pace_of_the_last_days() -> None:
    project = make_project(overlap=2)
    person = make_member(project)
    for _ in range(10):
        make_sample(project)
    assert queries.forecast(project) is None
    member = Membership.objects.get(project=project, user=person)
    task = labeling.next_assignment(membership=member)
    for _ in range(4):
        assert task is not None
        task = labeling.submit(
            membership=member, assignment_id=task.pk, submission=uuid4(), answers={"mood": "dark"}
        ).next
    Annotation.objects.update(created_at=timezone.now() - timedelta(days=2))
    forecast = queries.forecast(project)
    assert forecast is not None and forecast.remaining == 16
    assert forecast.per_day == pytest.approx(2, abs=0.01)
    assert forecast.finished == (timezone.now() + timedelta(days=8)).date()


def test_creating_a_project_is_in_its_audit_log() -> None:
    project = make_project()
    assert set(AuditEntry.objects.filter(chain__project=project).values_list("action", flat=True)) == {
        "project.created",
        "interface.created",
        "member.added",
    }
