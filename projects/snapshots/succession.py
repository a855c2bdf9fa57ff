"""How versions follow each other: their version strings, what was withdrawn from earlier ones, who holds what."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from projects.formats.duck import reading, select_from_parquet
from projects.snapshots import files, layout
from projects.snapshots.models import DESCRIBED, Snapshot, SnapshotState, Tombstone
from projects.workspace.models import Job, Project


def earlier_is_being_built(snapshot: Snapshot) -> bool:
    """Versions are built one after the other: each names the one before it."""
    return Snapshot.objects.filter(
        project=snapshot.project_id,
        number__lt=snapshot.number,
        state=SnapshotState.BUILDING,
        job__state__in=Job.OPEN,
    ).exists()


@contextmanager
def parent_of(snapshot: Snapshot) -> Iterator[layout.Parent | None]:
    """The version before, with its tables at hand."""
    mine = Snapshot.objects.filter(project=snapshot.project_id, state__in=DESCRIBED, number__lt=snapshot.number)
    parent = mine.order_by("-number").first()
    if parent is None:
        yield None
        return
    with files.local(parent, tables=("gold", "responses")) as folder:
        yield layout.Parent(parent.number, parent.root, folder)


def tombstones(project: Project) -> Iterator[dict[str, Any]]:
    """What a manifest says of the samples that earlier versions hold and that were withdrawn since, by key."""
    found = Tombstone.objects.filter(withdrawal__project=project, versions__isnull=False).distinct()
    held: dict[int, list[int]] = {}
    through = Tombstone.versions.through.objects.filter(tombstone__withdrawal__project=project)
    for tombstone, number in through.order_by("snapshot__number").values_list("tombstone_id", "snapshot__number"):
        held.setdefault(tombstone, []).append(number)
    for stone in sorted(found.select_related("withdrawal"), key=lambda stone: stone.key):
        yield {
            "key": stone.key,
            "content_hash": stone.content_sha256,
            "versions": held[stone.pk],
            "withdrawn": stone.withdrawal.created_at.date().isoformat(),
            "reason": stone.withdrawal.reason,
        }


def holders(snapshots: Iterable[Snapshot], keys: Iterable[str]) -> dict[int, set[str]]:
    """Which of these samples each version holds, by the version's id; versions that hold none are not listed. Reads one
    column of the gold tables, and a file that several versions share only once."""
    wanted = list(keys)
    known: dict[str, set[str]] = {}
    found: dict[int, set[str]] = {}
    for snapshot in snapshots:
        with files.local(snapshot, tables=("gold",)) as folder:
            for entry in layout.read_manifest(folder).table("gold"):
                if entry.sha256 not in known:
                    known[entry.sha256] = _among(folder / entry.path, wanted)
                if known[entry.sha256]:
                    found.setdefault(snapshot.pk, set()).update(known[entry.sha256])
    return found


def _among(path: Any, keys: list[str]) -> set[str]:
    with reading([path]) as (connection, sources):
        query = f"{select_from_parquet('key', sources)} WHERE key IN (SELECT unnest(?::VARCHAR[]))"
        return {key for (key,) in connection.execute(query, [keys]).fetchall()}
