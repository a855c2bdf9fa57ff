"""Requests of the label loop, one after the other.

One process answers everybody, and SQLite has one writer. Requests that write side by side hand the interpreter to each
other at every statement, and each finds its page cache out of date: together they take half as long again as one after
the other. So they wait for their turn before they begin. Everything else (pages, uploads, downloads that somebody reads
slowly) goes on beside them in threads of its own.
"""

import io
import re
import threading
from collections.abc import Callable, Iterable
from typing import Any

Application = Callable[[dict[str, Any], Any], Iterable[bytes]]

LABEL_LOOP = re.compile(r"/p/[^/]+/label/|/api/v1/projects/[^/]+/(?:next/|annotations/|assignments/)")
# A body is read before the turn begins, so that nobody waits for somebody's slow line; a longer one gets no turn.
LONGEST = 1024 * 1024  # bytes


def in_turns(application: Application) -> Application:
    """The same WSGI application, in which requests of the label loop don't run side by side."""
    turn = threading.Lock()

    def answer(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        if not LABEL_LOOP.match(environ["PATH_INFO"]):
            return application(environ, start_response)
        if environ["REQUEST_METHOD"] != "GET":
            length = environ.get("CONTENT_LENGTH") or ""
            if not length.isdigit() or int(length) > LONGEST:
                return application(environ, start_response)
            environ["wsgi.input"] = io.BytesIO(environ["wsgi.input"].read(int(length)))
        with turn:
            return application(environ, start_response)

    return answer
