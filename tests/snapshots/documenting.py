"""A version with something to tell in every document, made from rows, without a database."""

import datetime
from collections.abc import Mapping, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

from projects.snapshots import layout
from tests.snapshots.exporting import DAY, PICTURE, PIXEL, candidates, interface, response, sample
from tests.snapshots.writing import write_rows

RICH = interface(
    [
        {"name": "prompt", "type": "text"},
        {"name": "outputs", "type": "candidates", "of": "text"},
        {"name": "cover", "type": "image"},
    ],
    [
        {"name": "mood", "type": "label", "on": "prompt", "options": [{"id": "dark"}, {"id": "bright"}]},
        {"name": "themes", "type": "multilabel", "on": "prompt", "options": [{"id": "sea"}, {"id": "letters"}]},
        {
            "name": "depth",
            "type": "rubric",
            "on": "outputs",
            "scale": [1, 5],
            "axes": [{"name": "true"}, {"name": "new"}],
        },
        {"name": "better", "type": "pairwise", "on": "outputs", "tie": True},
    ],
)
WITHOUT_REASON = "no variation"
FIGURES = [
    layout.AgreementFigure("Mood", "alpha, nominal", 0.25, 12, 3, 30, low=0.1, high=0.4),
    layout.AgreementFigure("Themes", "alpha, MASI", None, 12, 3, 30, reason=WITHOUT_REASON),
]


def gold(number: int = 4) -> list[dict[str, Any]]:
    """Samples of two creators and two languages; the prompt of sample n has n × 10 characters, one of them wide."""
    return [
        sample(
            f"s{index:02}",
            {
                "prompt": "é" + "x" * (10 * index - 1),
                "outputs": candidates("ab", "abcd"),
                **({"cover": f"sha256:{PICTURE}"} if index == 1 else {}),
            },
            {
                "mood": "dark" if index < number else "bright",
                "themes": ["sea", "letters"] if index == 1 else ["sea"],
                "depth": {"a": {"true": 4, "new": 2}, "b": {"true": 4, "new": 5}},
                "better": {"winner": "a", "shown": ["a", "b"]},
            },
            metadata={"language": "fr" if index == 1 else "en-GB"},
            creator="Ada" if index < number else "Ben",
            origin="ai" if index == 2 else "human",
            model="tide-1" if index == 2 else None,
            consent="c-1" if index == 1 else None,
            source="a drawer" if index == 1 else None,
            decided_by="r1",
        )
        for index in range(1, number + 1)
    ]


def responses(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    return [
        response(row["key"], position, row["answers"], duration_ms=1000 * position)
        for row in rows
        for position in (1, 2)
    ]


def spec(**more: Any) -> layout.SnapshotSpec:
    facts: dict[str, Any] = {
        "project": "tides",
        "title": "Tides & letters",
        "number": 3,
        "published": DAY,
        "interfaces": {1: RICH},
        "agreement": FIGURES,
        "consents": [{"id": "c-1", "given_at": "2026-01-02T00:00:00+00:00", "state": "in force"}],
        "imported": layout.Period(datetime.date(2026, 1, 1), datetime.date(2026, 1, 2)),
        "annotated": layout.Period(datetime.date(2026, 1, 3), datetime.date(2026, 2, 1)),
        "left_out": {"consent ended": 2},
        "guidelines": "Read twice.",
        "prose": {"motivation": "To hear tides.", "rights": "We asked each of them."},
    }
    return layout.SnapshotSpec(**{**facts, **more})


def written(folder: Path, rows: Sequence[Mapping[str, Any]] | None = None, **more: Any) -> Path:
    """The version in a new folder."""
    rows = gold() if rows is None else rows
    given = more.pop("responses", responses(rows))
    assets = [layout.Asset(PICTURE, "image/png", lambda: BytesIO(PIXEL))]
    shown = assets if any("cover" in row["fields"] for row in rows) else []
    write_rows(folder, spec(**more), rows, given, shown)
    return folder
