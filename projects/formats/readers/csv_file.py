"""CSV (RFC 4180), one column a field; comma, semicolon or tab.

The standard library's parser does the parsing. Around it, records keep the bytes they came from and the number of the
line they began on, and one bad record doesn't take the rest of the file with it.
"""

import csv
import itertools
from collections import deque
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import IO, ClassVar, NamedTuple

from projects.formats.readers.base import LINE_LIMIT, Line, ReadError, StreamReader
from projects.formats.readers.cells import RowShape
from projects.formats.readers.streams import RawLine, open_stream, split_lines

__all__ = ["CsvFile"]

# The parser's own limit is 128 KiB a field and holds for the whole process; records are limited before they reach it.
csv.field_size_limit(max(csv.field_size_limit(), LINE_LIMIT))

_DELIMITERS = ",;\t"
_RECORD_LINES = 100_000  # lines inside the quotes of one record; more is a quote that was never closed


class CsvFile(StreamReader):
    slug: ClassVar[str] = "csv"
    title: ClassVar[str] = "CSV"
    suffixes: ClassVar[tuple[str, ...]] = (".csv", ".tsv", ".csv.gz", ".tsv.gz")

    def sniff(self, head: bytes) -> bool:
        # Any prose has commas; without the suffix only a header that names the key is taken for a table.
        header = head.removeprefix(b"\xef\xbb\xbf").lstrip().partition(b"\n")[0].decode("utf-8", "replace")
        try:
            cells = next(csv.reader([header.rstrip("\r")], delimiter=_delimiter(header), strict=True), [])
        except csv.Error:
            return False
        return len(cells) > 1 and "key" in (cell.strip() for cell in cells)

    def read(self, path: Path, *, structured: Collection[str] = ()) -> Iterator[Line]:
        with open_stream(path) as stream:
            yield from self.read_stream(stream, structured=structured)

    def read_stream(self, stream: IO[bytes], *, structured: Collection[str] = ()) -> Iterator[Line]:
        shape: RowShape | None = None
        for record in _records(split_lines(stream)):
            error = record.error
            if error is None and shape is None:
                try:
                    shape = RowShape(record.cells, structured)
                except ReadError as problem:
                    error = str(problem)
                else:
                    continue
            if error is not None:
                yield Line(record.number, None, error, record.raw)
                if shape is None:
                    return  # without a header nothing that follows has a meaning
            elif shape is not None and any(record.cells):
                yield _line(record, shape)


class _Record(NamedTuple):
    number: int  # of the line on which it begins
    cells: list[str]
    error: str | None
    raw: bytes


def _line(record: _Record, shape: RowShape) -> Line:
    cells = record.cells
    try:
        if len(cells) != len(shape.columns):
            raise ReadError(f"has {len(cells)} cells where the header has {len(shape.columns)}")
        for column, cell in zip(shape.columns, cells, strict=True):
            if "\0" in cell:
                raise ReadError(f"column {column!r}: contains the character U+0000, which can't be stored")
        return Line(record.number, shape.line(cells), None, record.raw)
    except ReadError as problem:
        return Line(record.number, None, str(problem), record.raw)


class _Refused(Exception):
    """A line that can't be part of a record."""


class _Feed:
    """Hands physical lines to the parser and remembers those of the record in hand."""

    def __init__(self, lines: Iterator[RawLine]) -> None:
        self._lines = lines
        self._again: deque[RawLine] = deque()
        self._read = 0  # bytes that came from the file
        self._repeated = 0  # bytes given back so far
        self._size = 0
        self.taken: list[RawLine] = []
        self.flaw: str | None = None

    def __iter__(self) -> "_Feed":
        return self

    def __next__(self) -> str:
        if self._again:
            line = self._again.popleft()
        else:
            line = next(self._lines)
            self._read += len(line.raw)
        self.taken.append(line)
        self._size += len(line.raw)
        if line.error is not None:
            raise _Refused(line.error)
        if self._size > LINE_LIMIT or len(self.taken) > _RECORD_LINES:
            raise _Refused("a quote that was opened here is not closed within the next 16 MiB or 100,000 lines")
        try:
            return line.raw.decode()
        except UnicodeDecodeError as problem:
            # The parser still needs the line to find the record's end.
            self.flaw = f"not UTF-8 in line {line.number} at byte {problem.start + 1}"
            return line.raw.decode("utf-8", "replace")

    def start(self) -> None:
        self.taken = []
        self.flaw = None
        self._size = 0

    def give_back(self) -> None:
        """Offer the lines after the first of a bad record once more: they may be good records themselves.

        Bounded by what was read, so that a hostile file can't make the work grow with the square of its size.
        """
        rest = self.taken[1:]
        size = sum(len(line.raw) for line in rest)
        if self._repeated + size <= self._read + LINE_LIMIT:
            self._repeated += size
            self._again.extendleft(reversed(rest))
            del self.taken[1:]


def _records(lines: Iterator[RawLine]) -> Iterator[_Record]:
    first = next((line for line in lines if line.error is not None or line.raw.strip()), None)
    if first is None:
        return
    feed = _Feed(itertools.chain([first], lines))
    parser = csv.reader(feed, delimiter=_delimiter(first.raw.decode("utf-8", "replace")), strict=True)
    while True:
        feed.start()
        cells: list[str] = []
        error: str | None = None
        try:
            cells = next(parser)
            error = feed.flaw
        except StopIteration:
            return
        except csv.Error as problem:
            error = f"not CSV: {problem}"
            feed.give_back()
        except _Refused as problem:
            error = str(problem)
            feed.give_back()
        if cells or error is not None:
            raw = b"".join(line.raw for line in feed.taken).rstrip(b"\r\n")
            yield _Record(feed.taken[0].number, cells, error, raw)


def _delimiter(header: str) -> str:
    """The separator that occurs most often in the header outside quotes; the comma where none does."""
    outside = "".join(header.split('"')[::2])
    return max(_DELIMITERS, key=outside.count)
