"""What can be done at the entrance: give a project a file, let a quarantined sample in."""

from typing import Any

from django.core.files.base import File

from projects.formats.readers import UnknownFormat
from projects.intake import uploads
from projects.intake.models import Import, ImportKind
from projects.intake.store import REPLACE
from projects.samples.models import Sample
from projects.samples.states import IllegalTransition, SampleState
from projects.workspace.actions import Refused
from projects.workspace.audit import change
from projects.workspace.jobs import request_job
from projects.workspace.models import Project, User

KEEP = "keep"
ON_CONFLICT = (KEEP, REPLACE)
_JOBS = {ImportKind.SAMPLES: "import", ImportKind.ANNOTATIONS: "import-annotations"}


def start_import(
    *,
    actor: User,
    project: Project,
    file: "File[Any]",
    filename: str,
    kind: str = ImportKind.SAMPLES,
    on_conflict: str = KEEP,
) -> Import:
    """Keeps the file and asks for it to be read by a job. Raises Refused when it is too large, empty or of no known
    format. ``on_conflict``: ``keep`` reports a line whose key has other content, ``replace`` puts it in the place of a
    sample that nobody has worked on."""
    kind = ImportKind(kind)
    filename = filename.replace("\x00", "").strip()[-255:] or "upload"
    if on_conflict not in ON_CONFLICT:
        raise Refused(f"on_conflict: expected one of {', '.join(ON_CONFLICT)}.")
    if not file.size:
        raise Refused("The file is empty.")
    try:
        upload = uploads.keep(file, filename, f"imports/{project.pk}")
    except uploads.TooLarge as error:
        raise Refused(str(error)) from error
    try:
        _check_format(upload, filename, kind)
        with change(actor, project) as log:
            job = request_job(kind=_JOBS[kind], project=project, actor=actor, args={"on_conflict": on_conflict})
            source = Import.objects.create(
                project=project, job=job, kind=kind, filename=filename, upload=upload, created_by=actor
            )
            log("import.requested", source, kind=kind.value, filename=filename, on_conflict=on_conflict)
    except BaseException:
        uploads.forget(upload)
        raise
    return source


def _check_format(upload: str, filename: str, kind: ImportKind) -> None:
    try:
        reader = uploads.recognised(upload, filename)
    except UnknownFormat as error:
        raise Refused(f"The file can't be imported: {error}.") from error
    if kind == ImportKind.ANNOTATIONS and reader.slug != "jsonl":
        raise Refused("Annotations are imported from JSON Lines: one object a line.")


def release(*, actor: User, project: Project, sample: Sample, reason: str = "") -> None:
    """Lets a quarantined sample into the queue. Raises Refused when it is not quarantined (any more)."""
    with change(actor, project) as log:
        try:
            sample.advance("released", open_slots=project.overlap)
        except IllegalTransition as error:
            raise Refused(f"{sample.key}: {error}") from error
        log("sample.released", sample, reason=reason)


def release_all(*, actor: User, project: Project) -> int:
    """Lets every quarantined sample into the queue; how many there were."""
    with change(actor, project) as log:
        waiting = Sample.objects.select_for_update().filter(project=project, state=SampleState.QUARANTINED)
        ids = list(waiting.values_list("pk", flat=True))
        Sample.objects.filter(pk__in=ids).update(state=SampleState.READY, open_slots=project.overlap)
        for pk in ids:
            log("sample.released", Sample(pk=pk), reason="")
    return len(ids)
