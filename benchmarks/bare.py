"""The yardstick for many people at once: the least that any Django view does that writes, served as the product is.

One view, no middleware; one transaction with a SELECT, an INSERT and two UPDATEs; SQLite set up as ours is.
``application`` is what the server loads; ``rate`` starts it and measures.
"""

import os
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import django
from django.conf import settings

from benchmarks.serving import ROOT, Server, free_port

if os.environ.get("BARE_DATABASE"):
    settings.configure(
        SECRET_KEY="bare",
        ALLOWED_HOSTS=["*"],
        ROOT_URLCONF=__name__,
        DATABASES={
            "default": {
                "ENGINE": "django.db.backends.sqlite3",
                "NAME": os.environ["BARE_DATABASE"],
                "CONN_MAX_AGE": None,
                "OPTIONS": {
                    "transaction_mode": "IMMEDIATE",
                    "timeout": 20,
                    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
                },
            }
        },
    )
    django.setup()
    from django.core.wsgi import get_wsgi_application
    from django.db import connection, transaction
    from django.http import HttpRequest, HttpResponse
    from django.urls import path

    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE IF NOT EXISTS item (id INTEGER PRIMARY KEY, text TEXT, state TEXT)")
        cursor.execute("CREATE TABLE IF NOT EXISTS counter (id INTEGER PRIMARY KEY, n INTEGER)")
        cursor.execute("INSERT OR IGNORE INTO counter VALUES (1, 0)")

    def view(request: HttpRequest) -> HttpResponse:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT n FROM counter WHERE id = 1")
            n = cursor.fetchone()[0]
            cursor.execute("INSERT INTO item (text, state) VALUES (%s, 'new')", [request.body.decode()])
            cursor.execute("UPDATE item SET state = 'done' WHERE id = %s", [n])
            cursor.execute("UPDATE counter SET n = n + 1 WHERE id = 1")
        return HttpResponse(str(n))

    urlpatterns = [path("", view)]
    application = get_wsgi_application()


def rate(people: int, seconds: float = 4) -> float:
    """Requests a second that the yardstick answers to so many people at once."""
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="annotator-bare-") as folder:
        data = Path(folder)
        command = [sys.executable, "-m", "granian", "--interface", "wsgi", "benchmarks.bare:application"]
        command += ["--port", str(port), "--workers", "1", "--blocking-threads", "4", "--no-ws", "--log-level", "error"]
        environment = {**os.environ, "BARE_DATABASE": str(data / "bare.sqlite3")}
        process = subprocess.Popen(command, cwd=ROOT, env=environment)
        try:
            return _answered(Server("127.0.0.1", port, data, process.pid, environment), people, seconds)
        finally:
            process.terminate()
            process.wait(timeout=20)


def _answered(server: Server, people: int, seconds: float) -> float:
    _wait(server)
    counts: list[int] = []

    def person() -> None:
        connection, count = server.connect(), 0
        while time.perf_counter() < end:
            connection.request("POST", "/", b"x" * 300)
            reply = connection.getresponse()
            reply.read()
            if reply.status != 200:
                raise RuntimeError(f"the yardstick answers {reply.status}")
            count += 1
        counts.append(count)

    threads = [threading.Thread(target=person) for _ in range(people)]
    end = time.perf_counter() + seconds
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(counts) / seconds


def _wait(server: Server) -> None:
    for _ in range(300):
        try:
            server.connect().close()
            return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError("the yardstick did not start")
