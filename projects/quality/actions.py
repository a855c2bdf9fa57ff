"""Agreement and reliability, computed over a project's current annotations and stored in place of the last figures."""

import time
from typing import Any, Final

from django.db import transaction
from django.utils import timezone

from projects.quality import aggregation, taste
from projects.quality.gold import checked
from projects.quality.models import Agreement, Likeness, Overview, Reliability, SuggestionUse
from projects.quality.rest import project_of, rests
from projects.quality.stream import answered
from projects.quality.tally import Tally
from projects.workspace.jobs import Progress, request_job, request_once
from projects.workspace.models import Job, Project, User

# Seconds until what waits for a reviewer is put in order by the new reliabilities.
DELAY: Final = 5.0


def run_agreement(job: Job, progress: Progress) -> dict[str, Any]:
    """Computes the project's agreement and everybody's reliability, and puts them in place of the stored ones.

    What a newer computation stored meanwhile stays. A large project is not counted again after each annotation: where
    nobody waits for the figures, the job rests nine times as long as the last one took.
    """
    project = project_of(job)
    if rests(job, progress):
        return {}
    tally = Tally(project)
    computed_at = timezone.now()
    told = time.monotonic()
    for batch in answered(project):
        tally.take(batch)
        if time.monotonic() - told > 0.5:
            told = time.monotonic()
            progress(tally.samples, None, f"{tally.samples:,} samples read")
    progress(tally.samples, tally.samples, "Computing intervals")
    tally.check(checked(project, tally.versions, tally.known))
    rows = list(tally.agreement(project, computed_at))
    people = list(tally.reliability(project, computed_at))
    likenesses = list(tally.likenesses(project))
    uses = list(tally.uses.rows(project, computed_at))
    overview = tally.overview(project, computed_at)
    result: dict[str, Any] = {
        "samples": tally.samples,
        "annotations": tally.annotations,
        "series": len(rows),
        "people": len(people),
    }
    if tally.left_out:
        result["other_versions"] = dict(tally.left_out)
    with transaction.atomic():
        locked = Project.objects.select_for_update().get(pk=project.pk)
        if not Agreement.objects.filter(project=locked, computed_at__gt=computed_at).exists():
            Agreement.objects.filter(project=locked).delete()
            for model in (Reliability, Likeness, Overview, SuggestionUse):
                model.objects.filter(project=locked).delete()
            Agreement.objects.bulk_create(rows)
            Reliability.objects.bulk_create(people, batch_size=500)
            Likeness.objects.bulk_create(likenesses, batch_size=500)
            SuggestionUse.objects.bulk_create(uses, batch_size=500)
            overview.save()
        progress.finish(result)
        if any(taste.about(series) for series in tally.series.values()):
            taste.ask(locked, tally.annotations, asked=job.actor_id is not None)
        aggregation.ask(locked, job.actor)
        request_once(locked, reorder=DELAY)
    return result


def recompute(*, actor: User, project: Project) -> Job:
    """Asks for the figures now. While somebody's request waits or runs, that one serves."""
    with transaction.atomic():
        open_jobs = Job.objects.filter(project=project, kind="agreement", state__in=Job.OPEN, actor__isnull=False)
        waiting = open_jobs.order_by("-pk").first()
        return waiting or request_job(kind="agreement", project=project, actor=actor)
