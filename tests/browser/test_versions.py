"""Versions in a browser: compared, shared by a link, superseded by a withdrawal; in both themes and on a phone."""

import json
import urllib.request
from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from projects.models import Creator, Provenance, Sample
from projects.review import actions as review
from tests.browser.conftest import Cast
from tests.browser.scene import answers, label_all, route, send, wait_for_jobs
from tests.live import Product

pytestmark = pytest.mark.browser


@pytest.fixture
def cast(make_cast: Callable[..., Cast], database: Any, product: Product) -> Cast:
    """Two versions: in the second, one piece was judged again and one is new."""
    cast = make_cast(samples=3, overlap=2)
    project = cast.project
    with database():
        for person in (cast.ada, cast.ben):
            label_all(project, person, answers("yes", 4))
        route()
        pieces = list(Sample.objects.filter(project=project).order_by("key"))
        amara = Creator.objects.create(project=project, name="Amara Okafor", credit="Amara Okafor, Lagos")
        Provenance.objects.filter(sample__in=pieces[:2]).update(creator=amara)

        def decide(piece: Sample, rating: int) -> None:
            piece.refresh_from_db()
            before = review.version_of(piece)
            given = answers("yes", rating)
            review.adjudicate(
                actor=cast.reviewer,
                sample=piece,
                decision="approve",
                answers=given,
                reason="It holds.",
                expected=before,
            )

        def build() -> None:
            send(product, cast.owner, f"projects/{project.slug}/snapshots/", b"{}")
            wait_for_jobs(project)

        decide(pieces[0], 4)
        decide(pieces[1], 4)
        build()
        decide(pieces[0], 2)
        decide(pieces[2], 3)
        build()
    return cast


def narrow(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.set_viewport_size({"width": 1280, "height": 800})


def resumed(address: str) -> None:
    """The server that people run sends parts, and joins them to the whole."""

    def fetch(method: str = "GET", **headers: str) -> tuple[int, Any, bytes]:
        request = urllib.request.Request(address, headers=headers, method=method)
        with urllib.request.urlopen(request, timeout=20) as reply:
            return reply.status, reply.headers, reply.read()

    _, said, whole = fetch()
    status, _, part = fetch(Range="bytes=100-", **{"If-Range": said["ETag"]})
    assert (status, part) == (206, whole[100:])
    status, told, nothing = fetch("HEAD")
    assert (status, int(told["Content-Length"]), nothing) == (200, len(whole), b"")


def test_versions_are_compared_shared_and_superseded(
    cast: Cast, visit: Callable[..., Page], axe: Callable[[Page], None], database: Any, watch: Any
) -> None:
    slug = cast.project.slug
    page = visit(cast.owner, reverse("snapshot-new", args=[slug]))
    page.get_by_text("Train, validation, test").click()
    axe(page)
    narrow(page)

    page.goto(reverse("snapshot", args=[slug, 2]))
    page.get_by_role("button", name="Compare").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("From version 1 to version 2")
    expect(page.get_by_text("2 samples changed, 1 did not.")).to_be_visible()
    page.get_by_role("link", name="Other answer 1").click()
    expect(page.get_by_role("main").locator("del").first).to_be_visible()
    axe(page)
    narrow(page)

    page.goto(reverse("snapshot", args=[slug, 2]))
    page.get_by_label("For whom").fill("For Ada")
    page.get_by_role("button", name="Make a link").click()
    address = page.get_by_label("Address of the link").input_value()
    resumed(address)
    anybody = visit(None)
    with anybody.expect_download() as fetched:
        anybody.evaluate("(address) => { location.href = address; }", address)
    lines = [json.loads(line) for line in fetched.value.path().read_text().splitlines()]
    assert [line["key"] for line in lines] == ["piece-1", "piece-2", "piece-3"]
    page.reload()
    expect(page.get_by_role("cell", name="by a link: For Ada").first).to_be_visible()
    axe(page)
    narrow(page)

    page.goto(reverse("creators", args=[slug]))
    page.get_by_role("button", name="Withdraw all of Amara Okafor").click()
    axe(page)
    page.get_by_label("Why").fill("She asked us to.")
    page.get_by_role("button", name="Withdraw", exact=True).click()
    expect(page.get_by_text("2 samples were withdrawn.")).to_be_visible()
    with database():
        wait_for_jobs(cast.project)

    watch.allow("410")
    anybody.goto(address)
    expect(anybody.get_by_text("2 of its samples were withdrawn")).to_be_visible()
    page.goto(reverse("snapshot", args=[slug, 2]))
    expect(page.get_by_role("link", name="Version 3", exact=True)).to_be_visible()
    axe(page)
    narrow(page)
    page.get_by_role("button", name="I need this version…").click()
    axe(page)
    page.get_by_label("What for").fill("An audit.")
    page.get_by_role("button", name="I know, let me download it").click()
    expect(page.get_by_text("You have acknowledged")).to_be_visible()
    for name, arguments in (("withdrawals", []), ("sample", ["piece-1"]), ("snapshots", []), ("snapshot", [3])):
        page.goto(reverse(name, args=[slug, *arguments]))
        axe(page)
        narrow(page)
