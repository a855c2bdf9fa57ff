"""How long a computation over the whole project rests before it is done again, while annotations keep arriving."""

from typing import Final

from django.utils import timezone

from projects.workspace.jobs import JobFailed, Progress
from projects.workspace.models import Job, JobState, Project

# At most this share of a worker's time goes into counting one project again.
SHARE: Final = 0.1
LEAST_PAUSE = 5.0  # seconds; a shorter rest is not worth putting a job back for


def project_of(job: Job) -> Project:
    """The project that is to be computed, with its interface. Raises JobFailed where the job names none."""
    if job.project_id is None:
        raise JobFailed("The job names no project.")
    return Project.objects.select_related("interface").get(pk=job.project_id)


def rests(job: Job, progress: Progress) -> bool:
    """Puts the job back for a while where it is too early to count again, and says whether it did."""
    pause = rest(job)
    if pause:
        progress.postpone(pause)
    return pause > 0


def rest(job: Job) -> float:
    """Seconds that the job should wait still; 0 where somebody in person asked for it, or it may begin."""
    if job.actor_id is not None:
        return 0.0
    last = (
        Job.objects.filter(project=job.project_id, kind=job.kind, state=JobState.DONE)
        .order_by("-finished_at")
        .values_list("started_at", "finished_at")
        .first()
    )
    if last is None or last[0] is None or last[1] is None:
        return 0.0
    spent = (last[1] - last[0]).total_seconds()
    left = spent / SHARE - spent - (timezone.now() - last[1]).total_seconds()
    return left if left > LEAST_PAUSE else 0.0
