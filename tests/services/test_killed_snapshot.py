"""kill -9 of the worker that builds a snapshot, at any moment: there is all of the version or none of it, and the next
worker goes on where that one was."""

import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import psycopg
import pytest

from projects.snapshots import layout
from tests.live import ROOT, environment, free_port, kill_group, manage
from tests.services.seeding import SAMPLES, ask

KILLS = 10
AT_ONCE = 4
STATE = (
    "SELECT s.state, s.root, j.state, j.worker FROM projects_snapshot s JOIN projects_job j ON j.id = s.job_id "
    "ORDER BY s.number DESC LIMIT 1"
)


class Site:
    """An installation, seen from outside. ``query`` asks its database."""

    def __init__(self, data: Path, env: dict[str, str], command: list[str], query: Callable[[str], Any]) -> None:
        self.data, self.env, self.command, self.query = data, env, command, query

    @contextmanager
    def worker(self) -> Iterator[subprocess.Popen[bytes]]:
        with (self.data / "worker.log").open("ab") as log:
            process = subprocess.Popen(
                self.command, cwd=ROOT, env=self.env, stdout=log, stderr=log, start_new_session=True
            )
        try:
            yield process
        finally:
            kill_group(process)

    def wait(self, condition: Callable[[Any], bool], seconds: float = 120) -> Any:
        end = time.monotonic() + seconds
        while not condition(found := self.query(STATE)):
            assert time.monotonic() < end, f"{found}\n{(self.data / 'worker.log').read_text()[-3000:]}"
            time.sleep(0.02)
        return found

    def versions(self) -> list[Path]:
        return [path for path in (self.data / "snapshots").glob("*/*") if not path.name.startswith(".")]


@pytest.fixture
def on_redis(tmp_path: Path, seeded_database_url: str, redis_url: str) -> Iterator[Site]:
    """A Celery worker, PostgreSQL and Redis."""
    env = environment(tmp_path, DATABASE_URL=seeded_database_url, REDIS_URL=redis_url, JOB_LEASE_SECONDS="1")
    command = [sys.executable, "-m", "celery", "-A", "annotator", "worker", "--concurrency", "1", "-l", "warning"]
    with psycopg.connect(seeded_database_url, autocommit=True) as connection:
        yield Site(tmp_path, env, command, lambda query: connection.execute(query).fetchone())


@pytest.fixture
def embedded(seeded_data: Path) -> Site:
    """Everything in one process, on SQLite and the broker in memory."""

    def query(asked: str) -> Any:
        connection = sqlite3.connect(seeded_data / "annotator.sqlite3", timeout=20)
        try:
            return connection.execute(asked).fetchone()
        finally:
            connection.close()

    command = [sys.executable, "manage.py", "up", "--port", str(free_port())]
    return Site(seeded_data, environment(seeded_data), command, query)


def _ready(now: Any) -> bool:
    assert now[0] != "failed", now
    return bool(now[0] == "ready")


def _taken(before: Any, now: Any) -> bool:
    """Whether another worker has the job."""
    return bool(now[3] != before[3])


@pytest.mark.parametrize("kind", ["on_redis", "embedded"])
def test_a_build_that_is_killed_at_ten_moments_is_there_whole_or_not_at_all(
    kind: str, request: pytest.FixtureRequest
) -> None:
    site: Site = request.getfixturevalue(kind)
    moments, finished, cut_off = random.Random(5), 0, 0
    ask(site.env)
    for number in range(KILLS):
        if number % AT_ONCE == 0 and number:  # a worker that is cut off in the same part time and again is given up
            with site.worker():
                site.wait(_ready)
        before = site.query(STATE)
        if before[0] == "ready":
            finished += 1
            ask(site.env)
            before = site.query(STATE)
        with site.worker() as worker:
            site.wait(partial(_taken, before))
            time.sleep(moments.uniform(0, 2))
            os.killpg(worker.pid, signal.SIGKILL)
            worker.wait()
        state, root, _, _ = site.query(STATE)
        assert state in ("building", "ready")
        cut_off += state == "building"
        assert (root == "") == (state == "building")
        for path in site.versions():
            assert layout.verify(path).ok, path
    with site.worker():
        site.wait(_ready)
        time.sleep(0.5)  # what is left to tidy
    assert cut_off, "no kill came in time to show anything"
    assert len(site.versions()) == finished + 1
    for path in site.versions():
        report = layout.verify(path)
        assert report.ok and report.rows == SAMPLES
    hidden = [path.name for path in (site.data / "snapshots").glob("*/.*") if path.name != ".parts"]
    assert hidden == [], "nothing is left of attempts that were cut off"
    assert f"{SAMPLES:,} samples" in manage(site.env, "verify_snapshot", "killed", "1")
    manage(site.env, "verify_audit")
