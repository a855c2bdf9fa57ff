"""Whoever builds a version, its bytes are the same: one worker or several, on SQLite or PostgreSQL."""

import hashlib
import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.live import ROOT, environment, manage
from tests.services.seeding import ask

WORK = """
import sys, time
from projects.models import Job
from projects.workspace import jobs
while Job.objects.filter(kind="snapshot", state__in=Job.OPEN).exists():
    if not jobs.run_due(limit=1):
        time.sleep(0.02)
print(jobs.WORKER)
"""
WHO = """
from projects.models import Snapshot
print(Snapshot.objects.get().state)
"""


def build(env: dict[str, str], workers: int) -> dict[str, Any]:
    """Every file of the version that so many workers build, with its hash; the manifest as it is."""
    command = [sys.executable, "manage.py", "shell", "--no-imports", "-c", WORK]
    running = [subprocess.Popen(command, cwd=ROOT, env=env, stdout=subprocess.DEVNULL) for _ in range(workers)]
    assert [process.wait(timeout=240) for process in running] == [0] * workers
    assert manage(env, "shell", "--no-imports", "-c", WHO).split() == ["ready"]
    (folder,) = Path(env["ANNOTATOR_DATA"], "snapshots").glob("*/snapshot-1")
    files = {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    manifest = files.pop("manifest.json")
    return {"manifest.json": manifest} | {name: hashlib.sha256(body).hexdigest() for name, body in files.items()}


def test_one_worker_or_eight_on_sqlite_or_postgresql_the_bytes_are_the_same(
    tmp_path: Path, seeded_data: Path, seeded_database_url: str
) -> None:
    alone, many, other = environment(seeded_data), environment(tmp_path / "many"), environment(tmp_path / "other")
    other["DATABASE_URL"] = seeded_database_url
    ask(alone)
    shutil.copytree(seeded_data, tmp_path / "many")
    expected = build(alone, 1)
    assert len([name for name in expected if name.startswith("data/gold-")]) > 2
    assert build(many, 8) == expected
    ask(other)
    found = build(other, 2)
    # The audit log of another installation was written at other times; all the rest is the same.
    known, there = json.loads(expected.pop("manifest.json")), json.loads(found.pop("manifest.json"))
    for manifest in (known, there):
        assert len(manifest.pop("audit")["hash"]) == len(manifest.pop("manifest_sha256")) == 64
    assert (found, there) == (expected, known)
