"""What every worker looks after besides its jobs: lost wake-ups, jobs of killed workers, periodic work, its pulse."""

import threading
import time
from datetime import timedelta

import structlog
from django.conf import settings
from django.db import close_old_connections
from django.db.models import Q
from django.utils import timezone
from django.utils.module_loading import import_string

from projects.workspace import jobs, notices
from projects.workspace.models import IdempotentReply, Job, JobState, Worker

logger = structlog.get_logger(__name__)

PULSE_SECONDS = 2
WAKE_AGAIN = timedelta(seconds=30)
ALIVE = timedelta(seconds=30)


def send_lost() -> int:
    """Wakes a worker for every job that is due and whose wake-up seems lost. Returns how many."""
    now = timezone.now()
    due = Q(state=JobState.QUEUED, run_after__lt=now - timedelta(seconds=PULSE_SECONDS)) | Q(
        state=JobState.RUNNING, lease_until__lt=now
    )
    quiet = Q(woken_at=None) | Q(woken_at__lt=now - WAKE_AGAIN)
    sent = 0
    for pk in list(Job.objects.filter(due & quiet).order_by("run_after").values_list("pk", flat=True)[:200]):
        if Job.objects.filter(quiet, pk=pk).update(woken_at=now):  # of several relays one sends
            jobs.wake(pk)
            sent += 1
    return sent


def release_orphans() -> int:
    """At the start of the only worker there is: jobs still marked as running belong to a process that is gone."""
    return Job.objects.filter(state=JobState.RUNNING).update(lease_until=timezone.now() - timedelta(seconds=1))


def alive() -> bool:
    """True when some worker gave a sign of life lately."""
    return Worker.objects.filter(seen_at__gt=timezone.now() - ALIVE).exists()


class Relay(threading.Thread):
    """Runs beside a worker until ``stop`` is set."""

    def __init__(self) -> None:
        super().__init__(daemon=True, name="relay")
        self.stop = threading.Event()

    def run(self) -> None:
        last: dict[str, float] = {}
        while not self.stop.is_set():
            try:
                Worker.objects.update_or_create(name=jobs.WORKER, defaults={"seen_at": timezone.now()})
                send_lost()
                for name, seconds in settings.PERIODIC.items():
                    if time.monotonic() - last.get(name, float("-inf")) >= seconds:
                        last[name] = time.monotonic()
                        import_string(name)()
                if time.monotonic() - last.get("tidy", float("-inf")) >= 3600:
                    last["tidy"] = time.monotonic()
                    tidy()
            except Exception:  # the relay outlives whatever one round runs into
                logger.exception("relay_round_failed")
                close_old_connections()
            self.stop.wait(PULSE_SECONDS)
        Worker.objects.filter(name=jobs.WORKER).delete()


def tidy() -> None:
    """Removes what nobody needs any more: signs of life of workers gone for a day, replies kept for repeated writes,
    notifications read long ago."""
    now = timezone.now()
    Worker.objects.filter(seen_at__lt=now - timedelta(days=1)).delete()
    IdempotentReply.objects.filter(created_at__lt=now - timedelta(days=7)).delete()
    notices.forget_read()
