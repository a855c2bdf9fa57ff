"""Parquet files as JSON Lines and as one Parquet file, against the writers that go through Python."""

import json
from pathlib import Path
from typing import Any

import duckdb
import pytest

from projects.formats.columns import Column, ColumnType
from projects.formats.parquet_files import to_json_lines, to_parquet
from projects.formats.writers import writer

COLUMNS = (
    Column("key"),
    Column('a "b" \\c'),
    Column("n", ColumnType.INTEGER),
    Column("share", ColumnType.NUMBER),
    Column("yes", ColumnType.BOOLEAN),
    Column("value", ColumnType.JSON),
)
AWKWARD = [
    "",
    'say "no" \\ /',
    "tab\t line\n return\r bell\x07 \x1f \x7f",
    "مرحبا",
    "日本語 👩‍👩‍👧 e\u0301",
    "\u2028",
    "{}",
    "null",
]


def _rows(start: int, count: int) -> list[dict[str, Any]]:
    return [
        {
            "key": f"k{number:04}",
            'a "b" \\c': AWKWARD[number % len(AWKWARD)] if number % 9 else None,
            "n": [0, -(2**63), 2**63 - 1, None][number % 4],
            "share": [0.1, -0.0, 1e-9, 1.5e300, 12345678.9, None][number % 6],
            "yes": [True, False, None][number % 3],
            "value": [None, {"é": [1, 2.5, "x\n"]}, [], "text", 1e21, {"deep": {"er": None}}][number % 6],
        }
        for number in range(start, start + count)
    ]


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    paths = [tmp_path / "one.parquet", tmp_path / "two [1].parquet"]
    for number, path in enumerate(paths):
        writer("parquet").write(_rows(number * 3000, 3000), path, COLUMNS)
    return paths


def test_json_lines_hold_what_the_writer_would_write(files: list[Path], tmp_path: Path) -> None:
    assert to_json_lines(files, tmp_path / "out.jsonl", COLUMNS) == 6000
    writer("jsonl").write(_rows(0, 6000), tmp_path / "expected.jsonl", COLUMNS)
    # By lines and not by splitlines: U+2028 stands in the texts.
    found, expected = ((tmp_path / name).read_bytes().split(b"\n") for name in ("out.jsonl", "expected.jsonl"))
    assert len(found) == len(expected) == 6001
    for one, other in zip(found[:-1], expected[:-1], strict=True):
        assert json.loads(one) == json.loads(other)
        assert list(json.loads(one)) == [column.name for column in COLUMNS]


def test_chosen_columns_only(files: list[Path], tmp_path: Path) -> None:
    to_json_lines(files[:1], tmp_path / "out.jsonl", COLUMNS[:1])
    assert (tmp_path / "out.jsonl").read_bytes().startswith(b'{"key":"k0000"}\n{"key":"k0001"}\n')


def test_no_rows_are_an_empty_file(tmp_path: Path) -> None:
    writer("parquet").write([], tmp_path / "none.parquet", COLUMNS)
    assert to_json_lines([tmp_path / "none.parquet"], tmp_path / "out.jsonl", COLUMNS) == 0
    assert (tmp_path / "out.jsonl").read_bytes() == b""


def test_several_files_become_one_with_the_same_rows_and_the_same_bytes_each_time(
    files: list[Path], tmp_path: Path
) -> None:
    assert to_parquet(files, tmp_path / "out.parquet") == 6000
    assert to_parquet(files, tmp_path / "again.parquet") == 6000
    assert (tmp_path / "out.parquet").read_bytes() == (tmp_path / "again.parquet").read_bytes()
    (tmp_path / "expected.parquet").unlink(missing_ok=True)
    writer("parquet").write(_rows(0, 6000), tmp_path / "expected.parquet", COLUMNS)
    with duckdb.connect() as connection:
        one, other = (
            connection.read_parquet(str(tmp_path / name)).fetchall() for name in ("out.parquet", "expected.parquet")
        )
    assert one == other


def test_a_single_file_is_copied(files: list[Path], tmp_path: Path) -> None:
    assert to_parquet(files[:1], tmp_path / "out.parquet") == 3000
    assert (tmp_path / "out.parquet").read_bytes() == files[0].read_bytes()


def test_a_file_that_cannot_be_read_leaves_nothing_behind(files: list[Path], tmp_path: Path) -> None:
    files[1].write_bytes(files[1].read_bytes()[:1000])
    for make in (to_parquet, lambda sources, path: to_json_lines(sources, path, COLUMNS)):
        with pytest.raises(duckdb.Error):
            make(files, tmp_path / "out")
        assert not [path for path in tmp_path.iterdir() if path.name.startswith((".out", "out"))]
