"""The labelling screen by keyboard alone, and what happens when something gets in the way."""

from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from projects.labeling.models import Annotation, Assignment
from projects.workspace.actions import remove_member
from tests.browser.conftest import Cast, Watch
from tests.factories import PASSWORD

pytestmark = pytest.mark.browser
Visit = Callable[..., Page]


def label(visit: Visit, cast: Cast, **options: Any) -> Page:
    page = visit(cast.ada, reverse("label", args=[cast.project.slug]), **options)
    expect(page.locator("#sample-title")).to_contain_text("piece-")
    return page


def answer(page: Page, verdict: str = "1") -> None:
    """All required answers of the creative-writing interface: a verdict and six axes."""
    page.keyboard.press(verdict)
    page.keyboard.press("j")
    for digit in "345121":
        page.keyboard.press(digit)


def annotations(cast: Cast) -> list[Annotation]:
    mine = Annotation.objects.filter(project=cast.project, annotator=cast.ada, current=True)
    return list(mine.select_related("sample").order_by("pk"))


def status(page: Page, text: str, seconds: float = 5) -> None:
    expect(page.locator("#status")).to_have_text(text, timeout=seconds * 1000)


def test_three_samples_are_labelled_with_the_keyboard_alone(visit: Visit, cast: Cast, database: Any) -> None:
    page = label(visit, cast)
    for number in (1, 2, 3):
        expect(page.locator("#sample-title")).to_have_text(f"Sample piece-{number}")
        answer(page)
        page.keyboard.press("Enter")
        status(page, f"Saved · {number} of 6")
    with database():
        found = annotations(cast)
        assert [each.sample.key for each in found] == ["piece-1", "piece-2", "piece-3"]
        assert {tuple(each.answers["creativity"].values()) for each in found} == {(3, 4, 5, 1, 2, 1)}


def test_j_and_k_go_from_question_to_question(visit: Visit, cast: Cast) -> None:
    page = label(visit, cast)
    focused = "document.activeElement.closest('.question')?.dataset.question"
    page.keyboard.press("1")
    places = []
    for key in "jjk":
        page.keyboard.press(key)
        places.append(page.evaluate(focused))
        if places[-1] == "fix":
            page.keyboard.press("Escape")  # out of the text, where letters are letters
    assert places == ["creativity", "fix", "creativity"]


def test_a_missing_answer_is_said_and_nothing_is_stored(visit: Visit, cast: Cast, watch: Watch, database: Any) -> None:
    watch.allow("422")
    page = label(visit, cast)
    page.keyboard.press("1")
    page.keyboard.press("Enter")
    expect(page.locator("#problems")).to_contain_text("Not saved yet")
    status(page, "Not saved: some answers need another look.")
    expect(page.locator("input[name='q.works']:checked")).to_have_count(1)
    with database():
        assert annotations(cast) == []


def test_undo_opens_the_last_submission_for_correction(visit: Visit, cast: Cast, database: Any) -> None:
    page = label(visit, cast)
    answer(page)
    page.keyboard.press("Enter")
    status(page, "Saved · 1 of 6")
    page.keyboard.press("u")
    status(page, "Opened again · 1 of 6")
    expect(page.locator("#sample-title")).to_have_text("Sample piece-1")
    page.locator("input[name='q.works']").nth(1).focus()
    page.keyboard.press("2")
    page.keyboard.press("Enter")
    status(page, "Saved · 1 of 6")
    expect(page.locator("#sample-title")).to_have_text("Sample piece-2")
    with database():
        (found,) = annotations(cast)
        first = Annotation.objects.get(assignment=found.assignment, current=False)
        assert found.answers["works"] != first.answers["works"]


def test_skipping_asks_for_the_reason_and_goes_on(visit: Visit, cast: Cast, database: Any) -> None:
    page = label(visit, cast)
    page.keyboard.press("s")
    expect(page.locator("dialog#skip")).to_be_visible()
    page.keyboard.press("2")
    page.keyboard.press("Enter")
    status(page, "Skipped · 0 of 6")
    expect(page.locator("#sample-title")).to_have_text("Sample piece-2")
    with database():
        skipped = Assignment.objects.get(annotator=cast.ada, sample__key="piece-1", project=cast.project)
        assert skipped.state == "skipped"
        assert skipped.skip_reason == "Not enough knowledge to judge it"


@pytest.mark.parametrize("wait", [True, False], ids=["saved", "at once"])
def test_a_draft_survives_a_reload(visit: Visit, cast: Cast, wait: bool) -> None:
    page = label(visit, cast)
    page.keyboard.press("2")
    if wait:
        expect(page.locator("#draft-state")).to_have_text("Draft saved")
    page.reload()
    expect(page.locator("input[name='q.works']").nth(1)).to_be_checked()


def stored_draft(cast: Cast, database: Any) -> dict[str, Any]:
    with database():
        return Assignment.objects.get(annotator=cast.ada, sample__key="piece-1", project=cast.project).draft or {}


def until_stored(page: Page, cast: Cast, database: Any, question: str) -> dict[str, Any]:
    """The stored draft, as soon as it answers the question."""
    for _ in range(100):
        draft = stored_draft(cast, database)
        if question in draft:
            return draft
        page.wait_for_timeout(100)
    raise AssertionError(f"{question} did not arrive")


@pytest.mark.parametrize("reloads", [1, 2])
def test_what_leaving_sent_is_no_conflict_with_oneself(
    visit: Visit, cast: Cast, watch: Watch, database: Any, reloads: int
) -> None:
    watch.allow("409")  # the page knows the revision from before it was left, and finds its own draft stored
    page = label(visit, cast)
    page.keyboard.press("2")
    page.reload()
    status(page, "Restored what this device had kept")
    first = until_stored(page, cast, database, "works")
    page.keyboard.press("j")
    page.keyboard.press("5")
    if reloads == 2:
        page.reload()
        status(page, "Restored what this device had kept")
    second = until_stored(page, cast, database, "creativity")
    assert second["works"] == first["works"]
    expect(page.locator("#conflict")).to_be_empty()
    expect(page.locator("#draft-state")).to_have_text("Draft saved")


def in_two_tabs(visit: Visit, cast: Cast) -> tuple[Page, Page]:
    """The same sample in two tabs; the first saved a draft, and the second, which answered otherwise, heard of it."""
    one = label(visit, cast)
    two = one.context.new_page()
    two.goto(one.url)
    answer(one)
    expect(one.locator("#draft-state")).to_have_text("Draft saved")
    answer(two, "2")
    expect(two.locator("#conflict")).to_contain_text("This draft was changed in another place.")
    return one, two


def test_two_tabs_that_answer_otherwise_are_a_conflict_to_choose_from(
    visit: Visit, cast: Cast, watch: Watch, database: Any
) -> None:
    watch.allow("409")
    _, two = in_two_tabs(visit, cast)
    before = stored_draft(cast, database)["works"]
    two.locator("[data-keep=mine]").click()
    expect(two.locator("#draft-state")).to_have_text("Draft saved")
    assert stored_draft(cast, database)["works"] != before


def test_an_open_conflict_is_settled_before_anything_is_submitted(
    visit: Visit, cast: Cast, watch: Watch, database: Any
) -> None:
    watch.allow("409")
    _, two = in_two_tabs(visit, cast)
    two.keyboard.press("Enter")
    status(two, "Not submitted: choose first which draft to keep.")
    expect(two.locator("#conflict .notice")).to_be_focused()
    with database():
        assert annotations(cast) == []
    two.locator("[data-keep=mine]").click()
    two.keyboard.press("Enter")
    status(two, "Saved · 1 of 6")


def test_what_another_tab_submitted_is_replaced_only_on_purpose(
    visit: Visit, cast: Cast, watch: Watch, database: Any
) -> None:
    watch.allow("409")
    one, two = in_two_tabs(visit, cast)
    one.keyboard.press("Enter")
    status(one, "Saved · 1 of 6")
    two.locator("[data-keep=mine]").click()
    two.keyboard.press("Enter")
    expect(two.locator("#conflict")).to_contain_text("You have submitted this sample in another tab")
    expect(two.locator("input[name='q.works']").nth(1)).to_be_checked()
    with database():
        (first,) = annotations(cast)
        assert first.version == 1
    two.get_by_role("link", name="Open it again").click()
    expect(two.locator("#questions")).to_contain_text("You submitted this sample before.")
    expect(two.locator("input[name='q.works']").nth(1)).to_be_checked()
    two.keyboard.press("Enter")
    status(two, "Saved · 1 of 6")
    with database():
        (second,) = annotations(cast)
        assert second.version == 2
        assert second.answers["works"] != first.answers["works"]


def test_a_stale_tab_that_submits_at_once_keeps_what_it_had(visit: Visit, cast: Cast, watch: Watch) -> None:
    watch.allow("409")
    one = label(visit, cast)
    two = one.context.new_page()
    two.goto(one.url)
    answer(one)
    expect(one.locator("#draft-state")).to_have_text("Draft saved")
    one.keyboard.press("Enter")
    status(one, "Saved · 1 of 6")
    answer(two, "2")
    two.keyboard.press("Enter")
    again = two.get_by_role("link", name="Open it again")
    expect(again).to_be_visible()
    two.wait_for_timeout(2500)  # longer than the pause before a draft is saved
    again.click()
    expect(two.locator("#conflict")).to_contain_text("In the other place")
    two.locator("[data-keep=mine]").click()
    expect(two.locator("input[name='q.works']").nth(1)).to_be_checked()


# The page's time stands still as soon as the next sample is there: what follows comes at once on any machine.
STILL = """
document.addEventListener("htmx:afterSwap", () => {
  const now = performance.now();
  performance.now = () => now;
}, { once: true });
"""


def submissions(page: Page) -> list[str]:
    """The addresses of the submissions that the page goes on to make."""
    made: list[str] = []
    page.on("request", lambda request: made.append(request.url) if "/submit/" in request.url else None)
    return made


@pytest.mark.parametrize("how", ["pressed", "clicked"])
def test_a_second_press_just_after_the_swap_is_not_meant_for_the_next_sample(
    visit: Visit, cast: Cast, how: str
) -> None:
    page = label(visit, cast)
    made = submissions(page)
    answer(page)
    page.evaluate(STILL)
    page.keyboard.press("Enter")
    expect(page.locator("#sample-title")).to_have_text("Sample piece-2")
    page.wait_for_load_state("networkidle")
    if how == "pressed":
        page.keyboard.press("Enter")
    else:
        page.locator("[data-action=submit]").click()
    page.wait_for_timeout(300)
    status(page, "Saved · 1 of 6")
    assert len(made) == 1
    answer(page)  # what is entered ends the wait
    page.keyboard.press("Enter")
    status(page, "Saved · 2 of 6")


def test_a_key_that_is_held_down_submits_once(visit: Visit, cast: Cast) -> None:
    page = label(visit, cast)
    made = submissions(page)
    answer(page)
    page.keyboard.down("Enter")
    expect(page.locator("#sample-title")).to_have_text("Sample piece-2")
    page.wait_for_timeout(600)  # longer than a second press is ignored
    page.keyboard.down("Enter")  # repeats
    page.wait_for_timeout(300)
    status(page, "Saved · 1 of 6")
    assert len(made) == 1


def test_enter_pressed_twice_is_one_annotation(visit: Visit, cast: Cast, database: Any) -> None:
    page = label(visit, cast)
    answer(page)
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    status(page, "Saved · 1 of 6")
    page.wait_for_load_state("networkidle")
    with database():
        assert [each.sample.key for each in annotations(cast)] == ["piece-1"]


def test_an_empty_sample_can_be_submitted_after_a_moment(visit: Visit, cast: Cast, watch: Watch) -> None:
    watch.allow("422")
    page = label(visit, cast)
    answer(page)
    page.keyboard.press("Enter")
    status(page, "Saved · 1 of 6")
    page.wait_for_timeout(600)
    page.keyboard.press("Enter")
    status(page, "Not saved: some answers need another look.")


def test_a_session_that_ended_keeps_the_answers_and_sends_them_after_signing_in(
    visit: Visit, cast: Cast, database: Any
) -> None:
    page = label(visit, cast)
    answer(page)
    page.context.clear_cookies(name="sessionid")
    page.keyboard.press("Enter")
    expect(page.locator("dialog#signin")).to_be_visible()
    status(page, "Not saved: your session has ended.")
    page.locator("#signin-login").fill(cast.ada.username)
    page.locator("#signin-password").fill(PASSWORD)
    page.keyboard.press("Enter")
    status(page, "Saved · 1 of 6")
    with database():
        assert [each.sample.key for each in annotations(cast)] == ["piece-1"]


def test_a_server_that_is_away_keeps_the_answers(visit: Visit, cast: Cast, watch: Watch, database: Any) -> None:
    watch.allow("ERR_INTERNET_DISCONNECTED")
    watch.allow("htmx:")
    page = label(visit, cast)
    answer(page)
    page.context.set_offline(True)
    page.keyboard.press("Enter")
    status(page, "1 waiting to be sent. The server could not be reached; it is sent when it can be.")
    page.context.set_offline(False)
    status(page, "Saved · 1 of 6", seconds=10)
    with database():
        assert len(annotations(cast)) == 1


@pytest.mark.parametrize("submits", [True, False], ids=["submits", "only answers"])
def test_somebody_who_was_removed_is_told_and_led_away(
    visit: Visit, cast: Cast, watch: Watch, database: Any, axe: Callable[[Page], None], submits: bool
) -> None:
    watch.allow("404")
    page = label(visit, cast)
    with database():
        remove_member(actor=cast.owner, project=cast.project, user=cast.ada)
    answer(page)
    if submits:
        page.keyboard.press("Enter")
    notice = page.locator("#conflict")
    expect(notice).to_contain_text("you may have left the project")
    status(page, "Not saved.")
    axe(page)
    notice.get_by_role("link", name="Your projects").click()
    page.wait_for_url(f"**{reverse('home')}")


def test_a_narrow_screen_scrolls_down_only(visit: Visit, cast: Cast) -> None:
    page = label(visit, cast, size=(390, 844))
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_the_screen_and_its_dialogs_are_accessible_in_both_themes(
    visit: Visit, cast: Cast, axe: Callable[[Page], None]
) -> None:
    page = label(visit, cast)
    axe(page)
    for key, dialog in (("s", "#skip"), ("d", "#discard"), ("?", "#help")):
        page.keyboard.press(key)
        expect(page.locator(f"dialog{dialog}")).to_be_visible()
        axe(page)
        page.keyboard.press("Escape")


def test_a_correction_shows_what_it_changes_and_can_be_taken_back(visit: Visit, cast: Cast) -> None:
    page = label(visit, cast)
    question = page.locator("#q-fix")
    text = question.locator("textarea")
    expect(question.locator("[data-restore]")).to_be_hidden()
    text.fill(text.input_value().replace("kettle", "old kettle"))
    expect(question.locator("[data-diff] ins")).to_contain_text("old")
    question.locator("[data-restore]").click()
    expect(question.locator("[data-diff] ins")).to_have_count(0)
    expect(question.locator("[data-restore]")).to_be_hidden()
