"""Columns of a table that is written: a name, a type and what it means.

The caller says which columns there are. Nothing is guessed from the rows, so the schema of a file never depends on
which rows happened to come first, and two runs agree.
"""

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import orjson

from projects.formats.canonical import CanonicalError, canonical

__all__ = ["Column", "ColumnType", "JsonText", "RowError", "encode_rows"]


class ColumnType(StrEnum):
    STRING = "string"  # Unicode text
    INTEGER = "integer"  # 64 bits, signed
    NUMBER = "number"  # IEEE 754 double, finite
    BOOLEAN = "boolean"
    JSON = "json"  # any JSON value; held as its canonical text where a format has no nesting


@dataclass(frozen=True, slots=True)
class Column:
    name: str
    type: ColumnType = ColumnType.STRING
    description: str = ""


class JsonText(str):
    """Text that is already the canonical JSON of a value: writers take it as it stands instead of encoding it again."""

    __slots__ = ()

    def parsed(self) -> Any:
        """The value; orjson reads no subclasses of str."""
        return orjson.loads(str(self))


class RowError(ValueError):
    """A row that doesn't fit its columns; the message names the row (1-based) and the column."""


def encode_rows(rows: Iterable[Mapping[str, Any]], columns: Sequence[Column]) -> Iterator[dict[str, Any]]:
    """Yield each row with every column present, in the columns' order, and every value checked.

    An absent value is None. A JSON column becomes JsonText. Raises RowError for a column that isn't declared and for a
    value of another type: nothing is dropped or converted silently.
    """
    encoders = [(column.name, _ENCODERS[column.type]) for column in columns]
    names = {column.name for column in columns}
    if len({name.casefold() for name in names}) != len(columns):
        # SQL engines, which read these files, don't tell "Key" from "key".
        raise ValueError("two columns have the same name (letter case apart)")
    for number, row in enumerate(rows, start=1):
        encoded: dict[str, Any] = {}
        present = 0
        for name, encode in encoders:
            if name in row:
                present += 1
                value = row[name]
                try:
                    encoded[name] = None if value is None else encode(value)
                except (TypeError, CanonicalError) as problem:
                    raise RowError(f"row {number}, column {name!r}: {problem}") from problem
            else:
                encoded[name] = None
        if present != len(row):
            raise RowError(f"row {number}: no such column: {', '.join(sorted(row.keys() - names))}")
        yield encoded


def _string(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(f"expected text, got {type(value).__name__}")
    return value


def _integer(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError(f"expected an integer, got {type(value).__name__}")
    if not -(2**63) <= value < 2**63:
        raise TypeError(f"{value} doesn't fit 64 bits")
    return value


def _number(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise TypeError(f"expected a number, got {type(value).__name__}")
    if not math.isfinite(value):
        raise TypeError("expected a finite number")
    return float(value)


def _boolean(value: Any) -> bool:
    if not isinstance(value, bool):
        raise TypeError(f"expected true or false, got {type(value).__name__}")
    return value


def _json(value: Any) -> JsonText:
    return value if isinstance(value, JsonText) else JsonText(canonical(value).decode())


_ENCODERS: Mapping[ColumnType, Callable[[Any], Any]] = {
    ColumnType.STRING: _string,
    ColumnType.INTEGER: _integer,
    ColumnType.NUMBER: _number,
    ColumnType.BOOLEAN: _boolean,
    ColumnType.JSON: _json,
}
