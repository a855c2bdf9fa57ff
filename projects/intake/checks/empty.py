"""Nothing to judge: a text that holds only white space."""

from collections.abc import Sequence
from typing import ClassVar

from projects.intake.content import Part


class Empty:
    slug: ClassVar[str] = "empty"
    title: ClassVar[str] = "Empty field"

    def reason(self, parts: Sequence[Part]) -> str | None:
        for field, kind, text in parts:
            if field.required and not kind.is_media and (not text or text.isspace()):
                return f"the field “{field.title}” is empty"
        return None
