"""Where parts of versions are kept: in the snapshots storage, which all workers share, under a hidden name.

A part is filed under the fingerprint of what went into it. Whoever needs the same one takes it from here: a build that
goes on after a crash, a worker that was late, the next version. After each build those of the newest version stay.
On a disk they are the same files as the version's (hard links), in a bucket copies.
"""

import contextlib
import os
import secrets
import shutil
import tempfile
from array import array
from collections.abc import Iterator, Set
from contextlib import contextmanager
from pathlib import Path

import orjson
from django.core.files.base import ContentFile, File
from django.core.files.storage import FileSystemStorage

from projects.formats.files import sync
from projects.snapshots import files, layout
from projects.snapshots.layout.shards import hash_file

_LEARNED = "part.json"


def folder(project: int) -> str:
    return f"{project}/.parts"


def find(project: int, fingerprint: str) -> layout.Part | None:
    """The part, if it is here and whole."""
    place, name = files.storage(), f"{folder(project)}/{fingerprint}"
    try:
        with place.open(f"{name}/{_LEARNED}", "rb") as stream:
            part = layout.Part.from_json(orjson.loads(stream.read()))
        for entry in part.files:
            if place.size(f"{name}/{entry.path}") != entry.bytes:
                return None
            if isinstance(place, FileSystemStorage) and hash_file(Path(place.path(name), entry.path)) != entry.sha256:
                return None
    except (FileNotFoundError, orjson.JSONDecodeError):
        return None
    return part


class Making:
    """A part on its way to the shelf: write its tables below ``path``, then file it."""

    def __init__(self, project: int, fingerprint: str, path: Path) -> None:
        self.project, self.fingerprint, self.path = project, fingerprint, path

    def file(self, part: layout.Part) -> None:
        """Puts the part where ``find`` finds it, all at once. Somebody else's of the same name has the same bytes."""
        place, name = files.storage(), f"{folder(self.project)}/{self.fingerprint}"
        learned = orjson.dumps(part.as_json())
        if isinstance(place, FileSystemStorage):
            (self.path / _LEARNED).write_bytes(learned)
            sync(self.path / _LEARNED)
            sync(self.path)
            target = Path(place.path(name))
            if target.exists() and find(self.project, self.fingerprint) is None:
                shutil.rmtree(target)
            try:
                self.path.rename(target)
            except OSError:
                if not target.exists():
                    raise
            sync(target.parent)
            return
        for entry in part.files:
            with (self.path / entry.path).open("rb") as stream:
                _save(f"{name}/{entry.path}", File(stream))
        _save(f"{name}/{_LEARNED}", ContentFile(learned))


@contextmanager
def making(project: int, fingerprint: str) -> Iterator[Making]:
    """Room to make a part in; nothing is left of what wasn't filed."""
    place = files.storage()
    if not isinstance(place, FileSystemStorage):
        with tempfile.TemporaryDirectory(prefix="annotator-part-") as scratch:
            yield Making(project, fingerprint, Path(scratch))
        return
    path = Path(place.path(folder(project)), f".{fingerprint}.{secrets.token_hex(4)}")
    path.mkdir(parents=True)
    try:
        yield Making(project, fingerprint, path)
    finally:
        shutil.rmtree(path, ignore_errors=True)


def fetch(project: int, fingerprint: str, entry: layout.FileEntry, path: Path) -> None:
    """Puts a file of a part under ``path``. Raises SnapshotError where it has other bytes than it was written with."""
    place, name = files.storage(), f"{folder(project)}/{fingerprint}/{entry.path}"
    if isinstance(place, FileSystemStorage):
        try:
            os.link(place.path(name), path)
        except FileNotFoundError:
            raise
        except OSError:  # a file system without links
            shutil.copyfile(place.path(name), path)
            sync(path)
        return
    with place.open(name, "rb") as source, path.open("xb") as stream:
        shutil.copyfileobj(source, stream, 2**20)
    if hash_file(path) != entry.sha256:
        raise layout.SnapshotError(f"the shard {entry.path} has other bytes than were written")
    sync(path)


def keep_only(project: int, fingerprints: Set[str]) -> None:
    """Removes all parts but these, and what killed workers left."""
    place = files.storage()
    with contextlib.suppress(FileNotFoundError):
        for name in place.listdir(folder(project))[0]:
            if name not in fingerprints:
                files.remove_folder(f"{folder(project)}/{name}")


def write_ids(name: str, *columns: "array[int]") -> None:
    """Puts numbers down for whoever makes a part."""
    _save(name, ContentFile(b"".join(column.tobytes() for column in columns)))


def read_ids(name: str, count: int) -> "list[array[int]]":
    """The ``count`` columns that were put down."""
    with files.storage().open(name, "rb") as stream:
        content = stream.read()
    size = len(content) // count
    found = [array("q") for _ in range(count)]
    for number, column in enumerate(found):
        column.frombytes(content[number * size : (number + 1) * size])
    return found


def put_down(name: str, path: Path) -> None:
    """Keeps a copy of a file for whoever goes on with the build."""
    with path.open("rb") as stream:
        _save(name, File(stream))


@contextmanager
def taken(name: str) -> Iterator[Path]:
    """A copy of what was put down."""
    with tempfile.TemporaryDirectory(prefix="annotator-shelf-") as scratch:
        path = Path(scratch, "file")
        with files.storage().open(name, "rb") as source, path.open("xb") as stream:
            shutil.copyfileobj(source, stream, 2**20)
        yield path


def _save(name: str, content: "File[bytes]") -> None:
    place = files.storage()
    if place.exists(name):  # it would get another name
        place.delete(name)
    place.save(name, content)
