"""The whole road in the browser: from an empty account to a file that somebody can train on."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from projects.models import Project, Sample
from projects.samples.states import SampleState
from tests.factories import make_member, make_user

pytestmark = pytest.mark.browser
TITLE = re.compile("Creative writing rubric")


def write_samples(path: Path, count: int) -> Path:
    lines = [
        {
            "key": f"poem-{number}",
            "fields": {"brief": "Four lines about rain.", "piece": f"Rain, verse {number}.\n\nIt *falls*."},
            "provenance": {"origin": "human", "licence": "CC-BY-4.0"},
        }
        for number in range(1, count + 1)
    ]
    path.write_text("\n".join([*map(json.dumps, lines), '{"key": "broken", "fields": {}}', ""]))
    return path


def test_from_a_new_project_to_a_downloaded_export(visit: Callable[..., Page], database: Any, tmp_path: Path) -> None:
    with database():
        olga, rafa = make_user(), make_user()
    page = visit(olga, reverse("home"))

    # A project from the gallery.
    page.goto(reverse("project-new"))
    page.get_by_role("radio", name=TITLE).check()
    page.get_by_role("textbox", name="Name").fill("Rain poems")
    page.locator("#id_overlap").fill("1")
    page.get_by_role("button", name="Create project").click()
    page.wait_for_url(re.compile(r"/p/rain-poems"))
    with database():
        project = Project.objects.get(slug="rain-poems")
        make_member(project, "reviewer", rafa)

    # A file, one of whose lines does not fit.
    page.goto(reverse("imports", args=[project.slug]))
    page.locator("input[type=file]").set_input_files(write_samples(tmp_path / "poems.jsonl", 3))
    page.get_by_role("button", name="Import", exact=True).click()
    expect(page.get_by_role("heading", name="Lines that were not taken")).to_be_visible(timeout=20_000)
    expect(page.get_by_role("table")).to_contain_text("broken")

    # Labelled by its owner, by keyboard.
    page.goto(reverse("label", args=[project.slug]))
    for number in (1, 2, 3):
        expect(page.locator("#sample-title")).to_contain_text(f"poem-{number}")
        for key in ("1", "j", *"345434", "Enter"):
            page.keyboard.press(key)
        expect(page.locator("#status")).to_have_text(f"Saved · {number} of 3")
    expect(page.get_by_role("heading", name="Everything is labelled")).to_be_visible()

    # Decided on by somebody else.
    review = visit(rafa, reverse("review", args=[project.slug]) + "?state=labeled")
    review.get_by_role("link", name="Start with the worst").click()
    for _ in range(3):
        expect(review.locator("#sample-title")).to_contain_text("poem-")
        key = review.locator("#sample-title bdi").inner_text()
        review.keyboard.press("m")
        review.keyboard.press("Enter")
        expect(review.locator("#status")).to_contain_text(key)
    expect(review.get_by_role("heading", name="Nothing waits for a decision")).to_be_visible()
    with database():
        assert Sample.objects.filter(project=project, state=SampleState.APPROVED).count() == 3

    # Frozen, verified, downloaded.
    page.goto(reverse("snapshots", args=[project.slug]))
    page.get_by_role("link", name="New snapshot").click()
    page.get_by_role("button", name="Build snapshot").click()
    page.wait_for_url(re.compile(r"/snapshots/1/$"))
    verify = page.get_by_role("button", name="Verify every file")
    expect(verify).to_be_visible(timeout=30_000)
    verify.click()
    expect(page.get_by_text("files are as they were built")).to_be_visible(timeout=30_000)
    page.get_by_role("link", name="Version 1").click()
    with page.expect_download() as download:
        page.get_by_role("link", name="Download as JSON Lines").click()
    rows = [json.loads(line) for line in Path(download.value.path()).read_text().splitlines()]
    assert sorted(row["key"] for row in rows) == ["poem-1", "poem-2", "poem-3"]
