"""JSON Lines: one JSON object a line, gzip or not. https://jsonlines.org"""

from collections.abc import Collection, Iterator
from pathlib import Path
from typing import IO, Any, ClassVar

import orjson

from projects.formats.readers.base import EXCERPT, Line, StreamReader, flaw
from projects.formats.readers.streams import open_stream, split_lines

__all__ = ["JsonLines", "parse_object"]


class JsonLines(StreamReader):
    slug: ClassVar[str] = "jsonl"
    title: ClassVar[str] = "JSON Lines"
    suffixes: ClassVar[tuple[str, ...]] = (".jsonl", ".ndjson", ".jsonl.gz", ".ndjson.gz")

    def sniff(self, head: bytes) -> bool:
        return head.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"{")

    def read(self, path: Path, *, structured: Collection[str] = ()) -> Iterator[Line]:
        with open_stream(path) as stream:
            yield from self.read_stream(stream)

    def read_stream(self, stream: IO[bytes], *, structured: Collection[str] = ()) -> Iterator[Line]:
        for number, raw, error in split_lines(stream):
            content = raw.strip()
            if error is not None:
                yield Line(number, None, error, content)
            elif content:
                data, error = parse_object(content)
                yield Line(number, data, error, content)


def parse_object(text: bytes) -> tuple[dict[str, Any] | None, str | None]:
    """One line of JSON as (object, None), or (None, the reason why it isn't one that can be kept)."""
    try:
        data = orjson.loads(text)
    except orjson.JSONDecodeError as problem:
        return None, _reason(text, problem)
    if not isinstance(data, dict):
        return None, f"a line must be a JSON object, not {_KINDS[type(data)]}"
    if reason := flaw(data, text):
        return None, reason
    return data, None


_KINDS = {list: "a list", str: "text", int: "a number", float: "a number", bool: "true or false", type(None): "null"}


def _reason(text: bytes, problem: orjson.JSONDecodeError) -> str:
    try:
        text.decode()
    except UnicodeDecodeError as encoding:
        return f"not UTF-8 at byte {encoding.start + 1}"
    if text[:EXCERPT].lstrip(b"[{ ") == b"" and len(text) > EXCERPT:
        return "not JSON: nested too deeply"
    return f"not JSON: {problem.msg} (column {problem.colno})"
