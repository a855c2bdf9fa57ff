"""Rubrics to begin from. Each is a JSON file here: title, description, scale and axes with anchors in our own words."""

import json
from pathlib import Path
from typing import Any, NamedTuple

# The order in which they are offered.
_NAMES = (
    "creative-writing",
    "readers-depth",
    "divergent-ideas",
    "novelty-usefulness",
    "image-generation",
    "humour",
    "tone-mood",
)


class Preset(NamedTuple):
    """One rubric to begin from. ``settings`` are those of the question: scale and axes."""

    slug: str
    title: str
    description: str
    settings: dict[str, Any]


def _load(name: str) -> Preset:
    content = json.loads((Path(__file__).parent / f"{name}.json").read_text(encoding="utf-8"))
    title, description = content.pop("title"), content.pop("description")
    return Preset(name, title, description, content)


PRESETS: tuple[Preset, ...] = tuple(_load(name) for name in _NAMES)
