"""The demonstration: content written for it, as files that go the way of everybody's imports.

Each folder in ``content`` is a project: ``project.json`` (name, interface, overlap, policy), ``guidelines.md``,
``samples.jsonl`` and ``annotations.jsonl``. The pictures that samples name are drawn by ``pictures.py``.
"""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final, NamedTuple

import orjson

from annotator.demo import pictures

CONTENT: Final = Path(__file__).parent / "content"
# The folders, which are the projects' addresses, in the order in which they are made.
SLUGS: Final = ("pictures", "which-is-better", "small-stories")
FOLDER: Final = "pictures/"  # of media, inside the ZIP


class Person(NamedTuple):
    """Somebody who can sign in. ``role``: the same in every project."""

    username: str
    name: str
    role: str


@dataclass(frozen=True, slots=True)
class DemoProject:
    """One project and everything that goes into it. ``ended_consent``: the consent that was taken back, and why."""

    slug: str
    name: str
    interface: dict[str, Any]
    guidelines: str
    overlap: int
    policy: dict[str, Any]
    ended_consent: dict[str, str] | None
    samples: list[dict[str, Any]]
    annotations: list[dict[str, Any]]

    def media(self) -> dict[str, bytes]:
        """The files that the samples name, drawn now: path → PNG."""
        named = [sample["fields"].get("picture", "") for sample in self.samples]
        return {path: pictures.draw(path[len(FOLDER) : -len(".png")]) for path in named if path.startswith(FOLDER)}


@cache
def projects() -> tuple[DemoProject, ...]:
    return tuple(_project(slug) for slug in SLUGS)


@cache
def people() -> tuple[Person, ...]:
    """An owner, a reviewer and four annotators."""
    return tuple(Person(**person) for person in orjson.loads((CONTENT / "people.json").read_bytes()))


def _project(slug: str) -> DemoProject:
    folder = CONTENT / slug
    return DemoProject(
        slug=slug,
        guidelines=(folder / "guidelines.md").read_text(encoding="utf-8"),
        samples=_lines(folder / "samples.jsonl"),
        annotations=_lines(folder / "annotations.jsonl"),
        **orjson.loads((folder / "project.json").read_bytes()),
    )


def _lines(path: Path) -> list[dict[str, Any]]:
    return [orjson.loads(line) for line in path.read_bytes().splitlines()]
