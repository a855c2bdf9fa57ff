"""Every newer type of question and field: by keyboard alone, by touch on a phone, accessible in both themes."""

from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from projects.models import Annotation
from tests import factories
from tests.browser.conftest import Cast

pytestmark = pytest.mark.browser
OUTPUTS = {"name": "outputs", "type": "candidates", "of": "text"}
THREE = [{"id": key, "value": f"Answer {key}."} for key in ("a", "b", "c")]
Start = Callable[..., "Scene"]


class Scene:
    """One person labelling one project whose only question is ``q``."""

    def __init__(self, page: Page, cast: Cast, database: Callable[[], Any]) -> None:
        self.page, self.cast, self.database = page, cast, database

    def letters(self) -> dict[str, str]:
        """Which candidate stands under which letter for this person."""
        found = self.page.locator(".sample .candidate")
        names = [found.nth(index) for index in range(found.count())]
        return {each.locator("h3").inner_text(): each.get_attribute("data-candidate") or "" for each in names}

    def stored(self, number: int = 1) -> Any:
        expect(self.page.locator("#status")).to_have_text(f"Saved · {number} of 2")
        with self.database():
            return Annotation.objects.filter(project=self.cast.project, current=True).latest("pk").answers["q"]


@pytest.fixture
def start(visit: Callable[..., Page], database: Callable[[], Any]) -> Start:
    def begin(question: dict[str, Any], *, phone: bool = False, fields: Any = None, values: Any = None) -> Scene:
        document = {
            "schema": 1,
            "fields": fields or [OUTPUTS],
            "questions": [{"name": "q", "required": True, **question}],
        }
        with database():
            project = factories.make_project(interface=document)
            for number in (1, 2):
                factories.make_sample(project, key=f"piece-{number}", fields=values or {"outputs": THREE})
            people = [factories.make_member(project, role) for role in ("reviewer", "annotator", "annotator")]
            cast = Cast(project, project.created_by, *people)
        page = visit(cast.ada, reverse("label", args=[project.slug]), size=(390, 844) if phone else None, touch=phone)
        expect(page.locator("#sample-title")).to_contain_text("piece-1")
        return Scene(page, cast, database)

    return begin


def test_candidates_are_ranked_by_keyboard_alone(start: Start, axe: Callable[..., None]) -> None:
    scene = start({"type": "ranking", "on": "outputs"})
    page, letters = scene.page, scene.letters()
    assert page.locator(".question :checked").count() == 0
    for digit in "231":
        page.keyboard.press(digit)
    order = page.locator("[data-order]")
    expect(order).to_have_text("C, then A, then B")
    axe(page)
    page.locator("input:checked").nth(1).focus()
    page.keyboard.press("ArrowLeft")  # B moves up a place, and A moves down
    expect(order).to_have_text("C, then B, then A")
    page.keyboard.press("Enter")
    assert scene.stored() == [[letters["C"]], [letters["B"]], [letters["A"]]]


def test_a_ranking_with_ties_is_given_by_touch_on_a_phone(start: Start) -> None:
    scene = start({"type": "ranking", "on": "outputs", "tie": True}, phone=True)
    page, letters = scene.page, scene.letters()
    for letter, place in (("A", 2), ("B", 1), ("C", 2)):
        page.get_by_role("radiogroup", name=letter, exact=True).locator("label").nth(place - 1).tap()
    expect(page.locator("[data-order]")).to_have_text("B, then A = C")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.locator("[data-action=submit]").tap()
    assert scene.stored() == [[letters["B"]], sorted([letters["A"], letters["C"]])]


def test_an_unfinished_ranking_stays_as_it_is_after_a_reload(start: Start) -> None:
    scene = start({"type": "ranking", "on": "outputs"})
    page = scene.page
    page.locator(".scale__point").nth(2).click()
    expect(page.locator("#draft-state")).to_have_text("Draft saved")
    page.reload()
    expect(page.locator(".question :checked")).to_have_count(1)
    expect(page.locator(".question input").nth(2)).to_be_checked()
    page.keyboard.press("3")  # the next one that is open takes the place; there is none to change with
    expect(page.locator("[data-order]")).to_have_text("B")


def test_a_dozen_candidates_are_ranked_by_keyboard_and_changed_after_a_reload(
    start: Start, axe: Callable[..., None]
) -> None:
    many = {"outputs": [{"id": f"c{number}", "value": f"Answer {number}."} for number in range(12)]}
    scene = start({"type": "ranking", "on": "outputs"}, values=many)
    page, letters = scene.page, scene.letters()
    places = page.locator(".question input")
    places.first.focus()
    for place in range(1, 13):
        page.keyboard.type(str(place))
        page.keyboard.press("Tab")
    order = page.locator("[data-order]")
    expect(order).to_have_text(", then ".join("ABCDEFGHIJKL"))
    axe(page)
    expect(page.locator("#draft-state")).to_have_text("Draft saved")
    page.reload()
    places.first.focus()
    page.keyboard.press("ArrowUp")  # from 1 to 2
    expect(order).to_have_text(", then ".join("BACDEFGHIJKL"))
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.keyboard.press("Enter")
    assert scene.stored() == [[letters[letter]] for letter in "BACDEFGHIJKL"]


def test_best_and_worst_are_picked_by_keyboard_alone_and_exclude_each_other(
    start: Start, axe: Callable[..., None]
) -> None:
    scene = start({"type": "best_worst", "on": "outputs"})
    page, letters = scene.page, scene.letters()
    for digit in "22":
        page.keyboard.press(digit)  # the second is the best; it can't be the worst too
    expect(page.locator(".question :checked")).to_have_count(1)
    expect(page.get_by_role("group", name="Worst").get_by_role("radio", name="B")).to_be_checked()
    axe(page)
    page.get_by_role("group", name="Best").get_by_role("radio", name="A").focus()
    page.keyboard.press("3")
    page.keyboard.press("Enter")
    assert {**scene.stored(), "shown": 0} == {"best": letters["C"], "worst": letters["B"], "shown": 0}
    with scene.database():
        answer = Annotation.objects.get(project=scene.cast.project).answers["q"]
        assert answer["shown"] == list(letters.values())


def test_best_and_worst_are_picked_by_touch_on_a_phone(start: Start) -> None:
    scene = start({"type": "best_worst", "on": "outputs"}, phone=True)
    page, letters = scene.page, scene.letters()
    for end, letter in (("Best", "A"), ("Worst", "C")):
        page.get_by_role("group", name=end).locator("label", has_text=letter).tap()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.locator("[data-action=submit]").tap()
    found = scene.stored()
    assert (found["best"], found["worst"]) == (letters["A"], letters["C"])


def test_code_and_json_are_shown_and_folded_by_keyboard(start: Start, axe: Callable[..., None]) -> None:
    fields = [
        {"name": "patch", "type": "code", "language": "python"},
        {"name": "change", "type": "code", "language": "diff"},
        {"name": "call", "type": "json"},
        {"name": "versions", "type": "candidates", "of": "code", "language": "javascript"},
    ]
    code = '@cache\ndef tide(hour: int) -> str:\n    # Twice a day.\n    return "out" if hour % 12 < 6 else "in"\n'
    values = {
        "patch": code,
        "change": "--- a\n+++ b\n@@ -1 +1 @@\n-old " + 40 * "long " + "\n+new\n",
        "call": {"tool": "tides", "arguments": {"harbour": "St Ives", "days": [1, 2.5]}, "dry": False, "note": None},
        "versions": [{"id": key, "value": f"const {key} = '{key}'; // {key}"} for key in ("a", "b")],
    }
    scene = start({"type": "verdict"}, fields=fields, values=values)
    page = scene.page
    assert page.locator("#field-patch code").text_content() == code
    expect(page.locator("#field-versions .k, #field-versions .kd").first).to_be_visible()
    axe(page)
    page.locator("#field-call summary").nth(1).focus()
    expect(page.locator("#field-call li", has_text="St Ives").last).to_be_visible()
    page.keyboard.press("Enter")  # folds, and submits nothing
    expect(page.locator("#field-call li", has_text="St Ives").last).to_be_hidden()
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.keyboard.press("j")
    page.keyboard.press("1")
    page.keyboard.press("Enter")
    assert scene.stored() == "yes"


def test_keys_are_hinted_only_where_the_next_one_counts_and_short_words_do_not_wrap(start: Start) -> None:
    scene = start({"type": "pairwise", "on": "outputs", "tie": True, "strength": True})
    page = scene.page
    hints = page.locator(".question kbd:visible")
    assert hints.all_inner_texts() == ["1", "2", "3"]
    expect(page.locator(".options[data-keyed] .option__text").first).to_have_text("A")
    page.keyboard.press("2")
    expect(page.locator(".options[data-keyed] .option__text").first).to_have_text("A little")
    assert hints.count() == 3
    for width in (1280, 1024, 390):
        page.set_viewport_size({"width": width, "height": 800})
        heights = "all => all.map(each => each.offsetHeight / parseFloat(getComputedStyle(each).lineHeight))"
        assert max(page.locator(".option__text").evaluate_all(heights)) < 1.5, width
