"""What can be done at the entrance: give a project a file, let a quarantined sample in, clear personal data."""

from collections.abc import Collection
from datetime import datetime
from typing import Any, NamedTuple

from django.core.files.base import File
from django.db.models import Count, F, OuterRef, QuerySet, Subquery
from django.utils import timezone

from projects.formats.readers import UnknownFormat
from projects.intake import findings as known
from projects.intake import screening, uploads
from projects.intake.models import Finding, Import, ImportKind, Screening
from projects.intake.personal import BY_SLUG
from projects.intake.store import REPLACE
from projects.samples.models import Sample
from projects.samples.states import IllegalTransition, SampleState
from projects.workspace.actions import Refused
from projects.workspace.audit import change
from projects.workspace.interfaces import parsed
from projects.workspace.jobs import request_job
from projects.workspace.models import Project, User

KEEP = "keep"
ON_CONFLICT = (KEEP, REPLACE)
_JOBS = {
    ImportKind.SAMPLES: "import",
    ImportKind.ANNOTATIONS: "import-annotations",
    ImportKind.SUGGESTIONS: "import-suggestions",
}


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
    if kind != ImportKind.SAMPLES and reader.slug != "jsonl":
        raise Refused(f"{kind.label.split()[0]} are imported from JSON Lines: one object a line.")


def release(*, actor: User, project: Project, sample: Sample, reason: str = "") -> None:
    """Lets a quarantined sample into the queue. Raises Refused when it is not quarantined (any more)."""
    with change(actor, project) as log:
        try:
            if _is_check(project, sample):
                sample.advance("hidden")
            else:
                sample.advance("released", open_slots=project.overlap)
        except IllegalTransition as error:
            raise Refused(f"{sample.key}: {error}") from error
        log("sample.released", sample, reason=reason)


def release_all(*, actor: User, project: Project) -> int:
    """Lets every quarantined sample into the queue; how many there were."""
    with change(actor, project) as log:
        waiting = Sample.objects.select_for_update().filter(project=project, state=SampleState.QUARANTINED)
        ids = list(waiting.values_list("pk", flat=True))
        known = waiting.filter(gold__isnull=False).only("pk", "gold")
        hidden = [sample.pk for sample in known if _is_check(project, sample)]
        Sample.objects.filter(pk__in=hidden).update(state=SampleState.HIDDEN)
        labelled = set(ids).difference(hidden)
        Sample.objects.filter(pk__in=labelled).update(state=SampleState.READY, open_slots=project.overlap)
        for pk in ids:
            log("sample.released", Sample(pk=pk), reason="")
    return len(ids)


def _is_check(project: Project, sample: Sample) -> bool:
    """Whether an answer to one of the project's objective questions is known."""
    assert project.interface is not None
    return parsed(project.interface).has_objective(sample.gold or ())


class Cleared(NamedTuple):
    """``at`` names what was cleared at once, for taking it back; None where nothing was open."""

    number: int
    at: datetime | None


def look_again(*, actor: User, project: Project) -> None:
    """Asks for the samples that nobody has looked at to be looked at."""
    with change(actor, project):
        screening.request(project)


def clear(*, actor: User, project: Project, ids: Collection[int]) -> Cleared:
    """Says of these findings that they may leave. Those that are cleared already stay as they are. Raises Refused,
    and clears none, where the project has not all of them."""
    with change(actor, project) as log:
        _hold(project)
        mine = Finding.objects.filter(project=project, pk__in=set(ids))
        missing = sorted(set(ids) - set(mine.values_list("pk", flat=True)))
        if missing:
            raise Refused(f"This project has no finding {', '.join(map(str, missing[:5]))}.")
        cleared = _clear(actor, mine.filter(cleared_at=None))
        if cleared.number:
            log("finding.cleared", project, count=cleared.number, at=str(cleared.at), ids=sorted(set(ids))[:100])
    return cleared


def clear_kind(*, actor: User, project: Project, kind: str, count: int) -> Cleared:
    """Says so of all open findings of a kind, whose number the person has seen: with another number it is Refused, but
    where none is open nothing is left to be done."""
    if kind not in BY_SLUG:
        raise Refused(f"kind: known are {', '.join(BY_SLUG)}.")
    with change(actor, project) as log:
        _hold(project)
        waiting = known.findings(project, kind=kind)
        found = waiting.count()
        if found and found != count:
            raise Refused(f"There are {found:,} open findings of this kind now, not {count:,}. Look at them again.")
        cleared = _clear(actor, waiting)
        if cleared.number:
            log("finding.cleared", project, count=cleared.number, at=str(cleared.at), kind=kind)
    return cleared


def reopen(*, actor: User, project: Project, at: datetime | None = None, ids: Collection[int] = ()) -> int:
    """Takes back what was cleared at once at that time, or these findings. Returns how many are open again."""
    with change(actor, project) as log:
        _hold(project)
        found = Finding.objects.filter(project=project, cleared_at__isnull=False)
        found = found.filter(pk__in=set(ids)) if at is None else found.filter(cleared_at=at)
        count = _mark(found, 1, cleared_at=None, cleared_by=None)
        if count:
            log("finding.reopened", project, count=count)
    return count


def _hold(project: Project) -> None:
    """One at a time says what is open in a project, and no job adds to it meanwhile."""
    Project.objects.select_for_update(no_key=True).get(pk=project.pk)


def _clear(actor: User, waiting: QuerySet[Finding]) -> Cleared:
    now = timezone.now()
    count = _mark(waiting, -1, cleared_at=now, cleared_by=actor)
    return Cleared(count, now if count else None)


def _mark(found: QuerySet[Finding], step: int, **changes: Any) -> int:
    """Changes the findings, and by ``step`` for each of them what their samples count as open; how many there were."""
    found = found.order_by()
    of_one = found.filter(sample=OuterRef("pk")).values("sample").annotate(n=Count("pk")).values("n")
    Screening.objects.filter(pk__in=found.values("sample")).update(open=F("open") + step * Subquery(of_one))
    return Finding.objects.filter(pk__in=found.values("pk")).update(**changes)
