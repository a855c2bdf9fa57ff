"""Imports for programs."""

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiRequest, extend_schema
from rest_framework import serializers
from rest_framework.decorators import api_view, parser_classes
from rest_framework.exceptions import ValidationError
from rest_framework.parsers import BaseParser, MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from projects.intake import actions, uploads
from projects.intake.models import ImportKind
from projects.workspace.access import OWNERS, membership_for
from projects.workspace.actions import Refused
from projects.workspace.repeatable import repeatable

_CHUNK = 1024 * 1024


class Lines(BaseParser):
    """The body as it comes: JSON Lines, read as a stream."""

    media_type = "application/x-ndjson"

    def parse(self, stream: Any, media_type: Any = None, parser_context: Any = None) -> Any:
        return {"body": uploads.spooled(iter(lambda: stream.read(_CHUNK), b""), "body.jsonl")}


class ImportRequest(serializers.Serializer[Any]):
    file = serializers.FileField(help_text="JSON Lines, CSV, Parquet, or a ZIP of one of them with its media.")
    kind = serializers.ChoiceField(choices=ImportKind.choices, default=ImportKind.SAMPLES)
    on_conflict = serializers.ChoiceField(choices=actions.ON_CONFLICT, default=actions.KEEP)


class ImportOptions(serializers.Serializer[Any]):
    kind = serializers.ChoiceField(choices=ImportKind.choices, default=ImportKind.SAMPLES)
    on_conflict = serializers.ChoiceField(choices=actions.ON_CONFLICT, default=actions.KEEP)


class ImportAccepted(serializers.Serializer[Any]):
    job = serializers.IntegerField()


@extend_schema(
    operation_id="import",
    parameters=[
        OpenApiParameter("kind", OpenApiTypes.STR, enum=ImportKind.values, description="For a body of lines."),
        OpenApiParameter("on_conflict", OpenApiTypes.STR, enum=actions.ON_CONFLICT),
    ],
    request={
        "multipart/form-data": ImportRequest,
        "application/x-ndjson": OpenApiRequest(OpenApiTypes.STR),
    },
    responses={202: ImportAccepted},
)
@api_view(["POST"])
@parser_classes([MultiPartParser, Lines])
@repeatable
def imports(request: Request, slug: str) -> Response:
    """Takes a file of samples (or of annotations) and asks for it to be read; the job's result is the report."""
    membership = membership_for(request.user, slug, OWNERS)
    data: Any = request.data
    if "body" in data:
        options = ImportOptions(data=request.query_params.dict())
        file, name = data["body"], "body.jsonl"
    else:
        options = ImportOptions(data={**request.query_params.dict(), **{k: v for k, v in data.items() if k != "file"}})
        file = data.get("file")
        name = getattr(file, "name", None) or "upload"
    options.is_valid(raise_exception=True)
    if not hasattr(file, "chunks"):
        raise ValidationError({"file": ["Send the file as multipart, or the lines as application/x-ndjson."]})
    try:
        source = actions.start_import(
            actor=membership.user,
            project=membership.project,
            file=file,
            filename=str(name),
            kind=options.validated_data["kind"],
            on_conflict=options.validated_data["on_conflict"],
        )
    except Refused as error:
        raise ValidationError({"file": [str(error)]}) from error
    finally:
        file.close()  # the storage may have moved it away
    return Response({"job": source.job_id}, status=202)
