"""What depends on the database is true of PostgreSQL too: the same tests, run again there."""

import os
import subprocess
import sys
from pathlib import Path

from tests.live import ROOT

SUITES = (
    *("tests/concurrent", "tests/test_jobs.py", "tests/test_audit.py", "tests/test_health.py", "tests/test_road.py"),
    "tests/labeling",
    # Of the other stages those that read and write a project's rows; the rest is about figures, pages and files.
    *("tests/intake/test_imports.py", "tests/intake/test_suggestions.py", "tests/samples/test_comments.py"),
    *("tests/review/test_actions.py", "tests/review/test_layers.py", "tests/review/test_looks.py"),
    *("tests/review/test_routing.py", "tests/review/test_worth.py", "tests/quality/test_agreement.py"),
    *("tests/quality/test_gathered.py", "tests/quality/test_aggregation.py", "tests/quality/test_layers.py"),
    *("tests/quality/test_repeats.py", "tests/quality/test_suggestions.py"),
    *("tests/snapshots/test_choosing.py", "tests/snapshots/test_filters.py", "tests/snapshots/test_withdrawal.py"),
    "tests/snapshots/test_erasure.py",
)


def test_the_tests_of_queue_jobs_and_stages_pass_on_postgresql(
    database_url: str, redis_url: str, tmp_path: Path
) -> None:
    environment = {**os.environ, "DATABASE_URL": database_url, "REDIS_URL": redis_url, "ANNOTATOR_DATA": str(tmp_path)}
    environment["PGOPTIONS"] = "-c synchronous_commit=off"  # nothing of it need outlive the machine
    command = [sys.executable, "-m", "pytest", "-q", "-n", "2", "-p", "no:cacheprovider", *SUITES]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=900)
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
