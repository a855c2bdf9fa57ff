"""kill -9 of the process that pushes a version, half way through a file: what is there does not look like one, and
the next one sends the rest."""

import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from projects.snapshots import layout
from tests.live import ROOT, environment, manage
from tests.services.seeding import TABLES

SEED = """
from projects.models import *
from projects.workspace import actions, jobs
from projects.snapshots.actions import request_snapshot
from projects.snapshots.push import add_destination, request_push
owner = actions.create_user(username="owner")
interface = {"schema": 1, "fields": [{"name": "text", "type": "text"}],
             "questions": [{"name": "craft", "type": "rating", "scale": [1, 5]}]}
project = actions.create_project(actor=owner, name="Killed", slug="killed", interface=interface)
for n in range(20):
    sample = Sample.objects.create(project=project, key=f"s{n:03}", fields={"text": f"The {n}th wave."}, position=n,
                                   state="approved", content_sha256=f"{n:064x}")
    Provenance.objects.create(sample=sample, origin="human", licence="CC0-1.0")
    Adjudication.objects.create(project=project, sample=sample, interface=project.interface, decision="approve",
                                origin="overlap", answers={"craft": 4}, policy={})
snapshot = request_snapshot(actor=owner, project=project)
jobs.run(snapshot.job_id)
snapshot.refresh_from_db()
to = add_destination(actor=owner, project=project, name="archive", kind="directory", address=OUTBOX)
request_push(actor=owner, snapshot=snapshot, destination=to)
"""
# The process kills itself when some of the named file is written.
DEADLY = """
import os, signal
from projects.snapshots.targets import directory
from projects.workspace import jobs
usual = directory.chunks
def deadly(stream, tell, what):
    if what == FILE:
        yield stream.read(10)
        os.kill(os.getpid(), signal.SIGKILL)
    yield from usual(stream, tell, what)
directory.chunks = deadly
jobs.run_due()
"""
WORK = "from projects.workspace import jobs; jobs.run_due()"
LOOK = """
SELECT j.state, j.attempts, p.finished_at IS NOT NULL, p.sent, p.kept
FROM projects_push p JOIN projects_job j ON j.id = p.job_id
"""


def look(env: dict[str, str]) -> tuple[object, ...]:
    """The push and its job."""
    with closing(sqlite3.connect(Path(env["ANNOTATOR_DATA"], "annotator.sqlite3"))) as connection:
        return tuple(connection.execute(LOOK).fetchone())


@pytest.mark.parametrize("file", ["README.md", "manifest.json"])
def test_a_push_that_is_killed_goes_on_where_it_was(tmp_path: Path, file: str) -> None:
    outbox = tmp_path / "outbox"
    env = environment(tmp_path / "data", JOB_LEASE_SECONDS="1", PUSH_FOLDERS=str(outbox))
    manage(env, "shell", "--no-imports", "-c", TABLES + SEED.replace("OUTBOX", repr(str(outbox))))
    command = [sys.executable, "manage.py", "shell", "--no-imports", "-c", DEADLY.replace("FILE", repr(file))]
    assert subprocess.run(command, cwd=ROOT, env=env, timeout=60, check=False).returncode == -signal.SIGKILL
    place = outbox / "snapshot-1"
    arrived = len([path for path in place.rglob("*") if path.is_file()])
    assert arrived, "it was killed on the way"
    assert not (place / "manifest.json").exists()
    assert look(env) == ("running", 1, 0, 0, 0)

    time.sleep(1.2)  # the lease of the dead
    manage(env, "shell", "--no-imports", "-c", WORK)
    assert layout.verify(place).ok
    assert [path.name for path in outbox.iterdir()] == ["snapshot-1"], "nothing is left of the first attempt"
    files = len([path for path in place.rglob("*") if path.is_file()])
    assert look(env) == ("done", 2, 1, files - arrived, arrived)
