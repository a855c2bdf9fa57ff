"""Words are marked by keyboard alone, by mouse and by touch, in any script, and come back exactly as marked."""

from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from projects.models import Adjudication, Annotation
from tests import factories
from tests.browser.conftest import Cast, Watch
from tests.browser.scene import label_all, route

pytestmark = pytest.mark.browser
OPTIONS = [{"id": "metaphor", "title": "Metaphor"}, {"id": "irony", "title": "Irony", "key": "y", "colour": "#b3541e"}]
QUESTION = {"name": "q", "type": "span", "title": "Figures", "on": "text", "required": True, "options": OPTIONS}
STORY = "The ferry coughed twice.\n\nNobody laughed; the buoy nodded."
# Tabs, CR LF, no-break space, a combining accent, an emoji of seven code points, Arabic and Japanese.
HARD = "tab\there,\r\ncafe\u0301\u00a0noir 👩‍👩‍👧‍👦 ends\n\nقال الليل للنهار: «تعال».\n吾輩は猫である。名前はまだ無い。"
Start = Callable[..., "Scene"]


class Scene:
    """One person marking the words of one project's only field."""

    def __init__(self, page: Page, cast: Cast, database: Callable[[], Any], text: str) -> None:
        self.page, self.cast, self.database, self.text = page, cast, database, text
        self.surface = page.locator("[data-surface]")
        self.rows = page.locator(".spans__item")

    def caret(self, words: str) -> None:
        """Puts the cursor before the words, as a press there would."""
        self.select(words, 0)

    def select(self, words: str, length: int | None = None) -> None:
        at = len(self.text[: self.text.index(words)].encode("utf-16-le")) // 2
        units = len(words.encode("utf-16-le")) // 2 if length is None else length
        self.surface.focus()
        self.page.evaluate(
            """([start, end]) => {
              const walker = document.createTreeWalker(document.querySelector("[data-surface]"), NodeFilter.SHOW_TEXT);
              let [at, from, to] = [0, null, null];
              for (let node = walker.nextNode(); node; at += node.length, node = walker.nextNode()) {
                if (!from && start <= at + node.length) from = [node, start - at];
                if (!to && end <= at + node.length) to = [node, end - at];
              }
              getSelection().setBaseAndExtent(...from, ...to);
            }""",
            [at, at + units],
        )

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def tap(self, words: str) -> None:
        """Taps on the middle of words that stand on one line."""
        self.surface.scroll_into_view_if_needed()
        at = self.text.index(words)
        x, y = self.page.evaluate(
            """([start, end]) => {
              const walker = document.createTreeWalker(document.querySelector("[data-surface]"), NodeFilter.SHOW_TEXT);
              let at = 0;
              for (let node = walker.nextNode(); node; at += node.length, node = walker.nextNode()) {
                if (start >= at + node.length) continue;
                const range = document.createRange();
                range.setStart(node, start - at);
                range.setEnd(node, Math.min(node.length, end - at));
                const { x, y, width, height } = range.getBoundingClientRect();
                return [x + width / 2, y + height / 2];
              }
            }""",
            [at, at + len(words)],
        )
        self.page.touchscreen.tap(x, y)

    def span(self, words: str, label: str) -> dict[str, Any]:
        start = self.text.index(words)
        return {"start": start, "end": start + len(words), "label": label}

    def stored(self, number: int = 1) -> Any:
        expect(self.page.locator("#status")).to_have_text(f"Saved · {number} of 2")
        with self.database():
            return Annotation.objects.filter(project=self.cast.project, current=True).latest("pk").answers["q"]


@pytest.fixture
def start(visit: Callable[..., Page], database: Callable[[], Any]) -> Start:
    def begin(text: str = STORY, *, phone: bool = False, kind: str = "text", **settings: Any) -> Scene:
        document = {
            "schema": 1,
            "fields": [{"name": "text", "type": kind, "title": "Passage"}],
            "questions": [{**QUESTION, **settings}],
        }
        with database():
            project = factories.make_project(interface=document)
            for number in (1, 2):
                factories.make_sample(project, key=f"piece-{number}", fields={"text": text})
            people = [factories.make_member(project, role) for role in ("reviewer", "annotator", "annotator")]
            cast = Cast(project, project.created_by, *people)
        page = visit(cast.ada, reverse("label", args=[project.slug]), size=(390, 844) if phone else None, touch=phone)
        scene = Scene(page, cast, database, text)
        expect(scene.surface).to_be_visible()
        return scene

    return begin


def test_words_are_marked_changed_and_removed_by_keyboard_alone(start: Start, axe: Callable[..., None]) -> None:
    scene = start()
    page = scene.page
    page.keyboard.press("l")
    expect(scene.surface).to_be_focused()
    scene.press(
        "Home", "Control+ArrowRight", "Control+ArrowRight"
    )  # to the end of “ferry”, or the beginning of the next
    scene.caret("ferry")
    scene.press("Control+Shift+ArrowRight", "Control+Shift+ArrowRight", "1")
    expect(scene.rows).to_have_count(1)
    expect(page.get_by_role("button", name="Span 1, Metaphor: ferry coughed. Show it in the text")).to_be_visible()
    scene.caret("twice")
    scene.press("y")  # an option first: the next selection becomes it
    expect(page.get_by_role("button", name="Irony")).to_have_attribute("aria-pressed", "true")
    scene.press(*5 * ["Shift+ArrowRight"], "Enter")
    expect(scene.rows).to_have_count(2)
    scene.press("Escape")  # lets go of the option
    scene.select("laughed; the buoy")
    scene.press("1")
    expect(scene.rows).to_have_count(3)
    scene.select("the buoy nodded")
    scene.press("1")
    expect(page.get_by_text("spans may not overlap here")).to_be_visible()
    scene.select("laughed; the buoy")
    scene.press("y")  # the same words with another option
    expect(page.get_by_label("Span 3: option")).to_have_value("irony")
    scene.caret("coughed")
    expect(page.locator(".spans [role=status]")).to_have_text("Span 1: Metaphor")
    scene.press("Delete")
    expect(scene.rows).to_have_count(2)
    scene.press("Control+z")
    expect(scene.rows).to_have_count(3)
    scene.press("Backspace", "x", " ")  # nothing that is typed changes the text
    assert page.evaluate("document.querySelector('[data-surface]').textContent") == STORY
    axe(page)
    expect(page.locator("#draft-state")).to_have_text("Draft saved")
    page.reload()
    expect(scene.rows).to_have_count(3)
    page.get_by_label("Span 1: option").select_option("Irony")
    page.get_by_role("button", name="Span 2: remove").press("Enter")
    expect(scene.rows).to_have_count(2)
    page.keyboard.press("Control+Enter")
    assert scene.stored() == [scene.span("ferry coughed", "irony"), scene.span("laughed; the buoy", "irony")]
    expect(page.locator("#sample-title")).to_contain_text("piece-2")
    expect(scene.rows).to_have_count(0)
    expect(scene.surface).to_be_visible()


def test_words_are_tapped_on_a_phone(start: Start, axe: Callable[..., None]) -> None:
    scene = start(phone=True)
    page = scene.page
    scene.tap("ferry")
    expect(page.locator(".spans__chosen")).to_have_text("“ferry”")
    scene.tap("twice")
    expect(page.locator(".spans__chosen")).to_have_text("“ferry coughed twice”")
    axe(page)
    option = page.get_by_role("button", name="Irony")
    box = option.bounding_box()
    assert box is not None and 0 <= box["y"] <= 844 - box["height"] and box["height"] >= 44  # the bar came to the words
    option.tap()
    expect(scene.rows).to_have_count(1)
    scene.tap("buoy")
    page.get_by_role("button", name="Metaphor").tap()
    expect(scene.rows).to_have_count(2)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    axe(page)
    page.get_by_role("button", name="Span 2: remove").tap()
    page.locator("[data-action=submit]").tap()
    assert scene.stored() == [scene.span("ferry coughed twice", "irony")]


def test_words_are_marked_by_mouse_with_an_option_chosen_before_or_after(start: Start) -> None:
    scene = start(overlap=True)
    page = scene.page
    scene.surface.dblclick(position={"x": 100, "y": 12})
    chosen = page.evaluate("getSelection().toString().trim()")
    page.get_by_role("button", name="Metaphor").click()
    expect(scene.rows).to_have_count(1)
    expect(scene.rows.first).to_contain_text(chosen)
    page.get_by_role("button", name="Irony").click()
    box = scene.surface.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 14, box["y"] + 25)
    page.mouse.down()
    page.mouse.move(box["x"] + 260, box["y"] + 25, steps=4)
    page.mouse.up()
    expect(scene.rows).to_have_count(2)
    assert page.locator(".marking .marked .marked").count() > 0  # one inside the other
    page.get_by_role("button", name="Undo").click()
    expect(scene.rows).to_have_count(1)


@pytest.mark.parametrize("kind", ["text", "markdown"])
def test_every_script_is_read_back_exactly(start: Start, kind: str) -> None:
    scene = start(HARD, kind=kind)
    page = scene.page
    assert page.evaluate("document.querySelector('[data-surface]').textContent") == HARD
    wanted = ["here,\r\ncafe\u0301\u00a0noir", "👩‍👩‍👧‍👦", "الليل للنهار", "吾輩は猫", "名前"]
    for words in wanted:
        scene.select(words)
        scene.press("1")
    expect(scene.rows).to_have_count(len(wanted))
    # From before the accent one step goes over the letter with it.
    scene.caret("ends")
    scene.press("Shift+ArrowRight", "y")
    page.keyboard.press("Control+Enter")
    stored = scene.stored()
    assert [HARD[each["start"] : each["end"]] for each in stored] == [
        wanted[0],
        wanted[1],
        "e",
        *wanted[2:],
    ]
    assert stored[1] == scene.span("👩‍👩‍👧‍👦", "metaphor") and stored[1]["end"] - stored[1]["start"] == 7


def test_one_step_of_the_cursor_goes_over_a_whole_character(start: Start) -> None:
    scene = start(HARD)
    scene.caret("👩‍👩‍👧‍👦")
    scene.press("Shift+ArrowRight", "1")
    scene.caret("猫である")
    scene.press("Shift+ArrowRight", "y")
    expect(scene.rows).to_have_count(2)
    scene.press("Control+Enter")
    assert scene.stored() == [scene.span("👩‍👩‍👧‍👦", "metaphor"), scene.span("猫", "irony")]


def test_an_input_method_neither_marks_nor_submits_nor_writes(start: Start) -> None:
    scene = start()
    page = scene.page
    scene.select("coughed")
    client = page.context.new_cdp_session(page)
    client.send("Input.imeSetComposition", {"text": "に", "selectionStart": 1, "selectionEnd": 1})
    for key in ("1", "Enter"):
        page.evaluate(
            """key => document.querySelector("[data-surface]").dispatchEvent(new KeyboardEvent(
              "keydown", { key, code: "Digit1", isComposing: true, bubbles: true, cancelable: true }))""",
            key,
        )
    client.send("Input.insertText", {"text": "日本"})
    expect(scene.surface).to_have_text(STORY, use_inner_text=False)
    expect(scene.rows).to_have_count(0)
    expect(page.locator("#sample-title")).to_contain_text("piece-1")
    scene.select("coughed")
    scene.press("1")
    expect(scene.rows).to_have_count(1)


def test_the_help_lists_the_keys_of_the_text(start: Start) -> None:
    scene = start()
    scene.page.keyboard.press("?")
    table = scene.page.locator("#help tbody")
    expect(table).to_contain_text("Into the text, to mark words")
    expect(table).to_contain_text("In the text: remove the span at the cursor")


def test_without_a_script_the_lines_are_there_to_read(start: Start, visit: Callable[..., Page], database: Any) -> None:
    scene = start()
    scene.select("coughed")
    scene.press("1")
    expect(scene.page.locator("#draft-state")).to_have_text("Draft saved")
    page = scene.page.context.browser.new_context(java_script_enabled=False).new_page()  # type: ignore[union-attr]
    page.context.add_cookies(scene.page.context.cookies())  # type: ignore[arg-type]
    page.goto(scene.page.url)
    expect(page.locator("textarea[name='q.q']")).to_have_value("10 | 17 | metaphor")
    expect(page.locator(".reading")).to_have_text(STORY)
    page.context.close()


@pytest.fixture
def disputed(database: Callable[[], Any]) -> Cast:
    """A passage in which Ada and Ben marked different words."""
    document = {
        "schema": 1,
        "fields": [{"name": "text", "type": "text", "title": "Passage"}],
        "questions": [{**QUESTION, "overlap": True}],
    }
    with database():
        project = factories.make_project(interface=document, overlap=2)
        factories.make_sample(project, key="piece-1", fields={"text": STORY})
        people = [factories.make_member(project, role) for role in ("reviewer", "annotator", "annotator")]
        cast = Cast(project, project.created_by, *people)
        ada = [{"start": 4, "end": 17, "label": "metaphor"}, {"start": 26, "end": 40, "label": "irony"}]
        ben = [{"start": 10, "end": 23, "label": "metaphor"}, {"start": 42, "end": 57, "label": "metaphor"}]
        label_all(project, cast.ada, {"q": ada})
        label_all(project, cast.ben, {"q": ben})
        route()
    return cast


def test_a_reviewer_sees_all_spans_on_one_text_and_begins_from_somebodys(
    disputed: Cast, visit: Callable[..., Page], database: Any, axe: Callable[..., None]
) -> None:
    page = visit(disputed.reviewer, reverse("review-sample", args=[disputed.project.slug, "piece-1"]))
    overlay = page.locator("#field-text .overlay")
    expect(overlay).to_be_visible()
    expect(page.locator("#field-text > .reading:not([data-surface])")).to_be_hidden()
    assert overlay.locator(".marking").text_content() == STORY
    assert overlay.locator("[data-tag]").evaluate_all("all => all.map((each) => each.dataset.tag).sort()") == [
        "A",
        "A",
        "B",
        "B",
    ]
    assert overlay.locator(".marked .marked").count() == 1  # “coughed”, which both marked
    axe(page)
    page.keyboard.press("b")
    assert overlay.locator("[data-aside]").count() == overlay.locator("[data-who=a]").count() > 0
    overlay.get_by_role("button", name="Edit those of B").click()
    surface = page.locator("[data-surface]")
    expect(surface).to_be_focused()
    expect(overlay).to_be_hidden()
    expect(page.locator(".spans__item")).to_have_count(2)
    page.keyboard.press("Control+Home")
    for _ in range(3):
        page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("y")
    expect(page.locator(".spans__item")).to_have_count(3)
    axe(page)
    page.locator("#reason").fill("B, and the article.")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#status")).to_contain_text("Approved")
    with database():
        decided = Adjudication.objects.get(project=disputed.project, current=True).answers["q"]
    assert decided == [
        {"start": 0, "end": 3, "label": "irony"},
        {"start": 10, "end": 23, "label": "metaphor"},
        {"start": 42, "end": 57, "label": "metaphor"},
    ]


def test_what_is_refused_is_said_and_kept(start: Start, watch: Watch) -> None:
    watch.allow("422")
    scene = start()
    scene.page.get_by_role("button", name="As lines").click()
    area = scene.page.locator("textarea[name='q.q']")
    area.fill("0 | 90 | metaphor")
    scene.page.locator("[data-action=submit]").click()
    expect(scene.page.locator("#problems")).to_contain_text("a whole number from 0 to 58, the characters of the text")
    expect(area).to_have_value("0 | 90 | metaphor")


def test_the_preview_of_an_interface_is_marked_like_the_text_itself(start: Start, visit: Callable[..., Page]) -> None:
    scene = start()
    page = visit(scene.cast.owner, reverse("interface", args=[scene.cast.project.slug]))
    surface = page.locator("#preview [data-surface]")
    expect(surface).to_be_visible()
    surface.focus()
    page.keyboard.press("Control+Home")
    page.keyboard.press("Control+Shift+ArrowRight")
    page.keyboard.press("1")
    expect(page.locator("#preview .spans__item")).to_have_count(1)
