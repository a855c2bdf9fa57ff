"""What all answers come to, sample by sample, computed in the background beside the last figures, then in place.

The project is read twice: once for what the measures need of each series (gathered.py), once to write the rows. Rows
are written in small transactions under aggregates that nobody sees yet, so that annotators never wait for them; what
they replace stays until the next computation, for those who are reading it.
"""

import time
from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from projects.measures import reasons
from projects.quality.figures import Made, Solved, rows_of_sample, solved
from projects.quality.gathered import Gathered
from projects.quality.known import UNSEEN, About, about, sources_of
from projects.quality.models import Aggregate, Aggregated, Shape
from projects.quality.rest import project_of, rests
from projects.quality.stream import Answered, answered
from projects.quality.versions import Versions
from projects.schema import Question, Series
from projects.schema.questions.base import SUBJECTIVE
from projects.workspace.jobs import Progress, request_job, request_once
from projects.workspace.models import Job, JobState, Project, User

DELAY: Final = 10.0  # seconds
BATCH: Final = 1_000
KIND: Final = "aggregation"
NO_SOURCES: Final = "candidates have no source in common across samples"


def ask(project: Project, actor: User | None) -> None:
    """Asks for the figures, in the caller's transaction; at once for somebody who waits for them."""
    if actor is None:
        request_once(project, aggregation=DELAY)
    elif not Job.objects.filter(project=project, kind=KIND, state__in=Job.OPEN, actor__isnull=False).exists():
        request_job(kind=KIND, project=project, actor=actor)


def shape_of(question: Question) -> Shape | None:
    """What is said about the question's answers; None where each stands for itself."""
    kind = question.type.aggregation
    if kind in ("labels", "sets") and question.kind == SUBJECTIVE:
        return Shape.SHARES
    shapes = {"labels": Shape.LABELS, "sets": Shape.SETS, "scores": Shape.SCORES, "pairs": Shape.STRENGTHS}
    return shapes.get(kind)


def run_aggregation(job: Job, progress: Progress) -> dict[str, Any]:
    """Job handler ``aggregation``. What a newer computation stored meanwhile stays."""
    project = project_of(job)
    if rests(job, progress):
        return {}
    _clear(project, job)
    versions, at = Versions(project), timezone.now()
    told = _Told(progress)
    gathered = _gather(project, versions, told)
    made = [_solved(project, job, each, place, at) for place, each in enumerate(gathered.values())]
    del gathered
    count = 0
    for rows in _rows(project, versions, made, told):
        Aggregated.objects.bulk_create(rows)
        count += len(rows)
    result = {"series": len(made), "rows": count}
    with transaction.atomic():
        locked = Project.objects.select_for_update().get(pk=project.pk)
        if not Aggregate.objects.filter(project=locked, current=True, computed_at__gt=at).exists():
            Aggregate.objects.filter(project=locked, current=True).update(current=False)
            for each in made:
                Aggregate.objects.filter(pk=each.aggregate.pk).update(current=True, rows=each.rows)
        if locked.rules.min_confidence:  # samples wait for what is known now
            request_once(locked, reorder=0)
        progress.finish(result)
    return result


class _Told:
    """Progress, twice a second."""

    def __init__(self, progress: Progress) -> None:
        self.progress, self.last, self.samples = progress, time.monotonic(), 0

    def __call__(self, samples: int, doing: str) -> None:
        self.samples += samples
        if time.monotonic() - self.last > 0.5:
            self.last = time.monotonic()
            self.progress(self.samples, None, f"{self.samples:,} samples {doing}")


def _clear(project: Project, job: Job) -> None:
    """Removes what was replaced and what a computation left that was cut off, a piece at a time."""
    over = Aggregate.objects.filter(project=project, current=False)
    for aggregate in over.filter(Q(job=None) | Q(job=job) | ~Q(job__state=JobState.RUNNING)):
        while ids := list(aggregate.units.order_by("pk").values_list("pk", flat=True)[: 5 * BATCH]):
            Aggregated.objects.filter(aggregate=aggregate, pk__lte=ids[-1]).delete()
        aggregate.delete()


def _series(versions: Versions) -> Iterator[tuple[Question, Series]]:
    for question in versions.current.questions:
        if shape_of(question):
            yield from ((question, series) for series in question.type.series(question))


def _gather(project: Project, versions: Versions, told: _Told) -> dict[str, Gathered]:
    found = {series.name: Gathered(question, series) for question, series in _series(versions)}
    by_question: dict[str, list[Gathered]] = defaultdict(list)
    for each in found.values():
        by_question[each.question.name].append(each)
    rule = project.rules.sources
    for batch in answered(project):
        told(len(batch), "read")
        known = about(sample.sample_id for sample in batch)
        for sample in batch:
            if sample.sample_id in known:
                _take(found, by_question, sample, known[sample.sample_id], versions, rule)
    return found


def _take(
    found: dict[str, Gathered],
    by_question: dict[str, list[Gathered]],
    sample: Answered,
    known: About,
    versions: Versions,
    rule: str,
) -> None:
    sources = {
        name: sources_of(rule, held[0].question.on, sample.fields, known.metadata)
        for name, held in by_question.items()
        if shape_of(held[0].question) == Shape.STRENGTHS
    }
    for one in sample.given:
        answers = versions.comparable(one.interface_id, one.answers)
        for name in by_question.keys() & answers.keys():
            held = by_question[name]
            question = held[0].question
            if name in sources:
                for comparison in question.type.comparisons(question, answers[name]):
                    held[0].add_comparison(one.annotator_id, comparison, sources[name])
            else:
                for series, item, value in question.type.observations(question, answers[name]):
                    found[series].add((sample.sample_id, item), one.annotator_id, value)
    for name, value in known.known.items():
        for each in by_question.get(name, ()):
            if not each.full and shape_of(each.question) in (Shape.LABELS, Shape.SETS):
                for _, item, answer in each.question.type.observations(each.question, value):
                    each.known[sample.sample_id, item] = answer


def _solved(project: Project, job: Job, gathered: Gathered, position: int, at: datetime) -> Made:
    shape = shape_of(gathered.question)
    assert shape is not None
    series, found = gathered.series, solved(shape, gathered)
    reason = found.reason or ""
    if shape == Shape.STRENGTHS and gathered.answers and not found.rows and gathered.unnamed == gathered.answers:
        reason = NO_SOURCES
    aggregate = Aggregate.objects.create(
        project=project,
        job=job,
        series=series.name,
        question=series.question,
        title=series.title,
        shape=shape,
        reason=reason if gathered.answers else reasons.NO_ANSWERS,
        facts={"people": len(gathered.people), "answers": gathered.answers, **found.facts},
        position=position,
        computed_at=at,
    )
    return Made(aggregate, gathered.question, series, found)


def _rows(project: Project, versions: Versions, made: list[Made], told: _Told) -> Iterator[list[Aggregated]]:
    """Rows to be stored, a batch at a time; ``Made.rows`` counts them."""
    told.samples = 0
    waiting: list[Aggregated] = []
    for each in made:
        waiting += each.own_rows()
    by_question: dict[str, list[Made]] = defaultdict(list)
    for each in made:
        if each.by_sample:
            by_question[each.question.name].append(each)
    for batch in answered(project) if by_question else ():
        told(len(batch), "written")
        states = {pk: found.state for pk, found in about(sample.sample_id for sample in batch).items()}
        for sample in batch:
            if states.get(sample.sample_id, UNSEEN[0]) not in UNSEEN:
                waiting += rows_of_sample(by_question, sample, versions)
        if len(waiting) >= BATCH:
            yield waiting
            waiting = []
    yield waiting


__all__ = ["KIND", "NO_SOURCES", "Solved", "ask", "run_aggregation", "shape_of"]
