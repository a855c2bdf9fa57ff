"""A worker that is killed in the middle of a job: the next one finishes it, and nothing is done twice."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.factories import INTERFACE
from tests.live import ROOT, environment, kill_group, manage
from tests.services.seeding import TABLES

LINES = 50_000
SEED = """
from projects.workspace import actions
owner = actions.create_user(username="olga")
actions.create_project(actor=owner, name="Killed", slug="killed", interface={interface!r})
"""
ASK = """
from django.core.files import File
from projects.intake.actions import start_import
from projects.models import Project
project = Project.objects.get(slug="killed")
with open({path!r}, "rb") as stream:
    source = start_import(actor=project.created_by, project=project, file=File(stream), filename="many.jsonl")
print(source.job_id)
"""


class Site:
    """An installation on PostgreSQL and Redis, seen from outside."""

    def __init__(self, data: Path, database_url: str, redis_url: str) -> None:
        self.data = data
        self.env = environment(data, DATABASE_URL=database_url, REDIS_URL=redis_url, JOB_LEASE_SECONDS="4")
        self.connection = psycopg.connect(database_url, autocommit=True)

    def one(self, query: str, *parameters: object) -> tuple[Any, ...]:
        row = self.connection.execute(query.encode(), parameters).fetchone()
        assert row
        return tuple(row)

    @contextmanager
    def worker(self) -> Iterator[subprocess.Popen[bytes]]:
        """A Celery worker of its own process group."""
        command = [sys.executable, "-m", "celery", "-A", "annotator", "worker", "--concurrency", "1", "-l", "warning"]
        with (self.data / "worker.log").open("ab") as log:
            process = subprocess.Popen(command, cwd=ROOT, env=self.env, stdout=log, stderr=log, start_new_session=True)
        try:
            yield process
        finally:
            kill_group(process)

    def wait(self, condition: str, job: int, seconds: float = 60) -> None:
        end = time.monotonic() + seconds
        while not self.one(f"SELECT {condition} FROM projects_job WHERE id = %s", job)[0]:
            said = (self.data / "worker.log").read_text()[-3000:]
            state = self.one("SELECT state, done, attempts, message FROM projects_job WHERE id = %s", job)
            assert time.monotonic() < end, f"{state}\n{said}"
            time.sleep(0.05)


@pytest.fixture
def site(tmp_path: Path, database_url: str, redis_url: str) -> Iterator[Site]:
    site = Site(tmp_path, database_url, redis_url)
    manage(site.env, "shell", "--no-imports", "-c", TABLES + SEED.format(interface=INTERFACE))
    yield site
    site.connection.close()


def ask_for_import(site: Site) -> int:
    path = site.data / "many.jsonl"
    with path.open("w") as file:
        for number in range(LINES):
            sample = {"key": f"k{number}", "fields": {"text": f"Text number {number}."}}
            file.write(json.dumps({**sample, "provenance": {"origin": "human", "licence": "CC-BY-4.0"}}) + "\n")
    return int(manage(site.env, "shell", "-v", "0", "-c", ASK.format(path=str(path))).split()[-1])


def test_an_import_whose_worker_is_killed_is_finished_by_the_next_one_once(site: Site) -> None:
    with site.worker() as process:
        job = ask_for_import(site)
        site.wait("done >= 5000", job)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(timeout=10)
    state, done = site.one("SELECT state, done FROM projects_job WHERE id = %s", job)
    assert state == "running"
    assert done < LINES, "it was killed too late to show anything"
    with site.worker():
        site.wait("state = 'done'", job)
    attempts, result = site.one("SELECT attempts, result FROM projects_job WHERE id = %s", job)
    assert attempts == 2
    assert (result["created"], result["lines"]) == (LINES, LINES)
    assert site.one("SELECT count(*), count(DISTINCT key) FROM projects_sample") == (LINES, LINES)
    assert site.one("SELECT count(*) FROM projects_provenance") == (LINES,)
    assert site.one("SELECT sample_count FROM projects_project") == (LINES,)
    assert site.one("SELECT count(*) FROM projects_auditentry WHERE action = 'import.finished'") == (1,)
    manage(site.env, "verify_audit")


def test_two_workers_do_a_job_once(site: Site) -> None:
    with site.worker(), site.worker():
        job = ask_for_import(site)
        site.wait("state = 'done'", job)
    assert site.one("SELECT attempts FROM projects_job WHERE id = %s", job) == (1,)
    assert site.one("SELECT count(*), count(DISTINCT key) FROM projects_sample") == (LINES, LINES)
