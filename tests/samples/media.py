"""Small recordings, made here: a tone as a WAV file, and the beginnings of other kinds."""

import io
import math
import wave


def tone(seconds: float = 2.0, rate: int = 8000, pitch: float = 440.0) -> bytes:
    """A WAV file of one channel and eight bits."""
    stream = io.BytesIO()
    with wave.open(stream, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(1)
        file.setframerate(rate)
        samples = range(int(seconds * rate))
        file.writeframes(bytes(int(128 + 100 * math.sin(2 * math.pi * pitch * n / rate)) for n in samples))
    return stream.getvalue()


def with_chunk(wav: bytes, kind: bytes, body: bytes) -> bytes:
    """The same sound with one more part."""
    inner = wav[8:] + kind + len(body).to_bytes(4, "little") + body
    return b"RIFF" + len(inner).to_bytes(4, "little") + inner


def box(kind: bytes, *parts: bytes) -> bytes:
    """A box of an MP4 file."""
    body = b"".join(parts)
    return (len(body) + 8).to_bytes(4) + kind + body


def mp4(handler: bytes = b"soun", tag: bytes = b"") -> bytes:
    """An MP4 file with one track of nothing."""
    track = box(b"trak", box(b"mdia", box(b"hdlr", bytes(8), handler, bytes(12))))
    extra = [box(b"udta", tag)] if tag else []
    return box(b"ftyp", b"M4A ", bytes(4)) + box(b"moov", track, *extra) + box(b"mdat", b"sound")


FRAME = b"\xff\xfb\x90\x00" + bytes(413)


def mp3(tag: bytes = b"") -> bytes:
    """Two silent frames of MPEG audio, and tags before and after them where something is to be said."""
    if not tag:
        return 2 * FRAME
    head = b"ID3\x04\x00\x00" + bytes([0, 0, len(tag) >> 7, len(tag) & 0x7F]) + tag
    return head + 2 * FRAME + b"TAG" + tag[:125].ljust(125, b"\0")


def flac(comment: bytes = b"") -> bytes:
    """A FLAC stream of no use, with a comment where something is to be said."""
    blocks = [(0, bytes(34)), *([(4, comment)] if comment else [])]
    head = b"".join(
        bytes([kind | (0x80 if index == len(blocks) - 1 else 0)]) + len(body).to_bytes(3) + body
        for index, (kind, body) in enumerate(blocks)
    )
    return b"fLaC" + head + b"\xff\xf8sound"
