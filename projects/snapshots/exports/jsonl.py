"""JSON Lines: the gold table, a sample a line."""

from pathlib import Path
from typing import ClassVar

from projects.formats.parquet_files import to_json_lines
from projects.snapshots.exports.base import Source
from projects.snapshots.exports.gold import GoldTable
from projects.snapshots.layout.columns import gold_columns

__all__ = ["JsonLines"]


class JsonLines(GoldTable):
    slug: ClassVar[str] = "jsonl"
    title: ClassVar[str] = "JSON Lines"
    description: ClassVar[str] = "A sample a line, with its final answer, or soft labels where it is plural."
    suffix: ClassVar[str] = ".jsonl"

    def write(self, source: Source, path: Path) -> int:
        return to_json_lines(self.files(source), path, gold_columns(source.manifest.document))
