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
    # A value names a media file.
    is_media: bool = False

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
