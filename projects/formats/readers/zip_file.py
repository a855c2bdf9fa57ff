"""A ZIP of one file of samples and the media they name.

Nothing is unpacked to disk: the samples are streamed, and each media file is opened by name when it is asked for, so
an entry called ../../etc/passwd has nowhere to go. What is inside is held to limits by counting the bytes that come
out, because the sizes that an archive declares can be lies.
"""

import io
import posixpath
import stat
import unicodedata
import zipfile
import zlib
from collections.abc import Collection, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from types import TracebackType
from typing import IO, Any, ClassVar, NamedTuple, Self

from projects.formats.readers.base import Line, Reader, ReadError, StreamReader
from projects.formats.readers.csv_file import CsvFile
from projects.formats.readers.jsonl import JsonLines
from projects.formats.readers.streams import unpacked

__all__ = ["ZipArchive", "ZipFile", "ZipLimits"]

_SAMPLES: dict[str, StreamReader] = {
    "samples.jsonl": JsonLines(),
    "samples.jsonl.gz": JsonLines(),
    "samples.csv": CsvFile(),
}
# bzip2 and LZMA may ask for gigabytes of memory to unpack a small entry.
_METHODS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}


class ZipLimits(NamedTuple):
    entries: int = 500_000
    asset_bytes: int = 512 * 2**20  # of one media file, unpacked
    total_bytes: int = 64 * 2**30  # of everything opened, unpacked


class ZipFile(Reader):
    slug: ClassVar[str] = "zip"
    title: ClassVar[str] = "ZIP with media"
    suffixes: ClassVar[tuple[str, ...]] = (".zip",)

    def __init__(self, limits: ZipLimits | None = None) -> None:
        self.limits = limits or ZipLimits()

    def sniff(self, head: bytes) -> bool:
        return head.startswith((b"PK\x03\x04", b"PK\x05\x06"))

    def read(self, path: Path, *, structured: Collection[str] = ()) -> Iterator[Line]:
        try:
            with ZipArchive(path, self.limits) as archive:
                reader, stream = archive.open_samples()
                with stream:
                    yield from reader.read_stream(stream, structured=structured)
        except ReadError as problem:
            yield Line(0, None, str(problem), b"")

    def open_assets(self, path: Path) -> "AbstractContextManager[ZipArchive]":
        return ZipArchive(path, self.limits)


class ZipArchive:
    """An open archive. Raises ReadError for one that is no ZIP, too large, or made to deceive."""

    def __init__(self, path: Path, limits: ZipLimits | None = None) -> None:
        self.limits = limits or ZipLimits()
        self._left = self.limits.total_bytes
        try:
            self._zip = zipfile.ZipFile(path)
        except (zipfile.BadZipFile, NotImplementedError, UnicodeDecodeError) as problem:
            raise ReadError(f"not a readable ZIP: {problem}") from problem
        try:
            self._entries = self._checked_entries()
            self._samples = self._find_samples()
        except BaseException:
            self._zip.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._zip.close()

    def open_samples(self) -> tuple[StreamReader, IO[bytes]]:
        """The reader for the file of samples, and its stream."""
        reader = _SAMPLES[posixpath.basename(self._samples)]
        # Samples are streamed line by line, so only the total bounds them.
        return reader, unpacked(self._open(self._samples, self._left))

    def open_asset(self, path: str) -> IO[bytes]:
        """Open a media file by the path a sample names: relative to the file of samples, with forward slashes."""
        path = path.removeprefix("./")
        if not _is_safe(path):
            raise ReadError(f"unsafe path: {path!r}")
        name = _composed(posixpath.join(posixpath.dirname(self._samples), path))
        if name not in self._entries:
            raise ReadError(f"there is no file {path!r} in the ZIP")
        return self._open(name, self.limits.asset_bytes)

    def _checked_entries(self) -> dict[str, zipfile.ZipInfo]:
        infos = self._zip.infolist()
        if len(infos) > self.limits.entries:
            raise ReadError(f"more than {self.limits.entries:,} files in the ZIP")
        if sum(info.file_size for info in infos) > self.limits.total_bytes:
            raise ReadError(f"more than {self.limits.total_bytes:,} bytes when unpacked")
        entries: dict[str, zipfile.ZipInfo] = {}
        end = 0
        for info in sorted(infos, key=lambda info: info.header_offset):
            # Entries that share bytes are how a few kilobytes become petabytes.
            if info.header_offset < end:
                raise ReadError("files overlap inside the ZIP")
            end = info.header_offset + info.compress_size
            if info.is_dir() or not _is_safe(info.filename):
                continue
            name = _composed(info.filename)
            if name in entries:
                raise ReadError(f"the file {name!r} is in the ZIP twice")
            entries[name] = info
        return entries

    def _find_samples(self) -> str:
        """The file of samples: at the top, or in the one folder that was zipped."""
        found = [name for name in self._entries if posixpath.basename(name) in _SAMPLES and name.count("/") < 2]
        found = [name for name in found if "/" not in name] or [n for n in found if not n.startswith("__MACOSX/")]
        if len(found) > 1:
            raise ReadError(f"both {found[0]} and {found[1]} are in the ZIP; keep one")
        if found:
            return found[0]
        if "xl/workbook.xml" in self._entries:
            raise ReadError("this is an Excel workbook; save it as CSV (UTF-8)")
        raise ReadError(f"the ZIP holds none of {', '.join(_SAMPLES)}")

    def _open(self, name: str, limit: int) -> io.BufferedReader:
        info = self._entries[name]
        if info.flag_bits & 0x1:
            raise ReadError(f"{name!r} is encrypted")
        if info.compress_type not in _METHODS:
            raise ReadError(f"{name!r} is packed by a method other than deflate")
        if stat.S_ISLNK(info.external_attr >> 16):
            raise ReadError(f"{name!r} is a symbolic link")
        if info.file_size > limit:
            raise ReadError(f"{name!r} is larger than {limit:,} bytes")
        try:
            return io.BufferedReader(_Metered(self, self._zip.open(info), name))
        except (zipfile.BadZipFile, NotImplementedError) as problem:
            raise ReadError(f"{name!r} can't be read: {problem}") from problem

    def spend(self, size: int) -> None:
        """Count unpacked bytes against the archive's total."""
        self._left -= size
        if self._left < 0:
            raise ReadError(f"more than {self.limits.total_bytes:,} bytes when unpacked")


class _Metered(io.RawIOBase):
    """One entry's bytes, counted, with damage reported as ReadError."""

    def __init__(self, archive: ZipArchive, stream: IO[bytes], name: str) -> None:
        self._archive, self._stream, self._name = archive, stream, name

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        try:
            data = self._stream.read(len(buffer))
        except (zipfile.BadZipFile, zlib.error, EOFError) as problem:
            raise ReadError(f"{self._name!r} is damaged: {problem}") from problem
        self._archive.spend(len(data))
        buffer[: len(data)] = data
        return len(data)

    def close(self) -> None:
        self._stream.close()
        super().close()


def _composed(name: str) -> str:
    # macOS writes é in file names as two characters; the JSON beside them usually has one.
    return unicodedata.normalize("NFC", name)


def _is_safe(path: str) -> bool:
    """Whether a path stays below the folder it is resolved in, on every system."""
    if not path or "\\" in path or "\0" in path or ":" in path.partition("/")[0]:
        return False
    return all(part not in ("", ".", "..") for part in path.split("/"))
