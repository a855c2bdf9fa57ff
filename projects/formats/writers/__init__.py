"""Table formats that are written: one writer a format."""

from projects.formats.columns import Column, ColumnType, JsonText, RowError
from projects.formats.writers.base import Writer
from projects.formats.writers.csv_file import CsvWriter
from projects.formats.writers.jsonl import JsonLinesWriter
from projects.formats.writers.parquet import ParquetWriter

__all__ = ["WRITERS", "Column", "ColumnType", "JsonText", "RowError", "Writer", "writer"]

WRITERS: tuple[Writer, ...] = (JsonLinesWriter(), CsvWriter(), ParquetWriter())


def writer(slug: str) -> Writer:
    """The writer with this slug. Raises KeyError where there is none."""
    for member in WRITERS:
        if member.slug == slug:
            return member
    raise KeyError(slug)
