"""Every page, with something on it: accessible in both themes, and no wider than a phone."""

import json
from collections.abc import Callable
from typing import Any, NamedTuple

import pytest
from django.urls import reverse
from playwright.sync_api import Page

from annotator.urls import STAGES
from projects.intake.models import Import
from projects.models import Job, Sample, User
from projects.review import actions as review
from tests.browser.conftest import Cast
from tests.browser.scene import answers, label_all, route, send, wait_for_jobs
from tests.live import Product

pytestmark = pytest.mark.browser
# What is no page of its own: answers to forms and scripts, downloads, and links that are used up by a visit.
NO_PAGES = {
    *("me-token", "job-cancel", "interface-preview", "member", "invitation", "invitation-revoke", "audit-verify"),
    *("asset", "consent-end", "import-rejected", "release", "label-submit", "label-undo", "label-draft", "label-skip"),
    *("label-discard", "quality-recompute", "review-bulk", "review-undo", "snapshot-preview", "destinations"),
    *("snapshot-export", "snapshot-diff-choose", "acknowledge", "links", "link-revoke", "download", "accounts/email/"),
    *("destination-remove", "contamination-remove", "pseudonyms-rotate", "pseudonyms-tell", "erase-content"),
    "erase-version",
}
PAGES = {route.name or str(route.pattern) for stage in STAGES for route in stage.urlpatterns} - NO_PAGES


class World(NamedTuple):
    """A project on its way: something disputed, decided, imported and frozen."""

    cast: Cast
    arguments: dict[str, list[Any]]


@pytest.fixture(scope="session")
def world(make_cast: Callable[..., Cast], database: Any, product: Product) -> World:
    cast = make_cast(samples=5, overlap=2)
    project, slug = cast.project, cast.project.slug
    with database():
        label_all(project, cast.ada, answers("yes", 5), limit=4)
        label_all(project, cast.ben, answers("no", 2), limit=3)
        route()
        first = Sample.objects.get(project=project, key="piece-1")
        review.adjudicate(
            actor=cast.reviewer, sample=first, decision="approve", answers=answers("yes", 5), reason="It holds."
        )
        lines = [{"key": "new-1", "fields": {"piece": "*One* line."}}, {"key": "bad", "fields": {}}]
        body = "\n".join(map(json.dumps, lines)).encode()
        send(product, cast.owner, f"projects/{slug}/imports/", body, "application/x-ndjson")
        send(product, cast.owner, f"projects/{slug}/snapshots/", b'{"name": "First"}')
        wait_for_jobs(project)
        job = Job.objects.filter(project=project, kind="import").latest("pk")
        opened = cast.ada.assignments.filter(project=project, state="submitted").latest("pk")
        source = Import.objects.get(project=project)
    arguments: dict[str, list[Any]] = {"home": [], "me": [], "project-new": [], "job": [job.pk]}
    arguments |= {"sample": [slug, "piece-1"], "review-sample": [slug, "piece-2"], "import": [slug, source.pk]}
    arguments["snapshot-diff"] = [slug, 1, 1]
    arguments |= {key: [slug, 1] for key in ("snapshot-verify", "snapshot-push")}
    arguments |= {"interface-version": [slug, 1], "snapshot": [slug, 1], "label-open": [slug, opened.pk]}
    return World(cast, arguments)


def person(world: World, name: str) -> User:
    return world.cast.ada if name == "label-open" else world.cast.owner


@pytest.mark.parametrize("name", sorted(PAGES))
def test_a_page_is_accessible_in_both_themes_and_fits_a_narrow_screen(
    visit: Callable[..., Page], world: World, axe: Callable[[Page], None], name: str
) -> None:
    address = reverse(name, args=world.arguments.get(name, [world.cast.project.slug]))
    page = visit(person(world, name))
    reply = page.goto(address)
    assert reply and reply.status == 200
    axe(page)
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
