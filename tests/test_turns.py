"""Requests of the label loop wait for each other, and nothing else does."""

import io
import threading
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from annotator.turns import LONGEST, in_turns


class Watched:
    """A WSGI application that counts how many requests are in it at once, and waits a moment for another one."""

    def __init__(self) -> None:
        self.lock, self.inside, self.most = threading.Lock(), 0, 0
        self.met = threading.Event()
        self.bodies: list[bytes] = []

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        with self.lock:
            self.inside += 1
            self.most = max(self.most, self.inside)
            if self.inside == 2:
                self.met.set()
        self.met.wait(0.2)
        self.bodies.append(environ["wsgi.input"].read())
        with self.lock:
            self.inside -= 1
        return [b"done"]


def request(path: str, method: str = "POST", body: bytes = b"{}", **more: str) -> dict[str, Any]:
    given = {"PATH_INFO": path, "REQUEST_METHOD": method, "CONTENT_LENGTH": str(len(body))}
    return {**given, "wsgi.input": io.BytesIO(body), **more}


def together(*requests: dict[str, Any]) -> Watched:
    watched = Watched()
    application = in_turns(watched)
    with ThreadPoolExecutor(len(requests)) as pool:
        answers = list(pool.map(lambda each: application(each, None), requests))
    assert answers == [[b"done"]] * len(requests)
    return watched


LOOP = ["/api/v1/projects/a/annotations/", "/api/v1/projects/a/next/", "/p/a/label/submit/", "/p/a/label/"]


@pytest.mark.parametrize("path", LOOP)
def test_the_label_loop_goes_one_after_the_other(path: str) -> None:
    watched = together(request(path, body=b"one"), request(path, body=b"two"))
    assert watched.most == 1
    assert sorted(watched.bodies) == [b"one", b"two"]


@pytest.mark.parametrize(
    "path", ["/p/a/quality/", "/api/v1/projects/a/imports/", "/api/v1/projects/a/samples/next/", "/"]
)
def test_everything_else_goes_on_beside(path: str) -> None:
    assert together(request(path), request(path)).most == 2
    assert together(request(LOOP[0]), request(path)).most == 2


def test_a_long_body_gets_no_turn_and_is_whole() -> None:
    long = b"x" * (LONGEST + 1)
    watched = together(request(LOOP[0], body=long), request(LOOP[0]))
    assert watched.most == 2
    assert long in watched.bodies


def test_a_body_of_unknown_length_gets_no_turn() -> None:
    assert together(request(LOOP[0], CONTENT_LENGTH=""), request(LOOP[0])).most == 2


def test_reading_waits_for_writing() -> None:
    assert together(request(LOOP[3], "GET", CONTENT_LENGTH=""), request(LOOP[0])).most == 1


def test_a_request_that_fails_ends_its_turn() -> None:
    def failing(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        raise ZeroDivisionError

    application = in_turns(failing)
    for _ in range(2):
        with pytest.raises(ZeroDivisionError):
            application(request(LOOP[0]), None)
