"""One way to open DuckDB: in memory, one thread, nothing loaded from outside.

One thread keeps row order and the bytes of a written file the same on every machine. DuckDB streams Parquet in both
directions; the limits are what it may hold at once, which is little unless single rows are very long.
"""

import contextlib
import os
import re
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import duckdb

__all__ = ["VERSION", "identifier", "literal", "reading", "select_from_parquet", "writing"]

VERSION = f"duckdb {duckdb.__version__}"
_WRITING = "256MiB"
_READING = "512MiB"  # row groups of other people's files are as large as they made them


def identifier(name: str) -> str:
    """A column name as SQL."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """Text as an SQL literal; for the statements in which DuckDB takes no parameters."""
    return "'" + text.replace("'", "''") + "'"


def select_from_parquet(expressions: str, sources: Sequence[str]) -> str:
    """A SELECT over Parquet files in the order given. `expressions` must be quoted by the functions above."""
    # Hive partitioning would invent a column from a folder called k=v.
    names = ", ".join(literal(source) for source in sources)
    return f"SELECT {expressions} FROM read_parquet([{names}], hive_partitioning = false)"  # noqa: S608


@contextlib.contextmanager
def writing(scratch: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection that spills to `scratch`."""
    connection = _connect(scratch, _WRITING)
    try:
        yield connection
    finally:
        connection.close()


@contextlib.contextmanager
def reading(paths: Sequence[Path]) -> Iterator[tuple[duckdb.DuckDBPyConnection, list[str]]]:
    """A connection that can read these files and nothing else, and the names to read them by.

    The files may come from anyone, so the connection can't reach the disk or the network beyond them.
    """
    with tempfile.TemporaryDirectory(prefix="annotator-") as scratch:
        sources = []
        for number, path in enumerate(paths):
            source = path.resolve()
            if re.search(r"[*?\[\]{}]", str(source)):
                # DuckDB takes such a name for a pattern, and a[1].parquet would read a1.parquet.
                plain = Path(scratch, f"{number}.parquet")
                os.symlink(source, plain)
                source = plain
            sources.append(str(source))
        connection = _connect(Path(scratch), _READING)
        try:
            connection.execute(f"SET allowed_paths = [{', '.join(literal(name) for name in sources)}]")
            connection.execute("SET enable_external_access = false")
            connection.execute("SET lock_configuration = true")
            yield connection, sources
        finally:
            connection.close()


def _connect(scratch: Path, memory: str) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect(
        ":memory:",
        config={
            "threads": 1,
            "memory_limit": memory,
            "temp_directory": str(scratch),
            "preserve_insertion_order": True,
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
            "python_enable_replacements": False,
        },
    )
    connection.execute("SET TimeZone = 'UTC'")
    # It would write into what a command prints as soon as a query takes two seconds.
    connection.execute("SET enable_progress_bar = false")
    return connection
