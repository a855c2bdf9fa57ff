"""Choosing what goes into a snapshot, by keyboard alone; without JavaScript; in both themes and on a phone."""

import os
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import BrowserContext, Page, expect

from projects.models import Provenance, Sample, Snapshot
from projects.review import actions as review
from tests.browser.conftest import Cast
from tests.browser.scene import answers, label_all, route
from tests.live import Product

pytestmark = pytest.mark.browser


@pytest.fixture
def cast(make_cast: Callable[..., Cast], database: Any) -> Cast:
    """Four pieces approved, one of them under a licence that earns no money; one not labelled yet."""
    cast = make_cast(samples=5, overlap=2)
    with database():
        for person in (cast.ada, cast.ben):
            label_all(cast.project, person, answers("yes", 4), limit=4)
        route()
        pieces = list(Sample.objects.filter(project=cast.project).order_by("key"))
        Sample.objects.filter(pk__in=[piece.pk for piece in pieces[:2]]).update(metadata={"language": "en"})
        Provenance.objects.filter(sample=pieces[1]).update(licence="CC-BY-NC-4.0")
        for number, piece in enumerate(pieces[:4]):
            plural = number == 3
            review.adjudicate(
                actor=cast.reviewer,
                sample=piece,
                decision="plural" if plural else "approve",
                answers=None if plural else answers("yes", 4),
                reason="It holds.",
            )
    return cast


def tab_to(page: Page, name: str) -> None:
    """Presses Tab until the control of this name has the focus."""
    for _ in range(60):
        page.keyboard.press("Tab")
        said = page.evaluate(
            "(document.activeElement.getAttribute('aria-label')"
            " || (document.activeElement.labels?.[0] ?? document.activeElement).innerText || '').trim()"
        )
        if said == name:
            return
    raise AssertionError(f"Tab never came to “{name}”")


def shown(page: Page, name: str) -> None:
    """Keeps a picture where SCREENSHOTS says, for people to look at."""
    folder = os.environ.get("SCREENSHOTS")
    if folder:
        for theme in ("light", "dark"):
            page.emulate_media(color_scheme=theme)
            for width in (1280, 390):
                page.set_viewport_size({"width": width, "height": 844})
                page.screenshot(path=f"{folder}/{name}-{theme}-{width}.png", full_page=True)
        page.set_viewport_size({"width": 1280, "height": 800})


def test_a_snapshot_is_chosen_and_built_by_keyboard(
    cast: Cast, visit: Callable[..., Page], axe: Callable[[Page], None], database: Any
) -> None:
    page = visit(cast.owner, reverse("snapshots", args=[cast.project.slug]))
    count = page.locator("#count")
    tab_to(page, "New snapshot")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="New snapshot")).to_be_visible()
    expect(count).to_have_text("4 samples would be in it")
    expect(page.get_by_text("Not approved: to label")).to_be_visible()
    shown(page, "new-empty")

    tab_to(page, "Not stated: no licence is judged")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(count).to_have_text("3 samples would be in it")
    expect(page.get_by_text("Licence not for commercial use")).to_be_visible()
    page.keyboard.press("ArrowUp")
    expect(count).to_have_text("4 samples would be in it")

    tab_to(page, "Condition to add")
    page.keyboard.type("Meta")
    tab_to(page, "Add condition")
    page.keyboard.press("Enter")
    name = page.get_by_label("Name", exact=True)
    expect(name).to_be_focused()
    page.keyboard.type("language")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.type("en")
    expect(count).to_have_text("2 samples would be in it")
    expect(page.get_by_text("Outside the filter")).to_be_visible()
    expect(page.locator("#preview").get_by_role("link", name="piece-2")).to_be_visible()

    tab_to(page, "Condition to add")
    page.keyboard.type("Lic")
    tab_to(page, "Add condition")
    page.keyboard.press("Enter")
    first = page.get_by_role("checkbox", name="CC-BY-4.0")
    expect(first).to_be_focused()
    page.keyboard.press("Space")
    expect(count).to_have_text("1 sample would be in it")
    expect(page.get_by_label("Values, one a line")).to_have_value("en")
    axe(page)
    shown(page, "new-chosen")
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.set_viewport_size({"width": 1280, "height": 800})

    first.focus()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")
    expect(count).to_have_text("2 samples would be in it")
    expect(page.get_by_label("Condition to add")).to_be_focused()
    expect(first).to_have_count(0)

    tab_to(page, "Name optional")
    page.keyboard.type("Spring")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Name optional")).to_have_value("Spring")
    expect(count).to_have_text("2 samples would be in it")
    with database():
        assert not Snapshot.objects.filter(project=cast.project).exists(), "Enter in a text builds nothing"
    tab_to(page, "Build snapshot")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Verify every file")).to_be_visible(timeout=30_000)
    expect(page.get_by_role("heading", level=1)).to_contain_text("Version 1 · Spring")
    with database():
        version = Snapshot.objects.get(project=cast.project)
    assert (version.filter, version.purpose) == ({"metadata": {"language": ["en"]}}, "research")
    assert version.manifest
    assert version.manifest["counts"]["gold"] == 2
    shown(page, "version")


def test_a_mistake_in_a_condition_is_named_where_the_count_was(
    cast: Cast, visit: Callable[..., Page], axe: Callable[[Page], None]
) -> None:
    page = visit(cast.owner, reverse("snapshot-new", args=[cast.project.slug]))
    page.get_by_label("Condition to add").select_option("Agreement of at least")
    page.get_by_role("button", name="Add condition").click()
    page.get_by_role("spinbutton", name="Agreement of at least").fill("7")
    expect(page.locator("#count")).to_have_text("Agreement of at least: expected a number from 0 to 1")
    axe(page)
    shown(page, "new-mistake")
    page.get_by_role("spinbutton", name="Agreement of at least").fill("0.5")
    expect(page.locator("#count")).to_have_text("4 samples would be in it")


def test_it_works_without_javascript(
    cast: Cast, new_context: Callable[..., BrowserContext], product: Product, database: Any
) -> None:
    context = new_context(java_script_enabled=False)
    client = Client()
    with database():
        client.force_login(cast.owner)
    cookie = client.cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": cookie, "url": product.url, "httpOnly": True}])
    page = context.new_page()
    page.goto(reverse("snapshot-new", args=[cast.project.slug]))
    page.get_by_label("Condition to add").select_option("Decision")
    page.get_by_role("button", name="Add condition").click()
    page.get_by_role("checkbox", name="Plural").check()
    page.get_by_role("button", name="Preview", exact=True).click()
    expect(page.locator("#count")).to_contain_text("1 sample would be in it")
    page.get_by_role("button", name="Remove the condition Decision").click()
    expect(page.locator("#count")).to_contain_text("4 samples would be in it")
    page.get_by_role("button", name="Build snapshot").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Version 1")


def test_a_condition_added_while_the_count_is_under_way_stays(cast: Cast, visit: Callable[..., Page]) -> None:
    page = visit(cast.owner, reverse("snapshot-new", args=[cast.project.slug]))
    adding = reverse("snapshot-new", args=[cast.project.slug])

    def slowly(route: Any) -> None:
        # The count that follows the choice in the list begins before this is answered.
        page.wait_for_timeout(700)
        route.continue_()

    page.route(f"**{adding}", slowly)
    page.get_by_label("Condition to add").select_option("Licence")
    page.get_by_role("button", name="Add condition").click()
    expect(page.get_by_role("checkbox", name="CC-BY-4.0")).to_be_visible()
