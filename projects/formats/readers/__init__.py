"""Import formats: one reader a format, found by what a file is rather than by what it is called."""

from pathlib import Path

from projects.formats.readers.base import LINE_LIMIT, Assets, Line, Reader, ReadError, UnknownFormat
from projects.formats.readers.csv_file import CsvFile
from projects.formats.readers.jsonl import JsonLines
from projects.formats.readers.parquet import ParquetFile
from projects.formats.readers.streams import head_of
from projects.formats.readers.zip_file import ZipFile

__all__ = ["LINE_LIMIT", "READERS", "Assets", "Line", "ReadError", "Reader", "UnknownFormat", "reader", "reader_for"]

READERS: tuple[Reader, ...] = (ParquetFile(), ZipFile(), JsonLines(), CsvFile())
_BINARY = READERS[:2]  # formats that begin with a number of their own, so that the content is the better witness


def reader(slug: str) -> Reader:
    """The reader with this slug. Raises KeyError where there is none."""
    for member in READERS:
        if member.slug == slug:
            return member
    raise KeyError(slug)


def reader_for(path: Path, name: str | None = None) -> Reader:
    """The reader for a file; `name` is what its sender called it, where the file was stored under another name.

    Parquet and ZIP are known by their first bytes, whatever the name says; text by its suffix, or by its content
    where the suffix tells nothing. Raises UnknownFormat, and OSError where the file can't be opened.
    """
    head = head_of(path)
    lowered = (name or path.name).lower()
    by_content = next((member for member in READERS if member.sniff(head)), None)
    if by_content is not None and by_content in _BINARY:
        return by_content
    if b"\x00" in head and not head.startswith((b"\xff\xfe", b"\xfe\xff")):  # UTF-16 is told by the reader
        raise UnknownFormat(f"{name or path.name}: neither text nor a kind of file that can be imported")
    # The longest suffix first, so that .jsonl.gz isn't taken for something that ends in .gz.
    for suffix, member in sorted(((s, m) for m in READERS for s in m.suffixes), key=lambda pair: -len(pair[0])):
        if lowered.endswith(suffix):
            return member
    if by_content is not None:
        return by_content
    if head.lstrip().startswith(b"["):
        raise UnknownFormat("this is one JSON list; an import has one JSON object a line (JSON Lines)")
    known = ", ".join(member.suffixes[0] for member in READERS)
    raise UnknownFormat(f"{name or path.name}: not a format that can be imported ({known})")
