"""Reads of what answers come to: the aggregates of a project, their rows as people and programs get them."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from django.db.models import Q, QuerySet

from projects.labeling.models import Annotation
from projects.quality.figures import COLUMNS
from projects.quality.known import UNSEEN
from projects.quality.models import Aggregate, Aggregated
from projects.samples.models import Sample
from projects.workspace.models import Job, Project

BATCH: Final = 2_000
# Rows of samples that changed since the figures were computed show nothing.
BEING_LABELED: Final = "still being labelled"
WITHDRAWN: Final = "withdrawn"
TIE: Final = "a tie"


def aggregates(project: Project) -> list[Aggregate]:
    """A row for each series that answers are aggregated of, in the interface's order."""
    return list(Aggregate.objects.filter(project=project, current=True).order_by("position"))


def rows(aggregate: Aggregate) -> QuerySet[Aggregated]:
    """Least certain first; of sources the strongest first."""
    return aggregate.units.select_related("sample").order_by("-sort", "pk")


def streamed(aggregate: Aggregate) -> Iterator[Aggregated]:
    """All rows in that order, in flat memory. Raises RuntimeError where they were removed meanwhile, so that nobody
    takes a part for the whole."""
    wanted, last, count = rows(aggregate), Q(), 0
    while found := list(wanted.filter(last)[:BATCH]):
        count += len(found)
        yield from found
        last = Q(sort__lt=found[-1].sort) | Q(sort=found[-1].sort, pk__gt=found[-1].pk)
    if not Aggregate.objects.filter(pk=aggregate.pk).exists():
        raise RuntimeError(f"aggregate {aggregate.pk} was replaced while it was read; {count} rows were sent")


def newer(project: Project, found: list[Aggregate]) -> int:
    """Annotations since the figures were computed."""
    given = Annotation.objects.filter(project=project, current=True)
    return (given.filter(created_at__gt=found[0].computed_at) if found else given).count()


def last_job(project: Project) -> Job | None:
    """The newest computation, asked for or automatic: of these figures, or of those that come first."""
    return Job.objects.filter(project=project, kind__in=("agreement", "aggregation")).order_by("-pk").first()


def why_hidden(sample: Sample | None) -> str:
    """Why a row's figures are shown to nobody now; empty where they are."""
    if sample is None or sample.is_shown:
        return BEING_LABELED if sample is not None and sample.state in UNSEEN else ""
    return WITHDRAWN


def row_json(aggregate: Aggregate, row: Aggregated) -> dict[str, Any]:
    """One row with all columns of its shape, unrounded; ``reason`` says why something is null."""
    hidden = why_hidden(row.sample)
    figures: Mapping[str, Any] = {} if hidden else row.figures
    kept = {name: figures.get(name) for name in COLUMNS[aggregate.shape]}
    reason = hidden or reason_of(aggregate, kept)
    key = row.sample.key if row.sample else None
    return {"sample": key, "item": row.item, "answers": row.answers, **kept, "reason": reason or None}


def reason_of(aggregate: Aggregate, figures: Mapping[str, Any]) -> str:
    """Why some of a row's figures are undefined; empty where none is."""
    said = []
    if "majority" in figures and figures["majority"] is None:
        said.append(TIE)
    missing = any(figures.get(name, 0) is None for name in ("probability", "value"))
    if missing and aggregate.reason:
        said.append(aggregate.reason)
    elif figures.get("value", 0) is None:
        said.append("shares no sample with anybody")
    elif "low" in figures and figures["low"] is None:
        said.append("no interval: nothing is left over to estimate the spread from")
    if "spread" in figures and figures["spread"] is None:
        said.append("fewer than two people have answered")
    return "; ".join(said)


def aggregate_json(found: Aggregate) -> dict[str, Any]:
    """A series without its rows."""
    return {
        "series": found.series,
        "question": found.question,
        "title": found.title,
        "shape": found.shape,
        "reason": found.reason or None,
        "rows": found.rows,
        "facts": found.facts,
        "columns": ["sample", "item", "answers", *COLUMNS[found.shape], "reason"],
        "computed_at": found.computed_at.isoformat(),
    }


def of_sample(sample: Sample) -> dict[str, list[tuple[Aggregate, Aggregated]]]:
    """By question what the answers to one sample come to, series by series; none that nobody may see now."""
    if why_hidden(sample):
        return {}
    found = Aggregated.objects.filter(sample=sample, aggregate__current=True).select_related("aggregate")
    by_question: dict[str, list[tuple[Aggregate, Aggregated]]] = {}
    for row in found.order_by("aggregate__position", "pk"):
        by_question.setdefault(row.aggregate.question, []).append((row.aggregate, row))
    return by_question
