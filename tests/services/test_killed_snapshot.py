"""kill -9 of the process that builds a snapshot: the next one finishes it, and until then there is none."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from tests.live import ROOT, environment, manage

SAMPLES = 20_000
SEED = """
from django.utils import timezone
from projects.models import *
from projects.workspace import actions
from projects.snapshots.actions import request_snapshot
owner = actions.create_user(username="owner")
interface = {"schema": 1, "fields": [{"name": "text", "type": "text"}],
             "questions": [{"name": "craft", "type": "rating", "scale": [1, 5]}]}
project = actions.create_project(actor=owner, name="Killed", slug="killed", interface=interface)
samples = Sample.objects.bulk_create([
    Sample(project=project, key=f"s{n:06}", fields={"text": f"The sea, told for the {n}th time. " * 5}, position=n,
           state="approved", content_sha256=f"{n:064x}") for n in range(SAMPLES)], batch_size=1000)
Provenance.objects.bulk_create([Provenance(sample=s, origin="human", licence="CC0-1.0") for s in samples],
                               batch_size=1000)
Adjudication.objects.bulk_create([
    Adjudication(project=project, sample=s, interface=project.interface, decision="approve", origin="overlap",
                 answers={"craft": 4}, policy={}) for s in samples], batch_size=1000)
print(request_snapshot(actor=owner, project=project).job_id)
"""
WORK = "from projects.workspace import jobs; print(jobs.run_due())"
LOOK = """
from projects.models import Snapshot
snapshot = Snapshot.objects.get()
print(snapshot.state, snapshot.manifest is not None, snapshot.job.state, snapshot.job.attempts)
"""


def test_a_snapshot_whose_builder_is_killed_is_finished_by_the_next(tmp_path: Path) -> None:
    env = environment(tmp_path, JOB_LEASE_SECONDS="1")
    manage(env, "migrate", "--verbosity", "0")
    manage(env, "shell", "--no-imports", "-c", SEED.replace("SAMPLES", str(SAMPLES)))
    kept = tmp_path / "snapshots"
    worker = subprocess.Popen(
        [sys.executable, "manage.py", "shell", "--no-imports", "-c", WORK], cwd=ROOT, env=env, start_new_session=True
    )
    end = time.monotonic() + 60
    while not (halves := [*kept.glob("*/.snapshot-1.building-*/data/*")]) or not halves[0].stat().st_size:
        assert worker.poll() is None and time.monotonic() < end, "the build was over before it could be cut off"
        time.sleep(0.005)
    os.killpg(worker.pid, signal.SIGKILL)
    worker.wait()

    assert manage(env, "shell", "--no-imports", "-c", LOOK).split() == ["building", "False", "running", "1"]
    assert not [path for path in kept.glob("*/*") if not path.name.startswith(".")], "no version may be half there"

    time.sleep(1.2)  # the lease of the dead
    manage(env, "shell", "--no-imports", "-c", WORK)
    assert manage(env, "shell", "--no-imports", "-c", LOOK).split() == ["ready", "True", "done", "2"]
    assert [path.name for path in kept.glob("*/*")] == ["snapshot-1"], "nothing is left of the first attempt"
    assert f"{SAMPLES:,} samples" in manage(env, "verify_snapshot", "killed", "1")
