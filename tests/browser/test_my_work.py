"""My work: found from the navigation, read on a phone, and taken away as a file."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from projects.models import Annotation, Sample
from projects.review import actions as review
from tests.browser.conftest import Cast
from tests.browser.scene import answers, label_all, route

pytestmark = pytest.mark.browser
Visit = Callable[..., Page]
PHONE = (390, 844)


def test_an_annotator_reads_their_work_opens_a_submission_and_takes_their_answers_away(
    visit: Visit, make_cast: Callable[..., Cast], database: Callable[[], Any], tmp_path: Path
) -> None:
    cast = make_cast(samples=3, overlap=2)
    project = cast.project
    with database():
        label_all(project, cast.ada, answers("yes", 5))
        label_all(project, cast.ben, answers("no", 2), limit=1)
        Annotation.objects.filter(annotator=cast.ada, project=project).update(duration_ms=30_000)
        route()
        first = Sample.objects.get(project=project, key="piece-1")
        why = "The sea is a cliché here."
        review.adjudicate(actor=cast.reviewer, sample=first, decision="approve", answers=answers("no", 2), reason=why)
    page = visit(cast.ada, reverse("project", args=[project.slug]), size=PHONE)
    page.get_by_role("link", name="My work").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("My work")
    short = page.get_by_role("list", name="In short")
    expect(short.get_by_text("3 samples")).to_be_visible()
    expect(short.get_by_text("1 min 30 s")).to_be_visible()
    expect(page.get_by_text("The sea is a cliché here.")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE[0]
    with page.expect_download() as kept:
        page.get_by_role("link", name="Download your annotations").click()
    lines = [json.loads(line) for line in Path(kept.value.path()).read_text().splitlines()]
    assert kept.value.suggested_filename == f"{project.slug}-my-annotations.jsonl"
    assert [line["sample"] for line in lines] == ["piece-1", "piece-2", "piece-3"]
    assert {line["answers"]["works"] for line in lines} == {"yes"}
    page.get_by_role("link", name="piece-2").click()
    expect(page.get_by_text("You submitted this sample before.")).to_be_visible()
    page.goto(reverse("my-work", args=[project.slug]))
    page.get_by_role("link", name="What came back").click()
    expect(page.get_by_role("heading", name="What came back")).to_be_visible()
    page.get_by_role("navigation", name="My work").get_by_role("link", name="Figures").click()
    expect(page.get_by_role("heading", name="Your figures")).to_be_visible()
