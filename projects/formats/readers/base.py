"""What every reader gives: numbered lines, each with its data or the reason why it has none."""

import re
from abc import ABC, abstractmethod
from collections.abc import Collection, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import IO, Any, ClassVar, NamedTuple, Protocol

__all__ = [
    "LINE_LIMIT",
    "NESTING_LIMIT",
    "Assets",
    "Line",
    "ReadError",
    "Reader",
    "StreamReader",
    "UnknownFormat",
    "flaw",
]

LINE_LIMIT = 16 * 2**20  # bytes of one line, or of one CSV record
NESTING_LIMIT = 100  # levels of lists and objects in one line
EXCERPT = 1024  # bytes kept of a line that was too long to hold


class Line(NamedTuple):
    """One line of an import file.

    `number` counts lines (rows, for Parquet) from 1; 0 speaks of the whole file. Exactly one of `data` and `error` is
    None. `raw` is the line's bytes without its line end, for the report of lines that were refused; of a line over
    the limit only the first KiB.
    """

    number: int
    data: dict[str, Any] | None
    error: str | None
    raw: bytes


class ReadError(ValueError):
    """A file, or a part of one, that can't be read; the message says why, in words for the person who sent it."""


class UnknownFormat(ReadError):
    """No reader knows this file."""


class Assets(Protocol):
    """The media that came with a file."""

    def open_asset(self, path: str) -> IO[bytes]:
        """Open one media file by the path that a sample names. Raises ReadError where there is none or it's unsafe."""


class Reader(ABC):
    """One import format. Slugs are stored and never change."""

    slug: ClassVar[str]
    title: ClassVar[str]
    suffixes: ClassVar[tuple[str, ...]]

    @abstractmethod
    def sniff(self, head: bytes) -> bool:
        """Whether a file that begins with `head` (up to 4 KiB, unpacked where it was gzip) is of this format."""

    @abstractmethod
    def read(self, path: Path, *, structured: Collection[str] = ()) -> Iterator[Line]:
        """Yield the file's lines, never raising for what is in them, in memory that doesn't grow with the file.

        `structured` names the fields whose values are lists or objects (chat, candidates, json): formats that have
        only text in their cells read those cells as JSON. Raises OSError where the file can't be opened.
        """

    def open_assets(self, path: Path) -> AbstractContextManager[Assets] | None:
        """The media inside the file, to be used as a context manager; None for formats that carry none."""
        return None


class StreamReader(Reader):
    """A format that is read from a stream of bytes, so that it can be inside another file."""

    @abstractmethod
    def read_stream(self, stream: IO[bytes], *, structured: Collection[str] = ()) -> Iterator[Line]:
        """`read`, from an open binary file."""


_ESCAPED_NUL = re.compile(rb"\\u0000")


def flaw(data: Any, raw: bytes) -> str | None:
    """Why a parsed line can't be kept although it parsed; None if it can.

    PostgreSQL can't store U+0000, and deep nesting overflows the stack of programs that read it later. `raw` is JSON
    text of `data`, looked at first because walking every line would cost more than parsing it.
    """
    if _ESCAPED_NUL.search(raw) and _has_nul(data):
        return "contains the character U+0000, which can't be stored"
    if raw.count(b"[") + raw.count(b"{") > NESTING_LIMIT and _depth(data) > NESTING_LIMIT:
        return f"nested deeper than {NESTING_LIMIT} levels"
    return None


def _has_nul(data: Any) -> bool:
    stack = [data]
    while stack:
        node = stack.pop()
        if isinstance(node, str):
            if "\0" in node:
                return True
        elif isinstance(node, dict):
            stack.extend(node.keys())
            stack.extend(node.values())
        elif isinstance(node, list):
            stack.extend(node)
    return False


def _depth(data: Any) -> int:
    deepest = 0
    stack = [(data, 0)]
    while stack:
        node, depth = stack.pop()
        children = node.values() if isinstance(node, dict) else node if isinstance(node, list) else None
        if children is not None:
            deepest = max(deepest, depth + 1)
            stack.extend((child, depth + 1) for child in children)
    return deepest
