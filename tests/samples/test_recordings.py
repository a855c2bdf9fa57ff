"""Sounds and videos: which come in, what is taken out of them, and how they are played."""

import contextlib
import io
import json
import zipfile
from typing import Any

import pytest
from django.http import StreamingHttpResponse
from django.test import Client

from projects.samples import recordings
from projects.samples.assets import upload_asset
from projects.samples.media import MediaError, read_media
from projects.samples.models import Sample
from projects.samples.recordings import RecordingError, read_recording
from tests.factories import make_project
from tests.intake.test_imports import given
from tests.samples.media import flac, mp3, mp4, tone, with_chunk

EBML = b"\x1a\x45\xdf\xa3\x9f\x42\x82\x84webm"
SECRET = b"48.8584 N, 2.2945 E, recorded by Ada"
KINDS = [
    (tone(0.01), "audio/wav"),
    (mp3(), "audio/mpeg"),
    (mp3(SECRET), "audio/mpeg"),
    (flac(), "audio/flac"),
    (b"OggS\0\2" + bytes(20) + b"\x01\x1eOpusHead", "audio/ogg"),
    (mp4(), "audio/mp4"),
    (mp4(b"vide"), "video/mp4"),
    (EBML + bytes(9) + b"A_OPUS", "audio/webm"),
    (EBML + bytes(9) + b"V_VP9", "video/webm"),
]


@pytest.mark.parametrize(("data", "content_type"), KINDS)
def test_a_recording_is_known_by_its_content(data: bytes, content_type: str) -> None:
    assert read_media(data).content_type == content_type
    kind = content_type.partition("/")[0]
    assert read_media(data, kind).content_type == content_type
    for other in {"image", "audio", "video"} - {kind}:
        with pytest.raises(MediaError, match="expected"):
            read_media(data, other)


@pytest.mark.parametrize(
    ("told", "plain"),
    [
        (with_chunk(tone(0.01), b"LIST", SECRET), tone(0.01)),
        (mp3(SECRET), mp3()),
        (flac(SECRET), flac()),
    ],
)
def test_tags_are_taken_out_and_the_sound_stays(told: bytes, plain: bytes) -> None:
    assert SECRET in told
    assert read_recording(told).data == plain
    assert read_recording(plain).data == plain


def test_tags_of_an_mp4_file_become_free_space_of_the_same_size() -> None:
    told = mp4(tag=SECRET)
    clean = read_recording(told).data
    assert SECRET not in clean and len(clean) == len(told) and clean.endswith(told[-13:])
    assert read_recording(clean).data == clean


@pytest.mark.parametrize("data", [b"", b"RIFF", b"<html>", b"\xff\xd8\xff\xe0 JFIF", b"ID3", b"fLaC", bytes(100)])
def test_what_is_no_recording_is_refused_with_the_reason(data: bytes) -> None:
    with pytest.raises(RecordingError, match=r"known kind|damaged"):
        read_recording(data)


@pytest.mark.parametrize("whole", [mp3(SECRET)[:-128], flac(SECRET), mp4(tag=SECRET), tone(0.01)])
def test_a_file_that_was_cut_off_is_kept_or_refused_and_nothing_else(whole: bytes) -> None:
    for length in range(0, len(whole), 7):
        with contextlib.suppress(RecordingError):
            assert SECRET not in read_recording(whole[:length]).data


def test_a_recording_that_is_too_large_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recordings, "LIMIT", 2**20)
    with pytest.raises(RecordingError, match="larger than 1 MiB"):
        read_recording(tone(1, rate=2**20 + 1))


def project_of(kind: str = "audio") -> Any:
    questions = [{"name": "q", "type": "segment", "on": "sound"}]
    return make_project(interface={"schema": 1, "fields": [{"name": "sound", "type": kind}], "questions": questions})


@pytest.mark.django_db(transaction=True)
def test_sounds_come_in_a_zip_and_what_is_none_goes_to_the_error_file() -> None:
    project = project_of()
    lines = [{"key": str(n), "fields": {"sound": path}} for n, path in enumerate(("a.wav", "b.mp4", "c.txt", "a.wav"))]
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w") as archive:
        archive.writestr("samples.jsonl", "\n".join(map(json.dumps, lines)))
        archive.writestr("a.wav", with_chunk(tone(0.01), b"LIST", SECRET))
        archive.writestr("b.mp4", mp4(b"vide"))
        archive.writestr("c.txt", "no sound")
    report = given(project, body.getvalue(), "samples.zip")
    assert (report["created"], report["invalid"]) == (2, 2)
    assert project.assets.get().content_type == "audio/wav"
    reference = Sample.objects.filter(project=project).first()
    assert reference is not None
    known = json.dumps({"key": "9", "fields": reference.fields}).encode()
    assert given(project, known, "again.jsonl")["created"] == 1
    other = project_of("video")
    upload_asset(actor=other.created_by, project=other, file=io.BytesIO(tone(0.01)))
    assert given(other, known, "other.jsonl")["invalid"] == 1


@pytest.fixture
def ask(client: Client, db: None) -> Any:
    project = project_of()
    client.force_login(project.created_by)
    sound = upload_asset(actor=project.created_by, project=project, file=io.BytesIO(tone(1)))
    return lambda **headers: client.get(f"/p/{project.slug}/assets/{sound.sha256}/", headers=headers)


def test_a_player_jumps_without_the_whole_file(ask: Any) -> None:
    whole = ask()
    assert isinstance(whole, StreamingHttpResponse)
    assert (whole.status_code, whole["Content-Type"], whole["Accept-Ranges"]) == (200, "audio/wav", "bytes")
    assert b"".join(whole) == tone(1)
    part = ask(range="bytes=100-199")
    assert (part.status_code, b"".join(part)) == (206, tone(1)[100:200])
    assert part["Content-Range"] == f"bytes 100-199/{len(tone(1))}"
    for reply in (whole, part):
        assert reply["X-Content-Type-Options"] == "nosniff" and "sandbox" in reply["Content-Security-Policy"]
        assert "immutable" in reply["Cache-Control"]
    assert ask(range="bytes=99999999-").status_code == 416
    assert ask(**{"if-none-match": whole["ETag"]}).status_code == 304
