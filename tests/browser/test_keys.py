"""Keys that a person has changed: in force at once, on their other devices too, and switched off where they wish."""

from collections.abc import Callable

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from tests.browser.conftest import Cast, Watch

pytestmark = pytest.mark.browser
Visit = Callable[..., Page]


def label(visit: Visit, cast: Cast) -> Page:
    page = visit(cast.ada, reverse("label", args=[cast.project.slug]))
    expect(page.locator("#sample-title")).to_contain_text("piece-")
    return page


def close(page: Page) -> None:
    page.get_by_role("dialog").get_by_role("button", name="Close").last.click()


def test_a_key_that_was_changed_goes_with_the_person_and_can_be_set_back(visit: Visit, cast: Cast) -> None:
    page = label(visit, cast)
    page.keyboard.press("?")
    page.get_by_role("button", name="Skip this sample: s. Change the key").click()
    page.keyboard.press("j")
    expect(page.get_by_text("j is taken")).to_be_visible()
    with page.expect_response("**/me/keys/") as kept:
        page.keyboard.press("z")
    assert kept.value.status == 204
    expect(page.get_by_role("button", name="Skip this sample: z. Change the key")).to_be_focused()
    close(page)
    elsewhere = label(visit, cast)
    expect(elsewhere.locator("[data-action=skip] kbd")).to_have_text("z")
    elsewhere.keyboard.press("s")
    expect(elsewhere.locator("dialog#skip")).to_be_hidden()
    elsewhere.keyboard.press("z")
    expect(elsewhere.locator("dialog#skip")).to_be_visible()
    elsewhere.goto(reverse("me"))
    expect(elsewhere.get_by_text("You have changed 1 key.")).to_be_visible()
    elsewhere.get_by_role("button", name="All keys as they were at first").click()
    expect(elsewhere.get_by_text("You have changed")).to_have_count(0)
    page.reload()
    expect(page.locator("[data-action=skip] kbd")).to_have_text("s")


def test_single_keys_that_are_switched_off_do_nothing_and_enter_still_submits(
    visit: Visit, cast: Cast, watch: Watch
) -> None:
    watch.allow("422")
    page = label(visit, cast)
    page.goto(reverse("me"))
    page.get_by_role("button", name="Switch them off everywhere").click()
    page.goto(reverse("label", args=[cast.project.slug]))
    expect(page.locator("#sample-title")).to_contain_text("piece-")
    for key in ("s", "?", "1"):
        page.keyboard.press(key)
    expect(page.locator("dialog[open]")).to_have_count(0)
    expect(page.locator("input:checked")).to_have_count(0)
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").first).to_contain_text("Not saved")
