"""Practice in the browser: by keyboard alone, by touch on a phone, and what an owner sees and does."""

from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from projects.labeling import practice
from projects.labeling.practice_models import PracticeAnswer
from projects.models import Membership, Project
from projects.samples.states import SampleState
from tests.browser.conftest import Cast, Watch
from tests.factories import INTERFACE, make_member, make_project, make_sample

pytestmark = pytest.mark.browser
Visit = Callable[..., Page]
PHONE = (390, 844)


@pytest.fixture
def practising(database: Callable[[], Any]) -> Cast:
    """A project that asks for two right moods of two; four samples to practise on."""
    with database():
        project = make_project(interface=INTERFACE, policy={"practice": {"samples": 2, "threshold": 1.0}})
        make_sample(project, key="real")
        for number in range(1, 5):
            known: dict[str, Any] = {"gold": {"mood": "bright"}, "state": SampleState.HIDDEN, "open_slots": 0}
            sample = make_sample(project, key=f"known-{number}", **known)
            practice.choose(
                actor=project.created_by,
                project=project,
                key=sample.key,
                use=True,
                explanations={"mood": f"The sun shines in number {number}."},
            )
        people = [make_member(project, role) for role in ("reviewer", "annotator", "annotator")]
        return Cast(project, project.created_by, *people)


def answered(cast: Cast) -> int:
    return PracticeAnswer.objects.filter(round__project=cast.project).count()


def test_by_keyboard_alone_from_the_first_wrong_answer_to_the_first_real_sample(
    visit: Visit, practising: Cast, database: Callable[[], Any], axe: Callable[[Page], None], watch: Watch
) -> None:
    watch.allow("422")
    page = visit(practising.ada, reverse("label", args=[practising.project.slug]))
    expect(page.locator("#work[data-ready]")).to_be_visible()
    expect(page.get_by_text("Practice comes first.")).to_be_visible()
    expect(page.get_by_text("The sun shines")).to_have_count(0)
    axe(page)
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("an answer is required")
    expect(page.locator("#work[data-ready]")).to_be_visible()
    page.locator("body").press("2")
    page.keyboard.press("Enter")
    expect(page.get_by_text("0 of 1 right.")).to_be_visible()
    expect(page.get_by_text("The sun shines in number 1.")).to_be_visible()
    axe(page)
    expect(page.get_by_role("link", name="Next")).to_be_focused()
    page.keyboard.press("Enter")
    dark(page)
    expect(page.get_by_text("0% right; 100% are needed.")).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Here are 2 other samples.")).to_be_visible()
    bright(page)
    page.keyboard.press("Enter")
    bright(page)
    expect(page.get_by_text("You have passed: 100% right.")).to_be_visible()
    expect(page.get_by_role("link", name="Begin labelling")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#sample-title")).to_contain_text("real")
    with database():
        assert answered(practising) == 4
        assert Membership.objects.get(project=practising.project, user=practising.ada).practice == "passed"


def bright(page: Page) -> None:
    choose(page, "1")


def dark(page: Page) -> None:
    choose(page, "2")


def choose(page: Page, key: str) -> None:
    expect(page.locator("#work[data-ready]")).to_be_visible()
    page.keyboard.press(key)
    page.keyboard.press("Enter")
    expect(page.get_by_text("right.").first).to_be_visible()


def test_by_touch_on_a_phone_and_a_second_tap_changes_nothing(
    visit: Visit, practising: Cast, database: Callable[[], Any]
) -> None:
    page = visit(practising.ada, reverse("practice", args=[practising.project.slug]), size=PHONE, touch=True)
    expect(page.locator("#work[data-ready]")).to_be_visible()
    page.get_by_text("Bright", exact=True).tap()
    page.get_by_role("button", name="See what is right").dblclick()
    expect(page.get_by_text("1 of 1 right.")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE[0]
    with database():
        assert answered(practising) == 1
    page.get_by_role("link", name="Next").tap()
    expect(page.locator("#sample-title")).to_contain_text("known-2")


def test_an_owner_explains_a_sample_switches_practice_on_and_admits_by_hand(
    visit: Visit, practising: Cast, database: Callable[[], Any]
) -> None:
    slug = practising.project.slug
    with database():
        Project.objects.filter(pk=practising.project.pk).update(policy={})
        practice.choose(actor=practising.owner, project=practising.project, key="known-4", use=False)
    page = visit(practising.owner, reverse("practice-samples", args=[slug]))
    expect(page.get_by_text("Practice is off.")).to_be_visible()
    card = page.get_by_role("article", name="known-4")
    card.get_by_label("Mood: Bright. Why?").fill("Look at the last line.")
    card.get_by_role("button", name="Use known-4 for practice").click()
    expect(page.get_by_text("4 samples are ready")).to_be_visible()
    expect(page.get_by_role("article", name="known-4").get_by_role("textbox")).to_have_value("Look at the last line.")
    page.get_by_role("link", name="general settings").click()
    page.get_by_label("Samples that new annotators practise on").fill("3")
    page.get_by_label("Per cent of right answers").fill("75")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    page.get_by_role("link", name="People").click()
    expect(page.get_by_text("In practice")).to_have_count(2)
    page.get_by_role("button", name=f"Admit {practising.ada} without more practice").click()
    expect(page.get_by_text("Admitted by hand")).to_be_visible()
    with database():
        assert Membership.objects.get(project=practising.project, user=practising.ada).practice == "admitted"
