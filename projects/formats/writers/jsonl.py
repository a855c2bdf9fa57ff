"""JSON Lines: one object a row, keys in the order of the columns, JSON columns nested."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar

import orjson

from projects.formats.columns import Column, JsonText, encode_rows
from projects.formats.files import replacing
from projects.formats.writers.base import Writer

__all__ = ["JsonLinesWriter"]


class JsonLinesWriter(Writer):
    slug: ClassVar[str] = "jsonl"
    title: ClassVar[str] = "JSON Lines"
    suffix: ClassVar[str] = ".jsonl"
    media_type: ClassVar[str] = "application/x-ndjson"

    def write(self, rows: Iterable[Mapping[str, Any]], path: Path, columns: Sequence[Column]) -> int:
        count = 0
        with replacing(path) as stream:
            for row in encode_rows(rows, columns):
                # JSON that is already text goes in as it stands; orjson takes only plain str for that.
                line = {
                    name: orjson.Fragment(str(value)) if isinstance(value, JsonText) else value
                    for name, value in row.items()
                }
                stream.write(orjson.dumps(line, option=orjson.OPT_APPEND_NEWLINE))
                count += 1
        return count
