"""How far reviewers agree with each other, over the samples that two of them decided on without seeing each other."""

from collections.abc import Iterator
from typing import Any

from django.db import transaction
from django.utils import timezone

from projects.measures import Ratings, agreement, ratings_for
from projects.quality.models import ReviewerAgreement
from projects.quality.versions import Versions
from projects.review.models import COMPARED, Adjudication, SecondLook, Verdict
from projects.workspace.jobs import JobFailed, Progress
from projects.workspace.models import Job, Project

ROWS = 1000
# No name of a question.
DECISION = "(decision)"
DECISION_TITLE = "What becomes of the sample"
NOMINAL = "alpha-nominal"


def run_reviewers(job: Job, progress: Progress) -> dict[str, Any]:
    """Job handler ``reviewers``: computes the figures and puts them in place of the stored ones.

    The decisions themselves are compared, and series by series the final answers where both approved the sample; a
    reviewer is a rater there. What a third person settles is not another rater.
    """
    if job.project_id is None:
        raise JobFailed("The job names no project.")
    project = Project.objects.select_related("interface").get(pk=job.project_id)
    versions = Versions(project)
    series = {each.name: each for each in versions.current.series()}
    ratings: dict[str, Ratings] = {DECISION: ratings_for(NOMINAL)}
    ratings |= {name: ratings_for(each.coefficient, each.values) for name, each in series.items()}
    looks = 0
    for first, second, fields in _compared(project):
        looks += 1
        ratings[DECISION].add_unit({made.reviewer_id: made.decision for made in (first, second)})
        if first.decision == second.decision == Verdict.APPROVE:
            units: dict[tuple[str, str], dict[int | None, Any]] = {}
            for made in (first, second):
                answers = versions.comparable(made.interface_id, made.answers)
                for name, suffix, value in versions.current.observed(answers, fields):
                    units.setdefault((name, suffix), {})[made.reviewer_id] = value
            for (name, _), values in units.items():
                ratings[name].add_unit(values)
    rows = []
    at = timezone.now()
    for position, (name, rated) in enumerate(ratings.items()):
        measured = agreement(rated, NOMINAL if name == DECISION else series[name].coefficient)
        rows.append(
            ReviewerAgreement(
                project=project,
                series=name,
                title=DECISION_TITLE if name == DECISION else series[name].title,
                coefficient=measured.coefficient,
                value=measured.value,
                reason=measured.reason or "",
                low=measured.low,
                high=measured.high,
                interval_reason=measured.extras.get("interval_reason", ""),
                units=measured.units,
                raters=measured.raters,
                position=position,
                computed_at=at,
            )
        )
    with transaction.atomic():
        locked = Project.objects.select_for_update().get(pk=project.pk)
        ReviewerAgreement.objects.filter(project=locked).delete()
        ReviewerAgreement.objects.bulk_create(rows)
        progress.finish({"samples": looks})
    return {"samples": looks}


def _compared(project: Project) -> Iterator[tuple[Adjudication, Adjudication, dict[str, Any]]]:
    """Pairs of decisions with the fields of their sample, in batches by key, so that no cursor stays open while the
    caller computes."""
    wanted = SecondLook.objects.filter(project=project, state__in=COMPARED, second__isnull=False)
    wanted = wanted.exclude(sample__state="withdrawn").select_related("first", "second", "sample").order_by("pk")
    last = 0
    while True:
        found = list(wanted.filter(pk__gt=last)[:ROWS])
        for look in found:
            assert look.second is not None
            yield look.first, look.second, look.sample.fields
        if len(found) < ROWS:
            return
        last = found[-1].pk
