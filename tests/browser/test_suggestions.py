"""Suggestions on the labelling screen, by keyboard alone: filled in, beside, after answering; both themes, a phone."""

import os
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from projects.labeling.models import Annotation
from projects.models import Project, Suggestion, User
from tests.browser.scene import route
from tests.factories import make_member, make_project, make_sample

pytestmark = pytest.mark.browser
Visit = Callable[..., Page]
INTERFACE: dict[str, Any] = {
    "schema": 1,
    "fields": [
        {"name": "text", "type": "text", "title": "Text"},
        {"name": "outputs", "type": "candidates", "of": "text", "title": "Endings"},
    ],
    "questions": [
        {
            "name": "mood",
            "type": "label",
            "title": "Mood",
            "required": True,
            "options": [{"id": "bright", "title": "Bright"}, {"id": "dark", "title": "Dark"}],
        },
        {
            "name": "themes",
            "type": "multilabel",
            "title": "Themes",
            "options": [
                {"id": "sea", "title": "The sea"},
                {"id": "loss", "title": "Loss"},
                {"id": "home", "title": "Home"},
            ],
        },
        {"name": "craft", "type": "rating", "title": "Craft", "scale": [1, 5]},
        {"name": "order", "type": "ranking", "title": "Order", "on": "outputs"},
        {"name": "note", "type": "text", "title": "Note"},
    ],
}
FIELDS = {
    "text": "The tide goes out. It comes back smaller.",
    "outputs": [{"id": "a", "value": "Nobody came."}, {"id": "b", "value": "We swam home."}],
}
SAID = {"mood": "dark", "themes": ["sea", "loss"], "craft": 4, "order": [["b"], ["a"]], "note": "Short and cold."}


@pytest.fixture
def begin(database: Any) -> Callable[..., tuple[Project, User]]:
    """A project of one sample, with suggestions that people meet in one way."""

    def make(how: str, only: tuple[str, ...] = tuple(SAID), samples: int = 1) -> tuple[Project, User]:
        with database():
            project = make_project(interface=INTERFACE, policy={"suggestions": how})
            for _ in range(samples):
                sample = make_sample(project, fields=FIELDS)
                for name in only:
                    Suggestion.objects.create(
                        sample=sample, question=name, value=SAID[name], source="model-x", score=0.72
                    )
                if "mood" in only:
                    Suggestion.objects.create(sample=sample, question="mood", value="bright", source="rules")
            return project, make_member(project)

    return make


def answers_of(database: Any, project: Project) -> list[dict[str, Any]]:
    with database():
        return [one.answers for one in Annotation.objects.filter(project=project).order_by("pk")]


def picture(page: Page, name: str) -> None:
    """Keeps a picture where SCREENSHOTS says, for people to look at."""
    folder = os.environ.get("SCREENSHOTS")
    if folder:
        for theme in ("light", "dark"):
            page.emulate_media(color_scheme=theme)
            for width in (1280, 390):
                page.set_viewport_size({"width": width, "height": 844})
                page.screenshot(path=f"{folder}/{name}-{theme}-{width}.png", full_page=True)
        page.set_viewport_size({"width": 1280, "height": 800})


def fits(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.set_viewport_size({"width": 1280, "height": 800})


def test_beside_every_type_is_taken_over_by_key(
    begin: Any, visit: Visit, axe: Callable[[Page], None], database: Any
) -> None:
    project, ada = begin("beside")
    page = visit(ada, reverse("label", args=[project.slug]))
    status = page.locator("#status")
    expect(page.locator("#q-mood")).to_have_accessible_description(re.compile("Dark.*model-x"))
    assert page.locator("input:checked").count() == 0
    picture(page, "beside")
    axe(page)
    fits(page)
    page.keyboard.press("1")
    expect(page.get_by_label("Bright")).to_be_checked()
    page.keyboard.press("t")
    expect(page.get_by_label("Dark")).to_be_checked()
    expect(status).to_have_text("Took over what model-x suggests")
    page.keyboard.press("t")  # the next source says bright, as the person did
    expect(page.get_by_label("Bright")).to_be_checked()
    page.keyboard.press("t")  # as it was
    expect(status).to_have_text("As you had it")
    page.keyboard.press("t")
    expect(page.get_by_label("Dark")).to_be_checked()
    for _ in ("themes", "craft", "order"):
        page.keyboard.press("j")
        page.keyboard.press("t")
    page.keyboard.press("j")
    page.keyboard.press("Escape")  # out of the field, where t is a letter
    page.keyboard.press("t")
    note = page.get_by_role("textbox", name="Note")
    expect(note).to_have_value("Short and cold.")
    expect(page.locator("[data-same]:visible")).to_have_count(5)
    picture(page, "beside-taken")
    page.keyboard.press("Control+Enter")
    expect(page.locator("[data-saved^=Saved]")).to_be_attached()
    assert answers_of(database, project) == [SAID]


def test_a_change_of_ones_own_is_no_longer_undone(begin: Any, visit: Visit) -> None:
    project, ada = begin("beside", ("mood",))
    page = visit(ada, reverse("label", args=[project.slug]))
    first = page.locator("[data-take]").first
    first.click()
    expect(first).to_have_accessible_name("Undo what model-x suggests")
    page.get_by_label("Bright").check()
    expect(first).to_have_accessible_name("Take over what model-x suggests")
    page.get_by_label("Dark").check()
    expect(first).to_be_hidden()
    expect(page.get_by_text("same as yours").first).to_be_visible()


def test_filled_in_answers_are_confirmed_or_changed_before_anything_is_sent(
    begin: Any, visit: Visit, axe: Callable[[Page], None], database: Any
) -> None:
    project, ada = begin("prefilled", ("mood", "craft"))
    page = visit(ada, reverse("label", args=[project.slug]))
    status = page.locator("#status")
    mood, craft = page.locator("#q-mood"), page.locator("#q-craft")
    expect(mood.get_by_label("Dark")).to_be_checked()
    expect(mood).to_have_accessible_description("Filled in by model-x, not by you. This is my answer")
    expect(page.get_by_text("same as yours")).not_to_be_visible()  # nobody has answered yet
    picture(page, "prefilled")
    axe(page)
    fits(page)
    page.keyboard.press("Enter")
    expect(status).to_have_text("Not submitted: confirm or change what was filled in.")
    expect(mood.get_by_label("Dark")).to_be_focused()
    page.keyboard.press("t")
    expect(status).to_have_text("Confirmed: this answer is yours")
    expect(page.locator("#q-mood-filled").get_by_role("checkbox")).to_be_checked()
    expect(page.locator("#draft-state")).to_have_text("Draft saved")
    page.reload()  # what was confirmed stays so, what was not doesn't
    expect(page.locator("#q-mood-filled").get_by_role("checkbox")).to_be_checked()
    expect(page.locator("#q-craft-filled").get_by_role("checkbox")).not_to_be_checked()
    expect(craft.get_by_label("4")).to_be_checked()
    page.locator("body").press("Enter")
    expect(status).to_have_text("Not submitted: confirm or change what was filled in.")
    page.keyboard.press("2")
    expect(page.locator("#q-craft-filled").get_by_role("checkbox")).to_be_checked()
    picture(page, "prefilled-settled")
    page.keyboard.press("Enter")
    expect(page.locator("[data-saved^=Saved]")).to_be_attached()
    assert answers_of(database, project) == [{"mood": "dark", "craft": 2}]


def test_after_answering_they_come_one_by_one_and_differing_ones_get_a_second_look(
    begin: Any, visit: Visit, axe: Callable[[Page], None], database: Any
) -> None:
    project, ada = begin("after", ("mood", "themes", "craft"))
    page = visit(ada, reverse("label", args=[project.slug]))
    status = page.locator("#status")
    assert "model-x" not in page.content()
    page.keyboard.press("2")
    region = page.get_by_role("region", name="Suggested for Mood")
    expect(region.get_by_text("same as yours").first).to_be_visible()
    expect(page.get_by_label("Dark")).to_be_focused()
    page.keyboard.press("j")
    page.keyboard.press("1")
    themes = page.get_by_role("region", name="Suggested for Themes")
    expect(themes).to_have_count(0)  # more may be chosen: nobody but the person knows when it is done
    page.keyboard.press("j")
    expect(themes).to_be_visible()
    page.keyboard.press("2")
    expect(page.get_by_role("region", name="Suggested for Craft")).to_be_visible()
    picture(page, "after")
    axe(page)
    fits(page)
    page.keyboard.press("Enter")
    expect(page.locator("[data-saved^=Saved]")).to_be_attached()
    expect(status).to_contain_text("Saved")
    with database():
        stored = Annotation.objects.get(project=project)
    assert stored.answers == {"mood": "dark", "themes": ["sea"], "craft": 2}
    assert stored.suggested and stored.suggested["first"] == stored.answers


def test_enter_at_once_shows_what_differs_before_it_submits(begin: Any, visit: Visit, database: Any) -> None:
    project, ada = begin("after", ("themes",))
    page = visit(ada, reverse("label", args=[project.slug]))
    page.keyboard.press("1")
    page.keyboard.press("j")
    page.keyboard.press("1")
    page.keyboard.press("Enter")
    expect(page.locator("#status")).to_have_text(
        "Not submitted yet: something else is suggested. Enter submits your answers."
    )
    expect(page.get_by_role("region", name="Suggested for Themes")).to_be_visible()
    page.keyboard.press("t")
    expect(page.get_by_label("Loss")).to_be_checked()
    page.keyboard.press("Enter")
    expect(page.locator("[data-saved^=Saved]")).to_be_attached()
    with database():
        stored = Annotation.objects.get(project=project)
    assert stored.answers["themes"] == ["sea", "loss"]
    assert stored.suggested and stored.suggested["first"] == {"themes": ["sea"]}


def test_review_shows_what_was_suggested_beside_peoples_answers(
    begin: Any, visit: Visit, axe: Callable[[Page], None], database: Any
) -> None:
    project, ada = begin("beside", ("mood", "craft"))
    page = visit(ada, reverse("label", args=[project.slug]))
    page.keyboard.press("1")
    page.keyboard.press("Enter")
    expect(page.locator("[data-saved^=Saved]")).to_be_attached()
    with database():
        owner, key = project.created_by, project.samples.get().key
        route()
    desk = visit(owner, reverse("review-sample", args=[project.slug, key]))
    offered = desk.get_by_role("list", name="Suggested for Mood")
    expect(offered.get_by_text("beside the question: A").first).to_be_visible()
    picture(desk, "desk")
    axe(desk)
    fits(desk)
    record = visit(owner, reverse("sample", args=[project.slug, key]))
    expect(record.get_by_role("heading", name="Suggestions")).to_be_visible()
    picture(record, "record")
    axe(record)
    fits(record)
