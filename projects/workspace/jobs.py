"""Background jobs. The Job row is the truth; a broker message is only a wake-up carrying its id.

A row is written in the transaction that asks for the work. A worker claims it by a conditional UPDATE with a lease,
keeps the lease alive while it works, and writes effect and ``done`` in one transaction. Whatever the broker loses or a
killed worker leaves behind is found by the relay (``projects.workspace.relay``) and sent again.
"""

import os
import socket
import threading
import uuid
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import structlog
from django.conf import settings
from django.db import IntegrityError, OperationalError, close_old_connections, connection, transaction
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.module_loading import import_string

from projects.workspace.audit import change
from projects.workspace.models import Job, JobState, Project, User
from projects.workspace.prepared import Param, Select

logger = structlog.get_logger(__name__)

# This process, as the owner of leases.
WORKER = f"{socket.gethostname()}:{os.getpid()}:{uuid.uuid4().hex[:8]}"
MAX_ATTEMPTS = 5
JOIN_SECONDS = 0.2


class JobFailed(Exception):
    """The job can't be done; the message is for the person who asked for it."""


class JobLost(Exception):
    """Another worker has taken the job over, or it was cancelled; stop without writing anything more."""


class Progress:
    """What a handler tells about its work. Every call is a write, so call it a few times a second at most."""

    def __init__(self, job: Job, watch: "Watch | None" = None) -> None:
        self.job = job
        self.watch = watch
        self.finished = False

    def __call__(self, done: int, total: int | None = None, message: str = "", **changes: Any) -> None:
        """Saves the progress and proves that the lease is still ours; raises JobLost when it is not."""
        changes |= {"done": done, "total": total, "message": message[:500], "lease_until": lease_end()}
        if not self._mine().update(**changes):
            raise JobLost(self.job.pk)
        if self.watch:
            self.watch(done, total, message)

    def finish(self, result: dict[str, Any]) -> None:
        """Marks the job done. Call it inside the transaction that writes the job's last effect."""
        now = timezone.now()
        over = {"state": JobState.DONE, "message": "", "done": Coalesce("total", "done")}
        if not self._mine().update(**over, result=result, finished_at=now, lease_until=None):
            raise JobLost(self.job.pk)
        if self.job.unique_key:  # of work that recurs only the newest row is kept
            Job.objects.filter(unique_key=self.job.unique_key, state=JobState.DONE, pk__lt=self.job.pk).delete()
        self.finished = True

    def postpone(self, seconds: float) -> None:
        """Puts the job back to wait: it was asked for too soon. One of its name that waits already is enough."""
        later = timezone.now() + timedelta(seconds=seconds)
        changes = {"run_after": later, "woken_at": None, "lease_until": None, "worker": "", "attempts": 0}
        try:
            with transaction.atomic():
                if not self._mine().update(state=JobState.QUEUED, **changes):
                    raise JobLost(self.job.pk)
        except IntegrityError:
            self._mine().delete()
        else:
            wake(self.job.pk, seconds)
        self.finished = True

    def _mine(self) -> Any:
        return Job.objects.filter(pk=self.job.pk, state=JobState.RUNNING, worker=self.job.worker)


Handler = Callable[[Job, Progress], dict[str, Any]]
# Told how far a job has come: done, total, message.
Watch = Callable[[int, int | None, str], object]


def lease_end() -> Any:
    return timezone.now() + timedelta(seconds=settings.JOB_LEASE_SECONDS)


# The empty name is excluded in words for the sake of the index, whose condition that is.
_WAITING = Select(
    lambda: (
        Job.objects.filter(unique_key__in=(Param("one"), Param("other")), state=JobState.QUEUED)
        .exclude(unique_key="")
        .only("unique_key")
        .order_by()
    )
)


def request_job(*, kind: str, project: Project | None, actor: User | None, args: dict[str, Any] | None = None) -> Job:
    """Asks for work, in the caller's transaction. The worker is woken after the commit."""
    job = Job.objects.create(kind=kind, project=project, actor=actor, args=args or {})
    transaction.on_commit(partial(wake, job.pk))
    return job


def request_once(project: Project, **delays: float) -> None:
    """Asks for the project's recurring work, one kind or two, in the caller's transaction.

    Of each kind at most one job waits at a time. ``delays``: for each kind the seconds until it is due, in which
    further requests join the waiting one. Also without a delay the worker is left asleep for a moment, so that it does
    once what many people's requests ask for.
    """
    names = {f"{kind}:{project.pk}": kind for kind in delays}
    one, *others = names
    waiting = {job.unique_key for job in _WAITING.all(one=one, other=others[0] if others else one)}
    for name in names.keys() - waiting:
        kind, delay = names[name], delays[names[name]]
        job = Job(kind=kind, project=project, unique_key=name, run_after=timezone.now() + timedelta(seconds=delay))
        Job.objects.bulk_create([job], ignore_conflicts=True)
        pk = Job.objects.values_list("pk", flat=True).get(unique_key=name, state=JobState.QUEUED)
        transaction.on_commit(partial(wake, pk, max(delay, JOIN_SECONDS)))


def wake(job_id: int, delay: float = 0) -> None:
    """Sends the wake-up. A broker that is away only costs time: the relay sends it again."""
    from projects.workspace.tasks import run_job

    try:
        run_job.apply_async(args=(job_id,), countdown=delay, retry=False)
    except Exception as error:  # the broker's errors have no common base class
        logger.warning("wake_up_not_sent", job=job_id, error=str(error))


def cancel(*, job: Job, actor: User) -> bool:
    """Cancels a job that has not finished; True if it was still open."""
    with change(actor, job.project) as log:
        cancelled = Job.objects.filter(pk=job.pk, state__in=Job.OPEN).update(
            state=JobState.CANCELLED, finished_at=timezone.now(), message="Cancelled"
        )
        if cancelled:
            log("job.cancelled", job, kind=job.kind)
    return bool(cancelled)


def claim(job_id: int) -> Job | None:
    """Takes the job if it waits and is due, or if its worker's lease ran out. Of two workers exactly one gets it."""
    now = timezone.now()
    free = Q(state=JobState.QUEUED, run_after__lte=now + timedelta(milliseconds=50)) | Q(
        state=JobState.RUNNING, lease_until__lt=now
    )
    # Whoever takes it was woken: should this worker be cut off, the relay needn't wait before it wakes another.
    ours = {"state": JobState.RUNNING, "worker": WORKER, "lease_until": lease_end(), "woken_at": None}
    taken = Job.objects.filter(free, pk=job_id).update(**ours, attempts=F("attempts") + 1, started_at=now)
    return Job.objects.select_related("project", "actor").get(pk=job_id) if taken else None


def run(job_id: int, watch: Watch | None = None) -> None:
    """Claims and does one job; returns quietly when it is not there to be claimed."""
    job = claim(job_id)
    if job is None:
        return
    log = logger.bind(job=job.pk, kind=job.kind)
    if job.attempts > MAX_ATTEMPTS:
        _fail(job, f"Gave up after {MAX_ATTEMPTS} attempts: the worker was cut off each time.")
        return
    with structlog.contextvars.bound_contextvars(job=job.pk), _heartbeat(job):
        progress = Progress(job, watch)
        try:
            handler: Handler = import_string(settings.JOB_HANDLERS[job.kind])
            result = handler(job, progress)
            if not progress.finished:
                progress.finish(result)
        except JobLost:
            log.warning("job_lost")
        except JobFailed as error:
            _fail(job, str(error))
        except OperationalError as error:  # the database was busy or away: the same job may well work later
            log.warning("job_postponed", error=str(error))
            _postpone(job)
        except Exception:
            log.exception("job_failed")
            _fail(job, "An unexpected error; the log of the worker has the details.")
        else:
            log.info("job_done", attempts=job.attempts)


def run_due(limit: int = 100) -> int:
    """Runs what is due here and now, oldest first; for commands and tests where no worker is up. Returns how many."""
    done = 0
    while done < limit:
        now = timezone.now()
        due = Q(state=JobState.QUEUED, run_after__lte=now) | Q(state=JobState.RUNNING, lease_until__lt=now)
        job_id = Job.objects.filter(due).order_by("pk").values_list("pk", flat=True).first()
        if job_id is None:
            break
        run(job_id)
        done += 1
    return done


def _fail(job: Job, message: str) -> None:
    with change(None, job.project) as log:
        failed = Job.objects.filter(pk=job.pk, state=JobState.RUNNING, worker=job.worker).update(
            state=JobState.FAILED, message=message[:500], finished_at=timezone.now(), lease_until=None
        )
        if failed:
            log("job.failed", job, kind=job.kind, message=message[:500])


def _postpone(job: Job) -> None:
    later = timezone.now() + timedelta(seconds=2**job.attempts)
    Job.objects.filter(pk=job.pk, state=JobState.RUNNING, worker=job.worker).update(
        state=JobState.QUEUED, run_after=later, woken_at=None, lease_until=None, worker=""
    )


class _heartbeat:
    """Extends the lease from a thread of its own, so that one long statement of a handler doesn't lose it."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self.stop = threading.Event()
        self.thread = threading.Thread(target=self._beat, daemon=True, name=f"lease-{job.pk}")

    def __enter__(self) -> None:
        # A transaction around us (tests, commands) would be invisible to, or block, a second connection.
        if not connection.in_atomic_block:
            self.thread.start()

    def __exit__(self, *exc: object) -> None:
        self.stop.set()
        if self.thread.is_alive():
            self.thread.join(timeout=5)

    def _beat(self) -> None:
        while not self.stop.wait(settings.JOB_LEASE_SECONDS / 3):
            try:
                Job.objects.filter(pk=self.job.pk, state=JobState.RUNNING, worker=self.job.worker).update(
                    lease_until=lease_end()
                )
            except OperationalError:
                logger.warning("lease_not_extended", job=self.job.pk)
        close_old_connections()
        connection.close()
