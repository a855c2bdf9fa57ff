"""Interfaces to begin from. Each is a JSON file here: title, description, document, and an example sample."""

import json
from pathlib import Path
from typing import Any, NamedTuple

# The order of the gallery.
_NAMES = (
    "creative-writing",
    "preference",
    "prompt-refinement",
    "chat-reply",
    "image-caption",
    "speech-captions",
    "text-classification",
    "humour-and-mood",
    "figurative-language",
)


class Template(NamedTuple):
    """One interface of the gallery. ``example`` holds field values for its preview."""

    slug: str
    title: str
    description: str
    document: dict[str, Any]
    example: dict[str, Any]


def _load(name: str) -> Template:
    content = json.loads((Path(__file__).parent / f"{name}.json").read_text(encoding="utf-8"))
    return Template(name, content["title"], content["description"], content["document"], content["example"])


GALLERY: tuple[Template, ...] = tuple(_load(name) for name in _NAMES)
