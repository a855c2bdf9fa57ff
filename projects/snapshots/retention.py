"""Removing versions that a schedule made and nobody used. The row and its manifest stay, and say so.

The files go a while after the version does: whoever is reading them at that moment reads on.
"""

from datetime import timedelta

from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from projects.snapshots import cache, files
from projects.snapshots.delivery_models import Push, Removal, Verification
from projects.snapshots.models import BUILT, Acknowledgement, Download, DownloadLink, Snapshot, SnapshotState
from projects.workspace.audit import change
from projects.workspace.models import Job, Project

READING = timedelta(minutes=5)


def used() -> dict[str, Exists]:
    """What keeps a version for good: somebody has it, was promised it, or is at it."""
    mine = {"snapshot": OuterRef("pk")}
    return {
        "downloaded": Exists(Download.objects.filter(**mine)),
        "linked": Exists(DownloadLink.objects.filter(**mine)),
        "pushed": Exists(Push.objects.filter(**mine)),
        "acknowledged": Exists(Acknowledgement.objects.filter(**mine)),
        "verifying": Exists(Verification.objects.filter(**mine, job__state__in=Job.OPEN)),
    }


def disposable(project: Project, keep: int) -> QuerySet[Snapshot]:
    """Versions by the schedule beyond the newest ``keep`` of them that have no name and were never used."""
    scheduled = Snapshot.objects.filter(project=project, state__in=BUILT, scheduled__isnull=False)
    newest = list(scheduled.order_by("-number").values_list("pk", flat=True)[:keep])
    found = scheduled.exclude(pk__in=newest).filter(name="")
    for condition in used().values():
        found = found.filter(~condition)
    return found.order_by("number")


def retain(project: Project, keep: int) -> list[int]:
    """Removes what is beyond the last ``keep`` (0 keeps all). Returns the numbers of the removed versions."""
    if not keep:
        return []
    reason = f"Made by the schedule and never used; the newest {keep} of these are kept."
    removed = []
    for pk, number in list(disposable(project, keep).values_list("pk", "number")):
        with change(None, project) as log:
            Project.objects.select_for_update(no_key=True).get(pk=project.pk)
            # Against this lock nobody records a download or makes a link meanwhile.
            list(Snapshot.objects.select_for_update().filter(pk=pk).values_list("pk"))
            if not disposable(project, keep).filter(pk=pk).exists():
                continue
            Snapshot.objects.filter(pk=pk).update(state=SnapshotState.REMOVED)
            Removal.objects.create(snapshot_id=pk, reason=reason)
            log("snapshot.removed", Snapshot(pk=pk), number=number, reason=reason)
            removed.append(number)
    return removed


def clear() -> int:
    """Deletes the files of removed versions when nobody can be reading them any more. Returns how many versions."""
    due = Removal.objects.filter(cleared_at=None, removed_at__lt=timezone.now() - READING)
    cleared = 0
    for removal in due.select_related("snapshot"):
        files.remove(removal.snapshot)
        cache.drop(removal.snapshot)
        cleared += Removal.objects.filter(pk=removal.pk, cleared_at=None).update(cleared_at=timezone.now())
    return cleared


def removed_words(snapshot: Snapshot) -> str:
    """Why a removed version can't be had."""
    removal = snapshot.removal
    return f"Version {snapshot.number} was removed on {removal.removed_at:%d %B %Y}: {removal.reason}"
