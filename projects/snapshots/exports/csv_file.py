"""CSV: the gold table for a spreadsheet, which runs nothing of it."""

from pathlib import Path
from typing import ClassVar

from projects.formats.writers import writer
from projects.schema import Interface
from projects.snapshots.exports.base import Source
from projects.snapshots.exports.gold import GoldTable
from projects.snapshots.layout.columns import gold_columns
from projects.snapshots.layout.shards import read_rows

__all__ = ["Csv"]


class Csv(GoldTable):
    slug: ClassVar[str] = "csv"
    title: ClassVar[str] = "CSV"
    description: ClassVar[str] = "A sample a row, for a spreadsheet; fields and answers are JSON in one cell each."
    suffix: ClassVar[str] = ".csv"

    def write(self, source: Source, path: Path) -> int:
        columns = gold_columns(source.manifest.document)
        rows = read_rows(source.folder, source.manifest.table("gold"), columns)
        return writer(self.slug).write(rows, path, columns)

    def leaves_out(self, interface: Interface) -> list[str]:
        lost = super().leaves_out(interface)
        lost.append("The difference between an empty text and none.")
        lost.append("How texts begin that a spreadsheet would run: an apostrophe stands before them.")
        return lost
