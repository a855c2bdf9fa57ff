"""The current annotations of a project, sample by sample, in flat memory whatever the project's size."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import groupby
from typing import Any, NamedTuple

from projects.labeling.models import Annotation, Purpose
from projects.samples.models import Sample
from projects.samples.states import SampleState
from projects.workspace.models import Project

ROWS = 2000
COLUMNS = ("sample_id", "pk", "annotator_id", "interface_id", "answers", "duration_ms", "created_at", "suggested")
_SAMPLE = ("pk", "fields", "state", "gold", "metadata", "provenance__source", "provenance__origin", "provenance__model")
CHUNK = 400  # samples in one statement: SQLite takes a limited number of parameters


class Given(NamedTuple):
    """One person's current annotation of a sample."""

    sample_id: int
    annotation_id: int
    annotator_id: int
    interface_id: int
    answers: dict[str, Any]
    duration_ms: int | None
    created_at: datetime
    # What was suggested to them and how (labeling/suggestions.py).
    suggested: dict[str, Any] | None = None


class Answered(NamedTuple):
    """A sample with everybody's current annotations, oldest first."""

    sample_id: int
    given: list[Given]
    fields: dict[str, Any]
    state: str
    gold: dict[str, Any] | None
    metadata: dict[str, Any]
    # None where nothing is known of where the sample comes from.
    source: str | None
    origin: str | None
    model: str | None


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


class Repeat(NamedTuple):
    """A person's two answers to one sample, the second given blindly: interface version's id and answers of each."""

    first: tuple[int, dict[str, Any]]
    second: tuple[int, dict[str, Any]]


def repeats(project: Project, most: int = 3000) -> list[Repeat]:
    """The newest answers to repeats, each with the person's current answer to the sample itself."""
    again = Annotation.everything.filter(project=project, purpose=Purpose.REPEAT, current=True)
    rows = again.exclude(sample__state=SampleState.WITHDRAWN).order_by("-pk")
    found = list(rows.values_list("sample_id", "annotator_id", "interface_id", "answers")[:most])
    first: dict[tuple[int, int], tuple[int, dict[str, Any]]] = {}
    for start in range(0, len(found), CHUNK):
        part = found[start : start + CHUNK]
        here = Annotation.objects.filter(sample__in={row[0] for row in part}, current=True)
        mine = here.filter(annotator__in={row[1] for row in part})
        for sample, person, interface, answers in mine.values_list(
            "sample_id", "annotator_id", "interface_id", "answers"
        ):
            first[sample, person] = (interface, answers)
    return [
        Repeat(first[sample, person], (interface, answers))
        for sample, person, interface, answers in found
        if (sample, person) in first
    ]


def answered_of(sample_ids: Iterable[int]) -> dict[int, list[Given]]:
    """The current annotations of a few samples, oldest first, by sample id."""
    rows = Annotation.objects.filter(sample__in=list(sample_ids), current=True).order_by("sample_id", "pk")
    given = [Given(*row) for row in rows.values_list(*COLUMNS)]
    return {sample_id: list(group) for sample_id, group in groupby(given, key=lambda one: one.sample_id)}


def _with_fields(found: list[Given]) -> list[Answered]:
    groups = {sample_id: list(group) for sample_id, group in groupby(found, key=lambda one: one.sample_id)}
    samples = Sample.objects.filter(pk__in=groups).exclude(state=SampleState.WITHDRAWN)
    about = {row[0]: row[1:] for row in samples.values_list(*_SAMPLE)}
    return [Answered(pk, given, *about[pk]) for pk, given in groups.items() if pk in about]
