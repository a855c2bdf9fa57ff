"""Parquet files that we wrote, as other files. DuckDB does all of it: no value becomes a Python object."""

import shutil
from collections.abc import Sequence
from pathlib import Path

import duckdb
import orjson

from projects.formats.columns import Column, ColumnType
from projects.formats.duck import identifier, literal, reading, select_from_parquet, writing
from projects.formats.files import replacing, replacing_path
from projects.formats.writers.parquet import COPY_OPTIONS

__all__ = ["count_rows", "to_json_lines", "to_parquet"]

_BATCH = 2048  # rows


def to_json_lines(sources: Sequence[Path], path: Path, columns: Sequence[Column]) -> int:
    """Write the rows of the files as JSON Lines, as JsonLinesWriter does; how many there were.

    JSON columns hold canonical JSON, which goes in as it stands. Raises duckdb.Error for files that can't be read or
    lack a column.
    """
    members = " || ',' || ".join(
        f"{literal(_name(column))} || coalesce({_value(column)}, 'null')" for column in columns
    )
    line = f"'{{' || {members} || '}}'"
    count = 0
    with replacing(path) as stream:
        for source in sources:
            with reading([source]) as (connection, names):
                connection.execute(select_from_parquet(line, names))
                while batch := connection.fetchmany(_BATCH):
                    stream.write("\n".join([row[0] for row in batch]).encode() + b"\n")
                    count += len(batch)
    return count


def _name(column: Column) -> str:
    return f"{orjson.dumps(column.name).decode()}:"


def _value(column: Column) -> str:
    name = identifier(column.name)
    return name if column.type is ColumnType.JSON else f"CAST(to_json({name}) AS VARCHAR)"


def to_parquet(sources: Sequence[Path], path: Path) -> int:
    """Make one file of several with the same columns, in this order; how many rows it has. A single one is copied."""
    with replacing_path(path) as temporary:
        if len(sources) == 1:
            shutil.copyfile(sources[0], temporary)
        else:
            with writing() as connection:
                rows = select_from_parquet("*", [str(source) for source in sources])
                connection.execute(f"COPY ({rows}) TO {literal(str(temporary))} ({COPY_OPTIONS})")
        return count_rows(temporary)


def count_rows(path: Path) -> int:
    """Rows of a Parquet file by its footer. Raises duckdb.Error where it isn't one."""
    with reading([path]) as (connection, sources):
        found = connection.execute(select_from_parquet("count(*)", sources)).fetchone()
    if found is None:
        raise duckdb.Error("no count")
    return int(found[0])
