"""For every question type: documents, answers that fit as forms and programs give them, and answers that don't."""

import hashlib
from dataclasses import dataclass, field
from typing import Any

STORY = "The tide goes out.\nIt comes back — smaller."
FIELDS: list[dict[str, Any]] = [
    {"name": "story", "type": "text"},
    {"name": "note", "type": "markdown", "required": False},
    {"name": "outputs", "type": "candidates", "of": "text"},
    {"name": "sound", "type": "audio"},
]
VALUES: dict[str, Any] = {
    "story": STORY,
    # Characters are counted as people write them down, whatever it takes to encode them.
    "note": "*Naïve* 👩‍👩‍👧 e\u0301t\u00e9\r\n\tcafé <tag>",
    "sound": "sha256:" + 64 * "0",
    "outputs": [{"id": "a", "value": "Rain."}, {"id": "b", "value": "Snow."}, {"id": "c", "value": "Hail."}],
}
SHOWN: dict[str, Any] = {"outputs": ["b", "a", "c"], "q": ["b", "a"]}
OPTIONS = [{"id": "x", "title": "Ex"}, {"id": "y", "title": "Why", "key": "y", "colour": "#3366cc"}, {"id": "z"}]
BASE = hashlib.sha256(STORY.encode()).hexdigest()
MEND = {"text": STORY.replace("out", "in"), "base_sha256": BASE, "reasons": ["tone"]}


@dataclass(frozen=True)
class Case:
    """``settings`` of question "q". ``good``: answers in their stored form. ``loose``: what becomes which stored form.

    ``bad``: answers with the path of a problem. ``wrong``: settings with the path of theirs. ``merges``: the answers of
    several people and what they come to (None for nothing). ``seen``: observations of the first good answer, as
    (series, suffix, value).
    """

    type: str
    settings: dict[str, Any]
    good: list[Any]
    bad: list[tuple[Any, str]]
    wrong: list[tuple[dict[str, Any], str]] = field(default_factory=list)
    loose: list[tuple[Any, Any]] = field(default_factory=list)
    merges: list[tuple[list[Any], Any]] = field(default_factory=list)
    seen: list[tuple[str, str, Any]] = field(default_factory=list)

    @property
    def question(self) -> dict[str, Any]:
        return {"name": "q", "type": self.type, **self.settings}

    @property
    def document(self) -> dict[str, Any]:
        return {"schema": 1, "fields": FIELDS, "questions": [self.question]}


AXES = [{"name": "novelty", "anchors": {"1": "seen often"}}, {"name": "craft", "title": "Craft", "help": "The making"}]
NOT_OPTIONS: list[tuple[dict[str, Any], str]] = [
    ({"options": []}, "options"),
    ({"options": [{"id": "x"}, {"id": "x"}]}, "options[1].id"),
    ({"options": [{"id": "a b"}]}, "options[0].id"),
    ({"options": [{"id": "x", "colour": "red"}]}, "options[0].colour"),
    ({"options": [{"id": "x", "key": "k"}, {"id": "y", "key": "k"}]}, "options[1].key"),
    ({"options": [{"id": "x", "hotkey": "k"}]}, "options[0].hotkey"),
]
NOT_SCALES: list[tuple[dict[str, Any], str]] = [
    ({"scale": [5, 1]}, "scale"),
    ({"scale": [1, 1]}, "scale"),
    ({"scale": [1, 2.5]}, "scale"),
    ({"scale": [False, True]}, "scale"),
    ({"scale": [0, 500]}, "scale"),
]

CASES = [
    Case(
        "label",
        {"options": OPTIONS},
        good=["x", "z"],
        bad=[("no", ""), (["x"], ""), (1, ""), ({}, "")],
        wrong=NOT_OPTIONS,
        merges=[(["x", "x", "y"], "x"), (["x", "y"], None), (["y", "x", "x", "y"], None), (["z"], "z")],
        seen=[("q", "", "x")],
    ),
    Case(
        "multilabel",
        {"options": OPTIONS},
        good=[["x", "z"], ["y"]],
        bad=[("x", ""), (["no"], ""), (["x", "x"], ""), ([1], ""), ([["x"]], "")],
        wrong=NOT_OPTIONS,
        loose=[(["z", "x"], ["x", "z"]), ([], [])],
        merges=[([["x"], ["x", "y"], ["z"]], ["x"]), ([["x"], ["y"]], None), ([["x"], ["y"], ["z"]], [])],
        seen=[("q", "", ("x", "z"))],
    ),
    Case(
        "rating",
        {"scale": [-2, 2], "anchors": {"-2": "worse", "2": "better"}},
        good=[-2, 0, 2],
        bad=[(3, ""), (-3, ""), ("1", ""), (True, ""), (1.0, ""), ([1], "")],
        wrong=[*NOT_SCALES, ({"anchors": {"9": "no"}}, "anchors.9"), ({"anchors": {"1": 1}}, "anchors.1")],
        merges=[([1, 2, 2], 2), ([0, 1], 0), ([2, 0, 1, -1], 0)],
        seen=[("q", "", -2)],
    ),
    Case(
        "rubric",
        {"scale": [1, 5], "axes": AXES},
        good=[{"novelty": 1, "craft": 5}],
        bad=[
            ({"novelty": 1}, ".craft"),
            ({"novelty": 1, "craft": 6}, ".craft"),
            ({"novelty": 1, "craft": 2, "wit": 3}, ".wit"),
            (3, ""),
            ([], ""),
        ],
        wrong=[
            *NOT_SCALES,
            ({"axes": []}, "axes"),
            ({"axes": [{"name": "a"}, {"name": "a"}]}, "axes[1].name"),
            ({"axes": [{"name": "A"}]}, "axes[0].name"),
            ({"axes": [{"name": "a", "anchors": {"7": "x"}}]}, "axes[0].anchors.7"),
        ],
        merges=[([{"novelty": 1, "craft": 5}, {"novelty": 3, "craft": 4}, {"novelty": 5}], {"novelty": 3, "craft": 4})],
        seen=[("q.novelty", "", 1), ("q.craft", "", 5)],
    ),
    Case(
        "rubric",
        {"on": "outputs", "scale": [1, 3], "axes": [{"name": "wit"}]},
        good=[{"a": {"wit": 1}, "b": {"wit": 2}, "c": {"wit": 3}}],
        bad=[
            ({"a": {"wit": 1}, "b": {"wit": 2}}, ".c"),
            ({"a": {"wit": 1}, "b": {"wit": 2}, "c": {"wit": 4}}, ".c.wit"),
            ({"a": {"wit": 1}, "b": {"wit": 2}, "c": {"wit": 1}, "d": {"wit": 1}}, ".d"),
            ({"a": 1, "b": {"wit": 2}, "c": {"wit": 1}}, ".a"),
        ],
        merges=[([{"a": {"wit": 1}}, {"a": {"wit": 3}, "b": {"wit": 2}}], {"a": {"wit": 1}, "b": {"wit": 2}})],
        seen=[("q.wit", "a", 1), ("q.wit", "b", 2), ("q.wit", "c", 3)],
    ),
    Case(
        "verdict",
        {},
        good=["yes", "no", "unsure"],
        bad=[("maybe", ""), (True, ""), (["yes"], "")],
        wrong=[({"options": []}, "options")],
        merges=[(["yes", "no", "unsure"], None), (["unsure", "unsure", "yes"], "unsure")],
        seen=[("q", "", "yes")],
    ),
    Case(
        "text",
        {"max_length": 40},
        good=["Two lines\nand a <tag> & “quotes”", "ü"],
        bad=[(41 * "x", ""), (1, ""), ("a\x00b", ""), ("half \ud83d pair", "")],
        wrong=[
            ({"max_length": 0}, "max_length"),
            ({"max_length": "9"}, "max_length"),
            ({"distance": "nominal"}, "distance"),
        ],
        merges=[(["same", "same"], "same"), (["one", "other"], None)],
        seen=[("q", "", "Two lines\nand a <tag> & “quotes”")],
    ),
    Case(
        "correction",
        {"on": "story", "reasons": ["tone", "fact"]},
        good=[MEND, {**MEND, "reasons": []}],
        bad=[
            ("text", ""),
            ({"reasons": []}, ""),
            ({"text": "a\x00"}, ".text"),
            ({"text": "half \udc00 pair"}, ".text"),
            ({"text": "x", "base_sha256": 64 * "0"}, ".base_sha256"),
            ({"text": "x", "reasons": ["taste"]}, ".reasons"),
            ({"text": "x", "diff": []}, ".diff"),
        ],
        wrong=[
            ({"on": None}, "on"),
            ({"on": "outputs"}, "on"),
            ({"on": "nowhere"}, "on"),
            ({"reasons": ["a", "a"]}, "reasons"),
            ({"reasons": [""]}, "reasons"),
        ],
        loose=[({"text": "x"}, {"text": "x", "base_sha256": BASE, "reasons": []})],
        merges=[
            ([MEND, {**MEND, "reasons": ["fact"]}], {**MEND, "reasons": ["tone", "fact"]}),
            ([MEND, {**MEND, "text": "other"}], None),
        ],
        seen=[("q", "", MEND["text"])],
    ),
    Case(
        "pairwise",
        {"on": "outputs", "tie": True, "strength": True},
        good=[{"winner": "a", "shown": ["b", "a"], "strength": 2}, {"winner": "tie", "shown": ["b", "a"]}],
        bad=[
            ("a", ""),
            ({"winner": "c", "shown": ["b", "a"]}, ".winner"),
            ({"winner": "a", "shown": ["a", "a"]}, ".shown"),
            ({"winner": "a", "shown": ["a", "z"]}, ".shown"),
            ({"winner": "a", "shown": "ab"}, ".shown"),
            ({"winner": "a", "strength": 4}, ".strength"),
            ({"winner": "a", "why": "wit"}, ".why"),
            ({}, ".winner"),
        ],
        wrong=[
            ({"on": None}, "on"),
            ({"on": "story"}, "on"),
            ({"tie": 1}, "tie"),
            ({"distance": "nominal"}, "distance"),
        ],
        loose=[({"winner": "a"}, {"winner": "a", "shown": ["b", "a"]})],
        merges=[
            (
                [{"winner": "a", "shown": ["b", "a"], "strength": 3}, {"winner": "a", "shown": ["a", "b"]}],
                {"winner": "a", "shown": ["a", "b"], "strength": 3},
            ),
            ([{"winner": "a", "shown": ["a", "b"]}, {"winner": "b", "shown": ["a", "b"]}], None),
            ([{"winner": "a", "shown": ["a", "b"]}, {"winner": "a", "shown": ["a", "c"]}], None),
        ],
        seen=[("q", "a|b", "a")],
    ),
    Case(
        "ranking",
        {"on": "outputs", "tie": True},
        good=[[["a"], ["b", "c"]], [["c"], ["a"], ["b"]], [["a", "b", "c"]]],
        bad=[
            ("a", ""),
            (["a", "b", "c"], ""),
            ([["a"], ["b"]], ""),
            ([["a"], ["b"], ["z"]], "[2]"),
            ([["a"], ["b"], ["a", "c"]], "[2]"),
            ([["a"], [["b"]], ["c"]], "[1]"),
            ([[], [], [], ["a", "b", "c"]], ""),
        ],
        wrong=[
            ({"on": None}, "on"),
            ({"on": "story"}, "on"),
            ({"tie": 1}, "tie"),
            ({"distance": "nominal"}, "distance"),
        ],
        loose=[([["c", "b"], ["a"]], [["b", "c"], ["a"]]), ([["a"], [], ["c", "b"]], [["a"], ["b", "c"]])],
        merges=[
            ([[["a"], ["b"], ["c"]], [["b"], ["a"], ["c"]], [["a"], ["c"], ["b"]]], [["a"], ["b"], ["c"]]),
            ([[["a"], ["b"], ["c"]], [["b"], ["c"], ["a"]], [["c"], ["a"], ["b"]]], None),
            ([[["a"], ["b"], ["c"]], [["b"], ["a"], ["c"]]], None),
            ([[["a", "b"], ["c"]], [["a", "b"], ["c"]], [["c"], ["a"], ["b"]]], [["a", "b"], ["c"]]),
        ],
        seen=[("q", "a|b", "first"), ("q", "a|c", "first"), ("q", "b|c", "tie")],
    ),
    Case(
        "ranking",
        {"on": "outputs"},
        good=[[["b"], ["a"], ["c"]]],
        bad=[([["a"], ["b", "c"]], "[1]"), ([["a", "b", "c"]], "[0]")],
        merges=[([[["b"], ["a"], ["c"]], [["b"], ["c"], ["a"]]], None)],
        seen=[("q", "a|b", "second"), ("q", "a|c", "first"), ("q", "b|c", "first")],
    ),
    Case(
        "best_worst",
        {"on": "outputs"},
        good=[
            {"best": "a", "worst": "c", "shown": ["b", "a", "c"]},
            {"best": "b", "worst": "a", "shown": ["b", "a", "c"]},
        ],
        bad=[
            ("a", ""),
            ({"best": "a"}, ".worst"),
            ({"best": "a", "worst": "a"}, ".worst"),
            ({"best": "z", "worst": "a"}, ".best"),
            ({"best": ["a"], "worst": "b"}, ".best"),
            ({"best": "a", "worst": "b", "shown": ["a"]}, ".shown"),
            ({"best": "a", "worst": "b", "shown": ["a", "b", "b"]}, ".shown"),
            ({"best": "a", "worst": "b", "shown": ["a", "b", "z"]}, ".shown"),
            ({"best": "a", "worst": "c", "shown": ["a", "b"]}, ".worst"),
            ({"best": "a", "worst": "b", "why": "wit"}, ".why"),
        ],
        wrong=[
            ({"on": None}, "on"),
            ({"on": "story"}, "on"),
            ({"tie": True}, "tie"),
            ({"distance": "nominal"}, "distance"),
        ],
        loose=[({"best": "a", "worst": "c"}, {"best": "a", "worst": "c", "shown": ["b", "a", "c"]})],
        merges=[
            (
                [
                    {"best": "a", "worst": "c", "shown": ["a", "b", "c"]},
                    {"best": "a", "worst": "b", "shown": ["c", "b", "a"]},
                    {"best": "b", "worst": "c", "shown": ["c", "a", "b"]},
                ],
                {"best": "a", "worst": "c", "shown": ["a", "b", "c"]},
            ),
            (
                [
                    {"best": "a", "worst": "c", "shown": ["a", "b", "c"]},
                    {"best": "b", "worst": "c", "shown": ["a", "b", "c"]},
                ],
                None,
            ),
            (
                [
                    {"best": "a", "worst": "b", "shown": ["a", "b"]},
                    {"best": "a", "worst": "b", "shown": ["a", "b", "c"]},
                ],
                None,
            ),
        ],
        seen=[("q", "a|b", "first"), ("q", "a|c", "first"), ("q", "b|c", "first")],
    ),
    Case(
        "segment",
        {"on": "sound", "options": OPTIONS},
        good=[
            [{"start_ms": 0, "end_ms": 900, "label": "x", "text": "Two lines\nand a <tag> | \\n & “quotes” |"}],
            [{"start_ms": 5, "end_ms": 3_600_000}, {"start_ms": 5, "end_ms": 3_600_001, "text": "–"}],
            [{"start_ms": 359_999_998, "end_ms": 359_999_999, "label": "z"}],
        ],
        bad=[
            ("0:01", ""),
            ([["x"]], "[0]"),
            (["0:01"], "[0]"),
            ([{"start_ms": 0}], "[0].end_ms"),
            ([{"start_ms": 0.5, "end_ms": 2}], "[0].start_ms"),
            ([{"start_ms": True, "end_ms": 2}], "[0].start_ms"),
            ([{"start_ms": -1, "end_ms": 2}], "[0].start_ms"),
            ([{"start_ms": 0, "end_ms": 360_000_000}], "[0].end_ms"),
            ([{"start_ms": 0, "end_ms": 1}, {"start_ms": 5, "end_ms": 5}], "[1]"),
            ([{"start_ms": 0, "end_ms": 1}, {"start_ms": 0, "end_ms": 1}], "[1]"),
            ([{"start_ms": 0, "end_ms": 1, "label": "no"}], "[0].label"),
            ([{"start_ms": 0, "end_ms": 1, "text": 1}], "[0].text"),
            ([{"start_ms": 0, "end_ms": 1, "text": "a\x00"}], "[0].text"),
            ([{"start_ms": 0, "end_ms": 1, "text": 5_001 * "x"}], "[0].text"),
            ([{"start_ms": 0, "end_ms": 1, "note": ""}], "[0].note"),
            (5_001 * [{"start_ms": 0, "end_ms": 1}], ""),
        ],
        wrong=[
            *NOT_OPTIONS,
            ({"on": None}, "on"),
            ({"on": "story"}, "on"),
            ({"on": "outputs"}, "on"),
            ({"words": 1}, "words"),
            ({"apart": "yes"}, "apart"),
            ({"distance": "nominal"}, "distance"),
        ],
        loose=[
            (
                [{"start_ms": 9, "end_ms": 10, "text": " a\r\nb "}, {"start_ms": 0, "end_ms": 20, "text": " "}],
                [{"start_ms": 0, "end_ms": 20}, {"start_ms": 9, "end_ms": 10, "text": "a\nb"}],
            ),
        ],
        merges=[([[{"start_ms": 0, "end_ms": 1}], [{"start_ms": 0, "end_ms": 2}]], None)],
        seen=[("q", "", "0 900 x")],
    ),
    Case(
        "span",
        {"on": "story", "options": OPTIONS},
        good=[
            [{"start": 0, "end": 8, "label": "x"}, {"start": 8, "end": len(STORY), "label": "y"}],
            [{"start": len(STORY) - 1, "end": len(STORY), "label": "z"}],
            [],
        ],
        bad=[
            ("0 | 1 | x", ""),
            ([["x"]], "[0]"),
            (["0 | 1"], "[0]"),
            ([{"start": 0, "label": "x"}], "[0].end"),
            ([{"start": 0, "end": 1}], "[0].label"),
            ([{"start": 0.0, "end": 2, "label": "x"}], "[0].start"),
            ([{"start": True, "end": 2, "label": "x"}], "[0].start"),
            ([{"start": -1, "end": 2, "label": "x"}], "[0].start"),
            ([{"start": 0, "end": len(STORY) + 1, "label": "x"}], "[0].end"),
            ([{"start": 2, "end": 2, "label": "x"}], "[0]"),
            ([{"start": 0, "end": 2, "label": "no"}], "[0].label"),
            ([{"start": 0, "end": 2, "label": ["x"]}], "[0].label"),
            ([{"start": 0, "end": 2, "label": "x", "text": "Th"}], "[0].text"),
            ([{"start": 0, "end": 2, "label": "x"}, {"start": 0, "end": 2, "label": "x"}], "[1]"),
            ([{"start": 5, "end": 9, "label": "x"}, {"start": 0, "end": 6, "label": "y"}], "[1]"),
            ([{"start": n, "end": n + 1, "label": "x"} for n in range(5_001)], ""),
        ],
        wrong=[
            *NOT_OPTIONS,
            ({"options": None}, "options"),
            ({"on": None}, "on"),
            ({"on": "sound"}, "on"),
            ({"on": "outputs"}, "on"),
            ({"overlap": 1}, "overlap"),
            ({"distance": "nominal"}, "distance"),
        ],
        loose=[
            (
                [{"label": "y", "start": 8, "end": 9}, {"start": 0, "end": 8, "label": "x"}],
                [{"start": 0, "end": 8, "label": "x"}, {"start": 8, "end": 9, "label": "y"}],
            ),
        ],
        merges=[
            # More than half marked the same; what fewer than half marked is nobody's loss.
            (
                [
                    [{"start": 0, "end": 8, "label": "x"}],
                    [{"start": 0, "end": 8, "label": "x"}, {"start": 9, "end": 12, "label": "y"}],
                    [{"start": 0, "end": 8, "label": "x"}],
                ],
                [{"start": 0, "end": 8, "label": "x"}],
            ),
            ([[{"start": 0, "end": 8, "label": "x"}], []], None),
            # All marked something here, and nobody the same.
            ([[{"start": 0, "end": n, "label": "x"}] for n in (6, 7, 8)], None),
            ([[{"start": 0, "end": 8, "label": "x"}], [{"start": 0, "end": 8, "label": "y"}], []], []),
        ],
        seen=[("q", "", f"0 8 x\n8 {len(STORY)} y")],
    ),
    Case(
        "span",
        {"on": "note", "options": OPTIONS, "overlap": True},
        good=[
            [{"start": 0, "end": 9, "label": "x"}, {"start": 0, "end": 9, "label": "y"}],
            [{"start": 0, "end": 9, "label": "x"}, {"start": 4, "end": 12, "label": "x"}],
        ],
        bad=[([{"start": 0, "end": 2, "label": "x"}, {"start": 0, "end": 2, "label": "x"}], "[1]")],
        seen=[("q", "", "0 9 x\n0 9 y")],
    ),
    Case(
        "segment",
        {"on": "sound", "words": False, "apart": True},
        good=[[{"start_ms": 0, "end_ms": 900}, {"start_ms": 900, "end_ms": 1000}]],
        bad=[
            ([{"start_ms": 0, "end_ms": 9}, {"start_ms": 1, "end_ms": 2}, {"start_ms": 8, "end_ms": 10}], "[2]"),
            ([{"start_ms": 0, "end_ms": 9, "text": "a"}], "[0].text"),
            ([{"start_ms": 0, "end_ms": 9, "label": "x"}], "[0].label"),
        ],
        seen=[("q", "", "0 900 \n900 1000 ")],
    ),
]
