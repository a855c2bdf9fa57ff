"""Spans count code points of exactly the text that is stored, and say what is wrong with them."""

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from projects.schema import MISSING, Interface, SchemaError
from tests.schema.forms import filled_in, rendered

ROOT = Path(__file__).resolve().parents[2]
DOCUMENT: dict[str, Any] = {
    "schema": 1,
    "fields": [{"name": "text", "type": "text"}],
    "questions": [{"name": "q", "type": "span", "on": "text", "options": [{"id": "x"}, {"id": "y"}]}],
}
SPAN = Interface.parse(DOCUMENT)
OVER = Interface.parse({**DOCUMENT, "questions": [{**DOCUMENT["questions"][0], "overlap": True}]})
HARD = (
    "a\u00a0b\r\n\tc",
    "cafe\u0301 cafe\u0301\u0327",
    "👩‍👩‍👧‍👦 and 🏳️‍🌈",
    "吾輩は猫である。名前はまだ無い。",
    "في البدء كان (الضوء) abc",
    "𝒳𐍈😀" * 3,
)
PIECES = st.sampled_from([*"ab \t\n", "\r\n", "\u00a0", "e\u0301", "👩‍👧", "😀", "猫", "ش", "\u202b", "<b>", "|", "\\"])
TEXTS = st.one_of(st.sampled_from(HARD), st.lists(PIECES, min_size=1, max_size=12).map("".join))


@st.composite
def marked(draw: st.DrawFn) -> tuple[str, list[dict[str, Any]]]:
    """A text with spans that don't overlap."""
    text = draw(TEXTS)
    places = sorted(draw(st.sets(st.integers(0, len(text)), max_size=8)))
    pairs = zip(places[::2], places[1::2], strict=False)
    return text, [{"start": start, "end": end, "label": draw(st.sampled_from("xy"))} for start, end in pairs]


def problem(interface: Interface, value: Any, text: str = "The tide goes out.") -> str:
    with pytest.raises(SchemaError) as refused:
        interface.validate_answers({"q": value}, {"text": text})
    [(path, reason)] = refused.value.problems
    return f"{path.removeprefix('answers.')}: {reason}"


@settings(deadline=None)
@given(marked(), st.randoms(use_true_random=False))
def test_any_text_is_marked_and_comes_back_from_the_form_as_it_was(found: Any, rng: Any) -> None:
    text, spans = found
    mixed = rng.sample(spans, len(spans))
    stored = SPAN.validate_answers({"q": mixed}, {"text": text}, partial=True)["q"]
    assert stored == spans
    html = rendered("question_input question", question=SPAN.questions[0], value=stored, fields={"text": text})
    back = SPAN.answers_from_form(filled_in(html), {"text": text}, {})
    assert back["q"] == spans
    [seen] = SPAN.observed({"q": stored}, {"text": text})
    assert seen.value.split("\n")[0] == f"of {len(text)}"


@settings(deadline=None)
@given(marked())
def test_what_is_read_back_on_the_page_is_what_was_marked(found: Any) -> None:
    text, spans = found
    html = rendered("question_read question value", question=SPAN.questions[0], value=spans, fields={"text": text})
    assert html.count("<li>") == len(spans)
    assert "<b>" not in html


def test_what_is_wrong_is_said_in_words() -> None:
    text = "The tide goes out."
    beyond = problem(SPAN, [{"start": 4, "end": 19, "label": "x"}])
    assert beyond == "q[0].end: expected a whole number from 0 to 18, the characters of the text"
    crossing = [{"start": 0, "end": 8, "label": "x"}, {"start": 4, "end": 13, "label": "y"}]
    assert problem(SPAN, crossing) == "q[1]: “tide goes” overlaps “The tide”: spans may not overlap"
    assert OVER.validate_answers({"q": crossing}, {"text": text})["q"] == crossing
    assert problem(SPAN, [{"start": 0, "end": 3, "label": "z"}]) == "q[0].label: no such option; known are x, y"
    assert "twice" in problem(OVER, [crossing[0], crossing[0]])
    assert problem(SPAN, ["3 - 9"]) == "q[0]: “3 - 9” is no span: expected start | end | option, like 3 | 9 | x"
    [line] = SPAN.answers_from_form({"q.q": [" 3|9 | y "]}, {"text": text}, {})["q"]
    assert line == {"start": 3, "end": 9, "label": "y"}


@settings(max_examples=60, deadline=None)
@given(
    TEXTS,
    st.lists(
        st.lists(st.tuples(st.integers(0, 9), st.integers(1, 9), st.sampled_from("xy")), max_size=3),
        min_size=1,
        max_size=4,
    ),
)
def test_what_is_merged_is_an_answer_that_more_than_half_gave(text: str, people: Any) -> None:
    question = OVER.questions[0]
    values = [
        [
            {"start": start, "end": end, "label": label}
            for start, end, label in sorted({(a, min(a + b, len(text)), label) for a, b, label in spans})
            if start < end
        ]
        for spans in people
    ]
    merged = question.type.merge(question, values)
    if merged is MISSING:
        assert len(values) > 1
        return
    assert OVER.validate_answers({"q": merged}, {"text": text}, partial=True)["q"] == merged
    for each in merged:
        assert 2 * sum(each in value for value in values) > len(values)
    # Nobody's mark is lost where half of the people or more put that option.
    for place in range(len(text)):
        for label in "xy":
            inside = [any(s["start"] <= place < s["end"] and s["label"] == label for s in value) for value in values]
            if 2 * sum(inside) >= len(values):
                assert any(s["start"] <= place < s["end"] and s["label"] == label for s in merged)


def test_the_browser_counts_as_the_server_does() -> None:
    node = shutil.which("node")
    if node is None:
        pytest.skip("needs node; the browser's tests cover the same")
    script = f"""
    import {{ Places, read, write }} from "{(ROOT / "static/js/spans-text.js").as_uri()}";
    const texts = {json.dumps(HARD)};
    console.log(JSON.stringify(texts.map((text) => {{
      const places = new Places(text);
      const one = (point) => [places.point(places.unit(point)), text.slice(0, places.unit(point))];
      return [places.length, [...Array(places.length + 1).keys()].map(one)];
    }})));
    """
    done = subprocess.run([node, "--input-type=module", "-e", script], capture_output=True, text=True, check=True)
    for text, (length, places) in zip(HARD, json.loads(done.stdout), strict=True):
        assert length == len(text)
        assert places == [[point, text[:point]] for point in range(len(text) + 1)]
