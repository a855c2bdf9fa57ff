"""More than a person reads at one sitting, or than a page shows smoothly."""

from collections.abc import Sequence
from typing import ClassVar

from projects.intake.content import Part

LIMIT = 100_000  # characters of one text


class TooLong:
    slug: ClassVar[str] = "too_long"
    title: ClassVar[str] = "Too long"

    def reason(self, parts: Sequence[Part]) -> str | None:
        for field, _, text in parts:
            if len(text) > LIMIT:
                return f"the field “{field.title}” is longer than {LIMIT:,} characters"
        return None
