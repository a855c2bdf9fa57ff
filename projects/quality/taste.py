"""What the disagreement on each subjective scale is made of, computed in the background, in place of the last figures.

It takes a second a scale and rests on a few thousand scores at most, so it is no part of the agreement job: that asks
for it when the project has grown by a tenth since, or when somebody in person asked for the figures.
"""

from collections.abc import Hashable, Iterable
from datetime import datetime
from typing import Any, Final

from django.db import transaction
from django.utils import timezone

from projects.measures import taste_or_noise
from projects.measures.taste import Disagreement
from projects.quality.models import Taste
from projects.quality.raters import is_scale
from projects.quality.rest import project_of
from projects.quality.stream import answered, repeats
from projects.quality.thinned import Scores
from projects.quality.versions import Versions
from projects.schema import Series
from projects.schema.questions.base import SUBJECTIVE
from projects.workspace.jobs import Progress, request_once
from projects.workspace.models import Job, JobState, Project

# Of larger projects a part is looked at: more would take minutes and narrow intervals that are narrow already.
MOST_SCORES: Final = 3000
GROWTH: Final = 1.1
DELAY = 10.0  # seconds
PARTS: Final = ("total", "severity", "groups", "own", "noise", "unsplit")


def about(series: Series) -> bool:
    """Scales on which people may differ."""
    return series.kind == SUBJECTIVE and is_scale(series)


def ask(project: Project, annotations: int, *, asked: bool) -> None:
    """Asks for the figures where they are worth it, in the caller's transaction."""
    last = (
        Job.objects.filter(project=project, kind="taste", state=JobState.DONE)
        .order_by("-pk")
        .values_list("result", flat=True)
        .first()
    )
    known = (last or {}).get("annotations", 0)
    if asked or annotations >= max(1, known) * GROWTH:
        request_once(project, taste=0.0 if asked else DELAY)


def run_taste(job: Job, progress: Progress) -> dict[str, Any]:
    """Job handler ``taste``."""
    project = project_of(job)
    versions = Versions(project)
    scales = [series for series in versions.current.series() if about(series)]
    scores = {series.name: Scores(MOST_SCORES) for series in scales}
    annotations = 0
    for batch in answered(project):
        for sample in batch:
            annotations += len(sample.given)
            units: dict[tuple[str, str], dict[int, float]] = {}
            for one in sample.given:
                for name, suffix, value in versions.observations(one.interface_id, one.answers):
                    if name in scores:
                        units.setdefault((name, suffix), {})[one.annotator_id] = value
            for (name, suffix), given in units.items():
                scores[name].add(f"{sample.sample_id} {suffix}", given)
    pairs = _pairs(project, versions, scores)
    at = timezone.now()
    rows = []
    for position, series in enumerate(scales):
        progress(position, len(scales), series.title)
        found = taste_or_noise(*scores[series.name].flat(), pairs[series.name])
        rows.append(_row(project, series, scores[series.name], found, position, at))
    result = {"annotations": annotations, "scales": len(rows)}
    with transaction.atomic():
        locked = Project.objects.select_for_update().get(pk=project.pk)
        Taste.objects.filter(project=locked).delete()
        Taste.objects.bulk_create(rows)
        progress.finish(result)
    return result


def _pairs(project: Project, versions: Versions, scales: Iterable[str]) -> dict[str, list[tuple[float, float]]]:
    """Scale → people's two scores of one thing, the second given blindly."""
    pairs: dict[str, list[tuple[float, float]]] = {name: [] for name in scales}
    for again in repeats(project):
        first, second = (
            {(name, suffix): value for name, suffix, value in versions.observations(*given) if name in pairs}
            for given in (again.first, again.second)
        )
        for unit, value in second.items():
            if unit in first:
                pairs[unit[0]].append((first[unit], value))
    return pairs


def _row(project: Project, series: Series, scores: Scores, found: Disagreement, position: int, at: datetime) -> Taste:
    return Taste(
        project=project,
        series=series.name,
        question=series.question,
        title=series.title,
        reason=found.total.reason or "",
        parts={name: _part(found, name) for name in PARTS},
        groups=[[_person(one) for one in group] for group in found.members],
        units=len(scores.units),
        thinned=scores.thinned,
        position=position,
        computed_at=at,
    )


def _part(found: Disagreement, name: str) -> dict[str, Any]:
    estimate = getattr(found, name)
    share = 1.0 if name == "total" and estimate.value else found.share(name)
    return {
        "value": estimate.value,
        "low": estimate.low,
        "high": estimate.high,
        "share": share,
        "reason": estimate.reason,
    }


def _person(name: Hashable) -> int:
    return int(str(name))
