"""What a JSON column holds under a name, compared alike on SQLite and PostgreSQL.

Django's own key transforms take digits for positions, and on SQLite the text "true" for the truth value.
"""

import json
from typing import Any

from django.db.models import BooleanField, F, Func, TextField
from django.db.models.expressions import Combinable


class Member(Func):
    """The scalar under a name as text with its kind in front (``s:en``, ``n:5``, ``b:true``); ``x:`` for lists and
    objects; null where there is none, or null."""

    output_field = TextField()

    def __init__(self, column: str | Combinable, name: str) -> None:
        super().__init__(F(column) if isinstance(column, str) else column)
        self.name = name

    @staticmethod
    def tagged(value: str | int | bool) -> str:
        if isinstance(value, str):
            return f"s:{value}"
        return f"b:{str(value).lower()}" if isinstance(value, bool) else f"n:{value}"

    def as_sqlite(self, compiler: Any, connection: Any, **_: Any) -> tuple[str, tuple[Any, ...]]:
        column, given = compiler.compile(self.source_expressions[0])
        path = _path(self.name)
        sql = (
            f"CASE JSON_TYPE({column}, %s) WHEN 'text' THEN 's:' || JSON_EXTRACT({column}, %s)"
            f" WHEN 'integer' THEN 'n:' || JSON_EXTRACT({column}, %s) WHEN 'true' THEN 'b:true'"
            f" WHEN 'false' THEN 'b:false' WHEN 'real' THEN 'x:' WHEN 'array' THEN 'x:' WHEN 'object' THEN 'x:' END"
        )
        return sql, (*given, path, *given, path, *given, path)

    def as_postgresql(self, compiler: Any, connection: Any, **_: Any) -> tuple[str, tuple[Any, ...]]:
        column, given = compiler.compile(self.source_expressions[0])
        sql = (
            f"CASE JSONB_TYPEOF({column} -> %s) WHEN 'string' THEN 's:' || ({column} ->> %s)"
            f" WHEN 'number' THEN 'n:' || ({column} ->> %s) WHEN 'boolean' THEN 'b:' || ({column} ->> %s)"
            f" WHEN 'array' THEN 'x:' WHEN 'object' THEN 'x:' END"
        )
        return sql, (*given, self.name) * 4


class HoldsAny(Func):
    """Whether what is under a name is one of some texts, or a list that has one of them."""

    output_field = BooleanField()
    conditional = True

    def __init__(self, column: str | Combinable, name: str, texts: list[str]) -> None:
        super().__init__(F(column) if isinstance(column, str) else column)
        self.name, self.texts = name, texts

    def as_sqlite(self, compiler: Any, connection: Any, **_: Any) -> tuple[str, tuple[Any, ...]]:
        column, given = compiler.compile(self.source_expressions[0])
        path = _path(self.name)
        held = f"JSON_EACH({column}, %s) AS held"
        sql = (
            f"(COALESCE(JSON_TYPE({column}, %s), '') <> 'object' AND EXISTS (SELECT 1 FROM {held}"  # noqa: S608
            f" WHERE held.type = 'text' AND held.value IN (SELECT value FROM JSON_EACH(%s))))"
        )
        return sql, (*given, path, *given, path, json.dumps(self.texts))

    def as_postgresql(self, compiler: Any, connection: Any, **_: Any) -> tuple[str, tuple[Any, ...]]:
        column, given = compiler.compile(self.source_expressions[0])
        sql = (
            f"COALESCE(JSONB_TYPEOF({column} -> %s) <> 'object'"
            f" AND JSONB_EXISTS_ANY({column} -> %s, %s::text[]), false)"
        )
        return sql, (*given, self.name, *given, self.name, self.texts)


def _path(name: str) -> str:
    return f"$.{json.dumps(name)}"
