"""Verifying, pushing and scheduling versions in a browser; in both themes and on a phone."""

import os
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from projects.models import Push, Removal, Sample, Schedule, Snapshot
from projects.review import actions as review
from projects.snapshots import layout
from tests.browser.conftest import Cast
from tests.browser.scene import answers, label_all, route, send, wait_for_jobs
from tests.live import Product

pytestmark = pytest.mark.browser


@pytest.fixture
def cast(make_cast: Callable[..., Cast], database: Any, product: Product) -> Cast:
    cast = make_cast(samples=3, overlap=2)
    with database():
        for person in (cast.ada, cast.ben):
            label_all(cast.project, person, answers("yes", 4))
        route()
        for key in ("piece-1", "piece-2"):
            approve(cast, key)
        send(product, cast.owner, f"projects/{cast.project.slug}/snapshots/", b'{"name": "First"}')
        wait_for_jobs(cast.project)
    return cast


def approve(cast: Cast, key: str) -> None:
    piece, given = Sample.objects.get(project=cast.project, key=key), answers("yes", 4)
    review.adjudicate(actor=cast.reviewer, sample=piece, decision="approve", answers=given, reason="Good.")


def until(found: Callable[[], Any], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not found():
        assert time.monotonic() < end
        time.sleep(0.3)


def look(page: Page, axe: Callable[[Page], None], name: str) -> None:
    """Accessible in both themes, and no wider than a phone; LOOK keeps pictures in that folder."""
    axe(page)
    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 844})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        if folder := os.environ.get("LOOK"):
            for theme in ("light", "dark"):
                page.emulate_media(color_scheme=theme)
                page.screenshot(path=Path(folder, f"{name}-{width}-{theme}.png"), full_page=True)
    page.set_viewport_size({"width": 1280, "height": 800})


def test_a_version_is_verified_pushed_and_followed_by_a_scheduled_one(
    cast: Cast, visit: Callable[..., Page], axe: Callable[[Page], None], database: Any, product: Product
) -> None:
    slug, outbox = cast.project.slug, product.data / "outbox" / cast.project.slug
    page = visit(cast.owner, reverse("snapshot", args=[slug, 1]))
    page.get_by_role("button", name="Verify every file").click()
    expect(page.get_by_text("files are as they were built")).to_be_visible(timeout=30_000)
    kept = product.data / "snapshots" / str(cast.project.pk) / "snapshot-1"
    card = (kept / "README.md").read_bytes()
    (kept / "README.md").write_bytes(card + b"\n")
    page.get_by_role("button", name="Verify every file").click()
    expect(page.get_by_text("This version is damaged.")).to_be_visible(timeout=30_000)
    look(page, axe, "verifications")
    page.get_by_role("link", name="Version 1").click()
    look(page, axe, "damaged")
    (kept / "README.md").write_bytes(card)

    page.get_by_role("link", name="Push to a destination").click()
    look(page, axe, "no-destination")
    page.get_by_role("link", name="Set one up").click()
    look(page, axe, "schedule-empty")
    page.get_by_label("Name").fill("Archive")
    page.get_by_label("Folder of the server").check()
    page.get_by_label("Address").fill("/etc")
    page.get_by_role("button", name="Add").click()
    expect(page.get_by_text("is in none of the allowed folders")).to_be_visible()
    page.get_by_label("Name").fill("Archive")
    page.get_by_label("Folder of the server").check()
    page.get_by_label("Address").fill(str(outbox))
    page.get_by_role("button", name="Add").click()
    expect(page.get_by_text("Versions can be pushed to")).to_be_visible()

    page.goto(reverse("snapshot-push", args=[slug, 1]))
    page.get_by_role("button", name="Push", exact=True).click()
    expect(page.get_by_text("0 were there already")).to_be_visible(timeout=30_000)
    assert layout.verify(outbox / "snapshot-1").ok
    look(page, axe, "pushes")

    page.goto(reverse("schedule", args=[slug]))
    page.get_by_label("Every day").check()
    page.get_by_label("Then push it to").select_option(label="Archive")
    page.get_by_label("Keep the last").fill("3")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    with database():
        approve(cast, "piece-3")
    page.goto(reverse("project", args=[slug]))
    expect(page.get_by_text("1 sample approved since")).to_be_visible()
    look(page, axe, "project")
    with database():
        Schedule.objects.filter(project=cast.project).update(due_at=timezone.now() - timedelta(hours=1))
        # The server's own relay finds it, its worker builds and sends it.
        until(lambda: Push.objects.filter(snapshot__project=cast.project, snapshot__number=2, job__state="done"))
    assert layout.verify(outbox / "snapshot-2").ok
    page.goto(reverse("schedule", args=[slug]))
    expect(page.get_by_text("Version 2 was built, and is pushed to Archive.")).to_be_visible()
    look(page, axe, "schedule")
    page.goto(reverse("snapshot", args=[slug, 2]))
    look(page, axe, "version")


def test_a_removed_version_says_so(
    cast: Cast, visit: Callable[..., Page], axe: Callable[[Page], None], database: Any, watch: Any
) -> None:
    slug = cast.project.slug
    with database():
        version = Snapshot.objects.get(project=cast.project, number=1)
        Snapshot.objects.filter(pk=version.pk).update(state="removed")
        Removal.objects.create(snapshot=version, reason="Made by the schedule and never used; the newest 3 are kept.")
    page = visit(cast.owner, reverse("snapshot", args=[slug, 1]))
    expect(page.get_by_text("Its files can't be had any more.")).to_be_visible()
    look(page, axe, "removed")
    watch.allow("410")
    page.goto(reverse("snapshot-export", args=[slug, 1, "jsonl"]))
    expect(page.get_by_role("heading", level=1)).to_have_text("These files are gone")
    look(page, axe, "gone")
    page.goto(reverse("snapshots", args=[slug]))
    look(page, axe, "list")
