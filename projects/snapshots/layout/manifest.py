"""The manifest: what a snapshot is, file by file. Written last; without it there is no snapshot.

It guards itself: `manifest_sha256` is the SHA-256 of the canonical JSON of all the rest, and the file's bytes must be
exactly those that `dump` makes of its content, so that not even a space in it can change unnoticed.
"""

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from projects.formats.canonical import CanonicalError, canonical

__all__ = ["MANIFEST", "SCHEMA", "FileEntry", "Manifest", "ManifestError", "dump", "parse", "read_manifest"]

MANIFEST = "manifest.json"
SCHEMA = 1
_SEAL = "manifest_sha256"
_HEX = re.compile(r"[0-9a-f]{64}")
_LARGEST = 512 * 2**20  # bytes; a million files need a third of it


class ManifestError(ValueError):
    """The file is no manifest. `problems` holds every reason that was found."""

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(self.problems))


@dataclass(frozen=True, slots=True)
class FileEntry:
    """One file: its path below the snapshot, its size in bytes, its SHA-256, and its rows if it is a table."""

    path: str
    bytes: int
    sha256: str
    rows: int | None = None
    media_type: str | None = None

    def as_json(self) -> dict[str, Any]:
        entry: dict[str, Any] = {"path": self.path, "bytes": self.bytes, "sha256": self.sha256}
        if self.rows is not None:
            entry["rows"] = self.rows
        if self.media_type is not None:
            entry["media_type"] = self.media_type
        return entry


@dataclass(frozen=True, slots=True)
class Manifest:
    """A manifest whose shape has been checked. `document` is the whole of it, the seal included."""

    document: Mapping[str, Any]
    files: tuple[FileEntry, ...]

    @property
    def project(self) -> str:
        return str(self.document["project"]["slug"])

    @property
    def number(self) -> int:
        return int(self.document["number"])

    @property
    def root(self) -> str:
        return str(self.document["root"])

    @property
    def pseudonym_epoch(self) -> int:
        """Pseudonyms of two versions of a project are of the same people only where this is the same."""
        return int(self.document.get("pseudonym_epoch", 1))

    @property
    def counts(self) -> Mapping[str, Any]:
        counts: Mapping[str, Any] = self.document["counts"]
        return counts

    @property
    def interfaces(self) -> dict[int, Mapping[str, Any]]:
        """The document of each interface version that a row names."""
        return {entry["version"]: entry["document"] for entry in self.document["interfaces"]}

    def table(self, name: str) -> tuple[FileEntry, ...]:
        """The files of one table (gold, responses, …), in order."""
        pattern = re.compile(rf"data/{re.escape(name)}-\d+-of-\d+\.parquet")
        return tuple(entry for entry in self.files if pattern.fullmatch(entry.path))


def dump(document: Mapping[str, Any]) -> bytes:
    """The bytes of the file for a document without its seal: sealed, indented, keys sorted, one newline at the end."""
    sealed = {**document, _SEAL: _seal(document)}
    return orjson.dumps(sealed, option=_PRETTY)


def parse(content: bytes) -> Manifest:
    """Check a manifest's seal, bytes and shape. Raises ManifestError with every problem."""
    try:
        document = orjson.loads(content)
    except orjson.JSONDecodeError as problem:
        raise ManifestError([f"not JSON: {problem.msg}"]) from problem
    if not isinstance(document, dict):
        raise ManifestError(["not a JSON object"])
    problems = list(_shape(document))
    if problems:
        raise ManifestError(problems)
    manifest = Manifest(document, tuple(FileEntry(**entry) for entry in document["files"]))
    body = {name: value for name, value in document.items() if name != _SEAL}
    try:
        if document.get(_SEAL) != _seal(body):
            problems.append(f"its content doesn't match its {_SEAL}")
        elif content != orjson.dumps(document, option=_PRETTY):
            problems.append("its bytes are not the ones its content is written as")
    except CanonicalError as problem:
        problems.append(str(problem))
    if problems:
        raise ManifestError(problems)
    return manifest


def read_manifest(directory: Path) -> Manifest:
    """The manifest of a snapshot. Raises ManifestError, also where there is none."""
    path = directory / MANIFEST
    try:
        if path.is_symlink() or not path.is_file():
            raise ManifestError(["missing: without it the snapshot does not exist"])
        if path.stat().st_size > _LARGEST:
            raise ManifestError([f"larger than {_LARGEST:,} bytes"])
        return parse(path.read_bytes())
    except OSError as problem:
        raise ManifestError([f"can't be read: {problem.strerror}"]) from problem


_PRETTY = orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS | orjson.OPT_APPEND_NEWLINE


def _seal(body: Mapping[str, Any]) -> str:
    return hashlib.sha256(canonical(dict(body))).hexdigest()


def _shape(document: Mapping[str, Any]) -> Iterable[str]:
    if document.get("schema") != SCHEMA:
        yield f"schema {document.get('schema')!r} is not {SCHEMA}"
    project = document.get("project")
    if not isinstance(project, dict) or not isinstance(project.get("slug"), str):
        yield "project.slug is missing"
    if not _is_count(document.get("number")):
        yield "number is missing"
    if not _is_hash(document.get("root")):
        yield "root is not a SHA-256"
    if not isinstance(document.get("counts"), dict):
        yield "counts is missing"
    yield from _interfaces(document.get("interfaces"))
    yield from _files(document.get("files"))


def _interfaces(entries: Any) -> Iterable[str]:
    if not isinstance(entries, list):
        yield "interfaces is not a list"
        return
    for number, entry in enumerate(entries):
        if not isinstance(entry, dict) or not _is_count(entry.get("version")):
            yield f"interfaces[{number}].version is missing"
        elif not isinstance(entry.get("document"), dict):
            yield f"interfaces[{number}].document is missing"


def _files(entries: Any) -> Iterable[str]:
    if not isinstance(entries, list):
        yield "files is not a list"
        return
    seen: set[str] = set()
    for number, entry in enumerate(entries):
        where = f"files[{number}]"
        if not isinstance(entry, dict) or not entry.keys() <= {"path", "bytes", "sha256", "rows", "media_type"}:
            yield f"{where} is not a file"
            continue
        path = entry.get("path")
        if not isinstance(path, str) or not is_inside(path) or path == MANIFEST:
            yield f"{where}.path {path!r} is not a path inside the snapshot"
        elif path in seen:
            yield f"{where}.path {path!r} is there twice"
        else:
            seen.add(path)
        if not _is_count(entry.get("bytes")) or not _is_hash(entry.get("sha256")):
            yield f"{where} has no size or no SHA-256"
        if not (entry.get("rows") is None or _is_count(entry["rows"])):
            yield f"{where}.rows is not a number"
        if not isinstance(entry.get("media_type", ""), str):
            yield f"{where}.media_type is not text"


def is_inside(path: str) -> bool:
    """Whether a path with forward slashes stays below the folder it is resolved in, on every system."""
    if "\\" in path or "\0" in path or ":" in path:
        return False
    return all(part not in ("", ".", "..") for part in path.split("/"))


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _is_hash(value: Any) -> bool:
    return isinstance(value, str) and _HEX.fullmatch(value) is not None
