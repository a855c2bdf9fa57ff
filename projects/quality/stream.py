"""The current annotations of a project, sample by sample, in flat memory whatever the project's size."""

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any, NamedTuple

from projects.labeling.models import Annotation
from projects.samples.models import Sample
from projects.samples.states import SampleState
from projects.workspace.models import Project

ROWS = 2000
COLUMNS = ("sample_id", "pk", "annotator_id", "interface_id", "answers", "duration_ms")


class Given(NamedTuple):
    """One person's current annotation of a sample."""

    sample_id: int
    annotation_id: int
    annotator_id: int
    interface_id: int
    answers: dict[str, Any]
    duration_ms: int | None


class Answered(NamedTuple):
    """A sample with everybody's current annotations, oldest first."""

    sample_id: int
    fields: dict[str, Any]
    given: list[Given]


def answered(project: Project, rows: int = ROWS) -> Iterator[list[Answered]]:
    """Every sample of the project that has annotations, in batches. Withdrawn ones are out: nothing may rest on them.

    Keyset reading, so that no transaction or cursor stays open while the caller computes.
    """
    wanted = Annotation.objects.filter(project=project, current=True).order_by("sample_id", "pk")
    last, size = 0, rows
    while True:
        found = [Given(*row) for row in wanted.filter(sample_id__gt=last).values_list(*COLUMNS)[:size]]
        whole = len(found) < size
        if not whole:  # the last sample may go on in the next batch
            kept = [given for given in found if given.sample_id != found[-1].sample_id]
            if not kept:
                size *= 2
                continue
            found, size = kept, rows
        if found:
            last = found[-1].sample_id
            yield _with_fields(found)
        if whole:
            return


def answered_of(sample_ids: Iterable[int]) -> dict[int, list[Given]]:
    """The current annotations of a few samples, oldest first, by sample id."""
    rows = Annotation.objects.filter(sample__in=list(sample_ids), current=True).order_by("sample_id", "pk")
    given = [Given(*row) for row in rows.values_list(*COLUMNS)]
    return {sample_id: list(group) for sample_id, group in groupby(given, key=lambda one: one.sample_id)}


def _with_fields(found: list[Given]) -> list[Answered]:
    groups = {sample_id: list(group) for sample_id, group in groupby(found, key=lambda one: one.sample_id)}
    samples = Sample.objects.filter(pk__in=groups).exclude(state=SampleState.WITHDRAWN)
    fields = dict(samples.values_list("pk", "fields"))
    return [Answered(pk, fields[pk], given) for pk, given in groups.items() if pk in fields]
