"""What every field type keeps to: one contract over all of them."""

import re
from html import unescape
from typing import Any

import pytest

from projects.schema import FIELD_TYPES, Interface, SchemaError
from projects.schema.fields.code import LANGUAGES
from projects.templatetags.annotator_code import highlighted
from tests.schema.forms import rendered

SHA = "sha256:" + 64 * "a"
TURNS = [{"role": "user", "content": "Hi <b>"}, {"role": "assistant", "content": "Yes?", "name": "Ada"}]
PAIR = [{"id": "a", "value": "One"}, {"id": "b", "value": "Two"}]


def deep(levels: int) -> Any:
    value: Any = 1
    for _ in range(levels):
        value = [value]
    return value


# Values that fit with their plain text, and those that don't with the path of the problem.
GOOD: dict[str, list[tuple[Any, str]]] = {
    "text": [("", ""), ("a <b>\nc", "a <b>\nc")],
    "markdown": [("*a*", "*a*")],
    "chat": [(TURNS, "Hi <b>\nYes?")],
    "code": [("if a <b>:\n\tc\n", "if a <b>:\n\tc\n")],
    "json": [
        ({"a": [1, 2.5, None, True, {}], "<b>": "<b>"}, '{"a": [1, 2.5, null, true, {}], "<b>": "<b>"}'),
        (["x"], '["x"]'),
        ("x", "x"),
        (0, "0"),
        (False, "false"),
    ],
    "image": [(SHA, ""), ("images/tide.png", "")],
    "audio": [(SHA, ""), ("sounds/tide.wav", "")],
    "video": [(SHA, ""), ("videos/tide.mp4", "")],
    "candidates": [(PAIR, "One\nTwo")],
}
BAD: dict[str, list[tuple[Any, str]]] = {
    "text": [(1, ""), (None, ""), (["a"], ""), (1_000_001 * "x", ""), ("\ud800", ""), ("a\x00", "")],
    "markdown": [({}, "")],
    "code": [(1, ""), ("a\x00", "")],
    "json": [
        (None, ""),
        (float("nan"), ""),
        ({"a": [1, float("inf")]}, ".a[1]"),
        ({"a": 2**53}, ".a"),
        (["\ud800"], "[0]"),
        ({"\ud800": 1}, ""),
        ({1: "x"}, ""),
        ({"a": {1, 2}}, ".a"),
        ([0] * 100_001, ""),
        (deep(65), ""),
    ],
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
    "audio": [("", ""), (None, ""), ("sha256:" + 64 * "G", "")],
    "video": [("", ""), ([SHA], ""), ("sha256:", "")],
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
    "candidates": [({"of": None}, "of"), ({"of": "candidates"}, "of"), ({"of": "smell"}, "of"), ({"of": []}, "of")],
    "code": [({"language": "klingon"}, "language"), ({"language": 1}, "language"), ({"language": []}, "language")],
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


@pytest.mark.parametrize("slug", ["audio", "video"])
def test_a_recording_is_played_when_somebody_asks_or_said_to_be_missing(slug: str) -> None:
    [field] = parsed(slug).fields
    html = rendered("field_view field value", field=field, value=SHA, asset_urls={SHA: "/a"})
    assert f'<{slug} src="/a" aria-label="F" controls' in html and "autoplay" not in html
    assert f"<{slug}" not in rendered("field_view field value", field=field, value=SHA)


def test_optional_fields_may_be_absent_but_not_all_of_them() -> None:
    interface = parsed("text", required=False)
    assert problems(lambda: interface.validate_fields({})) == ["fields"]


def test_code_is_highlighted_in_its_language_and_every_character_stays() -> None:
    code = "\n  x = '<b>'\r\n# ü &amp;\n\n"
    [field] = parsed("code", language="python").fields
    html = rendered("field_view field value", field=field, value=code)
    assert '<span class="c1">' in html and "style=" not in html
    [plain] = parsed("code").fields
    assert "<span" not in rendered("field_view field value", field=plain, value=code)
    for drawn in (html, rendered("field_view field value", field=plain, value=code)):
        text = unescape(re.sub("<[^>]+>", "", drawn.strip().removesuffix("</code></pre>")))
        assert text.replace("\r\n", "\n") == code.replace("\r\n", "\n")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_is_known_to_the_highlighter(language: str) -> None:
    assert highlighted("let x = 1 < 2;\n", language).count("&lt;") == 1


def test_candidates_of_code_have_a_language_and_others_have_none() -> None:
    [field] = parsed("candidates", of="code", language="sql").fields
    assert field.language == "sql"
    html = rendered("field_view field value", field=field, value=[{"id": "a", "value": "SELECT 1"}])
    assert '<span class="k">SELECT</span>' in html
    assert problems(lambda: parsed("candidates", language="sql")) == ["fields[0].language"]


def test_a_json_value_folds_and_a_large_one_begins_folded() -> None:
    [field] = parsed("json").fields
    small = rendered("field_view field value", field=field, value={"a": {"b": [1, "<b>"]}})
    assert small.count("<details open>") == 3
    large = rendered("field_view field value", field=field, value={"a": list(range(100)), "b": [1]})
    assert (large.count("<details open>"), large.count("<details>")) == (1, 2)
    huge = rendered("field_view field value", field=field, value=["</pre>"] * 3000)
    assert "<details" not in huge and "&lt;/pre&gt;" in huge
