"""Snapshots for the tests of exports: made from rows, without a database."""

import datetime
import json
import zipfile
from collections.abc import Mapping, Sequence
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import Image

from projects.samples.images import CONTENT_TYPES
from projects.snapshots import layout
from projects.snapshots.exports import Offer, offers, write
from tests.snapshots.writing import write_rows


def picture(red: int = 0, kind: str = "PNG", size: tuple[int, int] = (16, 12)) -> bytes:
    """A picture of one colour, as a file."""
    stream = BytesIO()
    Image.new("RGB", size, (red, 80, 120)).save(stream, kind)
    return stream.getvalue()


PIXEL = picture()
PICTURE = sha256(PIXEL).hexdigest()
DAY = datetime.date(2026, 3, 1)


def sample(key: str, fields: Mapping[str, Any], answers: Any, **more: Any) -> dict[str, Any]:
    """A gold row; approved by a reviewer unless told otherwise."""
    return {
        "key": key,
        "content_hash": sha256(key.encode()).hexdigest(),
        "interface": 1,
        "fields": fields,
        "answers": answers,
        "decision": "approve",
        "decision_origin": "reviewer",
        "annotations": 2,
        "origin": "human",
        "licence": "CC-BY-4.0",
        **more,
    }


def response(key: str, position: int, answers: Any, **more: Any) -> dict[str, Any]:
    person = f"p{position}"
    return {
        "key": key,
        "annotator": person,
        "position": position,
        "interface": 1,
        "version": 1,
        "answers": answers,
        "duration_ms": 4200,
        **more,
    }


def interface(fields: Sequence[Mapping[str, Any]], questions: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    return {"schema": 1, "fields": list(fields), "questions": list(questions)}


def snapshot(
    folder: Path,
    interfaces: Mapping[int, Mapping[str, Any]],
    gold: Sequence[Mapping[str, Any]],
    responses: Sequence[Mapping[str, Any]] = (),
    *,
    files: Sequence[bytes] = (PIXEL,),
    **more: Any,
) -> Path:
    """A snapshot in a new folder; those of the pictures that samples show are among its files."""
    spec = layout.SnapshotSpec(project="tides", title="Tides", number=3, published=DAY, interfaces=interfaces, **more)
    told = str([row["fields"] for row in gold])
    assets = [_asset(content) for content in files if sha256(content).hexdigest() in told]
    write_rows(folder, spec, gold, responses, assets)
    return folder


def _asset(content: bytes) -> layout.Asset:
    kind = Image.open(BytesIO(content)).format or ""
    return layout.Asset(sha256(content).hexdigest(), CONTENT_TYPES[kind], lambda: BytesIO(content))


def lines(folder: Path, slug: str) -> list[dict[str, Any]]:
    """The rows of an export in JSON lines."""
    path = folder.with_name(f"{folder.name}-{slug}.out")
    write(slug, folder, path)
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def unpacked(folder: Path, slug: str) -> Path:
    """The folder of an export in a ZIP file."""
    path = folder.with_name(f"{slug}.zip")
    write(slug, folder, path)
    target = folder.with_name(slug)
    with zipfile.ZipFile(path) as file:
        file.extractall(target)
    return target


def candidates(*values: Any) -> list[dict[str, Any]]:
    return [{"id": name, "value": value} for name, value in zip("abc", values, strict=False)]


MOOD = interface(
    [{"name": "text", "type": "text"}],
    [{"name": "mood", "type": "label", "options": [{"id": "dark", "title": "=Dark & low"}, {"id": "bright"}]}],
)
SOFT = {"mood": {"bright": 0.5, "dark": 0.5}}


def moods(folder: Path) -> Path:
    """An approved sample with texts that a spreadsheet would run, and a plural one."""
    gold = [
        sample("=1+1", {"text": "Ebb"}, {"mood": "dark"}, reason="@SUM(A1)", creator="+49 Amara"),
        sample("b", {"text": "Flood"}, {}, decision="plural", soft_labels=SOFT),
    ]
    given = [response("b", 1, {"mood": "dark"}), response("b", 2, {"mood": "bright"})]
    return snapshot(folder, {1: MOOD}, gold, given)


def offered(folder: Path) -> dict[str, Offer]:
    """What each format says about a snapshot."""
    return {each.export.slug: each for each in offers(layout.read_manifest(folder).document)}
