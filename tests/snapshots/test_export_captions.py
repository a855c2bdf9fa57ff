"""WebVTT and SubRip, read back by another reader."""

import html
import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
import webvtt  # type: ignore[import-untyped]
from hypothesis import given
from hypothesis import strategies as st

from projects.snapshots.exports import ExportRefused, export, write
from projects.snapshots.exports.captions import Captions, Cue, clock, file_name, rows_of
from tests.snapshots.exporting import PICTURE, interface, offered, sample, snapshot, unpacked

SOUND = [{"name": "sound", "type": "audio"}]
SPEECH = {
    "name": "speech",
    "type": "segment",
    "on": "sound",
    "options": [{"id": "guest", "title": "The guest & host"}, {"id": "noise"}],
}
SHOWN = {"sound": f"sha256:{PICTURE}"}
LONG = 3_600_000 + 61_001
SEGMENTS: list[dict[str, Any]] = [
    {"start_ms": 0, "end_ms": 900, "label": "guest", "text": "Tom & <b>Ann</b>\n\nsay --> go"},
    {"start_ms": 950, "end_ms": 1000},
    {"start_ms": 1000, "end_ms": LONG, "label": "guest"},
    {"start_ms": LONG, "end_ms": 359_999_999, "text": "2"},
]


def made(folder: Path, *questions: dict[str, Any], gold: list[dict[str, Any]] | None = None) -> Path:
    document = interface(SOUND, questions or [SPEECH])
    rows = gold or [
        sample("story-1", SHOWN, {"speech": SEGMENTS}),
        sample("Story 2/ü", SHOWN, {"speech": SEGMENTS[:1]}),
        sample("empty", SHOWN, {}),
        sample("plural", SHOWN, {}, decision="plural"),
    ]
    return snapshot(folder / "snapshot-3", {1: document}, sorted(rows, key=lambda row: str(row["key"])))


def cues(path: Path) -> list[tuple[str, str, list[str]]]:
    found = webvtt.read(path) if path.suffix == ".vtt" else webvtt.from_srt(path)
    return [(cue.start, cue.end, list(map(html.unescape, cue.lines))) for cue in found]


@pytest.mark.parametrize(("slug", "extension", "arrow"), [("webvtt", "vtt", "-->"), ("srt", "srt", "→")])
def test_cues_are_read_back_as_they_were_marked(tmp_path: Path, slug: str, extension: str, arrow: str) -> None:
    folder = unpacked(made(tmp_path), slug)
    assert cues(folder / f"story-1.{extension}") == [
        ("00:00:00.000", "00:00:00.900", ["Tom & <b>Ann</b>", f"say {arrow} go"]),
        ("00:00:01.000", "01:01:01.001", ["The guest & host"]),
        ("01:01:01.001", "99:59:59.999", ["2"]),
    ]
    [other] = folder.glob("story-2-*")
    assert len(cues(other)) == 1
    counts = json.loads((folder / "left-out.json").read_text())
    assert counts == {"written": 2, "plural": 1, "without_segments": 1, "other_interface": 0}


def test_webvtt_escapes_what_means_something_and_subrip_numbers_its_cues(tmp_path: Path) -> None:
    folder = made(tmp_path)
    text = (unpacked(folder, "webvtt") / "story-1.vtt").read_text()
    assert text.startswith(
        "WEBVTT\n\n00:00:00.000 --> 00:00:00.900\nTom &amp; &lt;b&gt;Ann&lt;/b&gt;\nsay --&gt; go\n\n"
    )
    text = (unpacked(folder, "srt") / "story-1.srt").read_text()
    assert text.startswith("1\n00:00:00,000 --> 00:00:00,900\nTom & <b>Ann</b>\nsay → go\n\n2\n00:00:01,000 --> ")


@pytest.mark.parametrize("slug", ["webvtt", "srt"])
def test_two_questions_are_two_files_and_the_bytes_are_the_same_again(tmp_path: Path, slug: str) -> None:
    second = {"name": "steps", "type": "segment", "on": "sound"}
    gold = [sample("a", SHOWN, {"speech": SEGMENTS[:1], "steps": SEGMENTS[3:]})]
    folder = made(tmp_path, SPEECH, second, gold=gold)
    for name in ("one.zip", "two.zip"):
        assert write(slug, folder, tmp_path / name) == 1
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()
    with zipfile.ZipFile(tmp_path / "one.zip") as file:
        assert [Path(name).suffixes[0] for name in file.namelist()] == [".speech", ".steps", ".json"]


@pytest.mark.parametrize("slug", ["webvtt", "srt"])
def test_what_has_no_segments_is_refused_with_the_reason(tmp_path: Path, slug: str) -> None:
    verdict = made(tmp_path, {"name": "works", "type": "verdict"}, gold=[sample("a", SHOWN, {"works": "yes"})])
    assert "no question asks for segments" in offered(verdict)[slug].refused
    (tmp_path / "other").mkdir()
    empty = made(tmp_path / "other", gold=[sample("a", SHOWN, {"speech": SEGMENTS[1:2]})])
    assert not offered(empty)[slug].refused
    with pytest.raises(ExportRefused, match="No approved sample"):
        write(slug, empty, tmp_path / "out.zip")
    assert not (tmp_path / "out.zip").exists()


def test_names_are_safe_and_each_key_has_its_own() -> None:
    keys = ["a", "A", "a b", "a-b", "../a", "con", "ü", "ö", 200 * "x", 200 * "x" + "y", "left-out", ".", "a.b", "a/b"]
    keys += [file_name("A"), file_name("ü")]
    names = [file_name(key) for key in keys]
    assert len({name.casefold() for name in names}) == len(keys)
    assert all(name.replace("-", "").replace("_", "").isalnum() and name.isascii() and len(name) < 90 for name in names)
    assert file_name("story-17") == "story-17"


spans = st.lists(
    st.tuples(st.integers(0, 359_999_000), st.integers(1, 999), st.text(max_size=60)), min_size=1, max_size=5
)


@pytest.mark.parametrize("slug", ["webvtt", "srt"])
@given(parts=spans)
def test_whatever_people_write_is_read_back_line_by_line(slug: str, parts: list[tuple[int, int, str]]) -> None:
    member = export(slug)
    assert isinstance(member, Captions)
    marked = [Cue(start, start + length, lines) for start, length, words in parts if (lines := rows_of(words))]
    text = member.body(marked)
    assert text.count("-->") == len(marked)
    if not marked:
        return
    found = webvtt.from_buffer(io.StringIO(text), format=member.extension)
    assert [(cue.start, cue.end) for cue in found] == [(clock(cue.start, "."), clock(cue.end, ".")) for cue in marked]
    plain = html.unescape if slug == "webvtt" else str
    assert [tuple(map(plain, cue.lines)) for cue in found] == [
        tuple(line.replace("-->", "→") if slug == "srt" else line for line in cue.lines) for cue in marked
    ]
