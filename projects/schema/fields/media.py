"""``image``, ``audio`` and ``video``: a reference to an uploaded file, ``sha256:`` and 64 hexadecimal digits once it is
imported."""

from typing import Any

from projects.schema.checks import unstorable
from projects.schema.fields.base import Field, FieldType

# The files of examples: none has such a hash.
EXAMPLES = {kind: f"sha256:{number:064}" for number, kind in enumerate(("image", "audio", "video"))}


class Media(FieldType):
    """What every reference keeps to. ``called``: the file in a sentence."""

    called: str

    def fault(self, value: object, field: Field) -> tuple[str, str] | None:
        if type(value) is not str or not value or len(value) > 1000 or unstorable(value):
            return "", f"expected a reference to {self.called}: sha256:…, or a path inside the uploaded ZIP"
        if value.startswith("sha256:") and not is_reference(value):
            return "", "expected sha256: and 64 hexadecimal digits"
        return None

    def example(self, field: Field) -> Any:
        return EXAMPLES[self.media]

    def plain_text(self, value: Any, field: Field) -> str:
        return ""


class Image(Media):
    slug = "image"
    title = "Picture"
    media = "image"
    called = "a picture"


class Audio(Media):
    slug = "audio"
    title = "Sound"
    media = "audio"
    called = "a sound"


class Video(Media):
    slug = "video"
    title = "Video"
    media = "video"
    called = "a video"


def is_reference(value: str) -> bool:
    """Whether the text names an asset by its hash."""
    digits = value.removeprefix("sha256:")
    return len(digits) == 64 and value != digits and all(c in "0123456789abcdef" for c in digits)


IMAGE = Image()
AUDIO = Audio()
VIDEO = Video()
