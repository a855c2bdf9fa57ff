"""Snapshots for the tests of exports: made from rows, without a database."""

import datetime
from collections.abc import Mapping, Sequence
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any

from projects.snapshots import layout

PIXEL = b"\x89PNG\r\n\x1a\n not much of a picture"
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
) -> Path:
    """A snapshot in a new folder; the picture is among its files where a sample shows it."""
    spec = layout.SnapshotSpec(project="tides", title="Tides", number=3, published=DAY, interfaces=interfaces)
    shown = any(PICTURE in str(row["fields"]) for row in gold)
    assets = [layout.Asset(PICTURE, "image/png", lambda: BytesIO(PIXEL))] if shown else []
    layout.write_snapshot(folder, spec, gold, responses, assets)
    return folder
