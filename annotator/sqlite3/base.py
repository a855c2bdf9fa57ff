"""Django's SQLite backend, except that a statement is brought into the driver's form once and not on every run, and
that rows inserted many at a time are not all kept until the last one is in."""

from collections.abc import Iterable
from functools import lru_cache
from sqlite3 import Cursor as DriverCursor
from typing import Any

from django.db.backends.sqlite3 import base


class Cursor(base.SQLiteCursorWrapper):
    def convert_query(self, query: str, *, param_names: list[str] | None = None) -> str:
        return super().convert_query(query, param_names=param_names) if param_names else _converted(query)

    def executemany(self, query: str, param_list: Iterable[Any]) -> Any:
        """Rows are sequences; nothing in Django gives mappings here."""
        return DriverCursor.executemany(self, _converted(query), param_list)


@lru_cache(maxsize=512)
def _converted(query: str) -> str:
    return base.FORMAT_QMARK_REGEX.sub("?", query).replace("%%", "%")


class DatabaseWrapper(base.DatabaseWrapper):
    def create_cursor(self, name: Any = None) -> Cursor:
        cursor: Cursor = self.connection.cursor(factory=Cursor)
        return cursor
