"""Promises about the files themselves."""

import re
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parent.parent
LOCKS = sorted(ROOT.glob("requirements*.txt"))
SOURCES = [
    path
    for folder in ("annotator", "projects")
    for path in sorted((ROOT / folder).rglob("*.py"))
    if "migrations" not in path.parts
]
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
_TABLE = re.findall(r"^\| (`[^|]+`) \|", (ROOT / "docs/settings.md").read_text(), re.MULTILINE)
DOCUMENTED = {name for cell in _TABLE for name in re.findall(r"`(\w+)`", cell)}
# What the images of others are set up with.
OTHERS = {"postgres": "POSTGRES_", "minio": "MINIO_"}


# All that a line of a lock may be: a version, a hash, or who asked for it. No option, no address.
LINE = re.compile(
    r"[\w.-]+(?:\[[\w,-]+\])?==[\w.+!]+(?: ; [^:/]+)? \\"
    r"|    --hash=sha256:[0-9a-f]{64}(?: \\)?"
    r"|    #(?:  ? ?via)?(?: +[^:/]+)?"
)


@pytest.mark.parametrize("path", LOCKS, ids=lambda path: path.name)
def test_a_lock_pins_by_hash_and_names_no_place_to_fetch_from(path: Path) -> None:
    lines = path.read_text().splitlines()
    assert [line for line in lines if not LINE.fullmatch(line)] == []
    for line, following in pairwise(lines):
        assert not re.match(r"\w", line) or following.startswith("    --hash"), line


def test_every_lock_agrees_with_the_runtimes() -> None:
    def versions(name: str) -> dict[str, str]:
        return dict(re.findall(r"^([\w.-]+)(?:\[.*\])?==(\S+)", (ROOT / name).read_text(), re.MULTILINE))

    runtime = versions("requirements.txt")
    assert runtime.items() <= versions("requirements-s3.txt").items()
    assert runtime.items() <= versions("requirements-hub.txt").items()
    assert runtime.items() <= versions("requirements-dev.txt").items()


def test_no_file_of_the_program_is_longer_than_a_person_reads() -> None:
    lines = {str(path.relative_to(ROOT)): len(path.read_text().splitlines()) for path in SOURCES}
    assert {name: count for name, count in lines.items() if count > 350} == {}


def test_no_file_of_the_project_names_a_path_of_one_machine() -> None:
    own = re.compile(r"/(?:work|root)/\w|localhost\.localdomain")
    folders = ("annotator", "projects", "templates", "static/js", "static/css", "docs", "scripts", "benchmarks")
    paths = [path for folder in folders for path in (ROOT / folder).rglob("*") if path.is_file()]
    texts = {path: path.read_text(errors="ignore") for path in paths if path.suffix != ".pyc"}
    assert [str(path) for path, text in texts.items() if own.search(text)] == []


def test_the_example_environment_names_every_setting_and_no_other() -> None:
    named = re.findall(r"^#? ?([A-Z][A-Z0-9_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE)
    assert len(named) == len(set(named))
    ours = {name for name in named if not name.startswith(tuple(OTHERS.values()))}
    assert ours == DOCUMENTED


@pytest.mark.parametrize("service", sorted(COMPOSE["services"]))
def test_a_composed_service_is_set_up_with_documented_names(service: str) -> None:
    definition = COMPOSE["services"][service]
    prefix = OTHERS.get(service.split("-")[0])
    names = set(definition.get("environment", {}))
    if prefix:
        assert all(name.startswith(prefix) for name in names)
    else:
        assert names <= DOCUMENTED
    for other in definition.get("depends_on", {}):
        assert other in COMPOSE["services"]
    for volume in definition.get("volumes", []):
        assert volume.split(":")[0] in COMPOSE["volumes"]


def test_what_runs_on_is_watched_and_what_runs_once_is_not_restarted() -> None:
    once = {"migrate", "minio-bucket"}
    for name, definition in COMPOSE["services"].items():
        assert ("healthcheck" in definition) == (name not in once), name
        assert (definition.get("restart") == "unless-stopped") == (name not in once), name
        after = definition.get("depends_on", {})
        assert {other for other, how in after.items() if how["condition"] == "service_completed_successfully"} <= once


def test_no_secret_is_written_down() -> None:
    text = (ROOT / "docker-compose.yml").read_text() + (ROOT / ".env.example").read_text()
    for name, value in re.findall(
        r"^#? ?\s*(\w*(?:PASSWORD|SECRET\w*|TOKEN|ACCESS_KEY))\s*[=:][ \t]*(\S*)", text, re.MULTILINE
    ):
        assert value == "" or value.startswith("${"), name
