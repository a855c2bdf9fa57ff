"""What every field type keeps to: one contract over all of them."""

from typing import Any

import pytest

from projects.schema import FIELD_TYPES, Interface, SchemaError
from tests.schema.forms import rendered

SHA = "sha256:" + 64 * "a"
TURNS = [{"role": "user", "content": "Hi <b>"}, {"role": "assistant", "content": "Yes?", "name": "Ada"}]
PAIR = [{"id": "a", "value": "One"}, {"id": "b", "value": "Two"}]

# Values that fit with their plain text, and those that don't with the path of the problem.
GOOD: dict[str, list[tuple[Any, str]]] = {
    "text": [("", ""), ("a <b>\nc", "a <b>\nc")],
    "markdown": [("*a*", "*a*")],
    "chat": [(TURNS, "Hi <b>\nYes?")],
    "image": [(SHA, ""), ("images/tide.png", "")],
    "candidates": [(PAIR, "One\nTwo")],
}
BAD: dict[str, list[tuple[Any, str]]] = {
    "text": [(1, ""), (None, ""), (["a"], ""), (1_000_001 * "x", ""), ("\ud800", ""), ("a\x00", "")],
    "markdown": [({}, "")],
    "chat": [
        ([], ""),
        ("Hi", ""),
        (["Hi"], "[0]"),
        ([{"role": "user"}], "[0]"),
        ([{"role": "me", "content": ""}], "[0].role"),
        ([*TURNS, {"role": "user", "content": 1}], "[2].content"),
        ([{"role": "user", "content": "", "name": 1}], "[0].name"),
        ([{"role": "user", "content": "\udc00"}], "[0].content"),
    ],
    "image": [("", ""), (1, ""), ("sha256:12", ""), (1001 * "x", ""), ("\ud800", "")],
    "candidates": [
        (PAIR[:1], ""),
        ({"a": "One"}, ""),
        ([*PAIR, "three"], "[2]"),
        ([*PAIR, {"id": "c"}], "[2]"),
        ([*PAIR, {"id": "tie", "value": "x"}], "[2].id"),
        ([*PAIR, {"id": "a", "value": "x"}], "[2].id"),
        ([*PAIR, {"id": "c", "value": 3}], "[2].value"),
    ],
}
SETTINGS: dict[str, dict[str, Any]] = {"candidates": {"of": "text"}}
WRONG: dict[str, list[tuple[dict[str, Any], str]]] = {
    "candidates": [({"of": None}, "of"), ({"of": "candidates"}, "of"), ({"of": "audio"}, "of"), ({"of": []}, "of")]
}
every = pytest.mark.parametrize("slug", [member.slug for member in FIELD_TYPES])


def parsed(slug: str, **settings: Any) -> Interface:
    field = {"name": "f", "type": slug, **SETTINGS.get(slug, {}), **settings}
    return Interface.parse({"schema": 1, "fields": [field], "questions": [{"name": "q", "type": "verdict"}]})


def problems(work: Any) -> list[str]:
    with pytest.raises(SchemaError) as refused:
        work()
    return [path for path, _ in refused.value.problems]


@every
def test_settings_are_read_and_what_does_not_fit_is_named(slug: str) -> None:
    [field] = parsed(slug, title="Eff", required=False).fields
    assert (field.name, field.title, field.required, field.type.slug) == ("f", "Eff", False, slug)
    assert (field.of is not None) == ("of" in field.type.settings)
    for settings, path in [({"colour": 1}, "colour"), ({"title": 1}, "title"), *WRONG.get(slug, [])]:
        assert problems(lambda settings=settings: parsed(slug, **settings)) == [f"fields[0].{path}"]


@every
def test_values_that_fit_are_left_alone_and_have_a_plain_text(slug: str) -> None:
    interface = parsed(slug)
    [field] = interface.fields
    for value, text in GOOD[slug]:
        assert interface.validate_fields({"f": value}) == {"f": value}
        assert field.type.plain_text(value, field) == text


@every
def test_values_that_do_not_fit_are_refused_with_their_path(slug: str) -> None:
    interface = parsed(slug)
    for value, path in BAD[slug]:
        assert problems(lambda value=value: interface.validate_fields({"f": value})) == [f"fields.f{path}"], value
    assert problems(lambda: interface.validate_fields({})) == ["fields.f"]
    assert problems(lambda: interface.validate_fields([])) == ["fields"]
    assert problems(lambda: interface.validate_fields({"f": GOOD[slug][0][0], "g": 1})) == ["fields.g"]


@every
def test_is_drawn_with_what_people_wrote_escaped(slug: str) -> None:
    [field] = parsed(slug).fields
    for value, _ in GOOD[slug]:
        html = rendered("field_view field value", field=field, value=value, asset_urls={SHA: "/a.png"})
        assert "<b>" not in html
        assert html.strip()


def test_a_picture_is_shown_by_its_address_or_said_to_be_missing() -> None:
    [field] = parsed("image").fields
    assert 'src="/a.png"' in rendered("field_view field value", field=field, value=SHA, asset_urls={SHA: "/a.png"})
    assert "<img" not in rendered("field_view field value", field=field, value=SHA)


def test_optional_fields_may_be_absent_but_not_all_of_them() -> None:
    interface = parsed("text", required=False)
    assert problems(lambda: interface.validate_fields({})) == ["fields"]
