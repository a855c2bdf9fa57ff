"""The product as a process of its own, as people run it, for the tests of the browser and of the services."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.test import override_settings
from pytest_django.plugin import DjangoDbBlocker

ROOT = Path(__file__).resolve().parent.parent


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def environment(data: Path, **more: str) -> dict[str, str]:
    """What the processes are started with: the embedded default in a folder of its own, and what a test adds."""
    ours = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "REDIS_URL", "S3_BUCKET")}
    return {**ours, "ANNOTATOR_DATA": str(data), "SECRET_KEY": settings.SECRET_KEY, "LOG_LEVEL": "WARNING", **more}


def manage(env: dict[str, str], *arguments: str) -> str:
    """One command of `manage.py`, done; its output."""
    command = [sys.executable, "manage.py", *arguments]
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@dataclass
class Product:
    """A running `manage.py up`."""

    port: int
    data: Path
    process: subprocess.Popen[bytes]
    log: Path

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def status(self, path: str) -> int:
        """The status that an address answers with, or 0 when nothing listens."""
        client = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            client.request("GET", path)
            return client.getresponse().status
        except OSError:
            return 0
        finally:
            client.close()

    def wait_until_ready(self, seconds: float = 60) -> None:
        end = time.monotonic() + seconds
        while self.status("/health/ready") != 200:
            assert self.process.poll() is None and time.monotonic() < end, self.log.read_text()
            time.sleep(0.1)

    def stop(self, how: int = signal.SIGTERM) -> int:
        """Sends the signal and waits for the end; the exit code."""
        if self.process.poll() is None:
            self.process.send_signal(how)
        try:
            return self.process.wait(timeout=15)
        finally:
            kill_group(self.process)

    @contextmanager
    def database(self, blocker: DjangoDbBlocker) -> Iterator[None]:
        """The ORM of this process on the product's SQLite file, to seed through the actions and to look afterwards."""
        before = connection.settings_dict["NAME"]
        connection.close()
        connection.settings_dict["NAME"] = str(self.data / "annotator.sqlite3")
        try:
            # The tests' quick hashes are not ones that the product would take.
            hashers = [each for each in settings.PASSWORD_HASHERS if "MD5" not in each]
            with blocker.unblock(), override_settings(PASSWORD_HASHERS=hashers):
                yield
        finally:
            connection.close()
            connection.settings_dict["NAME"] = before


def kill_group(process: subprocess.Popen[bytes]) -> None:
    """Ends whatever is left of a process that was started in a session of its own."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
    else:
        process.wait(timeout=10)


@contextmanager
def running(data: Path, **more: str) -> Iterator[Product]:
    """`manage.py up` with its data in `data`, ready to answer."""
    port, log = free_port(), data / "server.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "manage.py", "up", "--port", str(port)],
            cwd=ROOT,
            env=environment(data, **more),
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    product = Product(port, data, process, log)
    try:
        product.wait_until_ready()
        yield product
    finally:
        kill_group(process)
