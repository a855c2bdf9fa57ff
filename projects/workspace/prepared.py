"""Statements that are made once and run many times.

Django writes its SQL anew for every query, which takes ten times as long as SQLite takes to answer. Where people wait
(the label loop) the same few statements run over and over: they are written as querysets with ``Param`` in the place of
values, compiled at their first use, and only filled in from then on. Transactions, locks and instrumentation are
Django's own, because the statement goes through its cursor.

Values that never change stand in the SQL itself: a planner takes a partial index only where it can read that its
condition holds (``state IN ('leased', 'returned')``), which parameters hide from SQLite.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Generic, TypeVar

from django.db import DEFAULT_DB_ALIAS, connections, models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.expressions import Expression
from django.db.models.query import get_related_populators
from django.db.models.sql import UpdateQuery

M = TypeVar("M", bound=models.Model)
_Settled = tuple[str, tuple[Any, ...]]


def column(model: type[models.Model], name: str) -> "models.Field[Any, Any]":
    """A column of the model, to adapt a parameter by."""
    return next(field for field in model._meta.concrete_fields if field.name == name)


class Param(Expression):
    """A value that is named when the statement is made and given when it runs. ``field`` adapts it to the database."""

    def __init__(self, name: str, field: "models.Field[Any, Any] | None" = None) -> None:
        super().__init__(output_field=field or models.BigIntegerField())
        self.name, self.adapt = name, field

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:  # type: ignore[override]
        return "%s", [self]

    def given(self, values: dict[str, Any], connection: BaseDatabaseWrapper) -> Any:
        value = values[self.name]
        return value if self.adapt is None else self.adapt.get_db_prep_value(value, connection)


class _Statement:
    """SQL for each kind of database, made when it is needed first."""

    def __init__(self) -> None:
        self._by_vendor: dict[str, Any] = {}

    def _made(self, connection: BaseDatabaseWrapper) -> Any:
        made = self._by_vendor.get(connection.vendor)
        if made is None:
            made = self._by_vendor[connection.vendor] = self._make(connection)
        return made

    def _make(self, connection: BaseDatabaseWrapper) -> Any:
        raise NotImplementedError


def _connection() -> BaseDatabaseWrapper:
    """This thread's connection itself: the proxy that Django offers looks it up again for every attribute."""
    return connections[DEFAULT_DB_ALIAS]


def _settled(sql: str, params: Sequence[Any]) -> _Settled:
    """The statement with its unchanging values written out, and what is left to be given."""
    parts, left = sql.split("%s"), []
    settled = parts[0]
    for value, part in zip(params, parts[1:], strict=True):
        if isinstance(value, Param) or not isinstance(value, str | int) or isinstance(value, bool):
            left.append(value)
            settled += "%s" + part
        else:
            text = str(value).replace("'", "''").replace("%", "%%")
            settled += (f"'{text}'" if isinstance(value, str) else text) + part
    return settled, tuple(left)


def _filled(params: tuple[Any, ...], values: dict[str, Any], connection: BaseDatabaseWrapper) -> list[Any]:
    return [param.given(values, connection) if isinstance(param, Param) else param for param in params]


class Select(_Statement, Generic[M]):
    """A SELECT of whole objects, ``select_related`` included. ``build`` is called once, when Django is ready."""

    def __init__(self, build: "Callable[[], models.QuerySet[M]]") -> None:
        super().__init__()
        self.build = build

    def first(self, **values: Any) -> M | None:
        """The first object; a statement for one object should be sliced to one."""
        return next(self.all(**values), None)

    def all(self, **values: Any) -> Iterator[M]:
        connection = _connection()
        sql, params, make = self._made(connection)
        with connection.cursor() as cursor:
            cursor.execute(sql, _filled(params, values, connection))
            found: Iterator[M] = make(cursor.fetchall())
        return found

    def _make(self, connection: BaseDatabaseWrapper) -> tuple[str, tuple[Any, ...], Callable[[list[Any]], Iterator[M]]]:
        queryset = self.build()
        database = connection.alias
        compiler = queryset.query.get_compiler(database)
        sql, params = _settled(*compiler.as_sql())
        found = compiler.klass_info
        assert found is not None
        model, select = found["model"], compiler.select
        start, end = found["select_fields"][0], found["select_fields"][-1] + 1
        names = [column[0].target.attname for column in select[start:end]]
        related = get_related_populators(found, select, database)  # type: ignore[call-arg]  # the stubs are newer
        converters = compiler.get_converters([column[0] for column in select[: compiler.col_count]])

        def make(rows: list[Any]) -> Iterator[M]:
            for row in compiler.apply_converters(rows, converters) if converters else rows:
                made = model.from_db(database, names, row[start:end])
                for each in related:
                    each.populate(row, made)
                yield made

        return sql, params, make


class Update(_Statement):
    """An UPDATE; running it says how many rows it changed."""

    def __init__(self, build: "Callable[[], models.QuerySet[Any]]", **values: Any) -> None:
        super().__init__()
        self.build, self.values = build, values

    def run(self, **values: Any) -> int:
        connection = _connection()
        sql, params = self._made(connection)
        with connection.cursor() as cursor:
            cursor.execute(sql, _filled(params, values, connection))
            return int(cursor.rowcount)

    def _make(self, connection: BaseDatabaseWrapper) -> _Settled:
        query: Any = self.build().query.chain(UpdateQuery)
        query.add_update_values(self.values)
        return _settled(*query.get_compiler(connection.alias).as_sql())


class Insert(_Statement, Generic[M]):
    """An INSERT of rows of the model with all its columns but the key."""

    def __init__(self, model: type[M]) -> None:
        super().__init__()
        self.model = model

    def run(self, made: M) -> M:
        """One row; gives the object its key."""
        connection = _connection()
        sql, key, fields = self._made(connection)
        with connection.cursor() as cursor:
            cursor.execute(f"{sql} RETURNING {key}", _row(made, fields, connection))
            made.pk = cursor.fetchone()[0]
        made._state.adding, made._state.db = False, connection.alias
        return made

    def run_all(self, made: Sequence[M]) -> None:
        """Many rows, whose keys nobody asks for."""
        connection = _connection()
        sql, _, fields = self._made(connection)
        with connection.cursor() as cursor:
            cursor.executemany(sql, [_row(each, fields, connection) for each in made])

    def _make(self, connection: BaseDatabaseWrapper) -> tuple[str, str, list[tuple[str, Any]]]:
        fields = [field for field in self.model._meta.concrete_fields if not field.primary_key]
        quote = connection.ops.quote_name
        names = ", ".join(quote(field.column or "") for field in fields)
        marks = ", ".join(["%s"] * len(fields))
        table, key = quote(self.model._meta.db_table), quote(self.model._meta.pk.column or "")
        adapted = [(field.attname, None if _is_number(field) else field) for field in fields]
        return f"INSERT INTO {table} ({names}) VALUES ({marks})", key, adapted  # noqa: S608


def _is_number(field: Any) -> bool:
    """True where Python's value is what the driver takes."""
    target = field.target_field if isinstance(field, models.ForeignKey) else field
    return isinstance(target, models.IntegerField | models.BooleanField)


def _row(made: models.Model, fields: list[tuple[str, Any]], connection: BaseDatabaseWrapper) -> list[Any]:
    return [
        getattr(made, name) if field is None else field.get_db_prep_save(getattr(made, name), connection)
        for name, field in fields
    ]
