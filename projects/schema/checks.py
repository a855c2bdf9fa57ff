"""Checks on parts of a document that several members share. Each notes problems and gives back what fits."""

import difflib
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Final

from projects.schema.problems import Problem

NAME: Final = re.compile(r"[a-z][a-z0-9_]{0,63}")
MAX_TITLE: Final = 500
MAX_HELP: Final = 5_000
MAX_POINTS: Final = 101


@dataclass(slots=True)
class Problems:
    """Collects problems under a path."""

    found: list[Problem] = field(default_factory=list)

    def add(self, path: str, reason: str) -> None:
        self.found.append(Problem(path, reason))


def is_int(value: object) -> bool:
    """A JSON integer: true and false are none."""
    return type(value) is int


def unstorable(value: str) -> str | None:
    """Why neither a database nor a file in UTF-8 can hold the text, or None."""
    if "\x00" in value:
        return "holds a NUL character"
    if not value.isascii():
        try:
            value.encode()
        except UnicodeEncodeError:
            return "holds half of a surrogate pair"
    return None


def text(document: dict[str, Any], key: str, path: str, problems: Problems, limit: int = MAX_TITLE) -> str:
    """An optional text."""
    value = document.get(key, "")
    if not isinstance(value, str) or len(value) > limit:
        problems.add(f"{path}.{key}", f"expected a text of at most {limit} characters")
        return ""
    if reason := unstorable(value):
        problems.add(f"{path}.{key}", reason)
    return value


def flag(document: dict[str, Any], key: str, path: str, problems: Problems, default: bool = False) -> bool:
    """An optional true or false."""
    value = document.get(key, default)
    if not isinstance(value, bool):
        problems.add(f"{path}.{key}", "expected true or false")
        return default
    return value


def name(document: dict[str, Any], path: str, problems: Problems, taken: set[str]) -> str:
    """A required name, new in its list."""
    value = document.get("name")
    if not isinstance(value, str) or not NAME.fullmatch(value):
        problems.add(f"{path}.name", "expected a name of a–z, 0–9 and _, at most 64, beginning with a letter")
        return ""
    if value in taken:
        problems.add(f"{path}.name", f"“{value}” is used twice")
    taken.add(value)
    return value


def known_keys(document: dict[str, Any], known: Iterable[str], path: str, problems: Problems) -> None:
    """Every key must be known; a near miss is named."""
    known = sorted(known)
    for key in document:
        if key not in known:
            near = difflib.get_close_matches(str(key)[:80], known, 1)
            hint = f"did you mean “{near[0]}”?" if near else f"known are {', '.join(known)}"
            problems.add(f"{path}.{str(key)[:80]}", f"unknown setting; {hint}")


def objects(value: object, path: str, problems: Problems, limit: int) -> list[tuple[str, dict[str, Any]]]:
    """A non-empty list of objects, each with its path."""
    if not isinstance(value, list) or not value:
        problems.add(path, "expected a list with at least one entry")
        return []
    if len(value) > limit:
        problems.add(path, f"expected at most {limit} entries, found {len(value)}")
        return []
    found = []
    for index, item in enumerate(value):
        if isinstance(item, dict):
            found.append((f"{path}[{index}]", item))
        else:
            problems.add(f"{path}[{index}]", "expected an object")
    return found


def scale(document: dict[str, Any], path: str, problems: Problems) -> tuple[int, int]:
    """A required ``scale: [low, high]`` of whole numbers."""
    value = document.get("scale")
    if not (isinstance(value, list) and len(value) == 2 and is_int(value[0]) and is_int(value[1])):
        problems.add(f"{path}.scale", "expected [low, high], two whole numbers")
        return (1, 5)
    low, high = value
    if not -1000 <= low < high <= 1000 or high - low >= MAX_POINTS:
        problems.add(f"{path}.scale", f"expected low below high, within ±1000 and at most {MAX_POINTS} points")
        return (1, 5)
    return (low, high)


def anchors(document: dict[str, Any], points: tuple[int, int], path: str, problems: Problems) -> dict[int, str]:
    """Optional ``anchors``: what a point of the scale means, by the point written as a text."""
    value = document.get("anchors", {})
    if not isinstance(value, dict):
        problems.add(f"{path}.anchors", 'expected an object like {"1": "never", "5": "always"}')
        return {}
    found = {}
    inside = {str(point): point for point in range(points[0], points[1] + 1)}
    for key, anchor in value.items():
        if key not in inside:
            problems.add(f"{path}.anchors.{str(key)[:20]}", f"no point of the scale {points[0]}–{points[1]}")
        elif not isinstance(anchor, str) or len(anchor) > MAX_TITLE or unstorable(anchor):
            problems.add(f"{path}.anchors.{key}", "expected a text")
        else:
            found[inside[key]] = anchor
    return found
