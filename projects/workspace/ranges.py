"""Files over HTTP that can be resumed: one range a request, by RFC 9110, sections 13 and 14."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Final, NamedTuple

from django.http import FileResponse, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response
from django.utils.http import content_disposition_header

_CHUNK: Final = 256 * 1024
# One range only: of several the whole file is sent, which the RFC allows.
_RANGE: Final = re.compile(r"bytes=[ \t,]*(\d{0,1000})-(\d{0,1000})[ \t,]*", re.IGNORECASE | re.ASCII)


class Span(NamedTuple):
    """The bytes from ``first`` to ``last``, both included."""

    first: int
    last: int

    def __len__(self) -> int:
        return self.last - self.first + 1


class Unsatisfiable(Exception):
    """None of the bytes that were asked for is in the file."""


def span(header: str, size: int) -> Span | None:
    """What a Range header asks for; None where it is to be ignored: another unit, no range, or more than one.

    Raises Unsatisfiable.
    """
    found = _RANGE.fullmatch(header.strip())
    if not found or not any(found.groups()):
        return None
    first, last = (int(text) if text else None for text in found.groups())
    if first is None:  # the last so many
        assert last is not None
        if not last or not size:
            raise Unsatisfiable
        return Span(max(0, size - last), size - 1)
    if last is not None and last < first:
        return None
    if first >= size:
        raise Unsatisfiable
    return Span(first, size - 1 if last is None else min(last, size - 1))


def asked_for(request: HttpRequest, etag: str, size: int) -> Span | None:
    """The part that this request wants, None for the whole. ``etag`` is strong, in quotes. Raises Unsatisfiable."""
    header = request.headers.get("Range")
    if request.method != "GET" or header is None:  # no other method has ranges
        return None
    # A date, or a weak tag, can't tell that the bytes are the same: then the whole is sent.
    if request.headers.get("If-Range", etag).strip() != etag:
        return None
    return span(header, size)


def send(request: HttpRequest, path: Path, *, etag: str, name: str, media_type: str) -> HttpResponseBase:
    """The file, or the part that was asked for: 200, 206, 304, 412 or 416. ``etag`` must change with the bytes."""
    size = path.stat().st_size
    response = parts(request, lambda: path.open("rb"), size=size, etag=etag, media_type=media_type)
    response["Cache-Control"] = "private, no-cache"
    if response.status_code in (200, 206):
        response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
        response["X-Content-Type-Options"] = "nosniff"
    return response


def parts(
    request: HttpRequest, opened: Callable[[], IO[bytes]], *, size: int, etag: str, media_type: str
) -> HttpResponseBase:
    """What ``opened`` gives, ``size`` bytes, or the part that was asked for. How long it may be kept, and what it is
    called, the caller says."""
    response: HttpResponseBase | None = get_conditional_response(request, etag=etag)
    if response is None:
        try:
            response = _part(opened, asked_for(request, etag, size), size, media_type)
        except Unsatisfiable:
            response = HttpResponse(status=416)
            response["Content-Range"] = f"bytes */{size}"
    response["ETag"] = etag
    response["Accept-Ranges"] = "bytes"
    return response


def _part(opened: Callable[[], IO[bytes]], wanted: Span | None, size: int, media_type: str) -> HttpResponseBase:
    if wanted is None:
        return FileResponse(opened(), content_type=media_type)
    response = StreamingHttpResponse(_read(opened, wanted), status=206, content_type=media_type)
    response["Content-Length"] = str(len(wanted))
    response["Content-Range"] = f"bytes {wanted.first}-{wanted.last}/{size}"
    return response


def _read(opened: Callable[[], IO[bytes]], wanted: Span) -> Iterator[bytes]:
    # Opened now and not at the first byte: the file may be swept away before.
    stream = opened()

    def chunks() -> Iterator[bytes]:
        left = len(wanted)
        with stream:
            stream.seek(wanted.first)
            while left and (chunk := stream.read(min(_CHUNK, left))):
                left -= len(chunk)
                yield chunk

    return chunks()
