"""The Celery application: `celery -A annotator worker`, or the thread that `manage.py up` starts."""

import os
from typing import Any

from celery import Celery
from celery.signals import worker_ready, worker_shutting_down

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "annotator.settings")

app = Celery("annotator")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["projects.workspace"])

_relays: list[Any] = []


@worker_ready.connect
def _start_relay(**_: Any) -> None:
    from projects.workspace.relay import Relay

    relay = Relay()
    relay.start()
    _relays.append(relay)


@worker_shutting_down.connect
def _stop_relay(**_: Any) -> None:
    for relay in _relays:
        relay.stop.set()
