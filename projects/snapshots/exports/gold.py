"""What the table formats share: the gold table as one file, by a writer."""

from pathlib import Path
from typing import ClassVar

from projects.formats.writers import writer
from projects.schema import Interface
from projects.snapshots.exports.base import Export, Source, pictures
from projects.snapshots.layout.columns import GOLD
from projects.snapshots.layout.shards import read_rows

__all__ = ["GoldTable"]


class GoldTable(Export):
    """One row a sample: content, final answer, soft labels of plural decisions, how it was decided, provenance."""

    reads: ClassVar[tuple[str, ...]] = ("gold",)

    def refuses(self, interface: Interface) -> str:
        return ""

    def leaves_out(self, interface: Interface) -> list[str]:
        lost = ["What each person answered: a row has the final answer. The table of responses is in hf and croissant."]
        if pictures(interface):
            lost.append("Pictures: they are named by their SHA-256. The files are in hf and croissant.")
        return lost

    def write(self, source: Source, path: Path) -> int:
        rows = read_rows(source.folder, source.manifest.table("gold"), GOLD)
        return writer(self.slug).write(rows, path, GOLD)
