"""Background jobs: claimed once, resumed after a worker is gone, failed with a reason."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from pytest_django import Settings

from projects.models import AuditEntry, Job
from projects.workspace import audit, jobs, relay
from projects.workspace.models import JobState, Worker
from tests.factories import make_project

pytestmark = pytest.mark.django_db
CALLS: list[int] = []


def count(job: Job, progress: jobs.Progress) -> dict[str, Any]:
    CALLS.append(job.pk)
    progress(1, 2, "half way")
    return {"attempts": job.attempts}


def refuse(job: Job, progress: jobs.Progress) -> dict[str, Any]:
    raise jobs.JobFailed("There is nothing to do it with.")


def break_down(job: Job, progress: jobs.Progress) -> dict[str, Any]:
    raise ZeroDivisionError


def lose(job: Job, progress: jobs.Progress) -> dict[str, Any]:
    Job.objects.filter(pk=job.pk).update(worker="somebody else")
    progress(1)
    raise AssertionError("not reached")


@pytest.fixture(autouse=True)
def handlers(settings: Settings) -> None:
    CALLS.clear()
    names = ("count", "refuse", "break_down", "lose")
    settings.JOB_HANDLERS = {name: f"tests.test_jobs.{name}" for name in names}


def make_job(kind: str, **options: Any) -> Job:
    return Job.objects.create(kind=kind, project=make_project(), **options)


def test_a_job_is_done_once_with_its_result() -> None:
    job = make_job("count")
    jobs.run(job.pk)
    jobs.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.result, job.done, job.total) == (JobState.DONE, {"attempts": 1}, 2, 2)
    assert [job.pk] == CALLS


def test_a_job_that_is_not_due_waits() -> None:
    job = make_job("count", run_after=timezone.now() + timedelta(hours=1))
    jobs.run(job.pk)
    assert CALLS == []


def test_a_refusal_is_the_message_that_the_person_reads() -> None:
    job = make_job("refuse")
    jobs.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.message) == (JobState.FAILED, "There is nothing to do it with.")
    assert AuditEntry.objects.filter(action="job.failed").exists()


def test_an_unexpected_error_fails_the_job_without_showing_its_inside() -> None:
    job = make_job("break_down")
    jobs.run(job.pk)
    job.refresh_from_db()
    assert job.state == JobState.FAILED
    assert "ZeroDivision" not in job.message


def test_a_worker_that_lost_its_lease_writes_nothing_more() -> None:
    job = make_job("lose")
    jobs.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.worker, job.done) == (JobState.RUNNING, "somebody else", 0)


def test_a_job_of_a_dead_worker_is_taken_over_and_a_living_ones_is_not() -> None:
    dead = make_job("count", state=JobState.RUNNING, worker="dead", lease_until=timezone.now() - timedelta(seconds=1))
    living = make_job("count", state=JobState.RUNNING, worker="busy", lease_until=timezone.now() + timedelta(seconds=9))
    jobs.run(dead.pk)
    jobs.run(living.pk)
    assert [dead.pk] == CALLS


def test_a_job_that_kills_every_worker_is_given_up() -> None:
    long_ago = timezone.now() - timedelta(seconds=1)
    job = make_job("count", state=JobState.RUNNING, lease_until=long_ago, attempts=jobs.MAX_ATTEMPTS)
    jobs.run(job.pk)
    job.refresh_from_db()
    assert job.state == JobState.FAILED
    assert CALLS == []


def test_the_relay_wakes_a_lost_job_once(monkeypatch: pytest.MonkeyPatch) -> None:
    woken: list[int] = []
    monkeypatch.setattr(jobs, "wake", lambda pk, delay=0: woken.append(pk))
    job = make_job("count", run_after=timezone.now() - timedelta(minutes=1))
    make_job("count", run_after=timezone.now() + timedelta(minutes=1))
    assert (relay.send_lost(), relay.send_lost()) == (1, 0)
    assert woken == [job.pk]


def test_a_request_that_is_rolled_back_leaves_no_job_and_wakes_nobody(
    monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    woken: list[int] = []
    monkeypatch.setattr(jobs, "wake", lambda pk, delay=0: woken.append(pk))
    project = make_project()
    with (
        django_capture_on_commit_callbacks(execute=True),
        pytest.raises(ZeroDivisionError),
        audit.change(None, project),
    ):
        jobs.request_job(kind="count", project=project, actor=None)
        raise ZeroDivisionError
    assert (Job.objects.count(), woken) == (0, [])


def test_asking_twice_for_a_unique_job_gives_the_waiting_one_and_old_rows_go() -> None:
    project = make_project()
    jobs.request_once(project, count=0)
    first = Job.objects.get()
    jobs.request_once(project, count=0)
    assert Job.objects.get() == first
    jobs.run(first.pk)
    jobs.request_once(project, count=0)
    second = Job.objects.get(state=JobState.QUEUED)
    jobs.run(second.pk)
    assert list(Job.objects.values_list("pk", "state")) == [(second.pk, JobState.DONE)]


def test_cancelling_ends_a_waiting_job() -> None:
    job = make_job("count")
    project = job.project
    assert project
    assert jobs.cancel(job=job, actor=project.created_by)
    assert not jobs.cancel(job=job, actor=project.created_by)
    jobs.run(job.pk)
    assert CALLS == []


def test_a_worker_is_alive_for_half_a_minute_after_its_last_sign() -> None:
    assert not relay.alive()
    worker = Worker.objects.create(name="w", seen_at=timezone.now())
    assert relay.alive()
    worker.seen_at = timezone.now() - timedelta(minutes=1)
    worker.save()
    assert not relay.alive()
