"""Files to read, made on the spot."""

import gzip
import io
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import duckdb
import orjson

from projects.formats.readers import Line, reader_for


def make_sample(number: int = 1, **changes: Any) -> dict[str, Any]:
    return {
        "key": f"story-{number:03}",
        "fields": {"prompt": f"Write about the tide, {number}", "story": 'She said "no",\nand left. é😀'},
        "metadata": {"language": "en"},
        "provenance": {"origin": "human", "licence": "CC-BY-4.0"},
    } | changes


def make_jsonl(samples: Iterable[Any]) -> bytes:
    return b"".join(orjson.dumps(sample) + b"\n" for sample in samples)


def make_file(folder: Path, name: str, content: bytes) -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


def make_csv(rows: Iterable[Mapping[str, str]]) -> bytes:
    import csv

    rows = list(rows)
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def make_parquet(path: Path, select: str) -> Path:
    duckdb.connect().execute(f"COPY ({select}) TO '{path}' (FORMAT parquet)")
    return path


def make_zip(entries: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def make_flat(sample: Mapping[str, Any]) -> dict[str, str]:
    """A sample as a CSV row."""
    flat = {"key": sample["key"], **sample["fields"]}
    for part in ("metadata", "provenance"):
        flat |= {f"{part}.{name}": value for name, value in sample.get(part, {}).items()}
    return flat


def gzipped(content: bytes) -> bytes:
    return gzip.compress(content, mtime=0)


def lines_of(path: Path, **options: Any) -> list[Line]:
    return list(reader_for(path).read(path, **options))
