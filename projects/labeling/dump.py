"""Everything as it stands: every sample that was not withdrawn, with all its annotations, as NDJSON."""

from collections.abc import Iterator
from itertools import groupby
from typing import Any

import orjson
from django.http import StreamingHttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.decorators import api_view
from rest_framework.request import Request

from projects.labeling.models import Annotation
from projects.provenance.models import Provenance
from projects.samples.models import Sample
from projects.samples.states import SampleState
from projects.workspace.access import OWNERS, project_for
from projects.workspace.models import Project

BATCH = 1000
_SAMPLE = ("pk", "key", "state", "fields", "metadata", "content_sha256")
_PROVENANCE = ("sample_id", "origin", "model", "prompt", "licence", "source", "creator__name", "consent__reference")
_ANNOTATION = (
    *("sample_id", "annotator__username", "interface__version", "version", "current"),
    *("answers", "comments", "duration_ms", "created_at", "suggested"),
)


@extend_schema(
    operation_id="dump",
    request=None,
    responses={(200, "application/x-ndjson"): OpenApiResponse(OpenApiTypes.STR, description="One sample a line.")},
)
@api_view(["GET"])
def dump_api(request: Request, slug: str) -> StreamingHttpResponse:
    """Streams every sample with all its annotations as they stand."""
    project = project_for(request.user, slug, OWNERS)
    response = StreamingHttpResponse(dump(project), content_type="application/x-ndjson")
    response["Content-Disposition"] = f'attachment; filename="{project.slug}.jsonl"'
    return response


def dump(project: Project) -> Iterator[bytes]:
    """Lines in the order of the queue, in portions; memory does not grow with the project.

    Keyset reading: no cursor stays open while a slow reader takes its time.
    """
    last = 0
    while True:
        rows = list(_samples(project, last))
        if not rows:
            return
        ids = (rows[0][0], rows[-1][0])
        last = rows[-1][0]
        yield b"".join(_lines(rows, _provenance(project, ids), _annotations(project, ids)))


def _samples(project: Project, last: int) -> list[tuple[Any, ...]]:
    # What was withdrawn leaves by no door.
    found = Sample.objects.filter(project=project, pk__gt=last).exclude(state=SampleState.WITHDRAWN).order_by("pk")
    return list(found.values_list(*_SAMPLE)[:BATCH])


def _provenance(project: Project, ids: tuple[int, int]) -> dict[int, tuple[Any, ...]]:
    found = Provenance.objects.filter(sample__project=project, sample__gte=ids[0], sample__lte=ids[1])
    return {row[0]: row[1:] for row in found.values_list(*_PROVENANCE)}


def _annotations(project: Project, ids: tuple[int, int]) -> dict[int, list[dict[str, Any]]]:
    found = Annotation.objects.filter(project=project, sample__gte=ids[0], sample__lte=ids[1]).order_by(
        "sample_id", "pk"
    )
    rows = found.values_list(*_ANNOTATION)
    return {sample: [_annotation(row[1:]) for row in group] for sample, group in groupby(rows, key=lambda row: row[0])}


def _annotation(row: tuple[Any, ...]) -> dict[str, Any]:
    annotator, interface, version, current, answers, comments, duration, created, suggested = row
    body = {"annotator": annotator, "interface": interface, "version": version, "current": current, "answers": answers}
    if comments:
        body["comments"] = comments
    if duration is not None:
        body["duration_ms"] = duration
    if suggested is not None:
        body["suggested"] = suggested
    return body | {"created_at": created}


def _lines(
    rows: list[tuple[Any, ...]], provenance: dict[int, tuple[Any, ...]], annotations: dict[int, list[dict[str, Any]]]
) -> Iterator[bytes]:
    names = ("origin", "model", "prompt", "licence", "source", "creator", "consent")
    for pk, key, state, fields, metadata, sha256 in rows:
        stated = zip(names, provenance.get(pk, ()), strict=False)
        yield orjson.dumps(
            {
                "key": key,
                "state": state,
                "fields": fields,
                "metadata": metadata,
                "provenance": {name: value for name, value in stated if value},
                "content_sha256": sha256,
                "annotations": annotations.get(pk, []),
            },
            option=orjson.OPT_APPEND_NEWLINE,
        )
