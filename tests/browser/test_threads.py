"""Asking while labelling, answering at the review desk, and what each of them is told."""

from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from projects.models import Annotation, Comment
from tests.browser.conftest import Cast, Watch
from tests.browser.scene import answers, label_all, route

pytestmark = pytest.mark.browser
Visit = Callable[..., Page]


def test_somebody_asks_while_labelling_and_a_reviewer_answers_at_the_desk(
    visit: Visit, make_cast: Callable[..., Cast], database: Any, axe: Callable[..., None]
) -> None:
    cast = make_cast(samples=2, overlap=2)
    slug = cast.project.slug
    page = visit(cast.ada, reverse("label", args=[slug]))
    expect(page.locator("#sample-title")).to_contain_text("piece-")
    key = page.locator("#sample-title").inner_text().removeprefix("Sample").strip()
    page.get_by_role("radio").first.check(force=True)  # something that must not be lost
    page.locator("body").press("a")
    box = page.get_by_label("Your question")
    expect(box).to_be_focused()
    axe(page)
    page.keyboard.type("Is the last line missing?")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#ask .said")).to_contain_text("Is the last line missing?")
    expect(page.locator("#status")).to_contain_text("Sent to the reviewers")
    page.keyboard.press("Escape")
    expect(page.locator("#ask")).to_be_hidden()
    expect(page.get_by_role("radio").first).to_be_checked()
    with database():
        assert not Annotation.objects.filter(project=cast.project).exists(), "nothing was submitted by that"
        label_all(cast.project, cast.ada, answers("yes", 5))
        label_all(cast.project, cast.ben, answers("no", 1))
        route()

    desk = visit(cast.reviewer, reverse("review", args=[slug]))
    desk.get_by_role("link", name="Open questions 1").click()
    expect(desk.get_by_role("link", name=key)).to_be_visible()
    desk.goto(reverse("review-sample", args=[slug, key]))
    expect(desk.locator("#desk[data-ready]")).to_be_attached()
    expect(desk.locator("#said")).to_contain_text("Is the last line missing?")
    expect(desk.locator("#said strong bdi")).to_have_text("A")
    assert str(cast.ada) not in desk.content()
    desk.keyboard.press("w")
    axe(desk)
    desk.locator("#comments").get_by_text("Answer", exact=True).first.click()
    desk.get_by_label("Your answer").fill("It ends there on purpose.")
    desk.locator("#comments").get_by_role("button", name="Answer", exact=True).click()
    expect(desk.locator("#said")).to_contain_text("on purpose")
    desk.locator("#comments").get_by_role("button", name="Settled").click()
    expect(desk.locator("#comments").get_by_text("Settled", exact=True)).to_be_visible()
    desk.keyboard.press("Escape")
    desk.keyboard.press("Escape")
    desk.goto(reverse("questions", args=[slug]))
    expect(desk.get_by_text("No question is open")).to_be_visible()

    page.goto("/")
    page.get_by_role("link", name="Notifications: 1 not read").click()
    page.get_by_role("link", name="There is an answer").click()
    expect(page.locator(".thread")).to_contain_text("It ends there on purpose.")
    page.goto("/")
    expect(page.get_by_role("link", name="Notifications", exact=True)).to_be_visible()


def test_what_was_typed_outlives_closing_the_dialog_and_a_refusal(
    visit: Visit, cast: Cast, watch: Watch, database: Any
) -> None:
    watch.allow("422")
    page = visit(cast.ada, reverse("label", args=[cast.project.slug]))
    page.get_by_role("button", name="Ask about this sample").click()
    page.get_by_label("Your question").fill("half a")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Ask about this sample").click()
    expect(page.get_by_label("Your question")).to_have_value("half a")
    too_long = "area => { area.removeAttribute('maxlength'); area.value = 'x'.repeat(5001) }"
    page.get_by_label("Your question").evaluate(too_long)
    page.locator("#ask").get_by_role("button", name="Ask", exact=True).click()
    expect(page.locator("#ask [role=alert]")).to_contain_text("at most 5000")
    with database():
        assert not Comment.objects.filter(project=cast.project).exists()


def test_without_scripts_the_thread_is_a_page_with_forms(
    new_context: Callable[..., Any], product: Any, visit: Visit, make_cast: Callable[..., Cast], database: Any
) -> None:
    cast = make_cast(samples=1, overlap=1)
    with database():
        label_all(cast.project, cast.ada, answers("yes", 5))
    signed = visit(cast.ada, "/")
    context = new_context(java_script_enabled=False)
    context.add_cookies(signed.context.cookies())
    page = context.new_page()
    page.goto(reverse("thread", args=[cast.project.slug, "piece-1"]))
    page.get_by_label("Your question").fill("Plain?")
    page.get_by_role("button", name="Ask", exact=True).click()
    expect(page.locator(".said")).to_contain_text("Plain?")
    with database():
        assert Comment.objects.get(project=cast.project).question
