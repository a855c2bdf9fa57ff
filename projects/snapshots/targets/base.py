"""What a place that versions are pushed to must be able to do, and how a place of plain files does it."""

import hashlib
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, ClassVar, NamedTuple, Protocol

from projects.snapshots import layout
from projects.snapshots.layout.manifest import FileEntry

CHUNK = 1024 * 1024


class Tell(Protocol):
    """Told what is being done, and how many files are. Called often; what it raises ends the push."""

    def __call__(self, what: str, done: int | None = None) -> object: ...


class TargetError(Exception):
    """The version can't be pushed there; the message is for people."""


@dataclass(frozen=True, slots=True)
class Where:
    """A destination as its target sees it."""

    address: str
    revision: str = ""
    private: bool = True


class Sent(NamedTuple):
    """How many files were sent, and how many were there already with the same bytes."""

    sent: int
    kept: int


class Target(ABC):
    """One version at one destination. ``place`` says where that is, for people."""

    slug: ClassVar[str]
    place: str

    def __init__(self, where: Where, number: int) -> None:
        self.where, self.number = where, number

    @classmethod
    @abstractmethod
    def check(cls, where: Where) -> Where:
        """The destination as it is kept. Raises TargetError where the settings don't allow it, or it makes no sense."""

    @abstractmethod
    def send(self, folder: Path, manifest: layout.Manifest, tell: Tell, before_end: Callable[[], object]) -> Sent:
        """Sends what is not there yet, the manifest last, after ``before_end``. Raises TargetError."""

    @abstractmethod
    def problems(self, folder: Path, manifest: layout.Manifest, tell: Tell) -> list[layout.Problem]:
        """What there is different from the version, read back from the place itself."""

    @abstractmethod
    def retract(self) -> None:
        """Takes the manifest away again: what is there is not the version."""


class FileTarget(Target):
    """A place of files with paths, each written whole."""

    def send(self, folder: Path, manifest: layout.Manifest, tell: Tell, before_end: Callable[[], object]) -> Sent:
        ours, theirs = (folder / layout.MANIFEST).read_bytes(), self.read_manifest()
        if theirs is not None and theirs != ours:
            raise TargetError(f"There is another snapshot at {self.place}; it is not overwritten.")
        sent = kept = 0
        for done, entry in enumerate(manifest.files):
            tell(entry.path, done)
            if self.holds(entry):
                kept += 1
            else:
                self.put(entry.path, folder / entry.path, entry.sha256, tell)
                sent += 1
        before_end()
        if theirs is None:
            sha256 = hashlib.sha256(ours).hexdigest()
            self.put(layout.MANIFEST, folder / layout.MANIFEST, sha256, tell)
            return Sent(sent + 1, kept)
        return Sent(sent, kept + 1)

    @abstractmethod
    def read_manifest(self) -> bytes | None:
        """The manifest that is there."""

    @abstractmethod
    def holds(self, entry: FileEntry) -> bool:
        """Whether the file is there with the same hash."""

    @abstractmethod
    def put(self, path: str, source: Path, sha256: str, tell: Tell) -> None:
        """Writes one file, whole or not at all."""


def chunks(stream: IO[bytes], tell: Tell, what: str) -> Iterator[bytes]:
    while block := stream.read(CHUNK):
        yield block
        tell(what)
