"""A table that has been written, as the documents around it speak of it."""

from collections.abc import Sequence
from dataclasses import dataclass

from projects.formats.columns import Column
from projects.snapshots.layout.manifest import FileEntry

__all__ = ["WrittenTable"]


@dataclass(frozen=True, slots=True)
class WrittenTable:
    slug: str
    description: str
    columns: Sequence[Column]
    files: Sequence[FileEntry]

    @property
    def rows(self) -> int:
        return sum(entry.rows or 0 for entry in self.files)
