"""Checking a snapshot with nothing but its folder: no database, no settings, no network.

python -m projects.snapshots.layout.verify FOLDER
"""

import os
import stat
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import duckdb

from projects.formats.canonical import CanonicalError
from projects.formats.parquet_files import count_rows
from projects.snapshots.layout.manifest import MANIFEST, Manifest, ManifestError, read_manifest
from projects.snapshots.layout.root import Root, item_hash
from projects.snapshots.layout.shards import hash_file, read_rows

__all__ = ["Problem", "Report", "verify"]


class Problem(NamedTuple):
    """What is wrong with one file; `path` is relative to the snapshot, with forward slashes."""

    path: str
    reason: str


@dataclass(frozen=True, slots=True)
class Report:
    """What was found. `files` were looked at, `rows` of the gold table hashed; `root` is None unless recomputed."""

    problems: tuple[Problem, ...]
    files: int
    rows: int
    root: str | None

    @property
    def ok(self) -> bool:
        return not self.problems


def verify(directory: Path, progress: Callable[[int, int], object] | None = None) -> Report:
    """Recompute everything a snapshot's manifest says. Never raises for what is in the folder.

    Found and named: a manifest that was changed by as little as a space, a file that is missing, changed, or not in
    the manifest, a symbolic link, a table with another number of rows, and rows whose hashes don't give `root`, even
    if somebody brought the file's hash in the manifest up to date. `progress` gets the files done and their number.
    """
    try:
        manifest = read_manifest(directory)
    except ManifestError as found:
        return Report(tuple(Problem(MANIFEST, reason) for reason in found.problems), 1, 0, None)
    problems: list[Problem] = []
    present = dict(_walk(directory))
    expected = {entry.path: entry for entry in manifest.files}
    for path, kind in sorted(present.items()):
        if kind is not None:
            problems.append(Problem(path, kind))
        elif path not in expected and path != MANIFEST:
            problems.append(Problem(path, "is not in the manifest"))
    for number, (path, entry) in enumerate(sorted(expected.items())):
        if progress is not None:
            progress(number, len(expected))
        if path not in present:
            problems.append(Problem(path, "is missing"))
        elif present[path] is None and (reason := _changed(directory / path, entry.bytes, entry.sha256)):
            problems.append(Problem(path, reason))
    # A table is only opened when its bytes are the ones that were written.
    bad = {problem.path for problem in problems}
    problems.extend(_row_counts(directory, manifest, bad))
    rows, root = 0, None
    if not bad.intersection(entry.path for entry in manifest.table("gold")):
        rows, root, found_problems = _check_root(directory, manifest)
        problems.extend(found_problems)
    return Report(tuple(problems), len(expected) + 1, rows, root)


def _walk(directory: Path) -> Iterator[tuple[str, str | None]]:
    """Every entry that is no folder, with None for a file and the reason against it for anything else."""
    for folder, names, files in os.walk(directory):
        for name in (*names, *files):
            path = Path(folder, name)
            relative = path.relative_to(directory).as_posix()
            mode = path.lstat().st_mode
            if stat.S_ISREG(mode):
                yield relative, None
            elif stat.S_ISLNK(mode):
                yield relative, "is a symbolic link"
            elif not stat.S_ISDIR(mode):
                yield relative, "is not a file"
            elif not any(path.iterdir()):
                yield relative, "is an empty folder that is not in the manifest"


def _changed(path: Path, size: int, sha256: str) -> str | None:
    try:
        found = path.stat().st_size
        if found != size:
            return f"has {found:,} bytes instead of {size:,}"
        return None if hash_file(path) == sha256 else "has other bytes than the manifest says (SHA-256 differs)"
    except OSError as problem:
        return f"can't be read: {problem.strerror}"


def _row_counts(directory: Path, manifest: Manifest, bad: set[str]) -> Iterator[Problem]:
    for entry in manifest.files:
        if not entry.path.endswith(".parquet") or entry.path in bad:
            continue
        try:
            found = count_rows(directory / entry.path)
        except duckdb.Error as problem:
            yield Problem(entry.path, f"is no Parquet file that can be read: {str(problem).splitlines()[0]}")
            continue
        if found != entry.rows:
            yield Problem(entry.path, f"has {found:,} rows instead of {entry.rows}")


def _check_root(directory: Path, manifest: Manifest) -> tuple[int, str | None, list[Problem]]:
    files = manifest.table("gold")
    if not files:
        return 0, None, [Problem(MANIFEST, "lists no gold table")]
    root = Root()
    try:
        # Every column that is there, declared or not: a column that was slipped in changes the hashes too.
        for row in read_rows(directory, files):
            root.add(item_hash(row))
    except (duckdb.Error, CanonicalError) as problem:
        return len(root), None, [Problem(files[0].path, f"can't be read as the gold table: {problem}".splitlines()[0])]
    found = root.hexdigest()
    if found == manifest.root:
        return len(root), found, []
    reason = f"the rows of the gold table give the root {found}, the manifest says {manifest.root}"
    return len(root), found, [Problem(MANIFEST, reason)]


def main(arguments: list[str]) -> int:
    """The command: 0 for a sound snapshot, 1 for a damaged one, 2 for a call that makes no sense."""
    if len(arguments) != 1 or not Path(arguments[0]).is_dir():
        sys.stderr.write("usage: python -m projects.snapshots.layout.verify FOLDER\n")
        return 2
    report = verify(Path(arguments[0]))
    for problem in report.problems:
        sys.stderr.write(f"{problem.path}: {problem.reason}\n")
    if not report.ok:
        sys.stderr.write(f"{len(report.problems)} problems in {report.files} files\n")
        return 1
    sys.stdout.write(f"sound: {report.files} files, {report.rows} samples, root {report.root}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
