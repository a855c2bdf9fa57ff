"""Counting over the finished tables: what the documents say of lengths, values, people and creators.

Read from the files, whoever wrote them and in how many pieces, so every figure is of this version and of nothing else.
All figures are whole numbers or shares of them: no machine rounds otherwise.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from projects.formats.duck import literal, reading, select_from_parquet
from projects.snapshots.layout.manifest import FileEntry

__all__ = ["Lengths", "Quartiles", "Survey", "Values", "survey"]

_TEXTS = ("text", "markdown", "code")
# Question types whose answer is one of a few values: where it is in the answers, below the question's name.
_VALUES: Mapping[str, str] = {"label": "", "verdict": "", "rating": "", "multilabel": "[*]", "pairwise": ".winner"}


@dataclass(frozen=True, slots=True)
class Quartiles:
    """Of whole numbers: the least, the quartiles, the largest, and their sum; each is a number that occurs."""

    count: int
    least: int
    lower: int
    median: int
    upper: int
    largest: int
    total: int


@dataclass(frozen=True, slots=True)
class Lengths:
    """Characters (Unicode code points) of one field's texts; `bytes` is their size in UTF-8."""

    field: str
    characters: Quartiles
    bytes: int


@dataclass(frozen=True, slots=True)
class Values:
    """How often each value is the final answer of a series: in order where all are whole numbers, else most often
    first. `answers` counts all of them."""

    series: str
    answers: int
    counts: Sequence[tuple[str, int]]


@dataclass(frozen=True, slots=True)
class Survey:
    lengths: Sequence[Lengths] = ()
    values: Sequence[Values] = ()
    creators: Sequence[int] = ()  # samples of each named creator, most first
    consented: int = 0  # samples that name a consent
    sourced: int = 0  # samples that say where they were found
    reviewers: int = 0
    annotations: Quartiles | None = None  # of each annotator
    milliseconds: Quartiles | None = None  # of each annotation that was timed
    interfaces: Mapping[int, int] | None = None  # annotations by version of the interface


def survey(
    folder: Path,
    gold: Sequence[FileEntry],
    responses: Sequence[FileEntry],
    interfaces: Mapping[int, Mapping[str, Any]],
) -> Survey:
    """The figures of a version whose tables are in `folder`."""
    with reading([folder / entry.path for entry in (*gold, *responses)]) as (connection, sources):
        first, second = sources[: len(gold)], sources[len(gold) :]
        return Survey(
            lengths=list(_lengths(connection, first, interfaces)),
            values=list(_values(connection, first, interfaces)),
            **_samples(connection, first),
            **_people(connection, second),
        )


def _samples(connection: duckdb.DuckDBPyConnection, sources: Sequence[str]) -> dict[str, Any]:
    rows = connection.execute(
        f"{select_from_parquet('creator, count(*)', sources)} WHERE creator IS NOT NULL GROUP BY 1 ORDER BY 2 DESC, 1"
    )
    creators = [count for _, count in rows.fetchall()]
    counts = "count(consent), count(source), count(DISTINCT decided_by)"
    consented, sourced, reviewers = _one(connection, select_from_parquet(counts, sources))
    return {"creators": creators, "consented": consented, "sourced": sourced, "reviewers": reviewers}


def _people(connection: duckdb.DuckDBPyConnection, sources: Sequence[str]) -> dict[str, Any]:
    each = f"{select_from_parquet('annotator, count(*) AS n', sources)} GROUP BY 1"
    rows = connection.execute(f"{select_from_parquet('interface, count(*)', sources)} GROUP BY 1 ORDER BY 1").fetchall()
    timed = f"{select_from_parquet('duration_ms AS n', sources)} WHERE duration_ms IS NOT NULL"
    return {
        "annotations": _quartiles(_one(connection, f"SELECT {_QUARTILES} FROM ({each})")),  # noqa: S608
        "milliseconds": _quartiles(_one(connection, f"SELECT {_QUARTILES} FROM ({timed})")),  # noqa: S608
        "interfaces": dict(rows),
    }


def _lengths(
    connection: duckdb.DuckDBPyConnection, sources: Sequence[str], interfaces: Mapping[int, Mapping[str, Any]]
) -> Iterable[Lengths]:
    """A text's characters; of candidates, each candidate's; of a conversation, each turn's."""
    for name, path in sorted(_text_paths(interfaces).items()):
        where = literal(path)
        found = f"json_extract_string(fields, {where})"
        texts = f"unnest({found})" if "[*]" in path else found
        inner = select_from_parquet(f"{texts} AS t", sources)
        query = f"SELECT length(t) AS n, strlen(t) AS b FROM ({inner}) WHERE t IS NOT NULL"  # noqa: S608
        *figures, size = _one(connection, f"SELECT {_QUARTILES}, sum(b) FROM ({query})")  # noqa: S608
        if quartiles := _quartiles(figures):
            yield Lengths(name, quartiles, int(size))


def _text_paths(interfaces: Mapping[int, Mapping[str, Any]]) -> dict[str, str]:
    found: dict[str, str] = {}
    for _, document in sorted(interfaces.items()):
        for field in document.get("fields", ()):
            inner = field.get("of") if field["type"] == "candidates" else field["type"]
            at = _at(field["name"]) + ("[*].value" if field["type"] == "candidates" else "")
            if inner in _TEXTS:
                found[field["name"]] = at
            elif inner == "chat" and field["type"] == "chat":
                found[field["name"]] = f"{at}[*].content"
    return found


def _values(
    connection: duckdb.DuckDBPyConnection, sources: Sequence[str], interfaces: Mapping[int, Mapping[str, Any]]
) -> Iterable[Values]:
    paths = _value_paths(interfaces)
    plain = [series for series, path in paths.items() if "*" not in path]
    found: dict[str, list[tuple[str, int]]] = {series: [] for series in paths}
    if plain:  # all in one pass: reading the JSON is what takes time
        listed = ", ".join(literal(paths[series]) for series in plain)
        values = f"unnest(json_extract_string(answers, [{listed}])) AS v, unnest(range({len(plain)})) AS i"
        for place, value, count in _counted(connection, sources, values):
            found[plain[place]].append((value, count))
    for series in found.keys() - set(plain):
        values = f"unnest(json_extract_string(answers, {literal(paths[series])})) AS v, 0 AS i"
        found[series] = [(value, count) for _, value, count in _counted(connection, sources, values)]
    for series, rows in found.items():
        if all(value.isascii() and value.lstrip("-").isdigit() for value, _ in rows):
            rows.sort(key=lambda row: int(row[0]))
        yield Values(series, sum(count for _, count in rows), rows)


def _counted(connection: duckdb.DuckDBPyConnection, sources: Sequence[str], values: str) -> list[tuple[int, str, int]]:
    """How often each value `v` of each place `i` is in approved answers, most often first."""
    inner = f"{select_from_parquet(values, sources)} WHERE decision = 'approve'"
    query = f"SELECT i, v, count(*) FROM ({inner}) WHERE v IS NOT NULL GROUP BY 1, 2 ORDER BY 1, 3 DESC, 2"  # noqa: S608
    return connection.execute(query).fetchall()


def _value_paths(interfaces: Mapping[int, Mapping[str, Any]]) -> dict[str, str]:
    """Where the values of each series are, in the order of the questions."""
    found: dict[str, str] = {}
    for _, document in sorted(interfaces.items()):
        candidates = {field["name"] for field in document.get("fields", ()) if field["type"] == "candidates"}
        for question in document.get("questions", ()):
            at = _at(question["name"])
            if question["type"] in _VALUES:
                found[question["name"]] = at + _VALUES[question["type"]]
            elif question["type"] == "rubric":
                each = ".*" if question.get("on") in candidates else ""
                for axis in question.get("axes", ()):
                    found[f"{question['name']}.{axis['name']}"] = at + each + _at(axis["name"])[1:]
    return found


def _at(name: str) -> str:
    escaped = name.replace("\\", "\\\\").replace('"', '\\"')
    return f'$."{escaped}"'


_QUARTILES = "count(n), min(n), quantile_disc(n, [0.25, 0.5, 0.75]), max(n), sum(n)"


def _quartiles(figures: Sequence[Any]) -> Quartiles | None:
    """What `_QUARTILES` gave; None where there are no rows."""
    count, least, quartiles, largest, total = figures
    if not count:
        return None
    lower, median, upper = quartiles
    return Quartiles(count, least, lower, median, upper, largest, int(total))


def _one(connection: duckdb.DuckDBPyConnection, query: str) -> tuple[Any, ...]:
    found = connection.execute(query).fetchone()
    if found is None:
        raise duckdb.Error("an aggregate without a row")
    return found
