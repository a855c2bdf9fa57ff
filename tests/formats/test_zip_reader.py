"""ZIPs, the hostile ones above all."""

import io
import struct
import zipfile
from pathlib import Path

import pytest

from projects.formats.readers import Line, ReadError
from projects.formats.readers.zip_file import ZipArchive, ZipFile, ZipLimits
from tests.formats.make import gzipped, make_csv, make_file, make_flat, make_jsonl, make_sample, make_zip

SAMPLES = make_jsonl([make_sample(1), make_sample(2)])


def read(folder: Path, content: bytes, limits: ZipLimits | None = None) -> list[Line]:
    return list(ZipFile(limits).read(make_file(folder, "samples.zip", content)))


def refusal(folder: Path, content: bytes, limits: ZipLimits | None = None) -> str:
    (line,) = read(folder, content, limits)
    assert line.number == 0
    assert line.error is not None
    return line.error


@pytest.mark.parametrize("prefix", ["", "my samples/"])
@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("samples.jsonl", SAMPLES),
        ("samples.jsonl.gz", gzipped(SAMPLES)),
        ("samples.csv", make_csv([make_flat(make_sample(1)), make_flat(make_sample(2))])),
    ],
)
def test_samples_and_the_media_beside_them_are_found(tmp_path: Path, prefix: str, name: str, content: bytes) -> None:
    entries = {f"{prefix}images/tide.png": b"\x89PNG", f"{prefix}{name}": content, f"__MACOSX/{prefix}{name}": b"junk"}
    path = make_file(tmp_path, "samples.zip", make_zip(entries))
    assert [line.data for line in ZipFile().read(path)] == [make_sample(1), make_sample(2)]
    with ZipFile().open_assets(path) as archive:
        for asset in ("images/tide.png", "./images/tide.png"):
            with archive.open_asset(asset) as stream:
                assert stream.read() == b"\x89PNG"
        with pytest.raises(ReadError, match="no file"):
            archive.open_asset("images/moon.png")


@pytest.mark.parametrize(
    "path",
    ["../secret", "/etc/passwd", "a/../../b", "images\\..\\x", "C:/x", "", "a//b", "a/./b", "..", "nul\0"],
)
def test_a_path_that_leads_out_is_refused_even_where_the_archive_holds_it(tmp_path: Path, path: str) -> None:
    entries = {"samples.jsonl": SAMPLES, "ok.png": b"ok"} | ({path: b"secret"} if path and "\0" not in path else {})
    archive_path = make_file(tmp_path, "samples.zip", make_zip(entries))
    with ZipFile().open_assets(archive_path) as archive:
        with pytest.raises(ReadError, match="unsafe path"):
            archive.open_asset(path)
        assert archive.open_asset("ok.png").read() == b"ok"


def test_names_in_either_unicode_form_are_the_same_file(tmp_path: Path) -> None:
    path = make_file(tmp_path, "samples.zip", make_zip({"samples.jsonl": SAMPLES, "cafe\u0301.png": b"c"}))
    with ZipFile().open_assets(path) as archive:
        assert archive.open_asset("caf\u00e9.png").read() == b"c"


def test_a_bomb_is_refused_by_what_it_declares(tmp_path: Path) -> None:
    content = make_zip({"samples.jsonl": SAMPLES, "zeros.png": b"\0" * 3_000_000})
    assert len(content) < 5_000
    path = make_file(tmp_path, "samples.zip", content)
    small = ZipLimits(asset_bytes=1_000_000)
    with ZipArchive(path, small) as archive, pytest.raises(ReadError, match="larger than 1,000,000 bytes"):
        archive.open_asset("zeros.png")
    assert "when unpacked" in refusal(tmp_path, content, ZipLimits(total_bytes=2_000_000))


def test_a_bomb_that_lies_about_its_size_is_stopped(tmp_path: Path) -> None:
    honest = make_zip({"samples.jsonl": SAMPLES, "zeros.png": b"\0" * 3_000_000})
    lying = honest.replace(struct.pack("<I", 3_000_000), struct.pack("<I", 1000))
    path = make_file(tmp_path, "samples.zip", lying)
    with ZipFile().open_assets(path) as archive, pytest.raises(ReadError, match="damaged"):
        archive.open_asset("zeros.png").read()


def test_the_same_file_asked_for_again_and_again_counts_each_time(tmp_path: Path) -> None:
    path = make_file(tmp_path, "samples.zip", make_zip({"samples.jsonl": SAMPLES, "a.png": b"x" * 1000}))
    with ZipArchive(path, ZipLimits(total_bytes=5_000)) as archive:
        for _ in range(5):
            archive.open_asset("a.png").read()
        with pytest.raises(ReadError, match=r"when unpacked|larger than"):
            archive.open_asset("a.png").read()


def test_overlapping_entries_are_refused(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("samples.jsonl", SAMPLES)
        archive.writestr("a.png", b"x" * 100)
        # Two names for one stretch of bytes.
        archive.filelist[1].header_offset = archive.filelist[0].header_offset
    assert "overlap" in refusal(tmp_path, buffer.getvalue())


def test_what_an_archive_should_not_hold_is_refused(tmp_path: Path) -> None:
    link = zipfile.ZipInfo("link.png")
    link.external_attr = 0o120777 << 16
    encrypted = zipfile.ZipInfo("locked.png")
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("samples.jsonl", SAMPLES)
        archive.writestr(link, b"/etc/passwd")
        archive.writestr(encrypted, b"secret")
        encrypted.flag_bits |= 1
    path = make_file(tmp_path, "samples.zip", buffer.getvalue())
    with ZipFile().open_assets(path) as opened:
        with pytest.raises(ReadError, match="symbolic link"):
            opened.open_asset("link.png")
        with pytest.raises(ReadError, match="encrypted"):
            opened.open_asset("locked.png")
    greedy = make_zip({"samples.jsonl": SAMPLES}, zipfile.ZIP_LZMA)
    assert "other than deflate" in refusal(tmp_path, greedy)


@pytest.mark.parametrize(
    ("entries", "said"),
    [
        ({"readme.txt": b""}, "holds none of samples.jsonl"),
        ({}, "holds none of"),
        ({"samples.jsonl": SAMPLES, "samples.csv": b"key\n"}, "keep one"),
        ({"a/samples.jsonl": SAMPLES, "b/samples.jsonl": SAMPLES}, "keep one"),
        ({"xl/workbook.xml": b"<x/>"}, "Excel"),
        ({f"{number}.png": b"" for number in range(20)} | {"samples.jsonl": SAMPLES}, "more than 10 files"),
    ],
)
def test_an_archive_without_its_samples_says_so(tmp_path: Path, entries: dict[str, bytes], said: str) -> None:
    assert said in refusal(tmp_path, make_zip(entries), ZipLimits(entries=10))


def test_a_name_held_twice_is_refused(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("samples.jsonl", SAMPLES)
        with pytest.warns(UserWarning, match="Duplicate name"):
            archive.writestr("samples.jsonl", b"{}")
    assert "twice" in refusal(tmp_path, buffer.getvalue())


def test_damaged_archives_are_error_lines(tmp_path: Path) -> None:
    whole = make_zip({"samples.jsonl": SAMPLES}, zipfile.ZIP_STORED)
    assert "not a readable ZIP" in refusal(tmp_path, whole[:-30])
    assert "not a readable ZIP" in refusal(tmp_path, b"")
    position = whole.index(b"left")
    damaged = whole[:position] + b"LEFT" + whole[position + 4 :]
    lines = read(tmp_path, damaged)
    assert "damaged" in str(lines[-1].error)
