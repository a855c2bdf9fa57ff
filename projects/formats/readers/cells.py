"""From a row of named columns to the shape of a JSON line.

Shared by the formats that are tables: which column goes where, and which cells hold JSON.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

import orjson

from projects.formats.readers.base import ReadError

__all__ = ["RowShape"]

_WHOLE = ("metadata", "provenance", "suggestions", "gold")  # columns that hold a whole part of the line, as JSON
_PARTS = ("metadata", "provenance", "fields")  # prefixes of columns that hold one value of a part


class RowShape:
    """The mapping from one file's columns to import lines.

    `key` is the key; `metadata.x`, `provenance.x` and `fields.x` go where they say; `metadata`, `provenance`,
    `suggestions` and `gold` hold JSON; every other column is a field of that name. A column without a name is left
    out (spreadsheets and data frames write their row numbers so). Raises ReadError when two columns mean the same.
    """

    def __init__(self, columns: Sequence[str], structured: Collection[str]) -> None:
        self.columns = tuple(columns)
        self._cells: list[_Place | None] = [_place(name.strip(), structured) for name in columns]
        taken: dict[tuple[str, str | None], str] = {}
        for name, place in zip(columns, self._cells, strict=True):
            if place is None:
                continue
            if (place.part, place.name) in taken:
                raise ReadError(f"the columns {taken[place.part, place.name]!r} and {name!r} mean the same")
            taken[place.part, place.name] = name

    def line(self, cells: Sequence[Any]) -> dict[str, Any]:
        """One row as an import line; cells that are None or empty text are absent. Raises ReadError for a bad cell."""
        data: dict[str, Any] = {"fields": {}}
        # Whole parts first, so that metadata.x adds to metadata instead of being replaced by it.
        for whole in (True, False):
            for column, place, cell in zip(self.columns, self._cells, cells, strict=True):
                if place is None or (place.name is None) is not whole or cell is None or cell == "":
                    continue
                try:
                    value = place.parse(cell)
                except ReadError as problem:
                    raise ReadError(f"column {column!r}: {problem}") from problem
                if place.name is None:
                    data[place.part] = value
                else:
                    data.setdefault(place.part, {})[place.name] = value
        return data


class _Place:
    """Where a column's cells go: into a part of the line under a name, or as the whole part when the name is None."""

    __slots__ = ("name", "parse", "part")

    def __init__(self, part: str, name: str | None, parse: Callable[[Any], Any]) -> None:
        self.part, self.name, self.parse = part, name, parse


def _place(column: str, structured: Collection[str]) -> _Place | None:
    if not column:
        return None
    if column == "key":
        return _Place("key", None, _key)
    if column in _WHOLE:
        return _Place(column, None, _list if column == "suggestions" else _object)
    part, dot, name = column.partition(".")
    if not (dot and name and part in _PARTS):
        part, name = "fields", column
    return _Place(part, name, _json if part == "fields" and name in structured else _as_it_is)


def _as_it_is(cell: Any) -> Any:
    return cell


def _key(cell: Any) -> Any:
    # A column of numbered keys has a number type in Parquet.
    return str(cell) if isinstance(cell, int) and not isinstance(cell, bool) else cell


def _json(cell: Any) -> Any:
    if not isinstance(cell, str):
        return cell  # Parquet has lists and structs of its own
    try:
        return orjson.loads(cell)
    except orjson.JSONDecodeError as problem:
        raise ReadError(f"this field is structured, so its cell must be JSON: {problem.msg}") from problem


def _object(cell: Any) -> Any:
    value = _json(cell)
    if not isinstance(value, Mapping):
        raise ReadError("expected a JSON object")
    return value


def _list(cell: Any) -> Any:
    value = _json(cell)
    if not isinstance(value, list):
        raise ReadError("expected a JSON list")
    return value
