"""What the commands share: finding things by name, doing a job here and now with its progress shown."""

import logging
import sys
import time
from typing import Any

from django.core.management.base import CommandError, OutputWrapper

from projects.workspace import jobs
from projects.workspace.models import Job, JobState, Membership, Project, Role, User

BAR = 30  # characters


def project_named(slug: str) -> Project:
    """Raises CommandError."""
    project = Project.objects.select_related("interface").filter(slug=slug).first()
    if project is None:
        known = ", ".join(Project.objects.order_by("slug").values_list("slug", flat=True)[:20])
        raise CommandError(f"There is no project “{slug}”. " + (f"There are: {known}." if known else "There is none."))
    return project


def user_named(name: str) -> User:
    """Raises CommandError."""
    user = User.objects.filter(username=name).first()
    if user is None:
        raise CommandError(f"There is nobody called “{name}”. Make the account with `manage.py create_user {name}`.")
    return user


def owner_of(project: Project) -> User:
    """Who a command acts for: the project's first owner."""
    owner = Membership.objects.select_related("user").filter(project=project, role=Role.OWNER).order_by("pk").first()
    return owner.user if owner else project.created_by


def done_here(job: Job, err: OutputWrapper | None = None) -> dict[str, Any]:
    """Does the job in this process, or waits for the worker that was quicker. Returns its result.

    Raises CommandError when it failed. A bar is drawn on ``err`` where that is a terminal.
    """
    logging.getLogger("projects.workspace.jobs").setLevel(logging.WARNING)  # the command itself says what was done
    bar = _Bar(err)
    jobs.run(job.pk, watch=bar)
    while True:
        job.refresh_from_db()
        if not job.is_open:
            break
        bar(job.done, job.total, job.message)
        time.sleep(0.2)
        jobs.run(job.pk, watch=bar)  # its worker may have been killed
    bar.clear()
    if job.state != JobState.DONE:
        raise CommandError(job.message or f"The job ended as {job.get_state_display().lower()}.")
    return dict(job.result or {})


class _Bar:
    def __init__(self, err: OutputWrapper | None) -> None:
        self.stream = err if err is not None and sys.stderr.isatty() else None
        self.at = 0.0

    def __call__(self, done: int, total: int | None, message: str) -> None:
        now = time.monotonic()
        if self.stream is None or now - self.at < 0.1:
            return
        self.at = now
        share = min(1.0, done / total) if total else 0.0
        full = round(share * BAR)
        drawn = f"{'█' * full}{'░' * (BAR - full)} {share:4.0%}" if total else f"{done:,}"
        self._draw(f"{drawn}  {message}")

    def clear(self) -> None:
        if self.stream is not None and self.at:
            self._draw("")

    def _draw(self, text: str) -> None:
        assert self.stream is not None
        self.stream.write(f"\r\x1b[K{text}", ending="")
        self.stream.flush()
