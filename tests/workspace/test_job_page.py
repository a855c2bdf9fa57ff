"""The page of a job, and the part of it that other pages ask for every second."""

import pytest
from django.conf import settings
from django.urls import reverse

from projects.models import AuditEntry, Job
from projects.workspace.models import JobState
from tests.workspace.cast import Cast, browser

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture
def cast() -> Cast:
    return Cast()


@pytest.fixture
def job(cast: Cast) -> Job:
    return Job.objects.create(kind="import", project=cast.project, actor=cast.owner, done=3, total=9, message="3 lines")


def test_a_job_is_seen_by_who_asked_for_it_and_by_those_who_decide(cast: Cast, job: Job) -> None:
    address = reverse("job", args=[job.pk])
    assert cast.statuses(address) == {"owner": 200, "reviewer": 200, "annotator": 403, "stranger": 404}
    Job.objects.update(actor=cast.annotator)
    assert browser(cast.annotator).get(address).status_code == 200


def test_an_open_job_asks_for_itself_every_second(cast: Cast, job: Job) -> None:
    answer = browser(cast.owner).get(reverse("job", args=[job.pk]), headers=HTMX)
    part = answer.content.decode()
    assert answer.status_code == 200 and "HX-Refresh" not in answer.headers
    assert 'hx-trigger="every 1s"' in part and "3 lines" in part and "<html" not in part


@pytest.mark.parametrize("state", [JobState.DONE, JobState.FAILED, JobState.CANCELLED])
def test_at_its_end_the_polling_stops_and_the_page_is_loaded_again(cast: Cast, job: Job, state: str) -> None:
    Job.objects.update(state=state)
    answer = browser(cast.owner).get(reverse("job", args=[job.pk]), headers=HTMX)
    assert answer.status_code == 286 and answer.headers["HX-Refresh"] == "true"
    assert "hx-trigger" not in answer.content.decode()


def test_a_finished_job_shows_what_came_of_it_and_a_failed_one_why(cast: Cast, job: Job) -> None:
    client, address = browser(cast.owner), reverse("job", args=[job.pk])
    Job.objects.update(state=JobState.DONE, result={"imported": 1204, "by_language": {"en": 3}, "note": None})
    page = client.get(address).content.decode()
    assert "1,204" in page and "By language" in page and "Note" not in page
    Job.objects.update(state=JobState.FAILED, message="Line 7 is not JSON.")
    assert "Line 7 is not JSON." in client.get(address).content.decode()


@pytest.mark.parametrize(("who", "status"), [("owner", 302), ("reviewer", 302), ("annotator", 403), ("stranger", 404)])
def test_a_job_is_cancelled_by_those_who_may_see_it(cast: Cast, job: Job, who: str, status: int) -> None:
    answer = browser(getattr(cast, who)).post(reverse("job-cancel", args=[job.pk]))
    job.refresh_from_db()
    assert answer.status_code == status
    assert (job.state == JobState.CANCELLED) == (status == 302)
    assert AuditEntry.objects.filter(action="job.cancelled").exists() == (status == 302)


def test_cancelling_within_a_page_loads_that_page_again(cast: Cast, job: Job) -> None:
    answer = browser(cast.owner).post(reverse("job-cancel", args=[job.pk]), headers=HTMX)
    assert answer.headers["HX-Refresh"] == "true"


def test_a_job_that_has_ended_stays_as_it_is(cast: Cast, job: Job) -> None:
    Job.objects.update(state=JobState.DONE)
    answer = browser(cast.owner).post(reverse("job-cancel", args=[job.pk]), follow=True)
    job.refresh_from_db()
    assert job.state == JobState.DONE and "ended already" in answer.content.decode()


def test_an_owner_is_led_to_what_a_job_made(cast: Cast, job: Job) -> None:
    assert set(settings.JOB_PAGES) == set(settings.JOB_HANDLERS)
    for kind, name in settings.JOB_PAGES.items():
        Job.objects.update(kind=kind)
        address = reverse(name, args=[cast.project.slug])
        assert (
            f'href="{address}">{name.capitalize()}</a>'
            in browser(cast.owner).get(reverse("job", args=[job.pk])).content.decode()
        )
