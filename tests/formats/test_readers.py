"""What holds for every import format."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from projects.formats.readers import READERS, Reader, UnknownFormat, reader, reader_for
from tests.formats.make import (
    gzipped,
    lines_of,
    make_csv,
    make_file,
    make_flat,
    make_jsonl,
    make_parquet,
    make_sample,
    make_zip,
)

DOCS = Path(__file__).resolve().parents[2] / "docs" / "import.md"
SAMPLES = [make_sample(1), make_sample(2), make_sample(3)]


def _parquet(folder: Path) -> Path:
    lines = make_file(folder, "source.jsonl", make_jsonl(make_flat(sample) for sample in SAMPLES))
    return make_parquet(folder / "samples.parquet", f"SELECT * FROM read_json('{lines}')")


GOOD: dict[str, Callable[[Path], Path]] = {
    "jsonl": lambda folder: make_file(folder, "samples.jsonl", make_jsonl(SAMPLES)),
    "csv": lambda folder: make_file(folder, "samples.csv", make_csv(map(make_flat, SAMPLES))),
    "parquet": _parquet,
    "zip": lambda folder: make_file(folder, "samples.zip", make_zip({"samples.jsonl": make_jsonl(SAMPLES)})),
}


@pytest.mark.parametrize("member", READERS, ids=lambda member: member.slug)
def test_every_reader_keeps_the_contract(member: Reader, tmp_path: Path) -> None:
    path = GOOD[member.slug](tmp_path)
    assert reader(member.slug) is member
    assert reader_for(path) is member
    assert member.title
    assert path.name.endswith(member.suffixes)

    lines = list(member.read(path))
    assert [line.error for line in lines] == [None] * 3
    assert [line.data for line in lines] == SAMPLES
    assert [line.number for line in lines] == sorted({line.number for line in lines})
    assert all(line.raw for line in lines)

    # Without its suffix it is known by what is in it.
    bare = path.rename(tmp_path / "upload")
    assert reader_for(bare) is member
    assert reader_for(bare, "samples.dat") is member
    # Names that SQL, shells and globs would read something into.
    for name in ("a[1]*.x", "it's.x", "k=1 ?.x"):
        (tmp_path / name).write_bytes(bare.read_bytes())
        assert [line.data for line in member.read(tmp_path / name)] == SAMPLES

    # Half a file: what can be had comes, one line says what is wrong, nothing is raised.
    half = make_file(tmp_path, "half", bare.read_bytes()[: bare.stat().st_size // 2])
    broken = list(member.read(half))
    assert [line.error is not None for line in broken] == [False] * (len(broken) - 1) + [True]
    assert [line.data for line in broken[:-1]] == SAMPLES[: len(broken) - 1]
    assert all((line.data is None) != (line.error is None) for line in lines + broken)

    with pytest.raises(OSError, match="missing"):
        list(member.read(tmp_path / "missing"))


def test_every_reader_is_documented() -> None:
    text = DOCS.read_text(encoding="utf-8")
    for member in READERS:
        assert f"### {member.title} (`{member.slug}`)" in text, member.slug
        for suffix in member.suffixes:
            assert f"`{suffix}`" in text, suffix


def test_slugs_are_unique_and_an_unknown_one_is_an_error() -> None:
    assert len({member.slug for member in READERS}) == len(READERS)
    with pytest.raises(KeyError):
        reader("xml")


def test_content_beats_the_suffix_for_binary_formats(tmp_path: Path) -> None:
    assert reader_for(make_file(tmp_path, "wrong.csv", make_zip({"samples.csv": b"key\n"}))).slug == "zip"
    assert reader_for(_parquet(tmp_path).rename(tmp_path / "wrong.jsonl")).slug == "parquet"


def test_the_name_it_was_sent_under_counts(tmp_path: Path) -> None:
    upload = make_file(tmp_path, "tmp0123", b"a;b\n1;2\n")
    assert reader_for(upload, "Samples.CSV").slug == "csv"
    assert reader_for(make_file(tmp_path, "tmp4", b""), "empty.jsonl").slug == "jsonl"
    assert reader_for(make_file(tmp_path, "tmp5", gzipped(b'{"key": "a"}'))).slug == "jsonl"
    assert reader_for(make_file(tmp_path, "tmp6", gzipped(b"key,story\na,b\n")), "x.gz").slug == "csv"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "not a format"),
        (b"hello, world\n", "not a format"),
        (b"\x89PNG\r\n\x1a\n", "not a format"),
        (b"\x1f\x8b\x00 no gzip", "not a format"),
        (b' [{"key": "a"}]', "one JSON list"),
    ],
)
def test_an_unknown_file_is_refused_with_the_formats_that_are_known(tmp_path: Path, content: bytes, said: str) -> None:
    with pytest.raises(UnknownFormat, match=said) as caught:
        reader_for(make_file(tmp_path, "thing.bin", content))
    if said == "not a format":
        assert ".parquet, .zip, .jsonl, .csv" in str(caught.value)


def test_only_a_zip_carries_media(tmp_path: Path) -> None:
    for member in READERS:
        assets = member.open_assets(GOOD[member.slug](tmp_path))
        assert (assets is not None) == (member.slug == "zip")


def test_real_samples_are_read_whole(tmp_path: Path) -> None:
    data = Path(__file__).resolve().parents[3] / "shared" / "data" / "psychdepth"
    if not data.exists():
        pytest.skip("the psychdepth data are not beside the project")
    for name, count in (("samples.jsonl", 87), ("annotations.jsonl", 485)):
        plain: list[Any] = lines_of(data / name)
        assert len(plain) == count
        assert all(line.error is None for line in plain)
        packed = make_file(tmp_path, f"{name}.gz", gzipped((data / name).read_bytes()))
        assert lines_of(packed) == plain
