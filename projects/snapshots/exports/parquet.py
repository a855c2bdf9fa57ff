"""Parquet: the gold table in one file."""

from typing import ClassVar

from projects.snapshots.exports.gold import GoldTable

__all__ = ["Parquet"]


class Parquet(GoldTable):
    slug: ClassVar[str] = "parquet"
    title: ClassVar[str] = "Parquet"
    description: ClassVar[str] = "A sample a row, with types, small and fast; for pandas, DuckDB, Spark."
    suffix: ClassVar[str] = ".parquet"
