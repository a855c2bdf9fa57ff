"""Segments of a real sound: by keyboard, on a phone, without a script, accessible in both themes."""

import json
import urllib.request
from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect
from rest_framework.authtoken.models import Token

from projects.models import Annotation
from tests import factories
from tests.browser.conftest import Cast, Watch
from tests.live import Product
from tests.samples.media import tone

pytestmark = pytest.mark.browser
DOCUMENT = {
    "schema": 1,
    "fields": [{"name": "sound", "type": "audio", "title": "Recording"}],
    "questions": [
        {
            "name": "q",
            "type": "segment",
            "title": "Who speaks?",
            "on": "sound",
            "required": True,
            "options": [{"id": "ada", "title": "Ada"}, {"id": "bo", "title": "Bo"}],
        }
    ],
}


@pytest.fixture
def sounding(product: Product, database: Callable[[], Any]) -> Cast:
    """A project with two samples of a tone of four seconds, stored where the server stores it."""
    with database():
        project = factories.make_project(interface=DOCUMENT)
        people = [factories.make_member(project, role) for role in ("reviewer", "annotator", "annotator")]
        token = Token.objects.create(user=project.created_by).key
    head = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.wav"\r\n\r\n'
    body = head + tone(4) + b"\r\n--x--\r\n"
    headers = {"Authorization": f"Token {token}", "Content-Type": "multipart/form-data; boundary=x"}
    address = f"{product.url}/api/v1/projects/{project.slug}/assets/"
    with urllib.request.urlopen(urllib.request.Request(address, body, headers), timeout=20) as reply:
        reference = json.load(reply)["reference"]
    with database():
        for number in (1, 2):
            factories.make_sample(project, key=f"piece-{number}", fields={"sound": reference})
    return Cast(project, project.created_by, *people)


def ready(page: Page) -> None:
    expect(page.locator("#sample-title")).to_contain_text("piece-1")
    page.evaluate(
        "() => new Promise(done => { const a = document.querySelector('audio');"
        " a.readyState ? done() : a.addEventListener('loadedmetadata', done, {once: true}); })"
    )


def seek(page: Page, seconds: float) -> None:
    page.evaluate(
        "t => new Promise(done => { const a = document.querySelector('audio');"
        " a.addEventListener('seeked', done, {once: true}); a.currentTime = t; })",
        seconds,
    )


def test_segments_are_marked_by_keyboard_played_deleted_and_brought_back(
    sounding: Cast, visit: Callable[..., Page], database: Callable[[], Any], axe: Callable[..., None]
) -> None:
    page = visit(sounding.ada, reverse("label", args=[sounding.project.slug]))
    ready(page)
    expect(page.locator(".segments__bar")).to_have_attribute("aria-label", "0 segments in 0:04.000")
    assert page.evaluate("document.querySelector('audio').paused")
    for start, end in ((0.5, 1.25), (2, 3)):
        seek(page, start)
        page.get_by_role("button", name="Start here", exact=True).press("Enter")
        seek(page, end)
        page.get_by_role("button", name="End here", exact=True).press("Enter")
    page.get_by_label("Segment 1: option").select_option("Ada")
    page.get_by_label("Segment 1: words").fill("Good | morning")
    page.get_by_label("Segment 2: end", exact=True).fill("3.5")
    page.get_by_label("Segment 2: end", exact=True).press("Tab")
    expect(page.locator(".segments__bar")).to_have_attribute("aria-label", "2 segments in 0:04.000")
    axe(page)
    page.get_by_role("button", name="Segment 1: play").press("Enter")
    expect(page.get_by_role("button", name="Pause")).to_be_visible()
    expect(page.get_by_role("button", name="Play", exact=True)).to_be_visible()  # it stops where the segment ends
    assert 1.2 < page.evaluate("document.querySelector('audio').currentTime") < 2
    expect(page.locator("#draft-state")).to_have_text("Draft saved")
    page.get_by_role("button", name="Segment 1: delete").press("Enter")
    expect(page.locator(".segments__item")).to_have_count(1)
    page.keyboard.press("Enter")  # the focus is on Undo
    expect(page.locator(".segments__item")).to_have_count(2)
    page.reload()
    ready(page)
    expect(page.locator(".segments__item")).to_have_count(2)
    page.keyboard.press("Control+Enter")
    expect(page.locator("#status")).to_have_text("Saved · 1 of 2")
    with database():
        stored = Annotation.objects.get(project=sounding.project, current=True).answers["q"]
    assert stored == [
        {"start_ms": 500, "end_ms": 1250, "label": "ada", "text": "Good | morning"},
        {"start_ms": 2000, "end_ms": 3500},
    ]
    expect(page.locator("#sample-title")).to_contain_text("piece-2")
    expect(page.get_by_role("button", name="Start here", exact=True)).to_be_visible()


def test_segments_fit_a_phone_and_what_is_wrong_is_said(
    sounding: Cast, visit: Callable[..., Page], watch: Watch
) -> None:
    watch.allow("422")
    page = visit(sounding.ada, reverse("label", args=[sounding.project.slug]), size=(390, 844), touch=True)
    ready(page)
    seek(page, 1)
    page.get_by_role("button", name="Start here", exact=True).tap()
    page.get_by_label("Segment 1: end", exact=True).fill("0:00.5")
    page.get_by_label("Segment 1: end", exact=True).blur()
    expect(page.get_by_text("The end must be later than the start.")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.locator("[data-action=submit]").tap()
    expect(page.locator("#problems")).to_contain_text("starts at 0:01.000 and ends at 0:00.500")
    expect(page.locator(".segments__item")).to_have_count(1)
