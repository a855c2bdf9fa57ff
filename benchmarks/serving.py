"""What the benchmarks over HTTP share: a throwaway server of the product, seeded projects, a lean client."""

import http.client
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent


@dataclass
class Server:
    """A running product with its own data."""

    host: str
    port: int
    data: Path
    pid: int
    environment: dict[str, str]

    def connect(self) -> http.client.HTTPConnection:
        connection = http.client.HTTPConnection(self.host, self.port, timeout=60)
        connection.connect()
        assert connection.sock is not None
        connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return connection


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def serving(seed: list[str], **environment: str) -> Iterator[tuple[Server, dict[str, Any]]]:
    """Seeds a fresh database by `python -m benchmarks.seed …`, starts `manage.py up`, and stops and removes both."""
    data = Path(tempfile.mkdtemp(prefix="annotator-benchmark-"))
    env = {**os.environ, "ANNOTATOR_DATA": str(data), "LOG_LEVEL": "WARNING", **environment}
    port = free_port()
    process = None
    try:
        seeded = subprocess.run(
            [sys.executable, "-m", "benchmarks.seed", *seed], cwd=ROOT, env=env, check=True, stdout=subprocess.PIPE
        )
        command = [sys.executable, "manage.py", "up", "--port", str(port)]
        process = subprocess.Popen(command, cwd=ROOT, env=env, stdout=subprocess.DEVNULL)
        server = Server("127.0.0.1", port, data, process.pid, env)
        wait_until_ready(server)
        yield server, json.loads(seeded.stdout)
    finally:
        if process:
            process.terminate()
            process.wait(timeout=20)
        shutil.rmtree(data, ignore_errors=True)


def wait_until_ready(server: Server, seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            connection = server.connect()
            connection.request("GET", "/health/ready")
            if connection.getresponse().status == 200:
                return
        except OSError:
            pass
        time.sleep(0.2)
    raise RuntimeError("the server did not become ready")


def call(
    connection: http.client.HTTPConnection, method: str, path: str, token: str, body: Any = None
) -> tuple[int, Any]:
    """One request of the JSON API: (status, parsed body or None)."""
    payload = json.dumps(body).encode() if body is not None else b""
    headers = {"Authorization": f"Token {token}", "Content-Type": "application/json", "Accept": "application/json"}
    connection.request(method, path, payload, headers)
    response = connection.getresponse()
    content = response.read()
    return response.status, json.loads(content) if content else None
