"""What a filter asks for: each condition on real samples, and what is refused with its path."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projects.models import Adjudication, Creator, Project, Sample, User
from projects.snapshots.filters import CONDITIONS, FilterError, check_filter, check_purpose, filtered
from tests.factories import make_member, make_project, make_sample
from tests.snapshots.making import MOOD, approved

TAGS: dict[str, Any] = {
    "schema": 1,
    "fields": [{"name": "text", "type": "text"}],
    "questions": [
        {"name": "mood", "type": "label", "options": [{"id": "bright"}, {"id": "dark"}], "required": True},
        {"name": "tags", "type": "multilabel", "options": [{"id": "wry"}, {"id": "warm"}, {"id": "sad"}]},
    ],
}


def keys(project: Project, document: dict[str, Any]) -> list[str]:
    found = filtered(project, check_filter(document)).order_by("key").values_list("key", flat=True)
    return [str(key) for key in found]


VALUES: list[tuple[str, Any]] = [
    ("text", "en"),
    ("other", "fr"),
    ("digits", "5"),
    ("number", 5),
    ("fraction", 5.5),
    ("truth", True),
    ("word", "true"),
    ("falsity", False),
    ("null", None),
    ("list", ["en"]),
    ("object", {"en": 1}),
    ("accent", "é"),
    ("quoted", 'say "hi"'),
]


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ("en", ["text"]),
        (["en", "fr"], ["other", "text"]),
        ([], []),
        ("5", ["digits"]),
        (5, ["number"]),
        (["5", 5], ["digits", "number"]),
        (True, ["truth"]),
        ("true", ["word"]),
        (False, ["falsity"]),
        ("é", ["accent"]),
        ('say "hi"', ["quoted"]),
        (None, ["absent", "null"]),
    ],
)
@pytest.mark.parametrize("name", ["language", "contains", "a__b", "0", "né", 'the "name"', "a.b"])
def test_metadata_is_compared_by_value_and_kind(project: Project, name: str, wanted: Any, expected: list[str]) -> None:
    for key, value in VALUES:
        make_sample(project, key=key, metadata={name: value, "more": "en"})
    make_sample(project, key="absent", metadata={"more": "en"})
    assert keys(project, {"metadata": {name: wanted}}) == expected


def test_all_conditions_must_hold(project: Project) -> None:
    make_sample(project, key="both", metadata={"a": 1, "b": 2})
    make_sample(project, key="one", metadata={"a": 1, "b": 3})
    assert keys(project, {"metadata": {"a": 1, "b": 2}}) == ["both"]
    assert keys(project, {"metadata": {"a": 1}, "key_prefix": "o"}) == ["one"]
    assert keys(project, {}) == ["both", "one"]


def test_provenance_is_asked_for(project: Project) -> None:
    amara = Creator.objects.create(project=project, name="Amara")
    make_sample(project, key="a", provenance={"creator": amara, "licence": "CC0-1.0"})
    make_sample(project, key="b", provenance={"origin": "ai", "licence": ""})
    assert keys(project, {"creator": ["Amara", "Ben"]}) == ["a"]
    assert keys(project, {"origin": ["ai", "synthetic"]}) == ["b"]
    assert keys(project, {"licence": ["CC0-1.0"]}) == ["a"]
    assert keys(project, {"licence": [""]}) == ["b"]


def test_decisions_are_asked_for(project: Project, reviewer: User) -> None:
    by_hand = approved(project, reviewer, MOOD, key="by-hand")
    approved(project, reviewer, MOOD, "plural", key="plural")
    by_rule = approved(project, reviewer, MOOD, key="by-rule")
    Adjudication.objects.filter(sample=by_rule).update(origin="agreement", reviewer=None)
    make_sample(project, key="undecided")
    assert keys(project, {"decision": ["plural"]}) == ["plural"]
    assert keys(project, {"decision": ["approve", "plural"]}) == ["by-hand", "by-rule", "plural"]
    assert keys(project, {"decided_by": ["rule"]}) == ["by-rule"]
    assert keys(project, {"decided_by": ["reviewer"]}) == ["by-hand", "plural"]
    assert keys(project, {"decided_by": ["rule", "reviewer"]}) == ["by-hand", "by-rule", "plural"]
    assert keys(project, {"decided_by": []}) == []
    Adjudication.objects.filter(sample=by_hand).update(created_at="2026-01-05T10:00:00Z")
    Adjudication.objects.exclude(sample=by_hand).update(created_at="2026-01-04T23:59:59Z")
    assert keys(project, {"approved_since": "2026-01-05"}) == ["by-hand"]
    assert keys(project, {"approved_since": "2026-01-05T12:00:00+02:00"}) == ["by-hand"]
    assert keys(project, {"approved_since": "2026-01-05T10:00:01Z"}) == []


def test_only_the_decision_in_force_counts(project: Project, reviewer: User) -> None:
    sample = approved(project, reviewer, MOOD, key="one")
    now = Adjudication.objects.get(sample=sample)
    Adjudication.objects.create(
        project=project,
        sample=sample,
        interface=now.interface,
        decision="plural",
        origin="agreement",
        answers={"mood": "bright"},
        policy={},
        current=False,
    )
    for asked in ({"decision": ["plural"]}, {"decided_by": ["rule"]}, {"answers": {"mood": ["bright"]}}):
        assert keys(project, asked) == [], asked
    assert keys(project, {"decision": ["approve"], "answers": {"mood": ["dark"]}}) == ["one"]


def test_answers_are_asked_for(db: None) -> None:
    project = make_project(overlap=2, interface=TAGS)
    reviewer = make_member(project, "reviewer")
    approved(project, reviewer, {"mood": "dark", "tags": ["wry", "sad"]}, key="a")
    approved(project, reviewer, {"mood": "bright", "tags": ["warm"]}, key="b")
    approved(project, reviewer, {"mood": "bright"}, key="c")
    make_sample(project, key="undecided")
    assert keys(project, {"answers": {"mood": ["dark"]}}) == ["a"]
    assert keys(project, {"answers": {"mood": ["dark", "bright"]}}) == ["a", "b", "c"]
    assert keys(project, {"answers": {"mood": []}}) == []
    assert keys(project, {"answers": {"tags": ["sad", "warm"]}}) == ["a", "b"]
    assert keys(project, {"answers": {"tags": ["sad"], "mood": ["bright"]}}) == []
    assert keys(project, {"answers": {"nothing": ["dark"]}}) == []
    Adjudication.objects.filter(sample__key="c").update(answers={"mood": {"dark": "dark"}})
    assert keys(project, {"answers": {"mood": ["dark"]}}) == ["a"], "an object is no choice"


def test_agreement_and_annotations_are_asked_for(project: Project) -> None:
    for key, disagreement, answered in (("a", 0.0, 2), ("b", 0.2, 3), ("c", 0.21, 3), ("d", None, 1)):
        make_sample(project, key=key, disagreement=disagreement, answered=answered)
    assert keys(project, {"min_agreement": 0.8}) == ["a", "b"]
    assert keys(project, {"min_agreement": 1}) == ["a"]
    assert keys(project, {"min_agreement": 0}) == ["a", "b", "c"], "one answer agrees with nobody"
    assert keys(project, {"min_annotations": 3}) == ["b", "c"]
    assert keys(project, {"min_annotations": 0}) == ["a", "b", "c", "d"]


def test_a_key_prefix_is_taken_letter_by_letter(project: Project) -> None:
    for key in ("poem-1", "Poem-2", "po%m-3", "pöem-4", "x"):
        make_sample(project, key=key)
    assert keys(project, {"key_prefix": "po"}) == ["po%m-3", "poem-1"]
    assert keys(project, {"key_prefix": "po%"}) == ["po%m-3"]
    assert keys(project, {"key_prefix": "pö"}) == ["pöem-4"]
    assert len(keys(project, {"key_prefix": ""})) == 5


@pytest.mark.parametrize(
    ("document", "path"),
    [
        ([], "filter:"),
        ({"mood": 1}, "filter.mood:"),
        ({"metadata": []}, "filter.metadata:"),
        ({"metadata": {"a": 1.5}}, "filter.metadata.a:"),
        ({"metadata": {"a": {"b": 1}}}, "filter.metadata.a:"),
        ({"metadata": {"a": 2**53}}, "filter.metadata.a:"),
        ({"metadata": {"a": ["x", ["y"]]}}, "filter.metadata.a[1]:"),
        ({"metadata": {"a": "x\x00"}}, "filter.metadata.a:"),
        ({"metadata": {"a": "\ud800"}}, "filter.metadata.a:"),
        ({"metadata": {str(n): 1 for n in range(51)}}, "filter.metadata:"),
        ({"origin": "human"}, "filter.origin:"),
        ({"origin": ["martian"]}, "filter.origin:"),
        ({"licence": [1]}, "filter.licence[0]:"),
        ({"licence": ["x"] * 1001}, "filter.licence:"),
        ({"creator": {}}, "filter.creator:"),
        ({"decision": ["reject"]}, "filter.decision:"),
        ({"decided_by": ["machine"]}, "filter.decided_by:"),
        ({"min_agreement": 1.1}, "filter.min_agreement:"),
        ({"min_agreement": True}, "filter.min_agreement:"),
        ({"min_agreement": float("nan")}, "filter.min_agreement:"),
        ({"min_annotations": -1}, "filter.min_annotations:"),
        ({"min_annotations": 1.0}, "filter.min_annotations:"),
        ({"answers": {"mood": "dark"}}, "filter.answers.mood:"),
        ({"answers": {"mood": [3]}}, "filter.answers.mood[0]:"),
        ({"key_prefix": 1}, "filter.key_prefix:"),
        ({"approved_since": "yesterday"}, "filter.approved_since:"),
        ({"approved_since": 20260101}, "filter.approved_since:"),
        ({"approved_since": "0001-01-01T00:00:00+10:00"}, "filter.approved_since:"),
    ],
)
def test_what_does_not_fit_is_named(document: Any, path: str) -> None:
    with pytest.raises(FilterError) as problem:
        check_filter(document)
    assert str(problem.value).startswith(f"{path} ")


def test_a_purpose_that_is_none_is_refused() -> None:
    assert [check_purpose(each) for each in ("", "research", "commercial")] == ["", "research", "commercial"]
    with pytest.raises(FilterError, match="purpose: known are research, commercial"):
        check_purpose("fun")


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@pytest.mark.django_db
@given(st.dictionaries(st.sampled_from([*CONDITIONS]), _JSON, max_size=3))
def test_whatever_is_let_through_can_be_asked(document: dict[str, Any]) -> None:
    try:
        check_filter(document)
    except FilterError:
        return
    assert list(filtered(Project(pk=1), document)) == []


def test_counts_do_not_grow_by_joins(project: Project, reviewer: User) -> None:
    sample = approved(project, reviewer, MOOD, key="one")
    decision = Adjudication.objects.get(sample=sample)
    for _ in range(2):
        decision.pk, decision.current = None, False
        decision.save()
    assert keys(project, {"decision": ["approve"], "metadata": {"x": None}}) == ["one"]
    assert Sample.objects.count() == 1


def test_every_condition_is_in_the_documentation() -> None:
    text = (Path(__file__).parents[2] / "docs/snapshots.md").read_text()
    assert [name for name in CONDITIONS if f"\n| `{name}` |" not in text] == []
