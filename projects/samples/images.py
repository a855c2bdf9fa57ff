"""Pictures: which may come in, and what is taken out of them before they are kept.

Metadata (where a photo was taken, whose camera, hidden texts, whatever follows the picture's end) is dropped, because
assets leave with every snapshot. The pixels stay as they are, bit for bit: they are data to train on, so a picture is
never decoded and compressed again. That is why its container is edited here instead of saving it anew. A picture that
carries nothing of the kind keeps its bytes, and so its hash.

Sources: ITU-T T.81 (JPEG), W3C PNG 3rd edition, RFC 9649 (WebP), GIF89a.
"""

import contextlib
import io
import re
import zlib
from collections.abc import Callable
from typing import Final, NamedTuple

import filetype  # type: ignore[import-untyped]
from django.conf import settings
from PIL import Image

__all__ = ["CONTENT_TYPES", "LIMIT", "ImageError", "Picture", "read_picture"]

# What a browser shows and Pillow reads; content type by Pillow's name of the format.
CONTENT_TYPES: Final = {"PNG": "image/png", "JPEG": "image/jpeg", "WEBP": "image/webp", "GIF": "image/gif"}
_FORMATS: Final = {**{kind: name for name, kind in CONTENT_TYPES.items()}, "image/apng": "PNG"}
LIMIT: Final = 32 * 2**20  # bytes of one picture; it is held in memory whole

_ORIENTATION: Final = 0x0112
# Pillow warns only above this and refuses above twice as much; read_picture itself refuses.
Image.MAX_IMAGE_PIXELS = settings.MAX_IMAGE_PIXELS


class ImageError(ValueError):
    """Not a picture that can be kept; the message says why."""


class Picture(NamedTuple):
    """A picture as it is kept. ``width`` and ``height`` in pixels."""

    data: bytes
    content_type: str
    width: int
    height: int


def read_picture(data: bytes) -> Picture:
    """Checks a picture and takes its metadata out. Raises ImageError.

    The type is told by the content, never by a name. An EXIF orientation is kept, by itself, because without it the
    picture would be shown lying on its side.
    """
    if len(data) > LIMIT:
        raise ImageError(f"larger than {LIMIT // 2**20} MiB")
    name = _FORMATS.get(filetype.guess_mime(data) or "")
    if name is None:
        raise ImageError(f"not a picture of a known kind ({', '.join(CONTENT_TYPES)})")
    size, orientation = _decode(data, name)
    try:
        clean = _STRIP[name](data, _exif(orientation))
    except (IndexError, ValueError) as error:
        raise ImageError(f"damaged: {error}") from error
    if clean != data and _decode(clean, name)[0] != size:
        raise ImageError("damaged")
    return Picture(clean, CONTENT_TYPES[name], *size)


def _decode(data: bytes, name: str) -> tuple[tuple[int, int], int]:
    """Proves that the (first) picture decodes: its size and orientation."""
    try:
        with Image.open(io.BytesIO(data), formats=[name]) as image:
            width, height = image.size
            if width * height > settings.MAX_IMAGE_PIXELS:
                raise ImageError(f"{width} × {height} pixels are more than {settings.MAX_IMAGE_PIXELS:,}")
            image.load()
            orientation = 1
            with contextlib.suppress(Exception):  # nothing that is wrong with metadata keeps a picture out
                orientation = int(image.getexif().get(_ORIENTATION, 1))
            return (width, height), orientation
    except ImageError:
        raise
    except Exception as error:  # decoders raise whatever a hostile file makes them raise
        raise ImageError(f"the picture can't be decoded: {error}") from error


def _exif(orientation: int) -> bytes:
    """An EXIF block that says the orientation and nothing else; empty where there is nothing to say."""
    if orientation not in range(2, 9):
        return b""
    exif = Image.Exif()
    exif[_ORIENTATION] = orientation
    return exif.tobytes().removeprefix(b"Exif\0\0")


# Between the marker that starts a scan and the next one: stuffed zeros and restart markers belong to the scan.
_NEXT_MARKER: Final = re.compile(rb"\xff+([^\x00\xd0-\xd7\xff])")
_JPEG_KEPT: Final = {0xE0: b"JFIF\0", 0xE2: b"ICC_PROFILE\0", 0xEE: b"Adobe"}


def _jpeg(data: bytes, exif: bytes) -> bytes:
    kept = [data[:2]]
    pending = exif
    position = 2
    while True:
        found = _NEXT_MARKER.match(data, position)
        if found is None:
            raise ValueError("a marker is missing")
        marker = found.group(1)[0]
        if marker == 0xD9:  # the end; what follows belongs to no picture
            return b"".join([*kept, b"\xff\xd9"])
        start = found.end()
        length = int.from_bytes(data[start : start + 2])
        if length < 2 or start + length > len(data):
            raise ValueError("a segment is cut off")
        body = data[start : start + length]
        application = 0xE0 <= marker <= 0xEF
        if pending and not (application and marker == 0xE0):
            content = b"Exif\0\0" + pending
            kept.append(b"\xff\xe1" + (len(content) + 2).to_bytes(2) + content)
            pending = b""
        wanted = body[2:].startswith(_JPEG_KEPT.get(marker, b"\0none")) if application else marker != 0xFE
        if wanted:
            kept.append(b"\xff" + found.group(1) + body)
        position = start + length
        if marker == 0xDA:
            following = _NEXT_MARKER.search(data, position)
            if following is None:
                raise ValueError("the end is missing")
            kept.append(data[position : following.start()])
            position = following.start()


_PNG_KEPT: Final = frozenset(b"IHDR PLTE IDAT IEND tRNS cHRM gAMA iCCP sBIT sRGB cICP bKGD pHYs acTL fcTL fdAT".split())


def _png(data: bytes, exif: bytes) -> bytes:
    kept = [data[:8]]
    pending = exif
    position = 8
    while True:
        length = int.from_bytes(data[position : position + 4])
        kind, end = data[position + 4 : position + 8], position + length + 12
        if len(kind) < 4 or end > len(data):
            raise ValueError("a chunk is cut off")
        if pending and kind in (b"IDAT", b"PLTE"):
            block = b"eXIf" + pending
            kept.append(len(pending).to_bytes(4) + block + zlib.crc32(block).to_bytes(4))
            pending = b""
        if kind in _PNG_KEPT:
            kept.append(data[position:end])
        if kind == b"IEND":
            return b"".join(kept)
        position = end


_WEBP_KEPT: Final = frozenset({b"VP8 ", b"VP8L", b"VP8X", b"ALPH", b"ANIM", b"ANMF", b"ICCP"})


def _webp(data: bytes, exif: bytes) -> bytes:
    kept: list[bytes] = []
    end = min(len(data), int.from_bytes(data[4:8], "little") + 8)
    position = 12
    while position + 8 <= end:
        kind, length = data[position : position + 4], int.from_bytes(data[position + 4 : position + 8], "little")
        body = data[position + 8 : position + 8 + length]
        if len(body) < length:
            raise ValueError("a chunk is cut off")
        if kind == b"VP8X":  # its flags announce EXIF (8) and XMP (4)
            body = bytes([body[0] & ~0x0C | (0x08 if exif else 0)]) + body[1:]
        if kind in _WEBP_KEPT:
            kept.append(kind + length.to_bytes(4, "little") + body + b"\0" * (length % 2))
        position += 8 + length + length % 2
    if exif:
        kept.append(b"EXIF" + len(exif).to_bytes(4, "little") + exif + b"\0" * (len(exif) % 2))
    body = b"WEBP" + b"".join(kept)
    return b"RIFF" + len(body).to_bytes(4, "little") + body


# Extensions that say how an animation runs.
_GIF_APPLICATIONS: Final = (b"NETSCAPE2.0", b"ANIMEXTS1.0")


def _gif(data: bytes, exif: bytes) -> bytes:
    position = 13 + _colours(data[10])
    kept = [data[:position]]
    while data[position] != 0x3B:
        start = position
        if data[position] == 0x2C:
            position = _past_blocks(data, position + 11 + _colours(data[position + 9]))
            kept.append(data[start:position])
        elif data[position] == 0x21:
            position = _past_blocks(data, position + 2)
            label, name = data[start + 1], data[start + 3 : start + 14]
            if label == 0xF9 or (label == 0xFF and name in _GIF_APPLICATIONS):
                kept.append(data[start:position])
        else:
            raise ValueError("an unknown block")
    return b"".join([*kept, b"\x3b"])


def _colours(flags: int) -> int:
    """Bytes of the colour table that these flags announce."""
    return 3 * 2 ** ((flags & 7) + 1) if flags & 0x80 else 0


def _past_blocks(data: bytes, position: int) -> int:
    """Where the chain of sub-blocks that begins here ends."""
    while length := data[position]:
        position += length + 1
    return position + 1


_STRIP: Final[dict[str, Callable[[bytes, bytes], bytes]]] = {"PNG": _png, "JPEG": _jpeg, "WEBP": _webp, "GIF": _gif}
