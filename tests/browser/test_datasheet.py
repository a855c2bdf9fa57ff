"""The datasheet's page: it counts while one writes, asks before text is lost, and shows what somebody else wrote."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Dialog, Page, expect

from projects.models import Datasheet
from projects.snapshots import datasheet
from tests.browser.conftest import Cast, Watch

pytestmark = pytest.mark.browser


def pictured(page: Page, name: str) -> None:
    """Pictures of the page in both sizes and themes, where somebody wants to look: PICTURES=folder."""
    if folder := os.environ.get("PICTURES"):
        for width in (1280, 390):
            page.set_viewport_size({"width": width, "height": 844})
            for theme in ("light", "dark"):
                page.emulate_media(color_scheme=theme)
                page.screenshot(path=Path(folder, f"{name}-{width}-{theme}.png"), full_page=True)


def test_what_is_written_is_counted_kept_and_not_lost(
    visit: Callable[..., Page], cast: Cast, axe: Callable[[Page], None]
) -> None:
    address = reverse("datasheet", args=[cast.project.slug])
    page = visit(cast.owner, address)
    asked: list[str] = []

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    page.on("dialog", stay)
    expect(page.get_by_text("0 of 16 answered").first).to_be_visible()
    page.get_by_label("Why was it made?").fill("To hear how coasts sound.")
    page.get_by_label("Which biases are known?").fill("Only one coast.")
    expect(page.locator("#answered-words")).to_have_text("2 of 16 answered")
    page.get_by_role("link", name="Quality").click()
    expect(page.locator("#answered-words")).to_be_visible()
    assert asked == ["beforeunload"]
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved. The next version will say it.")).to_be_visible()
    expect(page.get_by_label("Why was it made?")).to_have_value("To hear how coasts sound.")
    axe(page)
    pictured(page, "datasheet")
    page.get_by_role("link", name="Quality").first.click()
    page.wait_for_url("**/quality/")
    assert asked == ["beforeunload"], "what is saved can be left"


def test_of_two_owners_none_loses_a_word(
    visit: Callable[..., Page], cast: Cast, axe: Callable[[Page], None], database: Any, watch: Watch
) -> None:
    watch.allow("409")
    page = visit(cast.owner, reverse("datasheet", args=[cast.project.slug]))
    page.get_by_label("Why was it made?").fill("Mine.")
    with database():
        datasheet.write(actor=cast.owner, project=cast.project, answers={"motivation": "Theirs."})
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("alert")).to_contain_text("saved in the meantime")
    expect(page.get_by_label("Why was it made?")).to_have_value("Mine.")
    expect(page.locator(".datasheet__theirs")).to_contain_text("Theirs.")
    axe(page)
    pictured(page, "datasheet-stale")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved. The next version will say it.")).to_be_visible()
    with database():
        assert Datasheet.objects.get(project=cast.project).answers == {"motivation": "Mine."}
