"""The record of vendored front-end files, and what the Content-Security-Policy asks of our own."""

import hashlib
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
STATIC = ROOT / "static"
VENDOR = STATIC / "vendor"
TEMPLATES = ROOT / "templates"


def _record() -> dict[str, dict[str, str]]:
    """The table of VENDOR.md: file name to its other columns."""
    rows = [
        [cell.strip() for cell in line.strip("|\n ").split("|")]
        for line in (VENDOR / "VENDOR.md").read_text().splitlines()
        if line.startswith("|") and not line.startswith("|---")
    ]
    head = rows[0]
    return {row[0]: dict(zip(head[1:], row[1:], strict=True)) for row in rows[1:]}


RECORD = _record()


def test_every_vendored_file_is_recorded_and_every_record_has_its_file() -> None:
    files = {path.name for path in VENDOR.iterdir()} - {"VENDOR.md"}
    licences = {row["licence"].split(", ")[1] for row in RECORD.values()}
    assert files == set(RECORD) | licences


@pytest.mark.parametrize("name", sorted(RECORD))
def test_a_vendored_file_is_the_one_that_was_published(name: str) -> None:
    row = RECORD[name]
    assert hashlib.sha256((VENDOR / name).read_bytes()).hexdigest() == row["sha256"]
    assert re.fullmatch(r"\d+\.\d+\.\d+", row["version"])


def test_stylesheets_stay_within_their_budget() -> None:
    lines = sum(len(path.read_text().splitlines()) for path in (STATIC / "css").glob("*.css"))
    assert lines <= 1500


def _references(text: str) -> set[str]:
    return set(re.findall(r"{%\s*static\s+['\"]([^'\"]+)['\"]", text))


@pytest.mark.parametrize("path", sorted(TEMPLATES.rglob("*.html")), ids=lambda path: str(path.relative_to(TEMPLATES)))
def test_a_template_keeps_to_the_content_security_policy(path: Path) -> None:
    text = path.read_text()
    assert not re.search(r"<style[\s>]", text), "styles belong in static/css"
    assert not re.search(r"<script(?![^>]*\bsrc=)(?![^>]*type=\"application/json\")", text), (
        "scripts belong in static/js"
    )
    assert not re.search(r"\s(?:style|on[a-z]+|hx-on[:\w-]*)\s*=", text), "no inline style, handler or hx-on"
    for name in _references(text):
        assert (STATIC / name).is_file(), f"{name} is not in static/"


def _icon_names(text: str) -> set[str]:
    return set(re.findall(r"_icon\.html\"\s+with\s+name=\"([\w-]+)\"", text)) | set(
        re.findall(r"icons\.svg['\"]\s*%}#([\w-]+)\"", text)
    )


def test_every_icon_that_a_template_names_is_drawn() -> None:
    drawn = set(re.findall(r'<symbol id="([\w-]+)"', (STATIC / "icons.svg").read_text()))
    named = set().union(*(_icon_names(path.read_text()) for path in TEMPLATES.rglob("*.html")))
    assert named
    assert named <= drawn
