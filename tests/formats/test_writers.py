"""What holds for every format that is written."""

import csv
import json
import math
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from projects.formats.canonical import canonical
from projects.formats.writers import WRITERS, Column, ColumnType, JsonText, RowError, Writer, writer

DOCS = Path(__file__).resolve().parents[2] / "docs" / "exports.md"
COLUMNS = (
    Column("key"),
    Column("text"),
    Column("count", ColumnType.INTEGER),
    Column("share", ColumnType.NUMBER),
    Column("flag", ColumnType.BOOLEAN),
    Column("tree", ColumnType.JSON),
)
TREE = st.recursive(
    st.booleans() | st.integers(-1000, 1000) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=5,
)
ROWS = st.lists(
    st.fixed_dictionaries(
        {"key": st.text(max_size=8)},
        optional={
            "text": st.none() | st.text(max_size=30),
            "count": st.none() | st.integers(-(2**63), 2**63 - 1),
            "share": st.none() | st.floats(allow_nan=False, allow_infinity=False),
            "flag": st.none() | st.booleans(),
            "tree": st.none() | TREE,
        },
    ),
    max_size=6,
)


def make_rows(count: int) -> Iterator[dict[str, Any]]:
    for number in range(count):
        tree = {"b": [number, None], "a": "é" * (number % 7)}
        yield {"key": f"k{number:06}", "text": "to and fro " * 5, "share": number / 7, "flag": True, "tree": tree}


def _jsonl(path: Path) -> list[dict[str, Any]]:
    # The tree as JSON text, so that the formats compare.
    rows = [json.loads(line) for line in path.read_bytes().splitlines()]
    return [row | {"tree": None if row["tree"] is None else canonical(row["tree"]).decode()} for row in rows]


def _csv(path: Path) -> list[dict[str, Any]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return [dict(row) for row in csv.DictReader(stream)]


def _parquet(path: Path) -> list[dict[str, Any]]:
    cursor = duckdb.connect().execute("SELECT * FROM read_parquet(?)", [str(path)])
    names = [column[0] for column in cursor.description or []]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


READ: dict[str, Callable[[Path], list[dict[str, Any]]]] = {"jsonl": _jsonl, "csv": _csv, "parquet": _parquet}


def expected(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    full = [{column.name: row.get(column.name) for column in COLUMNS} for row in rows]
    return [row | {"tree": None if row["tree"] is None else canonical(row["tree"]).decode()} for row in full]


def as_cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    text = str(value)
    return f"'{text}" if isinstance(value, str) and text.startswith(tuple("=+-@\t\r\n＝＋－＠")) else text


@pytest.mark.parametrize("member", WRITERS, ids=lambda member: member.slug)
def test_every_writer_keeps_the_contract(member: Writer, tmp_path: Path) -> None:
    path = tmp_path / f"it's [1] table*{member.suffix}"
    assert writer(member.slug) is member
    assert member.title
    assert "/" in member.media_type

    # The same rows, the same bytes; enough of them for several row groups.
    assert member.write(make_rows(40_000), path, COLUMNS) == 40_000
    first = path.read_bytes()
    assert member.write(make_rows(40_000), path, COLUMNS) == 40_000
    assert path.read_bytes() == first
    back = READ[member.slug](path)
    assert [row["key"] for row in back] == [row["key"] for row in make_rows(40_000)]
    assert list(back[0]) == [column.name for column in COLUMNS]

    # No rows make a file that says which columns there would be.
    assert member.write([], path, COLUMNS) == 0
    assert READ[member.slug](path) == []

    # A row that doesn't fit is named; what was there stays, and nothing is left lying about.
    member.write(make_rows(3), path, COLUMNS)
    before = path.read_bytes()
    for bad, said in (
        ({"key": "a", "colour": "red"}, "row 4: no such column: colour"),
        ({"key": 5}, "row 4, column 'key'"),
        ({"key": "a", "count": True}, "row 4, column 'count'"),
        ({"key": "a", "count": 2**63}, "row 4, column 'count'"),
        ({"key": "a", "share": math.nan}, "row 4, column 'share'"),
        ({"key": "a", "flag": 1}, "row 4, column 'flag'"),
        ({"key": "a", "tree": {"x": math.inf}}, "row 4, column 'tree'"),
    ):
        with pytest.raises(RowError, match=said):
            member.write([*make_rows(3), bad], path, COLUMNS)
        assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]
    with pytest.raises(ValueError, match="same name"):
        member.write([], path, [Column("key"), Column("Key")])


@pytest.mark.parametrize("member", WRITERS, ids=lambda member: member.slug)
@settings(max_examples=40)
@given(rows=ROWS)
def test_rows_come_back(member: Writer, rows: list[dict[str, Any]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, f"rows{member.suffix}")
        assert member.write(rows, path, COLUMNS) == len(rows)
        back = READ[member.slug](path)
    if member.slug != "csv":
        assert back == expected(rows)
        assert [math.copysign(1, row["share"] or 0) for row in back] == [
            math.copysign(1, row.get("share") or 0) for row in rows
        ]
        return
    for found, row in zip(back, expected(rows), strict=True):
        tree = row.pop("tree")
        assert found.pop("tree") == ("" if tree is None else tree)
        assert found == {name: as_cell(value) for name, value in row.items()}


def test_every_writer_is_documented() -> None:
    text = DOCS.read_text(encoding="utf-8")
    for member in WRITERS:
        assert f"### {member.title} (`{member.slug}`)" in text, member.slug


def test_slugs_are_unique_and_an_unknown_one_is_an_error() -> None:
    assert len({member.slug for member in WRITERS}) == len(WRITERS)
    with pytest.raises(KeyError):
        writer("xlsx")


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-1+cmd|' /C calc'!A0", "@SUM(1)", "\t=1", "\r=1", "\n=1", "＝1", "＠x", "=HYPERLINK(1)"]
)
def test_cells_that_a_spreadsheet_would_run_are_neutralised(tmp_path: Path, text: str) -> None:
    path = tmp_path / "cells.csv"
    writer("csv").write([{"key": text}], path, [Column("key")])
    assert _csv(path) == [{"key": f"'{text}"}]


def test_numbers_and_ordinary_text_are_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "cells.csv"
    rows: list[dict[str, Any]] = [{"key": "5 - 3 = 2", "count": -5, "share": -0.5, "tree": -7}, {"key": "'tis"}]
    writer("csv").write(rows, path, COLUMNS)
    first, second = _csv(path)
    assert (first["key"], first["count"], first["share"], first["tree"]) == ("5 - 3 = 2", "-5", "-0.5", "-7")
    assert second["key"] == "'tis"


def test_a_header_is_neutralised_too(tmp_path: Path) -> None:
    path = tmp_path / "cells.csv"
    writer("csv").write([], path, [Column("=cmd()"), Column("key")])
    assert path.read_bytes() == b"'=cmd(),key\r\n"


def test_json_that_is_already_text_is_not_encoded_again(tmp_path: Path) -> None:
    row = {"key": "a", "tree": JsonText('{"a":[1]}')}
    for member in WRITERS:
        path = tmp_path / f"x{member.suffix}"
        member.write([row], path, COLUMNS)
        assert READ[member.slug](path)[0]["tree"] == '{"a":[1]}'


def test_long_rows_make_short_row_groups(tmp_path: Path) -> None:
    path = tmp_path / "long.parquet"
    rows = ({"key": str(number), "text": f"{number} " * 30_000} for number in range(600))
    writer("parquet").write(rows, path, COLUMNS)
    groups = duckdb.connect().execute(
        "SELECT DISTINCT row_group_id, row_group_num_rows FROM parquet_metadata(?)", [str(path)]
    )
    sizes = [size for _, size in groups.fetchall()]
    assert sum(sizes) == 600
    assert max(sizes) < 450  # of 100 to 150 KB each
