"""A minute without the network: what was submitted is kept on the device and sent once, by the person who made it."""

from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Page, Route, expect

from projects.models import Annotation
from tests.browser.conftest import Cast, Watch
from tests.factories import INTERFACE, make_member, make_project, make_sample

pytestmark = pytest.mark.browser
Visit = Callable[..., Page]
WAITS = "1 waiting to be sent. The server could not be reached; it is sent when it can be."


@pytest.fixture
def notes(database: Callable[[], Any]) -> Cast:
    with database():
        project = make_project(interface=INTERFACE, overlap=2)
        for number in range(1, 4):
            make_sample(project, key=f"note-{number}")
        people = [make_member(project, role) for role in ("reviewer", "annotator", "annotator")]
        return Cast(project, project.created_by, *people)


def given(notes: Cast, database: Callable[[], Any]) -> list[tuple[str, str, int]]:
    with database():
        made = Annotation.objects.filter(project=notes.project).order_by("pk")
        return list(made.values_list("sample__key", "answers__mood", "version"))


def submit_offline(visit: Visit, notes: Cast, watch: Watch, key: str = "1") -> Page:
    for complaint in ("ERR_INTERNET_DISCONNECTED", "ERR_FAILED", "htmx:"):
        watch.allow(complaint)
    page = visit(notes.ada, reverse("label", args=[notes.project.slug]))
    expect(page.locator("#sample-title")).to_contain_text("note-1")
    page.keyboard.press(key)
    page.context.set_offline(True)
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").first).to_have_text(WAITS)
    return page


def test_a_submission_is_sent_as_soon_as_the_network_is_back(
    visit: Visit, notes: Cast, watch: Watch, database: Callable[[], Any]
) -> None:
    page = submit_offline(visit, notes, watch)
    assert given(notes, database) == []
    page.context.set_offline(False)
    expect(page.locator("#sample-title")).to_contain_text("note-2")
    expect(page.get_by_role("status").first).to_have_text("Saved · 1 of 3")
    assert given(notes, database) == [("note-1", "bright", 1)]
    assert page.evaluate("localStorage.getItem('annotator-outbox')") is None


def test_what_waited_when_the_page_was_closed_is_sent_when_it_is_opened_again(
    visit: Visit, notes: Cast, watch: Watch, database: Callable[[], Any]
) -> None:
    page = submit_offline(visit, notes, watch)
    context = page.context
    page.close()
    context.set_offline(False)
    again = context.new_page()
    again.goto(reverse("label", args=[notes.project.slug]))
    expect(again.get_by_role("status").first).to_have_text("1 that waited is saved")
    expect(again.locator("#sample-title")).to_contain_text("note-2")
    assert given(notes, database) == [("note-1", "bright", 1)]


def test_an_answer_that_got_lost_makes_no_second_annotation(
    visit: Visit, notes: Cast, watch: Watch, database: Callable[[], Any]
) -> None:
    watch.allow("ERR_FAILED")
    watch.allow("htmx:")
    page = visit(notes.ada, reverse("label", args=[notes.project.slug]))
    lost: list[int] = []

    def lose(route: Route) -> None:
        if lost:
            route.continue_()
        else:
            lost.append(route.fetch().status)
            route.abort()

    page.route("**/label/submit/", lose)
    page.keyboard.press("2")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").first).to_have_text(WAITS)
    assert lost == [200] and len(given(notes, database)) == 1, "the server has it, the browser doesn't know"
    expect(page.locator("#sample-title")).to_contain_text("note-2")
    assert given(notes, database) == [("note-1", "dark", 1)]


def test_an_answer_that_is_changed_while_it_waits_is_not_sent_as_it_was(
    visit: Visit, notes: Cast, watch: Watch, database: Callable[[], Any]
) -> None:
    page = submit_offline(visit, notes, watch, key="1")
    page.keyboard.press("2")
    expect(page.get_by_role("status").first).to_have_text("Changed before it was sent: submit it again.")
    page.context.set_offline(False)
    page.wait_for_timeout(1000)
    assert given(notes, database) == []
    page.keyboard.press("Enter")
    expect(page.locator("#sample-title")).to_contain_text("note-2")
    assert given(notes, database) == [("note-1", "dark", 1)]


def test_nobody_else_sends_what_somebody_left_on_the_device(
    visit: Visit, notes: Cast, watch: Watch, database: Callable[[], Any]
) -> None:
    page = submit_offline(visit, notes, watch)
    kept = page.evaluate("localStorage.getItem('annotator-outbox')")
    other = visit(notes.ben, reverse("label", args=[notes.project.slug]))
    other.evaluate("kept => localStorage.setItem('annotator-outbox', kept)", kept)
    other.reload()
    expect(other.locator("#sample-title")).to_contain_text("note-1")
    other.wait_for_timeout(1000)
    assert given(notes, database) == []
    assert other.evaluate("localStorage.getItem('annotator-outbox')") == kept
