"""Every page, with something on it: accessible in both themes, and no wider than a phone."""

import json
import uuid
from collections.abc import Callable
from typing import Any, NamedTuple

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page

from annotator.urls import STAGES
from projects.intake.models import Import
from projects.labeling import practice
from projects.models import Job, Project, Sample, User
from projects.review import actions as review
from projects.samples import comments
from projects.workspace import webhooks
from tests.browser.conftest import Cast
from tests.browser.scene import answers, label_all, route, send, wait_for_jobs
from tests.factories import INTERFACE, make_member, make_project, make_sample, membership
from tests.live import Product

pytestmark = pytest.mark.browser
# What is no page of its own: answers to forms and scripts, downloads, and links that are used up by a visit.
NO_PAGES = {
    *(
        "me-token",
        "me-keys",
        "job-cancel",
        "interface-preview",
        "member",
        "invitation",
        "invitation-revoke",
        "audit-verify",
    ),
    *("asset", "consent-end", "import-rejected", "release", "label-submit", "label-undo", "label-draft", "label-skip"),
    "label-reveal",
    *("label-discard", "quality-recompute", "quality-answers-csv", "review-bulk", "review-undo", "snapshot-preview"),
    *("destinations", "review-sign", "came-back-reply"),
    *("snapshot-export", "snapshot-diff-choose", "acknowledge", "links", "link-revoke", "download", "accounts/email/"),
    *("destination-remove", "contamination-remove", "pseudonyms-rotate", "pseudonyms-tell", "erase-content"),
    *("erase-version", "quality-table", "quality-person-table"),
    *("my-annotations", "practice-everybody", "practice-person", "label-bulk-submit"),
    *("notification", "webhook-resend", "findings-clear", "findings-reopen", "findings-look"),
}
PAGES = {route.name or str(route.pattern) for stage in STAGES for route in stage.urlpatterns} - NO_PAGES


class World(NamedTuple):
    """A project on its way: something disputed, decided, imported and frozen."""

    cast: Cast
    newcomer: User
    arguments: dict[str, list[Any]]


@pytest.fixture(scope="session")
def world(make_cast: Callable[..., Cast], database: Any, product: Product) -> World:
    cast = make_cast(samples=5, overlap=2)
    project, slug = cast.project, cast.project.slug
    with database():
        for sample in project.samples.all():
            sample.suggestions.create(question="works", value="yes", source="model-x", score=0.7)
        label_all(project, cast.ada, answers("yes", 5), limit=4)
        label_all(project, cast.ben, answers("no", 2), limit=3)
        route()
        first = Sample.objects.get(project=project, key="piece-1")
        review.adjudicate(
            actor=cast.reviewer, sample=first, decision="approve", answers=answers("yes", 5), reason="It holds."
        )
        lines: list[Any] = [
            {"key": "new-1", "fields": {"piece": "*One* line. Write to ada@example.org."}},
            {"key": "bad", "fields": {}},
        ]
        body = "\n".join(map(json.dumps, lines)).encode()
        send(product, cast.owner, f"projects/{slug}/imports/", body, "application/x-ndjson")
        send(product, cast.owner, f"projects/{slug}/snapshots/", b'{"name": "First"}')
        Job.objects.filter(project=project, kind="agreement", state="queued").update(run_after=timezone.now())
        wait_for_jobs(project)
        job = Job.objects.filter(project=project, kind="import").latest("pk")
        opened = cast.ada.assignments.filter(project=project, state="submitted").latest("pk")
        source = Import.objects.get(project=project)
        webhook = talk(cast, first)
        newcomer, practising, practised = practise(cast.owner)
    arguments: dict[str, list[Any]] = {"home": [], "me": [], "project-new": [], "job": [job.pk]}
    arguments |= {"sample": [slug, "piece-1"], "review-sample": [slug, "piece-2"], "import": [slug, source.pk]}
    arguments["quality-person"] = [slug, cast.ada.username]
    arguments |= {"practice": [practising.slug], "practice-samples": [practising.slug]}
    arguments["practice-result"] = [practising.slug, practised]
    arguments["snapshot-diff"] = [slug, 1, 1]
    arguments |= {key: [slug, 1] for key in ("snapshot-verify", "snapshot-push")}
    arguments |= {"thread": [slug, "piece-1"], "notifications": [], "webhook": [slug, webhook]}
    arguments |= {"interface-version": [slug, 1], "snapshot": [slug, 1], "label-open": [slug, opened.pk]}
    return World(cast, newcomer, arguments)


def practise(owner: User) -> tuple[User, Project, int]:
    """Somebody new in practice in another of the owner's projects, and the id of their one answer, which was judged."""
    project = make_project(owner, interface=INTERFACE, policy={"practice": {"samples": 2, "threshold": 0.5}})
    for key in ("known-1", "known-2"):
        make_sample(project, key, state="hidden", gold={"mood": "bright"}, open_slots=0)
        practice.choose(actor=owner, project=project, key=key, use=True, explanations={"mood": "It *ends* well."})
    newcomer = membership(project, make_member(project))
    sample = practice.next_turn(membership=newcomer).sample
    assert sample
    given: dict[str, Any] = {"answers": {"mood": "dark"}, "submission": uuid.uuid4()}
    return newcomer.user, project, practice.answer(membership=newcomer, key=sample.key, **given).pk


def talk(cast: Cast, sample: Sample) -> int:
    """An open question with an answer, something told to the owner, and a webhook with a log; its id."""
    people = {one: membership(cast.project, one) for one in (cast.ada, cast.owner, cast.reviewer)}
    first: dict[str, Any] = {"sample": sample, "client_id": uuid.uuid4(), "question": True, "as_annotator": True}
    asked = comments.begin(membership=people[cast.ada], text="Is the *ending* missing?", **first)
    said = f"It ends there, @{cast.owner.username}."
    comments.answer(membership=people[cast.reviewer], parent=asked, text=said, client_id=uuid.uuid4())
    made, _ = webhooks.add_webhook(
        actor=cast.owner, project=cast.project, url="https://127.0.0.1.nowhere.invalid/hook", events=["sample.approved"]
    )
    for state in ("sent", "failed"):
        how = {"status": 204, "error": ""} if state == "sent" else {"status": None, "error": "The host was not found"}
        made.deliveries.create(event="sample.approved", body="{}", state=state, attempts=1, **how)
    return made.pk


def person(world: World, name: str) -> User:
    if name in ("practice", "practice-result"):
        return world.newcomer
    return world.cast.ada if name in ("label-open", "my-work") else world.cast.owner


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
