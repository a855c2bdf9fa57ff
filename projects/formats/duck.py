"""One way to open DuckDB: in memory, one thread, nothing loaded from outside.

Opening an instance takes as long as reading a hundred small files, so a process keeps one for the files that we wrote,
and only what comes from somebody else gets one of its own, which can reach nothing besides. One thread keeps row order
and the bytes of a written file the same on every machine. DuckDB streams Parquet in both directions; the limits are
what it may hold at once, which is little unless single rows are very long.
"""

import contextlib
import os
import re
import secrets
import tempfile
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

import duckdb

__all__ = ["VERSION", "confined", "identifier", "literal", "reading", "select_from_parquet", "writing"]

VERSION = f"duckdb {duckdb.__version__}"
_OURS = "256MiB"
_FOREIGN = "512MiB"  # row groups of other people's files are as large as they made them
_instances: dict[int, duckdb.DuckDBPyConnection] = {}  # by process
_lock = threading.Lock()


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
def writing() -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection of this process's instance."""
    with _ours().cursor() as connection:
        yield _set_up(connection)


@contextlib.contextmanager
def reading(paths: Sequence[Path]) -> Iterator[tuple[duckdb.DuckDBPyConnection, list[str]]]:
    """A connection to read versions and their parts with, and the names to read these files by."""
    with _named(paths) as names, writing() as connection:
        yield connection, names


@contextlib.contextmanager
def confined(paths: Sequence[Path]) -> Iterator[tuple[duckdb.DuckDBPyConnection, list[str]]]:
    """A connection that can read these files and nothing else, and the names to read them by.

    The files may come from anyone, so the connection can't reach the disk or the network beyond them.
    """
    scratch = tempfile.TemporaryDirectory(prefix="annotator-")
    with _named(paths) as sources, scratch as spill, _connect(spill, _FOREIGN) as connection:
        _set_up(connection)
        connection.execute(f"SET allowed_paths = [{', '.join(literal(name) for name in sources)}]")
        connection.execute("SET enable_external_access = false")
        connection.execute("SET lock_configuration = true")
        yield connection, sources


@contextlib.contextmanager
def _named(paths: Sequence[Path]) -> Iterator[list[str]]:
    """How DuckDB finds the files: some names are patterns to it (a[1].parquet reads a1.parquet), and get a link."""
    names = [str(path.resolve()) for path in paths]
    patterns = [number for number, name in enumerate(names) if re.search(r"[*?\[\]{}]", name)]
    if not patterns:
        yield names
        return
    with tempfile.TemporaryDirectory(prefix="annotator-") as links:
        for number in patterns:
            plain = Path(links, f"{number}.parquet")
            os.symlink(names[number], plain)
            names[number] = str(plain)
        yield names


def _ours() -> duckdb.DuckDBPyConnection:
    """The instance of this process; a fork has one of its own. Threads use cursors of it at the same time."""
    with _lock:
        if os.getpid() not in _instances:
            # DuckDB makes the folder when it first needs it, and takes it away again.
            scratch = Path(tempfile.gettempdir(), f"annotator-{secrets.token_hex(8)}")
            _instances[os.getpid()] = _connect(str(scratch), _OURS)
        return _instances[os.getpid()]


def _connect(scratch: str, memory: str) -> duckdb.DuckDBPyConnection:
    return duckdb.connect(
        ":memory:",
        config={
            "threads": 1,
            "memory_limit": memory,
            "temp_directory": scratch,
            "preserve_insertion_order": True,
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
            "python_enable_replacements": False,
        },
    )


def _set_up(connection: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyConnection:
    """What is a connection's own and no instance's."""
    connection.execute("SET TimeZone = 'UTC'")
    # It would write into what a command prints as soon as a query takes two seconds.
    connection.execute("SET enable_progress_bar = false")
    return connection
