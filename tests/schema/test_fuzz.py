"""Any JSON is either fine or refused with problems: nothing else is ever raised."""

import copy
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from projects.schema import GALLERY, Interface, SchemaError
from tests.schema.cases import CASES, FIELDS, SHOWN, VALUES

# Keys and values that mean something somewhere, so that more than the first check is reached.
KEYS = [
    "schema",
    "fields",
    "questions",
    "name",
    "type",
    "of",
    "on",
    "options",
    "id",
    "title",
    "scale",
    "axes",
    "anchors",
]
KEYS += ["show_if", "question", "is", "answered", "required", "winner", "shown", "text", "reasons", "wit", "a", "b"]
WORDS = [
    "text",
    "rubric",
    "pairwise",
    "outputs",
    "story",
    "a",
    "tie",
    "yes",
    "x",
    "q",
    "nominal",
    "\ud800",
    "a\x00",
    "",
]
characters = st.text(st.characters(exclude_categories=()), max_size=5)
words = st.one_of(st.sampled_from(WORDS), characters)
numbers = st.one_of(st.integers(-3, 7), st.just(10**400), st.floats(allow_nan=False, allow_infinity=False))
scalars = st.one_of(st.none(), st.booleans(), numbers, words)
anything = st.recursive(
    scalars,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4), st.dictionaries(st.one_of(st.sampled_from(KEYS), characters), inner, max_size=4)
    ),
    max_leaves=12,
)
EVERYTHING = {
    "schema": 1,
    "fields": FIELDS,
    "questions": [{**case.question, "name": f"q{index}"} for index, case in enumerate(CASES)],
}
INTERFACE = Interface.parse(EVERYTHING)
FULL = {f"q{index}": case.good[0] for index, case in enumerate(CASES)}


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The path to every part of the document."""
    found = [path]
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        found += places(inner, (*path, key))
    return found


@st.composite
def spoilt(draw: st.DrawFn, document: Any) -> Any:
    """The document with up to three of its parts replaced, removed or added to."""
    document = copy.deepcopy(document)
    for _ in range(draw(st.integers(1, 3))):
        path = draw(st.sampled_from(places(document)))
        if not path:
            continue
        parent = document
        for key in path[:-1]:
            parent = parent[key]
        how = draw(st.sampled_from(["replace", "remove", "add"]))
        if how == "replace":
            parent[path[-1]] = draw(anything)
        elif how == "remove":
            del parent[path[-1]]
        elif isinstance(parent, list):
            parent.append(draw(anything))
        else:
            parent[draw(st.sampled_from(KEYS))] = draw(anything)
    return document


def read(document: Any) -> Interface | None:
    try:
        return Interface.parse(document)
    except SchemaError as error:
        told(error)
        return None


def told(error: SchemaError) -> None:
    assert error.problems
    assert all(isinstance(path, str) and path and isinstance(reason, str) and reason for path, reason in error.problems)


def answered(interface: Interface, answers: Any, fields: Any, *, partial: bool) -> None:
    try:
        stored = interface.validate_answers(answers, fields, partial=partial, shown=SHOWN)
    except SchemaError as error:
        told(error)
        return
    assert interface.validate_answers(stored, fields, partial=partial, shown=SHOWN) == stored
    names = {series.name for series in interface.series()}
    for observation in interface.observations(stored):
        assert observation.series in names
        hash(observation.value)
    for name, value in stored.items():
        question = interface.question(name)
        assert question is not None
        assert isinstance(question.type.summary(question, value), str)
        question.type.merge(question, [value, value])


@given(anything)
def test_any_json_as_an_interface(document: Any) -> None:
    read(document)


@given(st.one_of([spoilt(template.document) for template in GALLERY] + [spoilt(EVERYTHING)]))
@settings(max_examples=400)
def test_a_spoilt_interface(document: Any) -> None:
    interface = read(document)
    if interface is not None:
        answered(interface, FULL, VALUES, partial=True)


@given(anything, st.booleans())
def test_any_json_as_answers(answers: Any, partial: bool) -> None:
    answered(INTERFACE, answers, VALUES, partial=partial)


@given(spoilt(FULL), st.booleans())
@settings(max_examples=400)
def test_spoilt_answers(answers: Any, partial: bool) -> None:
    answered(INTERFACE, answers, VALUES, partial=partial)


@given(st.one_of(anything, spoilt(VALUES)))
@settings(max_examples=200)
def test_any_json_as_a_sample(fields: Any) -> None:
    try:
        INTERFACE.validate_fields(fields)
    except SchemaError as error:
        told(error)
        return
    for field in INTERFACE.fields:
        if field.name in fields:
            assert isinstance(field.type.plain_text(fields[field.name], field), str)
    answered(INTERFACE, FULL, fields, partial=True)


@given(
    st.dictionaries(
        st.sampled_from(
            [
                f"q.q{n}{end}"
                for n in range(len(CASES))
                for end in ("", ".winner", ".strength", ".text", ".reasons", ".novelty", ".a.wit")
            ]
        ),
        st.lists(words, max_size=3),
    )
)
def test_any_form(data: dict[str, list[str]]) -> None:
    answered(INTERFACE, INTERFACE.answers_from_form(data, VALUES, SHOWN), VALUES, partial=False)
