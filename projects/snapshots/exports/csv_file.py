"""CSV: the gold table for a spreadsheet, which runs nothing of it."""

from typing import ClassVar

from projects.schema import Interface
from projects.snapshots.exports.gold import GoldTable

__all__ = ["Csv"]


class Csv(GoldTable):
    slug: ClassVar[str] = "csv"
    title: ClassVar[str] = "CSV"
    description: ClassVar[str] = "A sample a row, for a spreadsheet; fields and answers are JSON in one cell each."
    suffix: ClassVar[str] = ".csv"

    def leaves_out(self, interface: Interface) -> list[str]:
        lost = super().leaves_out(interface)
        lost.append("The difference between an empty text and none.")
        lost.append("How texts begin that a spreadsheet would run: an apostrophe stands before them.")
        return lost
