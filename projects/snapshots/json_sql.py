"""What a JSON column holds under a name, compared alike on SQLite and PostgreSQL.

Django's own key transforms take digits for positions, and on SQLite the text "true" for the truth value. A path of
SQLite's can't name a key with a quote in it, so its keys are compared one by one.
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
        kinds = (
            "CASE held.type WHEN 'text' THEN 's:' || held.value WHEN 'integer' THEN 'n:' || held.value"
            " WHEN 'true' THEN 'b:true' WHEN 'false' THEN 'b:false' WHEN 'null' THEN NULL ELSE 'x:' END"
        )
        sql = f"(SELECT {kinds} FROM JSON_EACH({column}) AS held WHERE held.key = %s)"  # noqa: S608
        return sql, (*given, self.name)

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
        values = "JSON_EACH(CASE named.type WHEN 'array' THEN named.value ELSE JSON_ARRAY(named.value) END) AS held"
        sql = (
            f"EXISTS (SELECT 1 FROM JSON_EACH({column}) AS named, {values}"  # noqa: S608
            " WHERE named.key = %s AND named.type IN ('text', 'array') AND held.type = 'text'"
            " AND held.value IN (SELECT value FROM JSON_EACH(%s)))"
        )
        return sql, (*given, self.name, json.dumps(self.texts))

    def as_postgresql(self, compiler: Any, connection: Any, **_: Any) -> tuple[str, tuple[Any, ...]]:
        column, given = compiler.compile(self.source_expressions[0])
        sql = (
            f"COALESCE(JSONB_TYPEOF({column} -> %s) <> 'object'"
            f" AND JSONB_EXISTS_ANY({column} -> %s, %s::text[]), false)"
        )
        return sql, (*given, self.name, *given, self.name, self.texts)
