"""What a finder of personal data is."""

from collections.abc import Iterator
from typing import ClassVar, NamedTuple


class Span(NamedTuple):
    """Where something stands: ``text[start:end]``, 0 ≤ start < end ≤ len(text)."""

    start: int
    end: int


class Finder:
    """Finds one kind of personal data by its form. ``slug`` is stored and never changes."""

    slug: ClassVar[str]
    title: ClassVar[str]  # of one
    plural: ClassVar[str]

    def find(self, text: str) -> Iterator[Span]:
        """The places in any text, in order and without overlap; time is linear in its length."""
        raise NotImplementedError
