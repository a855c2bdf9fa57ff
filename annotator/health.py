"""Is everything there that a web process needs? Live: this process answers. Ready: so does what it stands on."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as Late
from typing import Any

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.db import connection
from django.http import HttpRequest, JsonResponse

PROBE_SECONDS = 5.0
# Ready is asked often and by several: an answer stands for a moment.
KEEP_SECONDS = 1.0
_kept: tuple[float, dict[str, dict[str, Any]]] | None = None


def check_database() -> str:
    """Reads one row; the detail names the engine."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        cursor.fetchone()
    return connection.vendor


def check_broker() -> str:
    """Pings Redis; the in-memory broker is there with the process."""
    if not settings.REDIS_URL:
        return "in memory"
    import redis

    redis.Redis.from_url(settings.REDIS_URL, socket_timeout=2, socket_connect_timeout=2).ping()
    return "redis"


def check_worker() -> str:
    """A worker gave a sign of life within the last half minute."""
    from projects.workspace.relay import alive

    if not alive():
        raise RuntimeError("no worker has given a sign of life in the last 30 seconds")
    return "alive"


def check_storage() -> str:
    """Writes, finds and removes a small file where media are kept."""
    storage = storages["default"]
    name = storage.save("health/probe", ContentFile(b"probe"))
    try:
        if not storage.exists(name):
            raise RuntimeError("a file that was just written is not there")
    finally:
        storage.delete(name)
    return type(storage).__name__


CHECKS: dict[str, Callable[[], str]] = {
    "database": check_database,
    "broker": check_broker,
    "worker": check_worker,
    "storage": check_storage,
}


def _probe(check: Callable[[], str]) -> dict[str, Any]:
    start = time.perf_counter()
    try:
        detail, state = check(), "up"
    except Exception as error:  # whatever is wrong is the answer
        detail, state = f"{type(error).__name__}: {error}", "down"
    return {"state": state, "detail": detail, "ms": round((time.perf_counter() - start) * 1000, 1)}


def _probe_and_close(check: Callable[[], str]) -> dict[str, Any]:
    try:
        return _probe(check)
    finally:
        connection.close()  # this thread's own


def components() -> dict[str, dict[str, Any]]:
    """The state of each component, probed side by side with a time limit each."""
    pool = ThreadPoolExecutor(max_workers=len(CHECKS), thread_name_prefix="health")
    futures = {name: pool.submit(_probe_and_close, check) for name, check in CHECKS.items()}
    found = {}
    end = time.monotonic() + PROBE_SECONDS
    for name, future in futures.items():
        try:
            found[name] = future.result(timeout=max(0, end - time.monotonic()))
        except Late:
            found[name] = {"state": "down", "detail": f"no answer in {PROBE_SECONDS:.0f} s", "ms": PROBE_SECONDS * 1000}
    pool.shutdown(wait=False, cancel_futures=True)
    return found


def live(request: HttpRequest) -> JsonResponse:
    return JsonResponse({"state": "up"})


def ready(request: HttpRequest) -> JsonResponse:
    """503 while one component is down. Outsiders get states only; the reasons are for people who are signed in."""
    global _kept
    if _kept is None or time.monotonic() - _kept[0] > KEEP_SECONDS:
        _kept = (time.monotonic(), components())
    found = _kept[1]
    up = all(component["state"] == "up" for component in found.values())
    body = {name: {"state": component["state"]} for name, component in found.items()}
    return JsonResponse({"state": "up" if up else "down", "components": body}, status=200 if up else 503)
