"""Tables cut into Parquet files, and reading them back."""

import hashlib
import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from projects.formats.columns import Column, ColumnType, JsonText, encode_rows
from projects.formats.duck import identifier, reading, select_from_parquet
from projects.formats.writers import writer
from projects.snapshots.layout.manifest import FileEntry

__all__ = ["SHARD_BYTES", "hash_file", "read_rows", "write_table"]

SHARD_BYTES = 256 * 2**20  # of text
_BATCH = 512


def write_table(
    directory: Path,
    name: str,
    columns: Sequence[Column],
    rows: Iterable[Mapping[str, Any]],
    *,
    shard_bytes: int = SHARD_BYTES,
    even_if_empty: bool = True,
) -> list[FileEntry]:
    """Write `data/<name>-00000-of-0000N.parquet` and so on below `directory`, and say what was written.

    A shard ends after `shard_bytes` bytes of text. The number of shards enters the names when it
    is known, at the end. A table without rows is one empty shard, or nothing at all.
    """
    folder = directory / "data"
    folder.mkdir(exist_ok=True)
    parquet = writer("parquet")
    encoded = encode_rows(rows, columns)
    shards: list[tuple[Path, int]] = []
    while (first := next(encoded, None)) is not None or (even_if_empty and not shards):
        path = folder / f".{name}-{len(shards):05}"
        shard = () if first is None else _shard(itertools.chain([first], encoded), shard_bytes)
        shards.append((path, parquet.write(shard, path, columns)))
    entries = []
    for number, (path, count) in enumerate(shards):
        final = path.rename(folder / f"{name}-{number:05}-of-{len(shards):05}.parquet")
        relative = final.relative_to(directory).as_posix()
        entries.append(FileEntry(relative, final.stat().st_size, hash_file(final), rows=count))
    return entries


def _shard(rows: Iterator[dict[str, Any]], most_bytes: int) -> Iterator[dict[str, Any]]:
    size = 0
    for row in rows:
        yield row
        size += sum(len(value) for value in row.values() if isinstance(value, str))
        if size >= most_bytes:
            return


def read_rows(
    directory: Path, files: Iterable[FileEntry], columns: Sequence[Column] | None = None
) -> Iterator[dict[str, Any]]:
    """The rows of a table, with the values of the files; all columns there are unless some are named.

    JSON columns that are named come as JsonText, which writers take as it stands. Raises duckdb.Error for files that
    can't be read or lack a column.
    """
    select = ", ".join(identifier(column.name) for column in columns) if columns else "*"
    holds_json = {column.name for column in columns or () if column.type is ColumnType.JSON}
    for entry in files:
        with reading([directory / entry.path]) as (connection, sources):
            connection.execute(select_from_parquet(select, sources))
            names = [(column[0], column[0] in holds_json) for column in connection.description or ()]
            while batch := connection.fetchmany(_BATCH):
                for values in batch:
                    yield {
                        name: JsonText(value) if is_json and value is not None else value
                        for (name, is_json), value in zip(names, values, strict=True)
                    }


def hash_file(path: Path) -> str:
    """SHA-256 of a file's bytes, in hexadecimal."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
