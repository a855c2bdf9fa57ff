"""Media files of any kind: read, checked and cleaned by what they are."""

from typing import Final

from projects.samples import images, recordings
from projects.samples.images import ImageError, Picture, read_picture
from projects.samples.recordings import Recording, RecordingError, content_type_of, read_recording

__all__ = ["LIMIT", "Media", "MediaError", "kind_of", "read_media"]

Media = Picture | Recording
# What a file that can't be kept raises; the message says why.
MediaError: Final = (ImageError, RecordingError)
LIMIT: Final = max(images.LIMIT, recordings.LIMIT)  # bytes of one file of any kind

_CALLED: Final = {"image": "a picture", "audio": "a sound", "video": "a video"}


def kind_of(content_type: str) -> str:
    """``image``, ``audio`` or ``video``."""
    return content_type.partition("/")[0]


def read_media(data: bytes, wanted: str = "") -> Media:
    """Reads a file as what its content says it is. ``wanted``: the kind that it must be. Raises one of MediaError."""
    content_type = content_type_of(data)
    if wanted and content_type and kind_of(content_type) != wanted:
        raise RecordingError(refusal(wanted, content_type))
    if content_type or wanted in ("audio", "video"):
        return read_recording(data)
    return read_picture(data)


def refusal(wanted: str, content_type: str) -> str:
    """Why a file of this type has no place where another kind is shown."""
    return f"expected {_CALLED[wanted]}, this is {_CALLED.get(kind_of(content_type), content_type)} ({content_type})"
