"""Which part of a file a Range header asks for (RFC 9110, section 14)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projects.workspace.ranges import Span, Unsatisfiable, span

SIZE = 100


@pytest.mark.parametrize(
    ("header", "wanted"),
    [
        ("bytes=0-0", (0, 0)),
        ("bytes=0-", (0, 99)),
        ("bytes=10-19", (10, 19)),
        ("bytes=90-1000", (90, 99)),
        (f"bytes=90-{'9' * 400}", (90, 99)),
        ("bytes=-1", (99, 99)),
        ("bytes=-1000", (0, 99)),
        ("BYTES=5-6", (5, 6)),
        ("bytes= 5-6 ,", (5, 6)),
    ],
)
def test_one_range_is_understood(header: str, wanted: tuple[int, int]) -> None:
    assert span(header, SIZE) == Span(*wanted)


@pytest.mark.parametrize(
    "header",
    [
        "",
        "bytes",
        "bytes=",
        "bytes=-",
        "lines=0-5",
        "bytes=5-4",
        "bytes=a-b",
        "bytes=0-1,5-6",
        "bytes=+1-2",
        "bytes=٠-٥",
    ],
)
def test_what_is_no_single_range_is_ignored(header: str) -> None:
    assert span(header, SIZE) is None


@pytest.mark.parametrize(("header", "size"), [("bytes=100-", SIZE), ("bytes=-0", SIZE), ("bytes=0-", 0)])
def test_bytes_that_are_not_there_can_not_be_had(header: str, size: int) -> None:
    with pytest.raises(Unsatisfiable):
        span(header, size)


@given(st.text(max_size=20), st.integers(0, 1000))
def test_whatever_is_sent_the_span_is_inside_the_file(header: str, size: int) -> None:
    for sent in (header, f"bytes={header}"):
        try:
            found = span(sent, size)
        except Unsatisfiable:
            continue
        assert found is None or 0 <= found.first <= found.last < size
