"""What every field type tells about itself."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any


class FieldType(ABC):
    """One kind of content. ``slug`` is stored in interface documents and never changes."""

    slug: str
    title: str
    # Settings besides name, type, title and required.
    settings: frozenset[str] = frozenset()
    # A text that people may correct or mark.
    is_text: bool = False
    # What a media file that a value names must be: "image", "audio" or "video"; empty for what names none.
    media: str = ""

    @property
    def is_media(self) -> bool:
        """A value names a media file."""
        return bool(self.media)

    @property
    def is_timed(self) -> bool:
        """What is shown has a time line, which segments can be marked on."""
        return self.media in ("audio", "video")

    @abstractmethod
    def fault(self, value: object, field: "Field") -> tuple[str, str] | None:
        """What does not fit about a sample's value: (path inside the value, reason), or None. Microseconds: imports
        call it for every sample."""

    @abstractmethod
    def example(self, field: "Field") -> Any:
        """A made-up value, for the preview of an interface."""

    @abstractmethod
    def plain_text(self, value: Any, field: "Field") -> str:
        """The value as plain text, for search and comparison; empty where there is none."""


@dataclass(frozen=True, slots=True)
class Field:
    """One field of an interface."""

    name: str
    type: FieldType
    title: str
    required: bool = True
    # The type of each candidate's value.
    of: FieldType | None = None
    # What code is written in; empty where nobody says.
    language: str = ""
