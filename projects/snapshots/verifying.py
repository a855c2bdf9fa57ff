"""Proving a version again: every hash is computed by a job, and what was found is kept with who asked."""

import time
from typing import Any

from django.utils import timezone

from projects.snapshots import files
from projects.snapshots.delivery_models import Verification
from projects.snapshots.models import BUILT, Snapshot
from projects.workspace.actions import Refused
from projects.workspace.audit import change
from projects.workspace.jobs import JobFailed, Progress, request_job
from projects.workspace.models import Job, Project, User

# So many problems are kept by name; a version that was destroyed has one for every file.
NAMED = 500
TELL_EVERY = 0.5  # seconds


def request_verification(*, actor: User, snapshot: Snapshot) -> Verification:
    """Asks for every hash of the version to be computed again; the one that is on its way, if there is one. Raises
    Refused for a version without files."""
    with change(actor, snapshot.project) as log:
        Project.objects.select_for_update(no_key=True).get(pk=snapshot.project_id)
        if not Snapshot.objects.filter(pk=snapshot.pk, state__in=BUILT).exists():
            raise Refused(f"Version {snapshot.number} has no files to verify.")
        mine = Verification.objects.filter(snapshot=snapshot, job__state__in=Job.OPEN)
        if waiting := mine.select_related("job").first():
            return waiting
        job = request_job(kind="verification", project=snapshot.project, actor=actor, args={"version": snapshot.number})
        asked = Verification.objects.create(snapshot=snapshot, job=job, asked_by=actor)
        log("verification.requested", asked, number=snapshot.number)
    return asked


def run_verification(job: Job, progress: Progress) -> dict[str, Any]:
    """Job handler ``verification``. Damage is a result, not a failure of the job."""
    asked = Verification.objects.select_related("snapshot__project").get(job=job)
    snapshot = asked.snapshot
    if not snapshot.is_built:
        raise JobFailed(f"The files of version {snapshot.number} were removed meanwhile.")
    report = files.verify(snapshot, _Told(progress))
    result: dict[str, Any] = {"version": snapshot.number, "files": report.files, "samples": report.rows}
    result |= {"root": report.root or "", "problems": len(report.problems)}
    with change(job.actor, snapshot.project) as log:
        Verification.objects.filter(pk=asked.pk).update(
            finished_at=timezone.now(),
            problems=[{"path": found.path, "reason": found.reason} for found in report.problems[:NAMED]],
            problem_count=len(report.problems),
            files=report.files,
            rows=report.rows,
            root=report.root or "",
        )
        log("snapshot.verified", asked, number=snapshot.number, sound=report.ok, problems=len(report.problems))
        progress.finish(result)
    return result


class _Told:
    """Tells the job how many files were read, a few times a second at most."""

    def __init__(self, progress: Progress) -> None:
        self.progress, self.at = progress, 0.0

    def __call__(self, done: int, total: int) -> None:
        if time.monotonic() - self.at > TELL_EVERY:
            self.at = time.monotonic()
            self.progress(done, total, "Files read")
