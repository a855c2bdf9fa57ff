"""Agreement and reliability, computed over a project's current annotations and stored in place of the last figures."""

import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final

from django.db import transaction
from django.utils import timezone

from projects.measures import Agreement as Measured
from projects.measures import Ratings, agreement, ratings_for
from projects.quality import taste
from projects.quality.models import Agreement, Reliability
from projects.quality.raters import Standing, Standings, is_scale, is_text
from projects.quality.stream import Answered, answered
from projects.quality.versions import Versions
from projects.schema import Series
from projects.workspace.jobs import JobFailed, Progress, request_job
from projects.workspace.models import Job, JobState, Project, User

DRAWS: Final = 1000
SEED: Final = 0
# While annotations keep arriving, at most this share of a worker's time goes into counting them again.
SHARE: Final = 0.1
LEAST_PAUSE = 5.0  # seconds; a shorter rest is not worth putting a job back for
SPEED_STEP: Final = 100  # milliseconds


def run_agreement(job: Job, progress: Progress) -> dict[str, Any]:
    """Computes the project's agreement and everybody's reliability, and puts them in place of the stored ones.

    What a newer computation stored meanwhile stays. A large project is not counted again after each annotation: where
    nobody waits for the figures, the job rests nine times as long as the last one took.
    """
    if job.project_id is None:
        raise JobFailed("The job names no project.")
    pause = _pause(job)
    if pause > LEAST_PAUSE:
        progress.postpone(pause)
        return {}
    project = Project.objects.select_related("interface").get(pk=job.project_id)
    tally = Tally(Versions(project))
    computed_at = timezone.now()
    told = time.monotonic()
    for batch in answered(project):
        for sample in batch:
            tally.add(sample)
        if time.monotonic() - told > 0.5:
            told = time.monotonic()
            progress(tally.samples, None, f"{tally.samples:,} samples read")
    progress(tally.samples, tally.samples, "Computing intervals")
    rows = list(tally.agreement(project, computed_at))
    people = list(tally.reliability(project, computed_at))
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
            Reliability.objects.filter(project=locked).delete()
            Agreement.objects.bulk_create(rows)
            Reliability.objects.bulk_create(people, batch_size=500)
        progress.finish(result)
        if any(taste.about(series) for series in tally.series.values()):
            taste.ask(locked, tally.annotations, asked=job.actor_id is not None)
    return result


def recompute(*, actor: User, project: Project) -> Job:
    """Asks for the figures now. While somebody's request waits or runs, that one serves."""
    with transaction.atomic():
        open_jobs = Job.objects.filter(project=project, kind="agreement", state__in=Job.OPEN, actor__isnull=False)
        waiting = open_jobs.order_by("-pk").first()
        return waiting or request_job(kind="agreement", project=project, actor=actor)


def _pause(job: Job) -> float:
    """Seconds that a job which nobody in person asked for should still rest."""
    if job.actor_id is not None:
        return 0.0
    last = (
        Job.objects.filter(project=job.project_id, kind="agreement", state=JobState.DONE)
        .order_by("-finished_at")
        .values_list("started_at", "finished_at")
        .first()
    )
    if last is None or last[0] is None or last[1] is None:
        return 0.0
    spent = (last[1] - last[0]).total_seconds()
    return spent / SHARE - spent - (timezone.now() - last[1]).total_seconds()


class Tally:
    """Takes in a project sample by sample. What it holds grows with people and different patterns, not with samples."""

    def __init__(self, versions: Versions) -> None:
        self.versions = versions
        self.series: dict[str, Series] = {series.name: series for series in versions.current.series()}
        self.ratings: dict[str, Ratings] = {
            name: ratings_for(series.coefficient, series.values) for name, series in self.series.items()
        }
        self.standings = {name: Standings(series) for name, series in self.series.items()}
        self.samples = 0
        self.annotations = 0
        # Answers given under a version that asked something else, by question.
        self.left_out: Counter[str] = Counter()
        self.by_person: Counter[int] = Counter()
        # How long each person took, in steps, so that a median needs no more than one number for each step.
        self.speeds: dict[int, Counter[int]] = defaultdict(Counter)

    def add(self, sample: Answered) -> None:
        """One sample. Each person counts once: ``given`` holds current annotations alone."""
        self.samples += 1
        units: dict[tuple[str, str], dict[int, Any]] = {}
        for one in sample.given:
            self.annotations += 1
            self.by_person[one.annotator_id] += 1
            if one.duration_ms:
                self.speeds[one.annotator_id][one.duration_ms // SPEED_STEP] += 1
            self.left_out.update(self.versions.left_out(one.interface_id, one.answers))
            for name, suffix, value in self.versions.observations(one.interface_id, one.answers):
                units.setdefault((name, suffix), {})[one.annotator_id] = value
        for (name, _), values in units.items():
            self.ratings[name].add_unit(values)
            self.standings[name].add_unit(values)

    def agreement(self, project: Project, at: datetime) -> Iterator[Agreement]:
        """A row for each series, those without answers too: they say so."""
        for position, (name, series) in enumerate(self.series.items()):
            ratings = self.ratings[name]
            measured: Measured = agreement(ratings, series.coefficient, draws=DRAWS, seed=SEED)
            extras = dict(measured.extras)
            if self.left_out[series.question]:
                extras["other_versions"] = self.left_out[series.question]
            counts = [] if is_text(series) else [[value, count] for value, count in ratings.distribution().items()]
            yield Agreement(
                project=project,
                series=name,
                question=series.question,
                title=series.title,
                coefficient=measured.coefficient,
                value=measured.value,
                reason=measured.reason or "",
                low=measured.low,
                high=measured.high,
                units=measured.units,
                raters=measured.raters,
                answers=measured.answers,
                single_units=measured.single_units,
                extras=extras,
                distribution=counts,
                position=position,
                computed_at=at,
            )

    def reliability(self, project: Project, at: datetime) -> Iterator[Reliability]:
        """A row for each person who annotated."""
        for person, annotations in sorted(self.by_person.items()):
            mine = {name: each.people[person] for name, each in self.standings.items() if person in each.people}
            pairs = sum(standing.pairs for standing in mine.values())
            scales = [(name, standing) for name, standing in mine.items() if is_scale(self.series[name])]
            shared = sum(standing.shared for _, standing in scales)
            yield Reliability(
                project=project,
                annotator_id=person,
                annotations=annotations,
                median_ms=median_of(self.speeds[person]),
                agreement=sum(standing.alike for standing in mine.values()) / pairs if pairs else None,
                pairs=pairs,
                severity=sum(self._share(name, standing) for name, standing in scales) / shared if shared else None,
                shared=shared,
                series={name: standing.as_dict() for name, standing in mine.items()},
                computed_at=at,
            )

    def _share(self, name: str, standing: Standing) -> float:
        """The sum of a person's differences in parts of the scale's length."""
        values = self.series[name].values or (0,)
        length = max(values) - min(values)
        return standing.difference / length if length else 0.0


def median_of(speeds: Counter[int]) -> int | None:
    """The middle duration in milliseconds, exact to a step; None without any."""
    total = speeds.total()
    if not total:
        return None
    seen = 0
    for step in sorted(speeds):
        seen += speeds[step]
        if seen * 2 >= total:
            return step * SPEED_STEP + SPEED_STEP // 2
    return None
