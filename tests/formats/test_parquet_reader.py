"""Parquet as other tools write it."""

from pathlib import Path

import pytest

from projects.formats.readers import LINE_LIMIT
from tests.formats.make import lines_of, make_file, make_parquet


def test_every_type_has_a_json_form(tmp_path: Path) -> None:
    path = make_parquet(
        tmp_path / "types.parquet",
        """SELECT 7 AS key, 'é' AS "text", 1.5::DOUBLE AS number, 2.50::DECIMAL(9,2) AS price, true AS flag,
           DATE '2026-01-02' AS day, TIMESTAMPTZ '2026-01-02 03:04:05+00' AS moment, [1, 2] AS list,
           {'a': 'x', 'b': [{'c': 1}]} AS struct, MAP {'k': 1} AS map, NULL::VARCHAR AS nothing,
           'nan'::DOUBLE AS missing, uuid() AS "metadata.id", '{"origin": "ai"}'::JSON AS provenance""",
    )
    (line,) = lines_of(path)
    assert line.data is not None
    assert len(line.data.pop("metadata")["id"]) == 36
    assert line.data == {
        "key": "7",
        "fields": {
            "text": "é",
            "number": 1.5,
            "price": 2.5,
            "flag": True,
            "day": "2026-01-02",
            "moment": "2026-01-02 03:04:05+00",
            "list": [1, 2],
            "struct": {"a": "x", "b": [{"c": 1}]},
            "map": {"k": 1},
        },
        "provenance": {"origin": "ai"},
    }


def test_structured_fields_may_be_nested_or_json_text(tmp_path: Path) -> None:
    path = make_parquet(
        tmp_path / "chat.parquet",
        """SELECT 'a' AS key, '[{"role": "user"}]' AS chat, [{'id': 'x'}] AS outputs
           UNION ALL SELECT 'b', 'no json', NULL""",
    )
    first, second = lines_of(path, structured=("chat", "outputs"))
    assert first.data == {"key": "a", "fields": {"chat": [{"role": "user"}], "outputs": [{"id": "x"}]}}
    assert "column 'chat'" in str(second.error)
    assert lines_of(path)[1].error is None


def test_rows_that_are_no_samples_are_named_and_the_others_kept(tmp_path: Path) -> None:
    path = make_parquet(
        tmp_path / "bad.parquet",
        f"""SELECT 'a' AS key, 'fine' AS story, 1::DOUBLE AS score UNION ALL
            SELECT 'b', 'nul' || chr(0), 1 UNION ALL
            SELECT 'c', 'fine', 'inf'::DOUBLE UNION ALL
            SELECT 'd', repeat('x', {LINE_LIMIT}), 1 UNION ALL
            SELECT 'e', 'fine', 1""",
    )
    lines = lines_of(path)
    assert [line.error is None for line in lines] == [True, False, False, False, True]
    assert [line.number for line in lines] == [1, 2, 3, 4, 5]
    assert "U+0000" in str(lines[1].error)
    assert "infinite" in str(lines[2].error)
    assert "longer than" in str(lines[3].error)


def test_binary_columns_are_refused_with_the_way_out(tmp_path: Path) -> None:
    path = make_parquet(tmp_path / "images.parquet", "SELECT 'a' AS key, {'bytes': 'x'::BLOB, 'path': 'p'} AS image")
    (line,) = lines_of(path)
    assert "'image' holds binary data" in str(line.error)
    assert "ZIP" in str(line.error)


def test_many_rows_keep_their_order(tmp_path: Path) -> None:
    path = make_parquet(tmp_path / "many.parquet", "SELECT range AS key, repeat('x', 50) AS t FROM range(30000)")
    assert [line.data["key"] for line in lines_of(path) if line.data] == [str(number) for number in range(30_000)]


@pytest.mark.parametrize("content", [b"PAR1", b"PAR1" + b"\0" * 100 + b"PAR1", b"PAR1 not really PAR1"])
def test_what_only_looks_like_parquet_is_an_error_line(tmp_path: Path, content: bytes) -> None:
    (line,) = lines_of(make_file(tmp_path, "x.parquet", content))
    assert line.number == 0
    assert line.error


def test_the_connection_reaches_no_other_file(tmp_path: Path) -> None:
    import duckdb

    from projects.formats.duck import confined, select_from_parquet

    allowed = make_parquet(tmp_path / "mine.parquet", "SELECT 1 AS x")
    other = make_parquet(tmp_path / "other.parquet", "SELECT 2 AS x")
    with confined([allowed]) as (connection, sources):
        assert connection.execute(select_from_parquet("x", sources)).fetchall() == [(1,)]
        for statement in (
            select_from_parquet("x", [str(other)]),
            f"SELECT * FROM read_text('{other}')",
            f"COPY (SELECT 1) TO '{tmp_path / 'written'}'",
            "SET enable_external_access = true",
        ):
            with pytest.raises(duckdb.Error):
                connection.execute(statement)
