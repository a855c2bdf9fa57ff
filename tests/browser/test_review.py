"""Deciding on disputed samples by keyboard alone."""

from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from projects.models import Adjudication, Sample
from projects.review import actions as review
from projects.samples.states import SampleState
from tests.browser.conftest import Cast, Watch
from tests.browser.scene import answers, label_all, route

pytestmark = pytest.mark.browser
Visit = Callable[..., Page]


@pytest.fixture
def disputed(make_cast: Callable[..., Cast], database: Any) -> Cast:
    """Three samples on which Ada and Ben could not be further apart."""
    cast = make_cast(samples=3, overlap=2)
    with database():
        label_all(cast.project, cast.ada, answers("yes", 5))
        label_all(cast.project, cast.ben, answers("no", 1))
        route()
        assert Sample.objects.filter(project=cast.project, state=SampleState.DISPUTED).count() == 3
    return cast


def desk(visit: Visit, cast: Cast) -> Page:
    """The desk with the first disputed sample, come to from the list."""
    page = visit(cast.reviewer, reverse("review", args=[cast.project.slug]))
    page.get_by_role("link", name="Start with the worst").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#sample-title")).to_contain_text("piece-")
    expect(page.locator("#desk[data-ready]")).to_be_attached()
    return page


def status(page: Page, text: str) -> None:
    expect(page.locator("#status")).to_contain_text(text)


def decisions(cast: Cast) -> list[tuple[str, str]]:
    made = Adjudication.objects.filter(project=cast.project, current=True).order_by("pk")
    return list(made.values_list("sample__key", "decision"))


def test_three_disputes_are_decided_with_the_keyboard_alone(
    visit: Visit, disputed: Cast, watch: Watch, database: Any
) -> None:
    watch.allow("422")
    page = desk(visit, disputed)
    keys = []
    for _ in range(3):
        keys.append(page.locator("#sample-title bdi").inner_text())
        page.keyboard.press("a")  # the first person's answers for all questions
        page.keyboard.press("Enter")
        status(page, "Not decided: give a reason.")
        expect(page.locator("#reason")).to_be_focused()
        page.keyboard.type("The first reading holds.")
        page.keyboard.press("Control+Enter")
        status(page, f"{keys[-1]}")
    expect(page.get_by_role("heading", level=1)).to_have_text("Nothing waits for a decision")
    assert len(set(keys)) == 3
    with database():
        assert decisions(disputed) == [(key, "approve") for key in keys]
        approved = Sample.objects.filter(project=disputed.project, state=SampleState.APPROVED)
        assert approved.count() == 3


def test_answers_that_differ_with_good_reason_are_kept_as_plural_and_a_decision_can_be_taken_back(
    visit: Visit, disputed: Cast, database: Any
) -> None:
    page = desk(visit, disputed)
    key = page.locator("#sample-title bdi").inner_text()
    page.keyboard.press("p")
    status(page, key)
    expect(page.locator("#sample-title bdi")).not_to_have_text(key)
    page.keyboard.press("u")
    status(page, "Taken back")
    expect(page.locator("#sample-title bdi")).to_have_text(key)
    with database():
        assert decisions(disputed) == []
        assert Sample.objects.get(project=disputed.project, key=key).state == SampleState.DISPUTED


def test_a_question_is_answered_anew_by_key(visit: Visit, disputed: Cast, watch: Watch, database: Any) -> None:
    page = desk(visit, disputed)
    page.keyboard.press("m")
    page.keyboard.press("j")  # to the first question
    page.keyboard.press("o")  # an answer of one's own
    page.keyboard.press("2")
    page.locator("#reason").fill("Both readings miss the point.")
    page.keyboard.press("Control+Enter")
    status(page, "piece-")
    with database():
        made = Adjudication.objects.get(project=disputed.project, current=True)
        options = [option.id for option in _question(disputed, "works").options]
        assert made.answers["works"] == options[1]


def _question(cast: Cast, name: str) -> Any:
    from projects.workspace.interfaces import parsed

    return next(each for each in parsed(cast.project.interface).questions if each.name == name)  # type: ignore[arg-type]


def test_the_list_and_the_desk_are_accessible_and_fit_a_narrow_screen(
    visit: Visit, disputed: Cast, axe: Callable[[Page], None]
) -> None:
    page = visit(disputed.reviewer, reverse("review", args=[disputed.project.slug]))
    axe(page)
    page = desk(visit, disputed)
    axe(page)
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_the_merged_answer_stays_in_view_where_the_table_is_wider_than_the_screen(visit: Visit, disputed: Cast) -> None:
    page = desk(visit, disputed)
    page.set_viewport_size({"width": 240, "height": 844})
    table = page.locator(".table-wrap").first
    assert table.evaluate("each => each.scrollWidth > each.clientWidth"), "nothing is out of view here"
    for cell in (page.get_by_role("radio", name="Merged").first, table.locator("tbody .matrix__merged").first):
        cell.scroll_into_view_if_needed()
        table.evaluate("each => each.scrollTo({ left: 0 })")
        inner, outer = cell.bounding_box(), table.bounding_box()
        assert inner and outer
        assert inner["x"] + inner["width"] <= outer["x"] + outer["width"]


def test_a_second_reviewer_confirms_by_keyboard_what_the_first_decided(
    visit: Visit, make_cast: Callable[..., Cast], database: Any, axe: Callable[[Page], None]
) -> None:
    with database():
        cast = make_cast(samples=2, overlap=2, policy={"second_reviewer": True})
        label_all(cast.project, cast.ada, answers("yes", 4))
        label_all(cast.project, cast.ben, answers("yes", 4))
        route()
        for sample in Sample.objects.filter(project=cast.project):
            review.adjudicate(actor=cast.owner, sample=sample, decision="approve")
    page = visit(cast.reviewer, reverse("review", args=[cast.project.slug]) + "?state=reviewed")
    axe(page)
    page.get_by_role("link", name="Start with the worst").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#desk[data-ready]")).to_be_attached()
    expect(page.locator("#stands")).to_contain_text("waits for a second reviewer")
    axe(page)
    first = page.locator("#sample-title bdi").inner_text()
    page.keyboard.press("Enter")
    status(page, f"Approved: {first}")
    expect(page.locator("#sample-title bdi")).not_to_have_text(first)
    page.keyboard.press("u")
    status(page, "Taken back")
    expect(page.locator("#sample-title bdi")).to_have_text(first)
    page.keyboard.press("Enter")
    status(page, f"Approved: {first}")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Nothing waits for a decision")
    with database():
        assert Sample.objects.filter(project=cast.project, state=SampleState.APPROVED).count() == 2
        assert Adjudication.objects.filter(project=cast.project, confirms=True, current=True).count() == 2


def test_what_came_back_is_answered_and_settled(
    visit: Visit, disputed: Cast, database: Any, axe: Callable[[Page], None]
) -> None:
    with database():
        sample = Sample.objects.get(project=disputed.project, key="piece-1")
        review.adjudicate(
            actor=disputed.owner, sample=sample, decision="approve", answers=answers("yes", 5), reason="It holds."
        )
    address = reverse("came-back", args=[disputed.project.slug])
    page = visit(disputed.ben, address)
    axe(page)
    page.get_by_label("Why your answer should stand").fill("It breaks in the middle.")
    page.get_by_role("button", name="Send").press("Enter")
    expect(page.locator("main")).to_contain_text("It breaks in the middle.")
    axe(page)
    desk = visit(disputed.reviewer, reverse("review", args=[disputed.project.slug]) + "?state=replies")
    desk.get_by_role("link", name="piece-1").press("Enter")
    expect(desk.locator("#desk[data-ready]")).to_be_attached()
    expect(desk.locator("#questions")).to_contain_text("It breaks in the middle.")
    axe(desk)
    desk.locator("#reason").fill("The middle is meant to.")
    desk.keyboard.press("Control+Enter")
    status(desk, "piece-1")
    page.reload()
    expect(page.locator("main")).to_contain_text("The middle is meant to.")
