"""Sounds and videos: which may come in, told by their first bytes, and what is taken out of them before they are kept.

As with pictures, tags (who, where, with which device, cover pictures) are dropped where that leaves every sample of
the sound and every frame as it is: in WAV, MP3, FLAC and MP4. Ogg and WebM are kept as they came. Nothing is decoded:
how long a recording is, the browser reads.

Sources: RIFF/WAVE (Multimedia Programming Interface 1.0), ID3v2.4 sections 3.1 and 3.4, RFC 9639 (FLAC),
ISO/IEC 14496-12 (MP4), RFC 3533 (Ogg), RFC 8794 (EBML).
"""

from collections.abc import Callable, Iterator
from typing import Final, NamedTuple

__all__ = ["KINDS", "LIMIT", "Recording", "RecordingError", "content_type_of", "read_recording"]

KINDS: Final = "WAV, MP3, Ogg, FLAC, M4A, MP4, WebM"
LIMIT: Final = 128 * 2**20  # bytes of one recording; it is held in memory whole
_HEAD: Final = 64 * 1024  # WebM names its tracks before the first cluster


class RecordingError(ValueError):
    """Not a recording that can be kept; the message says why."""


class Recording(NamedTuple):
    """A sound or a video as it is kept. It has no size in pixels here."""

    data: bytes
    content_type: str
    width: None = None
    height: None = None


def content_type_of(data: bytes) -> str:
    """The content type that the content itself tells; empty for what is no recording of a known kind."""
    if data[:4] == b"RIFF" and data[8:12] == b"WAVE":
        return "audio/wav"
    if data[:4] == b"fLaC":
        return "audio/flac"
    if data[:4] == b"OggS":
        return "video/ogg" if b"\x80theora" in data[:4096] else "audio/ogg"
    if data[:4] == b"\x1a\x45\xdf\xa3":
        return "" if b"webm" not in data[:64] else "video/webm" if b"V_" in data[:_HEAD] else "audio/webm"
    if data[4:8] == b"ftyp":
        if data[8:12] in (b"avif", b"avis", b"heic", b"heix", b"mif1"):
            return ""
        return "video/mp4" if _has_pictures(data) else "audio/mp4"
    if data[:3] == b"ID3" or _is_mpeg(data):
        return "audio/mpeg"
    return ""


def read_recording(data: bytes) -> Recording:
    """Checks a recording and takes its tags out. Raises RecordingError."""
    if len(data) > LIMIT:
        raise RecordingError(f"larger than {LIMIT // 2**20} MiB")
    content_type = content_type_of(data)
    if not content_type:
        raise RecordingError(f"not a sound or video of a known kind ({KINDS})")
    try:
        clean = _STRIP.get(content_type, bytes)(data)
    except (IndexError, ValueError) as error:
        raise RecordingError(f"damaged: {error}") from error
    return Recording(clean, content_type)


def _is_mpeg(data: bytes) -> bool:
    """A frame of MPEG audio, layer III: eleven set bits, a known rate of bits and of samples."""
    return (
        len(data) > 3
        and data[0] == 0xFF
        and data[1] & 0xE6 == 0xE2
        and data[1] & 0x18 != 0x08
        and data[2] >> 4 not in (0, 15)
        and data[2] & 0x0C != 0x0C
    )


def _wav(data: bytes) -> bytes:
    """Format and samples; lists of names and dates go."""
    kept: list[bytes] = []
    position = 12
    while position + 8 <= len(data):
        kind, length = data[position : position + 4], int.from_bytes(data[position + 4 : position + 8], "little")
        # A recorder that was cut off, or that wrote to a pipe, announces more than there is.
        body = data[position + 8 : position + 8 + length]
        if kind in (b"fmt ", b"fact", b"data"):
            kept.append(kind + len(body).to_bytes(4, "little") + body + b"\0" * (len(body) % 2))
        position += 8 + length + length % 2
    if [part[:4] for part in kept if part[:4] != b"fact"] != [b"fmt ", b"data"]:
        raise ValueError("a WAV file has one format and one part with samples")
    body = b"WAVE" + b"".join(kept)
    return b"RIFF" + len(body).to_bytes(4, "little") + body


def _mp3(data: bytes) -> bytes:
    """The frames without the tags before and after them."""
    start = 0
    while data[start : start + 3] == b"ID3":
        length = 0
        for byte in data[start + 6 : start + 10]:
            length = length << 7 | byte & 0x7F
        start += 10 + length + (10 if data[start + 5] & 0x10 else 0)
    while start < len(data) and not data[start]:  # padding
        start += 1
    end = len(data) - 128 if data[-128:-125] == b"TAG" else len(data)
    if not _is_mpeg(data[start : start + 4]):
        raise ValueError("no sound follows the tags")
    return data[start:end]


_FLAC_KEPT: Final = (0, 1, 3, 5)  # stream, padding, seek table, cue sheet


def _flac(data: bytes) -> bytes:
    """Blocks of comments, pictures and applications become nothing; what the stream is stays."""
    kept: list[tuple[int, bytes]] = []
    position, last = 4, False
    while not last:
        last, kind = bool(data[position] & 0x80), data[position] & 0x7F
        body = data[position + 4 : position + 4 + int.from_bytes(data[position + 1 : position + 4])]
        if kind in _FLAC_KEPT:
            kept.append((kind, body))
        position += 4 + int.from_bytes(data[position + 1 : position + 4])
    if not kept or kept[0][0] != 0 or position >= len(data):
        raise ValueError("the description of the stream is missing, or the sound")
    blocks = [
        bytes([kind | (0x80 if index == len(kept) - 1 else 0)]) + len(body).to_bytes(3) + body
        for index, (kind, body) in enumerate(kept)
    ]
    return b"fLaC" + b"".join(blocks) + data[position:]


_INSIDE: Final = (b"moov", b"trak")  # boxes whose boxes may hold tags


def _boxes(data: bytes | bytearray, start: int, end: int) -> Iterator[tuple[bytes, int, int, int]]:
    """Kind, start, start of the content, and end of each box."""
    position = start
    while position + 8 <= end:
        length, head = int.from_bytes(data[position : position + 4]), 8
        if length == 1:
            length, head = int.from_bytes(data[position + 8 : position + 16]), 16
        stop = end if length == 0 else position + length
        if (length and length < head) or stop > end:
            raise ValueError("a box is cut off")
        yield bytes(data[position + 4 : position + 8]), position, position + head, stop
        position = stop


def _mp4(data: bytes) -> bytes:
    """Tags become free space, in place: every other part is found where the file says that it is."""
    clean = bytearray(data)
    _free_tags(clean, 0, len(clean))
    return bytes(clean)


def _free_tags(clean: bytearray, start: int, end: int) -> None:
    for kind, first, content, stop in list(_boxes(clean, start, end)):
        if kind in _INSIDE:
            _free_tags(clean, content, stop)
        elif kind in (b"udta", b"meta", b"uuid"):
            clean[first + 4 : first + 8] = b"free"
            clean[content:stop] = bytes(stop - content)


def _has_pictures(data: bytes) -> bool:
    """Whether a handler of the file is one for moving pictures."""
    position = data.find(b"hdlr")
    while position >= 0:
        if data[position + 12 : position + 16] == b"vide":
            return True
        position = data.find(b"hdlr", position + 4)
    return False


_STRIP: Final[dict[str, Callable[[bytes], bytes]]] = {
    "audio/wav": _wav,
    "audio/mpeg": _mp3,
    "audio/flac": _flac,
    "audio/mp4": _mp4,
    "video/mp4": _mp4,
}
