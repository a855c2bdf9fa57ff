"""A folder of the server, inside one that the administrator allows."""

import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

from django.conf import settings

from projects.snapshots import layout
from projects.snapshots.layout.manifest import FileEntry
from projects.snapshots.layout.shards import hash_file
from projects.snapshots.targets.base import FileTarget, Sent, TargetError, Tell, Where, chunks


class Directory(FileTarget):
    slug = "directory"

    def __init__(self, where: Where, number: int) -> None:
        super().__init__(where, number)
        self.parent = Path(self.check(where).address)
        self.root = self.parent / f"snapshot-{number}"
        self.place = str(self.root)

    @classmethod
    def check(cls, where: Where) -> Where:
        if not settings.PUSH_FOLDERS:
            raise TargetError("No folder is allowed: the administrator names some in PUSH_FOLDERS.")
        path = Path(where.address)
        if not path.is_absolute():
            raise TargetError("The folder's path has to begin with /.")
        try:  # as it is reached, links and “..” followed: only that counts
            found = path.resolve()
        except (OSError, RuntimeError) as error:  # links in a circle
            raise TargetError(f"{path} leads nowhere: {error}") from error
        allowed = [Path(folder).resolve() for folder in settings.PUSH_FOLDERS]
        if not any(found.is_relative_to(each) for each in allowed):
            raise TargetError(f"{path} is in none of the allowed folders: {', '.join(map(str, allowed))}.")
        return Where(str(found))

    def send(self, folder: Path, manifest: layout.Manifest, tell: Tell, before_end: Callable[[], object]) -> Sent:
        try:
            self._inside(self.root)
            self.parent.mkdir(parents=True, exist_ok=True)
            for left in self.parent.glob(f"{self._scratch_name()}*"):  # by a push that was cut off
                shutil.rmtree(left, ignore_errors=True)
            with tempfile.TemporaryDirectory(prefix=self._scratch_name(), dir=self.parent) as scratch:
                self.scratch = Path(scratch)
                return super().send(folder, manifest, tell, before_end)
        except OSError as error:
            raise TargetError(f"{error.filename or self.place}: {error.strerror or error}") from error

    def _scratch_name(self) -> str:
        return f".snapshot-{self.number}.push-"

    def read_manifest(self) -> bytes | None:
        path = self.root / layout.MANIFEST
        return path.read_bytes() if path.is_file() else None

    def holds(self, entry: FileEntry) -> bool:
        path = self._inside(self.root / entry.path)
        return path.is_file() and path.stat().st_size == entry.bytes and hash_file(path) == entry.sha256

    def put(self, path: str, source: Path, sha256: str, tell: Tell) -> None:
        written, target = self.scratch / "file", self.root / path
        with source.open("rb") as stream, written.open("wb") as out:
            for block in chunks(stream, tell, path):
                out.write(block)
            out.flush()
            os.fsync(out.fileno())
        self._inside(target).parent.mkdir(parents=True, exist_ok=True)
        written.replace(target)

    def _inside(self, path: Path) -> Path:
        """Raises TargetError where a link on the way leads out of the folder."""
        if path.resolve() != path:
            raise TargetError(f"{path} leads elsewhere: there is a link on the way.")
        return path

    def problems(self, folder: Path, manifest: layout.Manifest, tell: Tell) -> list[layout.Problem]:
        return list(layout.verify(self.root, lambda done, total: tell("Reading back")).problems)

    def retract(self) -> None:
        (self.root / layout.MANIFEST).unlink(missing_ok=True)
