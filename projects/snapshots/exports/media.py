"""The pictures of a version, as files with names that tell what is in them."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from PIL import Image

from projects.schema import Field
from projects.snapshots.exports.base import ExportRefused, Source
from projects.snapshots.layout.manifest import FileEntry

__all__ = ["CREDITS", "Media", "shown"]

# Who made the pictures and what allows their use: goes wherever the pictures go.
CREDITS: Final = ("CREDITS.md", "licences.json")
_ENDINGS: Final[Mapping[str | None, str]] = {
    "image/png": ".png",
    "image/jpeg": ".jpg",
    "image/webp": ".webp",
    "image/gif": ".gif",
}


class Media:
    """The pictures of one version by the values that name them, ``sha256:…``. Raises ExportRefused for a value that
    names no file of the version."""

    def __init__(self, source: Source) -> None:
        self._folder = source.folder
        assets = (entry for entry in source.manifest.files if entry.path.startswith("assets/"))
        self._entries: dict[str, FileEntry] = {entry.sha256: entry for entry in assets}

    def name(self, value: str) -> str:
        """The picture's SHA-256, with the ending of its type."""
        entry = self._entry(value)
        return entry.sha256 + _ENDINGS.get(entry.media_type, "")

    def path(self, value: str) -> Path:
        return self._folder / self._entry(value).path

    def size(self, value: str) -> tuple[int, int]:
        """Width and height in pixels, as they are stored. Raises ExportRefused where it is no picture."""
        try:
            with Image.open(self.path(value)) as picture:
                return picture.size
        except (OSError, Image.DecompressionBombError) as problem:
            raise ExportRefused(f"The picture {value} can't be read, so its size is unknown.") from problem

    def _entry(self, value: str) -> FileEntry:
        entry = self._entries.get(value.removeprefix("sha256:"))
        if entry is None:
            raise ExportRefused(f"This version is damaged: none of its files is the picture {value}.")
        return entry


def shown(fields: Mapping[str, Any], field: Field) -> list[str]:
    """The pictures that a sample has in a field: none, one, or those of its candidates in their order."""
    value = fields.get(field.name)
    if value is None:
        return []
    return [each["value"] for each in value] if field.of else [value]
