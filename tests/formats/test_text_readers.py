"""JSON Lines and CSV as people and programs really write them."""

import io
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from projects.formats.readers import LINE_LIMIT, Line
from projects.formats.readers.csv_file import CsvFile
from projects.formats.readers.jsonl import JsonLines
from projects.formats.readers.streams import split_lines
from tests.formats.make import gzipped, lines_of, make_csv, make_file, make_flat, make_jsonl, make_sample


def jsonl(content: bytes) -> list[Line]:
    return list(JsonLines().read_stream(io.BytesIO(content)))


def csv(content: bytes, structured: tuple[str, ...] = ()) -> list[Line]:
    return list(CsvFile().read_stream(io.BytesIO(content), structured=structured))


def errors(lines: list[Line]) -> dict[int, str]:
    return {line.number: line.error for line in lines if line.error is not None}


TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=10)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=5,
)
OBJECTS = st.dictionaries(TEXT, JSON, max_size=3)


@given(
    st.lists(OBJECTS, max_size=5),
    st.sampled_from([b"\n", b"\r\n", b"\n\n", b"\n  \n"]),
    st.booleans(),
    st.integers(1, 64),
)
def test_objects_come_back_whatever_the_line_ends_and_the_chunks(
    objects: list[dict[str, Any]], end: bytes, bom: bool, chunk: int
) -> None:
    content = (b"\xef\xbb\xbf" if bom else b"") + b"".join(orjson.dumps(each) + end for each in objects)
    lines = list(JsonLines().read_stream(_Dripping(content, chunk)))
    assert [line.error for line in lines] == [None] * len(objects)
    assert [line.data for line in lines] == objects
    assert [orjson.loads(line.raw) for line in lines] == objects


class _Dripping(io.BytesIO):
    """A stream that gives a few bytes at a time."""

    def __init__(self, content: bytes, size: int) -> None:
        super().__init__(content)
        self._few = size

    def read1(self, size: int | None = -1, /) -> bytes:
        return super().read1(self._few)


@given(st.lists(st.binary(max_size=40)), st.integers(1, 50), st.integers(1, 20))
def test_no_bytes_are_lost_between_lines(pieces: list[bytes], chunk: int, limit: int) -> None:
    content = b"x" + b"\n".join(pieces)  # x, so that it doesn't begin with a byte order mark
    lines = list(split_lines(_Dripping(content, chunk), limit))
    expected = io.BytesIO(content).readlines()
    assert [line.number for line in lines] == list(range(1, len(expected) + 1))
    for line, whole in zip(lines, expected, strict=True):
        assert (line.error is not None) == (len(whole) > limit)
        assert line.raw == whole[:1024]


def test_bad_lines_are_named_and_the_others_kept() -> None:
    lines = jsonl(
        b'{"key": "a"}\n'
        b'{"key": "b"\n'
        b"\n"
        b"[1, 2]\n"
        b'"text"\n'
        b'{"key": "\xff"}\n'
        b'{"key": NaN}\n'
        b'{"key": "\\ud800"}\n'
        b'{"key": "nul \\u0000"}\n'
        b'{"key": "not nul \\\\u0000"}\n'
        b'{"key": "z"}'
    )
    assert [line.data for line in lines if line.data] == [{"key": "a"}, {"key": "not nul \\u0000"}, {"key": "z"}]
    said = errors(lines)
    assert sorted(said) == [2, 4, 5, 6, 7, 8, 9]
    assert said[2].startswith("not JSON")
    assert "not a list" in said[4]
    assert "not text" in said[5]
    assert said[6] == "not UTF-8 at byte 10"
    assert "U+0000" in said[9]
    assert next(line.raw for line in lines if line.number == 2) == b'{"key": "b"'


def test_a_line_over_the_limit_is_refused_without_being_held() -> None:
    long = b'{"key": "' + b"x" * LINE_LIMIT + b'"}'
    lines = jsonl(b'{"key": "a"}\n' + long + b'\n{"key": "b"}\n')
    assert [line.data for line in lines] == [{"key": "a"}, None, {"key": "b"}]
    assert lines[1].error == "longer than 16,777,216 bytes"
    assert lines[1].raw == long[:1024]


def test_nesting_is_limited_and_brackets_in_text_are_not() -> None:
    deep = b'{"key":' + b"[" * 150 + b"]" * 150 + b"}"
    deeper = b'{"key":' + b"[" * 5000 + b"]" * 5000 + b"}"
    text = b'{"key": "' + b"[{" * 500 + b'"}'
    lines = jsonl(b"\n".join([deep, deeper, text]))
    assert [line.error is None for line in lines] == [False, False, True]
    assert "100 levels" in str(lines[0].error)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-be"])
def test_utf_16_is_named(encoding: str) -> None:
    text = '{"key": "a"}\n' if encoding == "utf-16" else '\ufeff{"key": "a"}\n'
    for lines in (jsonl(text.encode(encoding)), csv(text.encode(encoding))):
        assert [line.number for line in lines] == [0]
        assert "UTF-16" in str(lines[0].error)


@pytest.mark.parametrize("name", ["cut.jsonl.gz", "cut.csv.gz"])
def test_a_truncated_gzip_gives_what_came_before_and_says_where(tmp_path: Path, name: str) -> None:
    samples = [make_sample(number, metadata={"noise": str(number * 7919 % 10007)}) for number in range(2000)]
    content = make_jsonl(samples) if "jsonl" in name else make_csv(map(make_flat, samples))
    whole = gzipped(content)
    lines = lines_of(make_file(tmp_path, name, whole[: len(whole) // 2]))
    assert 100 < len(lines) < 2000
    assert [line.data for line in lines[:-1]] == samples[: len(lines) - 1]
    assert "cut off" in str(lines[-1].error)
    assert lines[-1].number > lines[-2].number


def test_damage_inside_a_gzip_is_an_error_line(tmp_path: Path) -> None:
    whole = bytearray(gzipped(make_jsonl(make_sample(number) for number in range(50))))
    whole[-6] ^= 1  # its checksum
    lines = lines_of(make_file(tmp_path, "bad.jsonl.gz", bytes(whole)))
    assert len(lines) == 51
    assert "damaged" in str(lines[-1].error)


def test_empty_files_have_no_lines(tmp_path: Path) -> None:
    for content in (b"", b"\n\n  \n", b"\xef\xbb\xbf"):
        assert jsonl(content) == []
        assert csv(content) == []
    assert lines_of(make_file(tmp_path, "empty.jsonl.gz", gzipped(b""))) == []


# CSV


@given(
    st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\0\r"), min_size=1), min_size=1, max_size=5),
    st.sampled_from([",", ";", "\t"]),
)
def test_cells_come_back(cells: list[str], delimiter: str) -> None:
    import csv as standard

    text = io.StringIO()
    writer = standard.writer(text, delimiter=delimiter)
    writer.writerow(["key", *(f"f{number}" for number in range(len(cells)))])
    writer.writerow(["k", *cells])
    (line,) = csv(text.getvalue().encode())
    assert line.data == {"key": "k", "fields": {f"f{number}": cell for number, cell in enumerate(cells)}}


def test_columns_go_where_their_names_say() -> None:
    (line,) = csv(
        b"key,story,fields.metadata,metadata.language,provenance.licence,provenance,gold,suggestions,,outputs\r\n"
        b'a,Once,x,en,MIT,"{""origin"": ""ai""}","{""q"": 1}","[{""question"": ""q""}]",7,"[{""id"": ""a""}]"\r\n',
        structured=("outputs",),
    )
    assert line.data == {
        "key": "a",
        "fields": {"story": "Once", "metadata": "x", "outputs": [{"id": "a"}]},
        "metadata": {"language": "en"},
        "provenance": {"origin": "ai", "licence": "MIT"},
        "gold": {"q": 1},
        "suggestions": [{"question": "q"}],
    }


def test_text_that_looks_like_json_stays_text_unless_the_field_is_structured() -> None:
    content = b'key,story\na,"[1, 2]"\nb,not json\n'
    assert [line.data and line.data["fields"]["story"] for line in csv(content)] == ["[1, 2]", "not json"]
    first, second = csv(content, structured=("story",))
    assert first.data == {"key": "a", "fields": {"story": [1, 2]}}
    assert "column 'story'" in str(second.error)


def test_empty_cells_are_absent_and_empty_rows_are_no_rows() -> None:
    lines = csv(b"key,story,metadata.x\na,,\n,,\nb,text,y\n")
    assert [line.data for line in lines] == [
        {"key": "a", "fields": {}},
        {"key": "b", "fields": {"story": "text"}, "metadata": {"x": "y"}},
    ]


def test_bad_records_are_named_by_the_line_they_begin_on_and_the_others_kept() -> None:
    lines = csv(
        b"key,story\n"
        b'a,"two\nlines"\n'  # lines 2 and 3
        b"b,too,many\n"  # 4
        b'c,"bad" quote\n'  # 5
        b"d,\xff\n"  # 6
        b"e,nul\0\n"  # 7
        b"f,fine\n"  # 8
        b'g,"never closed\n'  # 9
        b"h,still fine\n"  # 10
    )
    assert [line.data["key"] for line in lines if line.data] == ["a", "f", "h"]
    said = errors(lines)
    assert sorted(said) == [4, 5, 6, 7, 9]
    assert said[4] == "has 3 cells where the header has 2"
    assert said[6] == "not UTF-8 in line 6 at byte 3"
    assert lines[0].raw == b'a,"two\nlines"'


@pytest.mark.parametrize("header", [b"key,a,a\n", b"key,a,fields.a\n", b'key,"open\n', b"key,\xff\n"])
def test_a_header_that_means_nothing_is_one_error(header: bytes) -> None:
    lines = csv(header + b"k,1,2\n" * 3)
    assert len(lines) == 1
    assert lines[0].number == 1
    assert lines[0].error


def test_a_quote_left_open_costs_one_record_and_not_the_square_of_the_file() -> None:
    # Every line opens a quote that the next one closes and opens again.
    content = b"key,story\n" + b'a","\n' * 300_000
    lines = csv(content)
    assert all(line.error for line in lines)
    assert len(lines) < 400


def test_a_record_of_a_novel_is_one_record() -> None:
    novel = '"' + "A line of it, and\n" * 50_000 + '"'
    (line,) = csv(f"key,story\na,{novel}\n".encode())
    assert line.data is not None
    assert len(line.data["fields"]["story"]) == 18 * 50_000
