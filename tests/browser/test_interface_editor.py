"""The interface editor in a browser: by form and as JSON, its preview, and what it never loses."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Dialog, Page, expect

from projects.models import Interface
from projects.schema import GALLERY
from tests.browser.conftest import Cast, Watch


def address(cast: Cast) -> str:
    return f"/p/{cast.project.slug}/interface/"


def document(page: Page) -> Any:
    return json.loads(page.input_value("#document"))


def state(page: Page, words: str) -> None:
    expect(page.locator("#state")).to_have_text(words)


def add(page: Page, title: str, kind: str = "question") -> None:
    page.get_by_role("group", name=f"Add a {kind}").get_by_role("button", name=title, exact=True).click()


@pytest.fixture
def editor(cast: Cast, visit: Callable[..., Page]) -> Page:
    return visit(cast.owner, address(cast))


def test_a_question_is_added_named_seen_and_saved_without_a_word_of_json(
    editor: Page, cast: Cast, database: Callable[[], Any]
) -> None:
    state(editor, "Everything is saved")
    add(editor, "One choice")
    editor.keyboard.type("Which genre?")
    expect(editor.locator("#preview #q-which_genre legend")).to_have_text("Which genre?")
    state(editor, "Unsaved changes")
    editor.get_by_role("button", name="Add an option").click()
    editor.keyboard.type("Maybe")
    expect(editor.locator("#preview #q-which_genre .option")).to_have_count(3)
    editor.get_by_role("button", name="Save", exact=True).click()
    expect(editor.locator(".messages")).to_contain_text("Saved as version 1")
    state(editor, "Everything is saved")
    with database():
        saved = Interface.objects.get(project=cast.project).document["questions"][-1]
    assert saved["name"] == "which_genre"
    assert saved["options"][-1] == {"id": "maybe", "title": "Maybe"}


def test_a_problem_marks_its_card_and_is_said_with_its_path(editor: Page) -> None:
    add(editor, "Rating")
    card = editor.locator(".item").last
    card.locator(".setting__end input").last.fill("0")
    state(editor, "1 problem")
    expect(card.locator(".field__error")).to_be_visible()
    editor.locator("#findings a").click()
    expect(card.locator(".setting__end input").first).to_be_focused()
    card.locator(".setting__end input").last.fill("4")
    state(editor, "Unsaved changes")
    expect(card.locator(".field__error")).to_have_count(0)


def test_moving_and_removing_can_be_undone(editor: Page) -> None:
    before = document(editor)
    first = editor.locator("[data-path='questions[0]']")
    first.get_by_role("button", name="down").click()
    assert [each["name"] for each in document(editor)["questions"]][:2] == ["creativity", "works"]
    editor.locator("[data-path='questions[0]']").get_by_role("button", name="Remove").click()
    assert len(document(editor)["questions"]) == len(before["questions"]) - 1
    for _ in range(2):
        editor.get_by_role("button", name="Undo").click()
    assert document(editor) == before
    state(editor, "Everything is saved")


def test_a_new_name_of_a_question_takes_its_conditions_with_it(editor: Page) -> None:
    add(editor, "Text")
    card = editor.locator(".item").last
    card.get_by_text("More", exact=True).click()
    card.get_by_label("Depends on").select_option("works")
    card.get_by_label("When").select_option("is")
    editor.locator("[data-path='questions[0]'] .item__toggle").click()
    first = editor.locator("[data-path='questions[0]']")
    first.get_by_text("More", exact=True).click()
    first.get_by_label("Name in files").fill("lands")
    first.get_by_label("Name in files").press("Tab")
    assert document(editor)["questions"][-1]["show_if"] == {"question": "lands", "is": ["yes"]}
    expect(editor.locator("#q-lands")).to_be_visible()
    expect(editor.locator("#findings [data-path]")).to_have_count(0)


def test_the_json_and_the_form_are_one_document(editor: Page) -> None:
    editor.get_by_role("tab", name="JSON").click()
    text = editor.input_value("#document")
    editor.fill("#document", text[:-3])
    state(editor, "1 problem")
    editor.get_by_role("tab", name="Form").click()
    expect(editor.locator("#document")).to_be_visible()
    expect(editor.locator("#state")).to_contain_text("Mend it here first")
    editor.fill("#document", text.replace("Does it work?", "Does it sing?"))
    editor.get_by_role("tab", name="Form").click()
    expect(editor.locator("[data-path='questions[0]'] .item__title")).to_have_text("Does it sing?")


def test_a_rubric_begins_from_a_preset_which_can_be_changed_and_undone(editor: Page, axe: Callable[..., None]) -> None:
    add(editor, "Rubric")
    card = editor.locator(".item").last
    preset = card.get_by_label("Begin with")
    expect(preset.locator("option:checked")).to_have_text("axes of my own")
    preset.select_option("Divergent thinking, after Torrance")
    made = document(editor)["questions"][-1]
    assert [axis["name"] for axis in made["axes"]] == ["fluency", "flexibility", "originality", "elaboration"]
    assert set(made) == {"name", "type", "scale", "axes"}
    expect(preset).to_be_focused()
    expect(editor.locator("#preview #q-rubric .rubric__axis")).to_have_count(4)
    axe(editor)
    card.get_by_role("button", name="Remove axis 4").click()
    expect(preset.locator("option:checked")).to_have_text("axes of my own")
    editor.get_by_role("button", name="Undo").click()
    assert document(editor)["questions"][-1] == made
    editor.get_by_role("button", name="Undo").click()
    assert [axis["name"] for axis in document(editor)["questions"][-1]["axes"]] == ["quality"]


def test_candidates_of_code_are_asked_for_their_language_and_others_are_not(editor: Page) -> None:
    add(editor, "Candidates", "field")
    card = editor.locator("[data-path='fields[2]']")
    expect(card.get_by_label("Written in")).to_have_count(0)
    card.get_by_label("Each candidate is a").select_option("Code")
    card.get_by_label("Written in").select_option("Python")
    assert document(editor)["fields"][-1] == {
        "name": "candidates",
        "type": "candidates",
        "of": "code",
        "language": "python",
    }
    expect(editor.locator("#preview .code .k").first).to_be_visible()
    card.get_by_label("Each candidate is a").select_option("Markdown")
    assert document(editor)["fields"][-1] == {"name": "candidates", "type": "candidates", "of": "markdown"}
    expect(editor.locator("#findings [data-path]")).to_have_count(0)


def test_leaving_with_unsaved_changes_is_asked_about(editor: Page) -> None:
    asked: list[str] = []

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    editor.on("dialog", stay)
    add(editor, "Verdict")
    editor.get_by_role("link", name="General").click()
    editor.wait_for_timeout(300)
    assert asked == ["beforeunload"]
    expect(editor.locator("#cards")).to_be_visible()


def test_a_session_that_ends_loses_no_text(editor: Page, cast: Cast, watch: Watch) -> None:
    editor.context.clear_cookies(name="sessionid")
    add(editor, "Verdict")
    expect(editor.locator("#state")).to_contain_text("Your session has ended")
    editor.get_by_role("button", name="Save", exact=True).click()
    editor.get_by_label("User name").fill(cast.owner.username)
    editor.locator("[name=password]").fill("correct horse battery")
    editor.locator("main [type=submit], main button").first.click()
    state(editor, "Unsaved changes")
    assert document(editor)["questions"][-1]["type"] == "verdict"


@pytest.mark.parametrize("gallery", [template.slug for template in GALLERY])
def test_opening_every_card_of_the_gallery_changes_nothing(
    gallery: str, make_cast: Callable[..., Cast], visit: Callable[..., Page], axe: Callable[..., None]
) -> None:
    cast = make_cast(samples=0, gallery=gallery)
    page = visit(cast.owner, address(cast))
    for index in range(page.locator(".item__toggle").count()):
        page.locator(".item__toggle").nth(index).click()
    page.evaluate("for (const fold of document.querySelectorAll('#cards details')) fold.open = true")
    assert document(page) == next(each.document for each in GALLERY if each.slug == gallery)
    state(page, "Everything is saved")
    axe(page)
    page.set_viewport_size({"width": 390, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def test_without_scripts_the_text_is_edited_looked_at_and_saved(
    cast: Cast, visit: Callable[..., Page], new_context: Callable[..., Any], editor: Page, database: Callable[[], Any]
) -> None:
    context = new_context(java_script_enabled=False)
    context.add_cookies([each for each in editor.context.cookies() if each["name"] == "sessionid"])
    page = context.new_page()
    page.goto(address(cast))
    page.fill("#document", page.input_value("#document").replace("Does it work?", "Does it sing?"))
    page.get_by_role("button", name="Look at it").click()
    expect(page.locator("#preview legend").first).to_contain_text("Does it sing?")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator(".messages")).to_contain_text("Saved as version 1")
