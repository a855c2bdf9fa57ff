"""A version's files: where they are built and kept, copies of them, exports.

On a disk the version's folder is built in place, under a hidden name until it is whole. In a bucket, which knows no
renaming, it is built in a scratch folder and copied there, the manifest last: without it there is no version.
"""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from django.core.files.base import File
from django.core.files.storage import FileSystemStorage, Storage, storages

from projects.snapshots import exports, layout
from projects.snapshots.models import Snapshot

_CHUNK = 1024 * 1024


def storage() -> Storage:
    return storages["snapshots"]


@contextmanager
def building(snapshot: Snapshot) -> Iterator[Path]:
    """A path for ``layout.write_snapshot``, published when the block ends well. What was there before was never
    finished: it is removed."""
    remove(snapshot)
    place = storage()
    if isinstance(place, FileSystemStorage):
        yield Path(place.path(snapshot.path))
        return
    with tempfile.TemporaryDirectory(prefix="annotator-snapshot-") as scratch:
        target = Path(scratch, f"snapshot-{snapshot.number}")
        yield target
        for path in sorted((p for p in target.rglob("*") if p.is_file()), key=lambda p: p.name == layout.MANIFEST):
            with path.open("rb") as stream:
                place.save(f"{snapshot.path}/{path.relative_to(target).as_posix()}", File(stream))


def remove(snapshot: Snapshot) -> None:
    """Removes the files of a version that is not ready, the manifest first."""
    place = storage()
    if isinstance(place, FileSystemStorage):
        (Path(place.path(snapshot.path)) / layout.MANIFEST).unlink(missing_ok=True)
    else:
        place.delete(f"{snapshot.path}/{layout.MANIFEST}")
    remove_folder(snapshot.path)


def remove_folder(folder: str) -> None:
    """Removes a folder of the storage and all that is in it."""
    place = storage()
    if isinstance(place, FileSystemStorage):
        shutil.rmtree(place.path(folder), ignore_errors=True)
        return
    for name in list(_names(place, folder)):
        place.delete(name)


def strip(snapshot: Snapshot) -> None:
    """Removes every file of a version but its manifest, which stays as proof of what it was."""
    place = storage()
    manifest = f"{snapshot.path}/{layout.MANIFEST}"
    for name in list(_names(place, snapshot.path)):
        if name != manifest:
            place.delete(name)
    if isinstance(place, FileSystemStorage):
        for folder in Path(place.path(snapshot.path)).iterdir():
            if folder.is_dir():
                shutil.rmtree(folder)


def _names(place: Storage, folder: str) -> Iterator[str]:
    try:
        folders, found = place.listdir(folder)
    except FileNotFoundError:
        return
    yield from (f"{folder}/{name}" for name in found)
    for name in folders:
        yield from _names(place, f"{folder}/{name}")


@contextmanager
def local(snapshot: Snapshot, *, tables: tuple[str, ...] = ()) -> Iterator[Path]:
    """The version's folder on this machine; fetched for the time being where it is kept elsewhere. ``tables``: these
    and the manifest are enough."""
    place = storage()
    if isinstance(place, FileSystemStorage):
        yield Path(place.path(snapshot.path))
        return
    with tempfile.TemporaryDirectory(prefix="annotator-snapshot-") as scratch:
        yield _fetched(snapshot, Path(scratch), tables)


def _fetched(snapshot: Snapshot, folder: Path, tables: tuple[str, ...] = ()) -> Path:
    place = storage()
    for name in list(_names(place, snapshot.path)):
        relative = name[len(snapshot.path) + 1 :]
        if tables and relative != layout.MANIFEST and not relative.startswith(tuple(f"data/{t}-" for t in tables)):
            continue
        path = folder / relative
        path.parent.mkdir(parents=True, exist_ok=True)
        with place.open(name, "rb") as source, path.open("wb") as stream:
            shutil.copyfileobj(source, stream, _CHUNK)
    return folder


def materialise(snapshot: Snapshot, folder: Path) -> Path:
    """Copies the version into ``folder``, which must not exist yet."""
    folder.mkdir(parents=True)
    with local(snapshot) as source:
        shutil.copytree(source, folder, dirs_exist_ok=True)
    return folder


def verify(snapshot: Snapshot, progress: Callable[[int, int], object] | None = None) -> layout.Report:
    """Recomputes every hash, and compares with what the database remembers of the version."""
    with local(snapshot) as folder:
        report = layout.verify(folder, progress)
    if report.root and report.root != snapshot.root:
        reason = f"the root is {report.root}, but the version was built with {snapshot.root}"
        return layout.Report((*report.problems, layout.Problem(layout.MANIFEST, reason)), *_rest(report))
    return report


def _rest(report: layout.Report) -> tuple[int, int, str | None]:
    return report.files, report.rows, report.root


def exported(snapshot: Snapshot, export_format: str, path: Path) -> int:
    """Writes the version to ``path`` in one format; how many rows or samples that are. Raises ExportRefused,
    KeyError."""
    member = exports.export(export_format)
    if member is None:
        raise KeyError(export_format)
    with local(snapshot, tables=member.reads) as folder:
        return exports.write(export_format, folder, path)


def export_name(snapshot: Snapshot, member: exports.Export) -> str:
    """The name of an exported file."""
    return f"{snapshot.project.slug}-{snapshot.number}{member.suffix}"
