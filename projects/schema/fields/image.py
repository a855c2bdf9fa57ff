"""``image``: a reference to an uploaded picture, ``sha256:`` and 64 hexadecimal digits once it is imported."""

from typing import Any

from projects.schema.checks import unstorable
from projects.schema.fields.base import Field, FieldType

# The picture of examples: no file has this hash.
EXAMPLE = "sha256:" + 64 * "0"


class Image(FieldType):
    slug = "image"
    title = "Picture"
    is_media = True

    def fault(self, value: object, field: Field) -> tuple[str, str] | None:
        if type(value) is not str or not value or len(value) > 1000 or unstorable(value):
            return "", "expected a reference to a picture: sha256:…, or a path inside the uploaded ZIP"
        if value.startswith("sha256:") and not is_reference(value):
            return "", "expected sha256: and 64 hexadecimal digits"
        return None

    def example(self, field: Field) -> Any:
        return EXAMPLE

    def plain_text(self, value: Any, field: Field) -> str:
        return ""


def is_reference(value: str) -> bool:
    """Whether the text names an asset by its hash."""
    digits = value.removeprefix("sha256:")
    return len(digits) == 64 and value != digits and all(c in "0123456789abcdef" for c in digits)


IMAGE = Image()
