"""What the first look costs, with nothing in the browser's cache."""

from collections.abc import Callable

import pytest
from django.urls import reverse
from playwright.sync_api import Page, Request

from tests.browser.conftest import Cast

pytestmark = pytest.mark.browser
REQUESTS, KILOBYTES = 12, 150


def transferred(page: Page, address: str) -> tuple[int, float]:
    """How many requests a page takes, and how many kilobytes come with them, headers included."""
    finished: list[Request] = []
    page.on("requestfinished", lambda request: finished.append(request))
    page.goto(address, wait_until="networkidle")
    requests = [each for each in finished if each.url.startswith("http")]
    sizes = [each.sizes() for each in requests]
    return len(requests), sum(each["responseBodySize"] + each["responseHeadersSize"] for each in sizes) / 1000


@pytest.mark.parametrize("screen", ["account_login", "label", "project"])
def test_a_first_screen_is_light(visit: Callable[..., Page], cast: Cast, screen: str) -> None:
    address = reverse(screen) if screen == "account_login" else reverse(screen, args=[cast.project.slug])
    page = visit(None if screen == "account_login" else cast.ada)
    requests, kilobytes = transferred(page, address)
    assert 0 < requests <= REQUESTS
    assert 0 < kilobytes <= KILOBYTES
