"""What the table formats share: the gold table as one file."""

from pathlib import Path
from typing import ClassVar

from projects.schema import Interface
from projects.snapshots.exports.base import Export, Source, pictures

__all__ = ["GoldTable"]


class GoldTable(Export):
    """One row a sample: content, final answer, soft labels of plural decisions, how it was decided, provenance."""

    reads: ClassVar[tuple[str, ...]] = ("gold",)

    def refuses(self, interface: Interface) -> str:
        return ""

    def leaves_out(self, interface: Interface) -> list[str]:
        lost = ["What each person answered: a row has the final answer. The table of responses is in hf and croissant."]
        if pictures(interface):
            lost.append("Media files: they are named by their SHA-256. The files are in hf and croissant.")
        return lost

    def files(self, source: Source) -> list[Path]:
        """The table's files, in order."""
        return [source.folder / entry.path for entry in source.manifest.table("gold")]
