"""The WSGI application of the embedded default: one process that also runs the Celery worker, in a thread.

The in-memory broker only reaches threads of its own process. What it loses when the process is killed is found
again in the database (``projects.workspace.relay``).
"""

import os
import threading
import time

from django.conf import settings
from django.db import connection

from annotator import wsgi
from annotator.turns import in_turns

__all__ = ["application"]

application = in_turns(wsgi.application) if connection.vendor == "sqlite" else wsgi.application


def end_with(server: int) -> None:
    """Ends this process when the one that started it is gone. Killed, that one can't tell us, and what it left would
    hold the port and go on working beside the next that is started."""
    while os.getppid() == server:
        time.sleep(1)
    os._exit(1)


def start_worker() -> None:
    """Starts the worker and the relay as daemon threads; called once, when the server has loaded this module."""
    from celery.worker import WorkController

    from annotator.celery import app
    from projects.workspace import relay

    if not settings.REDIS_URL:  # with Redis other workers may be up, whose jobs are not ours to take
        relay.release_orphans()
    relay.Relay().start()
    worker = WorkController(app=app, pool="solo", concurrency=1, hostname="embedded@localhost", quiet=True)
    threading.Thread(target=worker.start, daemon=True, name="worker").start()


threading.Thread(target=end_with, args=(os.getppid(),), daemon=True, name="end-with-server").start()
start_worker()
