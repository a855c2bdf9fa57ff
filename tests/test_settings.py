"""Where links lead that commands print."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


@pytest.mark.parametrize(
    ("started", "variables", "expected"),
    [
        ("", {}, "http://127.0.0.1:8000"),
        ("http://127.0.0.1:8317\n", {}, "http://127.0.0.1:8317"),
        ("http://127.0.0.1:8317\n", {"SITE_URL": "https://studio.example/"}, "https://studio.example"),
        ("http://127.0.0.1:8317\n", {"SITE_URL": "", "DATABASE_URL": "", "DATABASE_POOL": ""}, "http://127.0.0.1:8317"),
    ],
)
def test_the_address_is_the_set_one_or_where_it_was_started_last(
    tmp_path: Path, started: str, variables: dict[str, str], expected: str
) -> None:
    if started:
        (tmp_path / "address").write_text(started)
    environment = {name: value for name, value in os.environ.items() if name != "SITE_URL"}
    code = "from annotator import settings; print(settings.SITE_URL)"
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={**environment, **variables, "ANNOTATOR_DATA": str(tmp_path)},
        check=True,
        capture_output=True,
        text=True,
    )
    assert done.stdout.strip() == expected


@pytest.mark.parametrize("url", ["mysql://host/name", "nonsense", "postgress://host/name"])
def test_a_database_that_nobody_speaks_to_is_named(tmp_path: Path, url: str) -> None:
    environment = {**os.environ, "ANNOTATOR_DATA": str(tmp_path), "DATABASE_URL": url}
    command = [sys.executable, "-c", "from annotator import settings"]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode != 0
    assert "DATABASE_URL: expected postgres://" in done.stderr
