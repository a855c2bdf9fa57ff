"""CSV (RFC 4180, UTF-8) that a spreadsheet shows and doesn't run."""

import csv
import io
import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar

from projects.formats.columns import Column, JsonText, encode_rows
from projects.formats.files import replacing
from projects.formats.writers.base import Writer

__all__ = ["CsvWriter", "cell", "csv_lines"]

# A cell that begins so is a formula to a spreadsheet, and its text came from strangers. The full-width forms are
# what East Asian input methods type and Excel takes as well. https://owasp.org/www-community/attacks/CSV_Injection
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


class CsvWriter(Writer):
    slug: ClassVar[str] = "csv"
    title: ClassVar[str] = "CSV"
    suffix: ClassVar[str] = ".csv"
    media_type: ClassVar[str] = "text/csv; charset=utf-8"

    def write(self, rows: Iterable[Mapping[str, Any]], path: Path, columns: Sequence[Column]) -> int:
        count = 0
        with replacing(path) as stream, io.TextIOWrapper(stream, "utf-8", newline="", write_through=True) as text:
            writer = csv.writer(text, lineterminator="\r\n")
            writer.writerow([_shown(column.name) for column in columns])
            for row in encode_rows(rows, columns):
                writer.writerow([cell(value) for value in row.values()])
                count += 1
        return count


def csv_lines(header: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[bytes]:
    """A table as it is written, line by line: texts, numbers, truth values and None."""
    for row in itertools.chain([header], rows):
        text = io.StringIO(newline="")
        csv.writer(text, lineterminator="\r\n").writerow([cell(value) for value in row])
        yield text.getvalue().encode()


def cell(value: Any) -> Any:
    """A value as a cell that a spreadsheet shows and doesn't run; empty for None."""
    if isinstance(value, JsonText):
        return value  # begins with a quote, a bracket, a digit or the minus of a number
    if isinstance(value, str):
        return _shown(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else value  # numbers are no formulas, negative ones neither


def _shown(text: str) -> str:
    """Text with an apostrophe before it where a spreadsheet would run it; the apostrophe makes it text."""
    return f"'{text}" if text.startswith(_FORMULA) else text
