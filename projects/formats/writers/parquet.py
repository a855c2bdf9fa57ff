"""Apache Parquet through DuckDB, with the same bytes for the same rows.

The rows go to a scratch file as JSON lines, and DuckDB turns that into Parquet: both halves stream, DuckDB's is
written in C++, and no second columnar library is needed. One thread, a fixed compression level and a row group size
that depends on nothing but the rows make the bytes repeatable. They do change with DuckDB's version, which Parquet
names in the file itself.
"""

import tempfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, BinaryIO, ClassVar

import orjson

from projects.formats.columns import Column, ColumnType, encode_rows
from projects.formats.duck import identifier, literal, writing
from projects.formats.files import replacing_path
from projects.formats.writers.base import Writer

__all__ = ["COPY_OPTIONS", "ParquetWriter"]

_TYPES = {
    ColumnType.STRING: "VARCHAR",
    ColumnType.INTEGER: "BIGINT",
    ColumnType.NUMBER: "DOUBLE",
    ColumnType.BOOLEAN: "BOOLEAN",
    ColumnType.JSON: "VARCHAR",
}
# A row group is built in memory, so long rows make shorter groups.
COPY_OPTIONS = (
    "FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 3, PARQUET_VERSION v1, ROW_GROUP_SIZE 16384, "
    "ROW_GROUP_SIZE_BYTES '32MiB'"
)
_LEAST_OBJECT = 2**20  # bytes


class ParquetWriter(Writer):
    slug: ClassVar[str] = "parquet"
    title: ClassVar[str] = "Apache Parquet"
    suffix: ClassVar[str] = ".parquet"
    media_type: ClassVar[str] = "application/vnd.apache.parquet"

    def write(self, rows: Iterable[Mapping[str, Any]], path: Path, columns: Sequence[Column]) -> int:
        with (
            tempfile.TemporaryDirectory(prefix=".parquet-", dir=path.parent) as scratch,
            replacing_path(path) as temporary,
        ):
            lines = Path(scratch, "rows.jsonl")
            with lines.open("wb") as stream:
                count, longest = _dump(rows, columns, stream)
            # DuckDB's buffers are as large as the longest object it must expect.
            longest = max(longest + 1, _LEAST_OBJECT)
            types = ", ".join(f"{identifier(column.name)}: '{_TYPES[column.type]}'" for column in columns)
            names = ", ".join(identifier(column.name) for column in columns)
            source = (
                f"SELECT {names} FROM read_json({literal(str(lines))}, format = 'newline_delimited', "  # noqa: S608
                f"columns = {{{types}}}, maximum_object_size = {longest})"
            )
            with writing() as connection:
                connection.execute(f"COPY ({source}) TO {literal(str(temporary))} ({COPY_OPTIONS})")
        return count


def _dump(rows: Iterable[Mapping[str, Any]], columns: Sequence[Column], stream: BinaryIO) -> tuple[int, int]:
    """Write the rows as JSON lines; return how many, and the bytes of the longest."""
    count = longest = 0
    for row in encode_rows(rows, columns):
        line = orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE)
        stream.write(line)
        count += 1
        longest = max(longest, len(line))
    return count, longest
