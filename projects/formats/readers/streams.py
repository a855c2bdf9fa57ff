"""From bytes to lines: gzip or not, broken or not, of any size."""

import gzip
import io
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any, NamedTuple, cast

from projects.formats.readers.base import EXCERPT, LINE_LIMIT, ReadError

__all__ = ["BROKEN", "RawLine", "head_of", "open_stream", "split_lines"]

GZIP_MAGIC = b"\x1f\x8b"
_CHUNK = 256 * 2**10
_BOM = b"\xef\xbb\xbf"
_FOREIGN_BOMS = {b"\xff\xfe": "UTF-16", b"\xfe\xff": "UTF-16"}

BROKEN = (EOFError, gzip.BadGzipFile, zlib.error, zipfile.BadZipFile, ReadError)
"""What reading a damaged, truncated or hostile compressed stream raises."""


class RawLine(NamedTuple):
    number: int
    raw: bytes  # with its line end
    error: str | None


def open_stream(path: Path) -> IO[bytes]:
    """Open a file for reading, through gzip if it begins as gzip does, whatever its name."""
    return unpacked(path.open("rb"))


def unpacked(stream: io.BufferedReader) -> IO[bytes]:
    """The stream itself, or what is inside it if it is gzip. Closing the result closes the stream."""
    if not stream.peek(2).startswith(GZIP_MAGIC):
        return stream
    unzipped = gzip.GzipFile(fileobj=stream)
    cast(Any, unzipped).myfileobj = stream  # what GzipFile closes when it is closed
    return cast(IO[bytes], unzipped)


def head_of(path: Path, size: int = 4096) -> bytes:
    """The first bytes of a file, unpacked where it is gzip; what could be unpacked where that is broken."""
    with open_stream(path) as stream:
        head = b""
        try:
            while len(head) < size and (piece := _read_some(stream, size - len(head))):
                head += piece
        except BROKEN:
            pass
        return head


def split_lines(stream: IO[bytes], limit: int = LINE_LIMIT) -> Iterator[RawLine]:
    """Yield every line with its number and its line end, blank ones included.

    A line longer than `limit` bytes comes as its first KiB with an error and is not held in memory. A stream that
    breaks (truncated or damaged gzip) ends in an error line that says where; what came before it has been yielded. A
    byte order mark is dropped; a file in UTF-16 is one error line.
    """
    number = 1
    parts: list[bytes] = []  # of the line that isn't complete yet
    size = 0
    at_start = True
    while True:
        try:
            chunk = _read_some(stream, _CHUNK)
        except BROKEN as problem:
            yield RawLine(number, b"".join(parts)[:EXCERPT], f"the file is damaged or cut off in this line: {problem}")
            return
        if at_start and chunk:
            while len(chunk) < len(_BOM) and (more := _read_some(stream, _CHUNK)):
                chunk += more
            if name := _FOREIGN_BOMS.get(chunk[:2]):
                yield RawLine(0, chunk[:EXCERPT], f"the file is {name}; save it as UTF-8")
                return
            chunk = chunk.removeprefix(_BOM)
            at_start = False
            if not chunk:
                continue
        if not chunk:
            if parts:
                yield _whole(number, parts, size, limit)
            return
        *complete, rest = chunk.split(b"\n")
        for piece in complete:
            yield _whole(number, [*parts, piece, b"\n"], size + len(piece) + 1, limit)
            number += 1
            parts, size = [], 0
        if rest:
            size += len(rest)
            # Past the limit only the beginning is of use.
            parts = [b"".join([*parts, rest])[:EXCERPT]] if size > limit else [*parts, rest]


def _whole(number: int, parts: list[bytes], size: int, limit: int) -> RawLine:
    raw = b"".join(parts)
    if size > limit:
        return RawLine(number, raw[:EXCERPT], f"longer than {limit:,} bytes")
    return RawLine(number, raw, None)


def _read_some(stream: IO[bytes], size: int) -> bytes:
    # read1 returns what one read of the layer below gave. A plain read would collect more first, and throw it away
    # when the damaged place comes.
    read1 = getattr(stream, "read1", stream.read)
    data: bytes = read1(size)
    return data
