"""The version string of a version, by Croissant's rule: what became of the rows of the one before.

https://docs.mlcommons.org/croissant/docs/croissant-spec-1.1.html, "Version": a major version where existing data was
changed, removed or moved to another split; a minor one where all of it is still there and there is more; a patch where
it is the same.
"""

from collections.abc import Sequence
from pathlib import Path

import duckdb

from projects.formats.duck import identifier, reading, select_from_parquet
from projects.snapshots.layout.manifest import FileEntry, read_manifest

__all__ = ["FIRST", "following"]

FIRST = "1.0.0"
_SAME, _MORE, _OTHER = range(3)


def following(parent: Path, folder: Path, gold: Sequence[FileEntry], responses: Sequence[FileEntry]) -> str:
    """The string after the one of `parent`, for the version whose tables are in `folder`. Files that both have aren't
    read. Where the parent's can't be read, nobody can tell that its data are still there: a major version.

    Raises ManifestError for a parent without a manifest.
    """
    before = read_manifest(parent)
    major, minor, patch = (int(part) for part in str(before.document["version"]).split("."))
    try:
        step = max(
            _step(parent, before.table("gold"), folder, gold),
            _step(parent, before.table("responses"), folder, responses),
        )
    except duckdb.Error:
        step = _OTHER
    if step == _SAME:
        return f"{major}.{minor}.{patch + 1}"
    return f"{major}.{minor + 1}.0" if step == _MORE else f"{major + 1}.0.0"


def _step(old_folder: Path, old: Sequence[FileEntry], folder: Path, new: Sequence[FileEntry]) -> int:
    """What became of the rows of one table."""
    shared = {entry.sha256 for entry in old} & {entry.sha256 for entry in new}
    gone = [entry for entry in old if entry.sha256 not in shared]
    came = [entry for entry in new if entry.sha256 not in shared]
    if not came:
        return _OTHER if _rows(gone) else _SAME
    if not gone:
        return _MORE if _rows(came) else _SAME
    paths = [*(old_folder / entry.path for entry in gone), *(folder / entry.path for entry in came)]
    with reading(paths) as (connection, sources):
        first, second = sources[: len(gone)], sources[len(gone) :]
        had, has = _columns(connection, first), _columns(connection, second)
        if not set(had) <= set(has) or any(_misses(connection, source, second, had) for source in first):
            return _OTHER
    return _MORE if _rows(came) > _rows(gone) or len(has) > len(had) else _SAME


def _misses(connection: duckdb.DuckDBPyConnection, old: str, new: Sequence[str], columns: Sequence[str]) -> bool:
    """Whether a row of a file is in none of the others, by these columns. Of those only the rows between the file's
    first key and its last are read."""
    ends = connection.execute(select_from_parquet("min(key), max(key)", [old])).fetchone()
    row = f"key, hash({', '.join(map(identifier, columns))})"  # lives only here
    there = f"{select_from_parquet(row, new)} WHERE key BETWEEN ? AND ?"
    query = f"{select_from_parquet(row, [old])} EXCEPT {there} LIMIT 1"
    return connection.execute(query, ends).fetchone() is not None


def _rows(entries: Sequence[FileEntry]) -> int:
    return sum(entry.rows or 0 for entry in entries)


def _columns(connection: duckdb.DuckDBPyConnection, sources: Sequence[str]) -> list[str]:
    connection.execute(f"{select_from_parquet('*', sources)} LIMIT 0")
    return [str(column[0]) for column in connection.description or ()]
