"""The job that looks at samples once they are in: personal data by its form, and texts that are there already.

Samples are read and looked at before the transaction begins; a batch's rows and the job's checkpoint are committed
together, so a job that was cut off goes on where it was, and a sample is never looked at twice.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, NamedTuple

from django.db import connection, transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from projects.intake.duplicates import regroup, settle
from projects.intake.models import Finding, Screening
from projects.intake.personal import FINDERS
from projects.intake.texts import digest, texts
from projects.samples.models import Sample
from projects.samples.states import SampleState
from projects.workspace.audit import change
from projects.workspace.db import insert_rows
from projects.workspace.jobs import Progress, request_once
from projects.workspace.models import Job, Project

KIND = "screen"
BATCH = 500
_HELD = 20  # samples in memory at once


class Looked(NamedTuple):
    """What was seen in one sample. ``found``: how often, by field and kind."""

    pk: int
    position: int
    sha256: str
    digest: str
    found: dict[tuple[str, str], int]


@dataclass
class Checkpoint:
    """How far a job has come: the last sample's key in the table, and the counts so far."""

    after: int = 0
    samples: int = 0
    personal: int = 0
    duplicates: int = 0
    total: int = 0


def pending(project: Project) -> QuerySet[Sample]:
    """The project's samples that nobody has looked at."""
    waiting = Sample.objects.filter(project=project, screening=None).exclude(state=SampleState.WITHDRAWN)
    return waiting.order_by("pk")


def request(project: Project) -> None:
    """Asks for the job, in the caller's transaction; one that waits already is enough."""
    request_once(project, **{KIND: 0})


def run_screen(job: Job, progress: Progress) -> dict[str, Any]:
    """Job handler ``screen``: goes on from the checkpoint to the last sample without a row."""
    project = job.project
    assert project is not None
    at = Checkpoint(**job.checkpoint) if job.checkpoint else Checkpoint(total=pending(project).count())
    while batch := _read(project, at.after):
        with transaction.atomic():
            Project.objects.select_for_update(no_key=True).get(pk=project.pk)
            personal, duplicates = _store(project, batch)
            counts = (at.samples + len(batch), at.personal + personal, at.duplicates + duplicates)
            at = Checkpoint(batch[-1].pk, *counts, max(at.total, counts[0]))
            progress(at.samples, at.total, f"{at.samples:,} samples", checkpoint=asdict(at))
    settle(project)
    result = {"samples": at.samples, "personal": at.personal, "duplicates": at.duplicates}
    with change(job.actor, project) as log:
        if at.samples:
            log("screening.finished", project, **result)
        progress.finish(result)
    return result


def sweep() -> int:
    """Periodic: asks for the job wherever samples wait for it, as in projects older than it. Returns how many."""
    waiting = Sample.objects.filter(project=OuterRef("pk"), screening=None).exclude(state=SampleState.WITHDRAWN)
    projects = list(Project.objects.filter(Exists(waiting)))
    for project in projects:
        with change(None, project):
            request(project)
    return len(projects)


def look(fields: Mapping[str, Any]) -> dict[tuple[str, str], int]:
    """How often each kind of personal data stands in each field."""
    found: dict[tuple[str, str], int] = {}
    for name, value in fields.items():
        for text in texts(value):
            for finder in FINDERS:
                if count := sum(1 for _ in finder.find(text)):
                    found[name, finder.slug] = found.get((name, finder.slug), 0) + count
    return found


def _read(project: Project, after: int) -> list[Looked]:
    rows = pending(project).filter(pk__gt=after).values_list("pk", "position", "content_sha256", "fields")[:BATCH]
    return [
        Looked(pk, position, sha256, digest(fields), look(fields))
        for pk, position, sha256, fields in rows.iterator(chunk_size=_HELD)
    ]


def _store(project: Project, batch: list[Looked]) -> tuple[int, int]:
    """Writes what was seen, less what was replaced or looked at meanwhile; how many hold personal data, and how many
    are duplicates."""
    asked = Sample.objects.filter(pk__in=[each.pk for each in batch], screening=None)
    current = dict(asked.exclude(state=SampleState.WITHDRAWN).values_list("pk", "content_sha256"))
    batch = [each for each in batch if current.get(each.pk) == each.sha256]
    known = Screening.objects.filter(project=project, duplicate_of=None, digest__in={each.digest for each in batch})
    heads = {
        digest: (position, pk)
        for digest, position, pk in known.exclude(digest="").values_list("digest", "sample__position", "pk")
    }
    earlier, duplicates, rows, findings = set(), 0, [], []
    now = connection.ops.adapt_datetimefield_value(timezone.now())
    for each in batch:
        head = heads.setdefault(each.digest, (each.position, each.pk))[1] if each.digest else each.pk
        if head != each.pk and (each.position, each.pk) < heads[each.digest]:
            earlier.add(each.digest)
        duplicates += head != each.pk
        rows.append((each.pk, project.pk, each.digest, None if head == each.pk else head, len(each.found), now))
        findings += [(project.pk, each.pk, field, kind, count) for (field, kind), count in each.found.items()]
    if rows:
        insert_rows(Screening, ("sample", "project", "digest", "duplicate_of", "open", "screened_at"), rows)
    if findings:
        insert_rows(Finding, ("project", "sample", "field", "kind", "count"), findings)
    regroup(project, earlier)
    return sum(bool(each.found) for each in batch), duplicates
