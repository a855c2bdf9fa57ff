"""Parquet: the gold table in one file."""

from pathlib import Path
from typing import ClassVar

from projects.formats.parquet_files import to_parquet
from projects.snapshots.exports.base import Source
from projects.snapshots.exports.gold import GoldTable

__all__ = ["Parquet"]


class Parquet(GoldTable):
    slug: ClassVar[str] = "parquet"
    title: ClassVar[str] = "Parquet"
    description: ClassVar[str] = "A sample a row, with types, small and fast; for pandas, DuckDB, Spark."
    suffix: ClassVar[str] = ".parquet"

    def write(self, source: Source, path: Path) -> int:
        return to_parquet(self.files(source), path)
