"""`manage.py up`: everything in one process, there within seconds and gone at Ctrl-C."""

import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from tests.live import ROOT, environment, running


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM], ids=["Ctrl-C", "terminate"])
def test_up_answers_and_a_signal_stops_all_of_it(tmp_path: Path, how: signal.Signals) -> None:
    with running(tmp_path) as product:
        assert product.status("/health/live") == 200
        assert product.status("/health/ready") == 200
        assert product.status("/accounts/login/") == 200
        family = [psutil.Process(product.process.pid), *psutil.Process(product.process.pid).children(recursive=True)]
        start = time.monotonic()
        assert product.stop(how) == 0
        assert time.monotonic() - start < 10
        assert psutil.wait_procs(family, timeout=5)[1] == []
        assert product.status("/health/live") == 0


def test_up_says_which_port_is_taken_before_it_does_anything(tmp_path: Path) -> None:
    with running(tmp_path) as product:
        other = tmp_path / "other"
        done = subprocess.run(
            [sys.executable, "manage.py", "up", "--port", str(product.port)],
            cwd=ROOT,
            env=environment(other),
            capture_output=True,
            text=True,
            timeout=30,
        )
        assert done.returncode == 1
        assert f"127.0.0.1:{product.port} can't be used" in done.stderr
        assert not (other / "annotator.sqlite3").exists()


def test_nothing_of_a_killed_up_goes_on(tmp_path: Path) -> None:
    with running(tmp_path) as product:
        children = psutil.Process(product.process.pid).children(recursive=True)
        assert children
        product.process.kill()
        product.process.wait(timeout=5)
        assert psutil.wait_procs(children, timeout=10)[1] == []


def test_up_starts_again_on_what_a_killed_one_left(tmp_path: Path) -> None:
    with running(tmp_path) as product:
        product.process.kill()
        product.process.wait(timeout=5)
    with running(tmp_path) as product:
        assert product.status("/health/ready") == 200
