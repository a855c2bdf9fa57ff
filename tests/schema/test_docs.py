"""The two pages about interfaces and agreement hold what they show, and leave no type, setting or reason out."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from projects.measures import COEFFICIENTS, reasons
from projects.schema import FIELD_TYPES, QUESTION_TYPES, Interface, question_type
from projects.schema.fields import LATER as LATER_FIELDS
from projects.schema.interface import COMMON
from projects.schema.questions import LATER as LATER_QUESTIONS
from tests.measures.make import value_of

DOCS = Path(__file__).resolve().parents[2] / "docs"
PAGE = (DOCS / "interface.md").read_text(encoding="utf-8")
AGREEMENT = (DOCS / "agreement.md").read_text(encoding="utf-8")
WHOLE, SAMPLE, ANSWERS = (json.loads(block) for block in re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL)[:3])


def section(chapter: str, slug: str) -> str:
    """The text under a type's heading."""
    part = PAGE.split(f"\n## {chapter}\n")[1].split("\n## ")[0]
    found = re.search(rf"\n### [^\n]+ \(`{slug}`\)\n(.*?)(?=\n### |\Z)", part, re.DOTALL)
    assert found, f"{slug} has no section under {chapter}"
    return found[1]


def examples(text: str) -> list[tuple[dict[str, Any], list[Any]]]:
    """Settings, each with the values that follow them."""
    found: list[tuple[dict[str, Any], list[Any]]] = []
    for block in re.findall(r"```json\n(.*?)```", text, re.DOTALL):
        value = json.loads(block)
        if isinstance(value, dict) and "type" in value:
            found.append((value, []))
        else:
            found[-1][1].append(value)
    return found


def test_the_first_example_is_whole() -> None:
    interface = Interface.parse(WHOLE)
    assert interface.validate_fields(SAMPLE) == SAMPLE
    assert interface.validate_answers(ANSWERS, SAMPLE) == ANSWERS


@pytest.mark.parametrize("member", FIELD_TYPES, ids=lambda member: member.slug)
def test_every_field_type_has_a_section_whose_examples_are_valid(member: Any) -> None:
    text = section("Fields", member.slug)
    found = examples(text)
    assert found
    for settings, values in found:
        interface = Interface.parse({**WHOLE, "fields": [settings], "questions": [{"name": "q", "type": "verdict"}]})
        assert interface.fields[0].type is member
        assert values
        for value in values:
            assert interface.validate_fields({settings["name"]: value})
    assert all(f"`{setting}`" in text for setting in member.settings)


@pytest.mark.parametrize("member", QUESTION_TYPES, ids=lambda member: member.slug)
def test_every_question_type_has_a_section_whose_examples_are_valid(member: Any) -> None:
    text = section("Questions", member.slug)
    found = examples(text)
    assert found
    for settings, values in found:
        interface = Interface.parse({**WHOLE, "questions": [settings]})
        assert interface.questions[0].type is member
        assert values
        for value in values:
            stored = interface.validate_answers({settings["name"]: value}, SAMPLE)[settings["name"]]
            assert stored == value or set(stored) - set(value) == {"base_sha256"}
    assert all(f"`{setting}`" in text for setting in member.settings)


def test_every_question_type_says_which_coefficient_measures_it_and_how_answers_merge() -> None:
    merging = PAGE.split("## How several answers become one")[1]
    for member in QUESTION_TYPES:
        assert f"`{member.slug}`" in merging
        rows = [line for line in AGREEMENT.splitlines() if line.startswith("| `") and f"`{member.slug}`" in line]
        rows += [line for line in AGREEMENT.splitlines() if line.startswith("| `rating`") and member.slug == "rubric"]
        assert any(f"`{member.coefficient}`" in row for row in rows), member.slug
        [coefficient] = [one for one in COEFFICIENTS if one.slug == member.coefficient]
        assert any(all(f"`{slug}`" in row for slug in coefficient.beside) for row in rows), member.slug


def test_common_settings_and_what_comes_later_are_named() -> None:
    assert all(f"`{setting}`" in PAGE for setting in (*COMMON, "distance"))
    assert all(f"`{slug}`" in PAGE for slug in (*LATER_FIELDS, *LATER_QUESTIONS))
    takes_distance = {f"`{member.slug}`" for member in QUESTION_TYPES if member.takes_distance}
    [row] = [line for line in PAGE.splitlines() if line.startswith("| `distance`")]
    assert takes_distance == set(re.findall(r"`\w+`", row)) & {f"`{member.slug}`" for member in QUESTION_TYPES}


def test_kinds_are_told_as_they_are() -> None:
    for member in QUESTION_TYPES:
        told = re.findall(r"`(subjective|objective)`\s+unless said\s+otherwise", section("Questions", member.slug))
        assert told in ([member.kind], [] if member.kind == "objective" else None), member.slug
    assert question_type("rating") is not None


def test_every_coefficient_and_every_reason_is_explained() -> None:
    assert all(f"`{member.slug}`" in AGREEMENT for member in COEFFICIENTS)
    told = [value for name, value in vars(reasons).items() if name.isupper() and isinstance(value, str)]
    assert len(told) > 10
    assert [reason for reason in told if f"| {reason} |" not in AGREEMENT] == []


def test_the_example_of_agreement_is_right() -> None:
    lines = [line.split() for line in AGREEMENT.splitlines() if re.fullmatch(r"    [\d·]( [\d·])+", line)]
    rows = [[None if cell == "·" else int(cell) for cell in line] for line in lines]
    assert f"is {value_of(rows, 'alpha-interval'):.4f}" in AGREEMENT
    zeros = [[value or 0 for value in row] for row in rows]
    assert f"would be {value_of(zeros, 'alpha-interval'):.4f}" in AGREEMENT
