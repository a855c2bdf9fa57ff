"""Several samples at once: marked by mouse, keyboard and touch, answered together, brought back."""

from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from projects.labeling import bulk
from projects.models import Annotation
from tests.browser.conftest import Cast, Watch
from tests.factories import INTERFACE, make_member, make_project, make_sample

pytestmark = pytest.mark.browser
Visit = Callable[..., Page]
PHONE = (390, 844)


@pytest.fixture
def notes(database: Callable[[], Any]) -> Cast:
    """Thirty short texts."""
    with database():
        project = make_project(interface=INTERFACE, overlap=2, guidelines="Read the *last* line.")
        for number in range(1, 31):
            make_sample(project, key=f"note-{number}", fields={"text": f"Note {number}: the tide came in."})
        people = [make_member(project, role) for role in ("reviewer", "annotator", "annotator")]
        return Cast(project, project.created_by, *people)


def open_page(visit: Visit, notes: Cast, **options: Any) -> Page:
    page = visit(notes.ada, reverse("label-bulk", args=[notes.project.slug]), **options)
    expect(page.locator("#work[data-ready]")).to_be_visible()
    return page


def moods(notes: Cast, database: Callable[[], Any]) -> dict[str, str]:
    with database():
        given = Annotation.objects.filter(project=notes.project, current=True).select_related("sample").order_by("pk")
        return {each.sample.key: each.answers["mood"] for each in given}


def test_by_keyboard_alone_with_a_range_a_correction_and_all(
    visit: Visit, notes: Cast, database: Callable[[], Any], axe: Callable[[Page], None]
) -> None:
    page = visit(notes.ada, reverse("label", args=[notes.project.slug]))
    page.get_by_role("link", name="Several at once").click()
    expect(page.locator("#work[data-ready]")).to_be_visible()
    axe(page)
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").first).to_have_text("Mark a sample first.")
    page.keyboard.press("j")
    expect(page.locator("[data-pick]").first).to_be_focused()
    page.keyboard.press("x")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("Shift+X")
    expect(page.get_by_role("button", name="Submit 3")).to_be_visible()
    page.keyboard.press("k")
    page.keyboard.press("x")
    expect(page.get_by_role("button", name="Submit 2")).to_be_visible()
    page.keyboard.press("2")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").first).to_have_text("Saved 2 · 2 of 30")
    assert moods(notes, database) == {"note-1": "dark", "note-3": "dark"}
    expect(page.locator("[data-pick]")).to_have_count(bulk.SIZE)
    expect(page.locator("[data-pick]").first).to_be_focused()
    page.keyboard.press("u")
    expect(page.get_by_role("checkbox", checked=True)).to_have_count(2)
    expect(page.locator("#work[data-ready]")).to_be_visible()
    expect(page.get_by_label("Dark")).to_be_checked()
    page.keyboard.press("n")
    page.keyboard.press("p")
    expect(page.get_by_label("Dark")).to_be_focused()
    page.keyboard.press("1")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").first).to_have_text("Saved 2 · 2 of 30")
    assert moods(notes, database) == {"note-1": "bright", "note-3": "bright"}
    page.wait_for_timeout(500)
    page.keyboard.press("a")
    page.keyboard.press("1")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").first).to_have_text("Saved 12 · 14 of 30")
    assert len(moods(notes, database)) == 14


def test_by_mouse_with_shift_and_a_second_click_changes_nothing(
    visit: Visit, notes: Cast, database: Callable[[], Any]
) -> None:
    page = open_page(visit, notes)
    page.get_by_text("Note 2:").click()
    page.get_by_text("Note 6:").click(modifiers=["Shift"])
    page.locator("#q-mood").get_by_text("Bright").click()
    page.get_by_role("button", name="Submit 5").dblclick()
    expect(page.get_by_role("status").first).to_have_text("Saved 5 · 5 of 30")
    assert list(moods(notes, database)) == [f"note-{number}" for number in range(2, 7)]


def test_by_touch_on_a_phone(visit: Visit, notes: Cast, database: Callable[[], Any]) -> None:
    page = open_page(visit, notes, size=PHONE, touch=True)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE[0]
    page.get_by_text("Note 1:").tap()
    page.get_by_text("Note 3:").tap()
    page.locator("#q-mood").get_by_text("Dark").tap()
    page.get_by_role("button", name="Submit 2").tap()
    expect(page.get_by_role("status").first).to_have_text("Saved 2 · 2 of 30")
    assert moods(notes, database) == {"note-1": "dark", "note-3": "dark"}


def test_without_the_network_the_page_stays_and_is_sent_once_when_it_is_back(
    visit: Visit, notes: Cast, database: Callable[[], Any], watch: Watch
) -> None:
    watch.allow("ERR_INTERNET_DISCONNECTED")
    watch.allow("htmx:")
    page = open_page(visit, notes)
    page.get_by_text("Note 1:").click()
    page.locator("#q-mood").get_by_text("Dark").click()
    page.context.set_offline(True)
    page.get_by_role("button", name="Submit 1").click()
    expect(page.get_by_role("status").first).to_contain_text("could not be reached")
    expect(page.get_by_role("checkbox", checked=True)).to_have_count(1)
    page.context.set_offline(False)
    expect(page.get_by_role("status").first).to_have_text("Saved 1 · 1 of 30")
    assert moods(notes, database) == {"note-1": "dark"}


def test_keys_can_be_given_others_and_switched_off_here_too(visit: Visit, notes: Cast) -> None:
    page = open_page(visit, notes)
    page.keyboard.press("?")
    page.get_by_role("button", name="Mark the sample; with Shift").click()
    page.keyboard.press("m")
    page.get_by_role("dialog").get_by_role("button", name="Close").last.click()
    page.keyboard.press("j")
    page.keyboard.press("x")
    expect(page.get_by_role("checkbox", checked=True)).to_have_count(0)
    page.keyboard.press("m")
    expect(page.get_by_role("checkbox", checked=True)).to_have_count(1)
    page.keyboard.press("?")
    page.get_by_label("Single-key shortcuts").uncheck()
    page.get_by_role("dialog").get_by_role("button", name="Close").last.click()
    page.locator("[data-pick]").nth(2).focus()
    page.keyboard.press("m")
    page.keyboard.press("Shift+M")
    expect(page.get_by_role("checkbox", checked=True)).to_have_count(1)
    page.keyboard.press("Space")
    expect(page.get_by_role("checkbox", checked=True)).to_have_count(2)
