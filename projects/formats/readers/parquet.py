"""Apache Parquet, one column a field, read in batches through DuckDB."""

import json
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any, ClassVar

import duckdb
import orjson

from projects.formats.duck import confined, identifier, literal, select_from_parquet
from projects.formats.readers.base import LINE_LIMIT, Line, Reader, ReadError, flaw
from projects.formats.readers.cells import RowShape

__all__ = ["ParquetFile"]

_MAGIC = b"PAR1"
_BATCH = 256  # rows fetched at once


class ParquetFile(Reader):
    slug: ClassVar[str] = "parquet"
    title: ClassVar[str] = "Apache Parquet"
    suffixes: ClassVar[tuple[str, ...]] = (".parquet",)

    def sniff(self, head: bytes) -> bool:
        return head.startswith(_MAGIC)

    def read(self, path: Path, *, structured: Collection[str] = ()) -> Iterator[Line]:
        path.open("rb").close()  # a missing file is the caller's error, not the file's
        number = 0
        try:
            with confined([path]) as (connection, sources):
                for number, line in enumerate(_rows(connection, sources, structured), start=1):
                    yield line._replace(number=number)
        except (duckdb.Error, ReadError) as problem:
            where = f"after row {number}: " if number else ""
            # DuckDB names the file by where it is on this machine.
            reason = _first_line(problem).replace(f"'{path.resolve()}'", "").replace(str(path.resolve()), "")
            yield Line(number, None, f"{where}{reason}", b"")


def _rows(connection: duckdb.DuckDBPyConnection, sources: list[str], structured: Collection[str]) -> Iterator[Line]:
    connection.execute(f"DESCRIBE {select_from_parquet('*', sources)}")
    types = {str(name): str(kind) for name, kind, *_ in connection.fetchall()}
    for name, kind in types.items():
        if "BLOB" in kind:
            raise ReadError(f"the column {name!r} holds binary data; send media as files inside a ZIP")
    shape = RowShape(list(types), structured)
    # DuckDB writes each row as JSON: every type it has (dates, decimals, structs, maps) gets a form, and the same one
    # everywhere.
    pairs = ", ".join(f"{literal(name)}, {identifier(name)}" for name in types)
    connection.execute(select_from_parquet(f"json_object({pairs})::VARCHAR", sources))
    while batch := connection.fetchmany(_BATCH):
        for (text,) in batch:
            yield _line(text.encode(), shape)


def _line(raw: bytes, shape: RowShape) -> Line:
    try:
        if len(raw) > LINE_LIMIT:
            raise ReadError(f"longer than {LINE_LIMIT:,} bytes")
        row = _parse(raw)
        if reason := flaw(row, raw):
            raise ReadError(reason)
        return Line(0, shape.line(list(row.values())), None, raw)
    except ReadError as problem:
        return Line(0, None, str(problem), raw)


def _parse(raw: bytes) -> dict[str, Any]:
    try:
        row: dict[str, Any] = orjson.loads(raw)
    except orjson.JSONDecodeError:
        # NaN is how data frames write "no value"; DuckDB passes it on, and only the standard library reads it.
        try:
            row = json.loads(raw, parse_constant=_constant)
        except ValueError as problem:
            raise ReadError(str(problem)) from problem
    return row


def _constant(name: str) -> None:
    if name != "NaN":
        raise ReadError("infinite numbers are not JSON")


def _first_line(problem: Exception) -> str:
    if isinstance(problem, duckdb.OutOfMemoryException):
        return "its rows are too large to be read; send them as JSON Lines"
    return str(problem).partition("\n")[0]
