"""How old the newest version is, and whether a new one would hold anything else."""

from datetime import datetime, timedelta
from functools import reduce
from operator import or_
from typing import Any, NamedTuple

from django.db.models import Q
from django.utils import timezone
from django.utils.timesince import timesince

from projects.formats.canonical import canonical
from projects.labeling.models import Annotation
from projects.review.models import Adjudication, Verdict
from projects.samples.states import SampleState
from projects.snapshots.models import Snapshot, SnapshotState
from projects.snapshots.queries import eligible
from projects.workspace.models import AuditEntry, Project

# What was being written when a version was taken may bear an earlier time and be missing from it.
IN_FLIGHT = timedelta(seconds=5)
# Rows of the audit log that change no version, or whose effect on one is looked at more closely.
OF_NO_MATTER = (
    *("account", "adjudication", "annotation", "asset", "assignment", "destination", "import", "invitation", "job"),
    *("link", "member", "push", "sample", "schedule", "snapshot", "token", "user", "verification"),
)


class Freshness(NamedTuple):
    """The newest version in force, its age in words, and how many samples were approved since it was taken."""

    version: Snapshot
    age: str
    approved: int


def freshness(project: Project) -> Freshness | None:
    """None where there is no version in force."""
    versions = Snapshot.objects.filter(project=project, state=SnapshotState.READY).select_related("job")
    version = versions.defer("manifest").order_by("-number").first()
    if version is None:
        return None
    since = Adjudication.objects.filter(
        project=project,
        current=True,
        decision__in=(Verdict.APPROVE, Verdict.PLURAL),
        sample__state=SampleState.APPROVED,
        created_at__gt=taken_at(version),
    )
    built = version.finished_at or version.created_at
    age = timesince(built, depth=1) if timezone.now() - built >= timedelta(minutes=1) else ""
    return Freshness(version, age, since.count())


def taken_at(version: Snapshot) -> Any:
    """When the samples of a version were chosen; a build that was cut off goes on with the same."""
    chosen = version.job.checkpoint.get("chosen")
    return datetime.fromisoformat(chosen) if chosen else version.job.started_at or version.created_at


def same_as(
    project: Project, document: dict[str, Any], split: dict[str, Any] | None, purpose: str = ""
) -> Snapshot | None:
    """The newest version in force with this filter, split and purpose, if a new one would hold the same.

    Compares counts and dates and reads no file, so it is cheap. It errs on the side of a change.
    """
    wanted = canonical([document, split, purpose])
    versions = Snapshot.objects.filter(project=project, state=SnapshotState.READY).order_by("-number")
    alike = (
        each for each in versions.defer("manifest") if canonical([each.filter, each.split, each.purpose]) == wanted
    )
    version = next(alike, None)
    return None if version is None or _changed(version) else version


def _changed(version: Snapshot) -> bool:
    project, since = version.project, taken_at(version) - IN_FLIGHT
    samples = eligible(project, version.filter, version.purpose)
    manifest = version.manifest or {}
    if samples.count() != manifest["counts"]["gold"]:
        return True
    if samples.filter(Q(in_force__created_at__gt=since)).exists():
        return True
    given = Annotation.objects.filter(project=project, current=True, created_at__gt=since)
    if given.filter(sample__in=samples.order_by().values("pk")).exists():
        return True
    no_matter = reduce(or_, (Q(action__startswith=f"{word}.") for word in OF_NO_MATTER))
    return AuditEntry.objects.filter(chain__project=project, at__gt=since).exclude(no_matter).exists()
