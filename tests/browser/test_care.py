"""Care in a browser: texts to keep out, pseudonyms, and erasing what was withdrawn; in both themes and on a phone."""

from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from projects.models import Sample, Snapshot
from tests.browser.conftest import Cast
from tests.browser.scene import wait_for_jobs
from tests.browser.test_versions import cast, narrow  # noqa: F401

pytestmark = pytest.mark.browser


def test_a_version_is_compared_its_people_renamed_and_what_was_withdrawn_erased(
    cast: Cast,  # noqa: F811
    visit: Callable[..., Page],
    axe: Callable[[Page], None],
    database: Any,
    watch: Any,
) -> None:
    slug = cast.project.slug

    def look() -> None:
        axe(page)
        narrow(page)

    page = visit(cast.owner, reverse("snapshots", args=[slug]))
    page.get_by_role("link", name="Lists of texts").click()
    expect(page.get_by_text("No list yet")).to_be_visible()
    look()
    with database():
        words = next(value for value in Sample.objects.get(project=cast.project, key="piece-1").fields.values())
    page.get_by_label("Name").fill("A test")
    page.get_by_role("button", name="Add list").click()
    expect(page.get_by_role("alert")).to_contain_text("Choose a file")
    watch.allow("422")
    look()
    page.get_by_label("Or paste, one text a line").fill(str(words).replace("\n", " "))
    page.get_by_role("button", name="Add list").click()
    expect(page.get_by_text("“A test” is added")).to_be_visible()
    look()
    page.get_by_role("button", name="Remove… A test").click()
    axe(page)
    page.keyboard.press("Escape")

    page.goto(reverse("snapshot-new", args=[slug]))
    page.get_by_text("Compare with lists of texts").click()
    page.get_by_label("A test").check()
    look()
    page.get_by_role("button", name="Build snapshot").click()
    with database():
        wait_for_jobs(cast.project)
    page.goto(reverse("snapshot", args=[slug, 3]))
    expect(page.get_by_role("heading", name="Compared with lists of texts")).to_be_visible()
    look()

    page.goto(reverse("pseudonyms", args=[slug]))
    expect(page.get_by_text("Versions 1 to 3")).to_be_visible()
    page.get_by_role("button", name="New key…").click()
    axe(page)
    page.get_by_role("button", name="New key", exact=True).click()
    expect(page.get_by_text("Epoch 2", exact=True)).to_be_visible()
    page.get_by_role("combobox", name="Person").select_option(cast.ada.username)
    page.get_by_role("button", name="Show pseudonyms").click()
    expect(page.get_by_text("Versions to come")).to_be_visible()
    look()

    page.goto(reverse("sample", args=[slug, "piece-1"]))
    page.get_by_role("button", name="Withdraw…").click()
    page.get_by_label("Why").fill("She asked us to.")
    page.get_by_role("button", name="Withdraw", exact=True).click()
    expect(page.get_by_text("Its content is shown to nobody any more.")).to_be_visible()
    look()
    with database():
        wait_for_jobs(cast.project)
    page.get_by_role("link", name="Erase it for good").click()
    expect(page.get_by_text("No media file was theirs alone.")).to_be_visible()
    look()
    page.get_by_role("button", name="Erase content for good…").click()
    axe(page)
    page.get_by_role("button", name="Erase for good", exact=True).click()
    with database():
        wait_for_jobs(cast.project)
    page.reload()
    expect(page.get_by_text("Content erased")).to_be_visible()
    look()

    page.goto(reverse("snapshot", args=[slug, 3]))
    page.get_by_role("button", name="Erase its files…").click()
    axe(page)
    page.get_by_role("button", name="Erase for good").click()
    expect(page.get_by_text("Its files were erased")).to_be_visible()
    with database():
        wait_for_jobs(cast.project)
        assert Snapshot.objects.get(project=cast.project, number=3).state == "erased"
    look()
    page.goto(reverse("snapshots", args=[slug]))
    expect(page.get_by_text("Erased", exact=True)).to_be_visible()
    look()
