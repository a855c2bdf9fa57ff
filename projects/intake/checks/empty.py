"""Nothing to judge: a text that holds only white space."""

from collections.abc import Sequence
from typing import ClassVar

from projects.intake.content import Part, is_media


class Empty:
    slug: ClassVar[str] = "empty"
    title: ClassVar[str] = "Empty field"

    def reason(self, parts: Sequence[Part]) -> str | None:
        for field, kind, value in parts:
            if not field.required or is_media(kind):
                continue
            text = kind.plain_text(value, field)
            if not text or text.isspace():
                return f"the field “{field.title}” is empty"
        return None
