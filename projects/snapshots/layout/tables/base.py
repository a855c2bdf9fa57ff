"""Tables that follow from the gold table: what a trainer wants ready made."""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar

from projects.formats.canonical import canonical
from projects.formats.columns import Column

__all__ = ["DerivedTable", "as_text", "prompt_field"]

_TEXT_FIELDS = ("text", "markdown", "code", "chat")


class DerivedTable(ABC):
    """One derived table. Slugs name the files and never change."""

    slug: ClassVar[str]
    title: ClassVar[str]
    description: ClassVar[str]
    columns: ClassVar[Sequence[Column]]

    @abstractmethod
    def questions(self, interface: Mapping[str, Any]) -> list[Mapping[str, Any]]:
        """The questions of an interface document whose answers make rows; none where it allows no such table."""

    @abstractmethod
    def rows(self, gold: Mapping[str, Any], interface: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
        """The rows that one gold row gives. Its JSON columns are parsed; its decision is `approve`."""


def prompt_field(interface: Mapping[str, Any], target: str) -> str | None:
    """The field that asks for what is in `target`: the text field called prompt, or the first one before the target."""
    names = [field["name"] for field in interface["fields"]]
    texts = {field["name"] for field in interface["fields"] if field["type"] in _TEXT_FIELDS}
    if "prompt" in texts and target != "prompt":
        return "prompt"
    # What comes after the text can't have asked for it.
    return next((name for name in names[: names.index(target)] if name in texts), None)


def as_text(value: Any) -> str | None:
    """A field's value as a cell: text as it is, anything else as canonical JSON."""
    if value is None or isinstance(value, str):
        return value
    return canonical(value).decode()
