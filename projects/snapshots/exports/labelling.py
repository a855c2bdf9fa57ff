"""An interface as Label Studio's labelling configuration, and answers as its results.

https://labelstud.io/tags/ and https://labelstud.io/guide/task_format: an object tag for each field, control tags for
each question, and results that name both. Candidates and axes become tags of their own, named by a hyphen, which no
name of ours has.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from xml.etree import ElementTree as ET

from projects.schema import Field, Interface, Question

__all__ = ["CONTROLS", "OBJECTS", "Labelling", "has_control"]

Attributes = dict[str, str]


@dataclass(frozen=True, slots=True)
class Control:
    """A control tag, and how its value is written in a result."""

    name: str
    tag: str
    title: str
    key: str
    attributes: Attributes = field(default_factory=dict)
    # Value and title of each choice.
    choices: tuple[tuple[str, str], ...] = ()
    # The candidate that it is about, counted from 1.
    candidate: int = 0
    # Whether what is said is a part of the text: a result of its own each, that holds where it lies.
    parts: bool = False


# Control name and value of everything that an answer says; `place` counts a sample's candidates from 1.
Said = Iterator[tuple[str, Any]]
Place = Mapping[str, int]


def _choices(name: str, title: str, choices: Iterator[tuple[str, str]], *, many: bool = False) -> Control:
    return Control(name, "Choices", title, "choices", {"choice": "multiple" if many else "single"}, tuple(choices))


def _number(name: str, title: str, low: int, high: int, candidate: int = 0) -> Control:
    if low == 1 and high <= 10:
        return Control(name, "Rating", title, "rating", {"maxRating": str(high)}, candidate=candidate)
    limits = {"min": str(low), "max": str(high)}
    return Control(name, "Number", title, "number", limits, candidate=candidate)


def _choice(question: Question, count: int) -> Iterator[Control]:
    yield _choices(question.name, question.title, ((option.id, option.title) for option in question.options))


def _several(question: Question, count: int) -> Iterator[Control]:
    options = ((option.id, option.title) for option in question.options)
    yield _choices(question.name, question.title, options, many=True)


def _rating(question: Question, count: int) -> Iterator[Control]:
    yield _number(question.name, question.title, *question.scale)


def _rubric(question: Question, count: int) -> Iterator[Control]:
    for candidate in range(1, count + 1) if question.on_candidates else (0,):
        for axis in question.axes:
            name = f"{question.name}-{candidate}-{axis.name}" if candidate else f"{question.name}-{axis.name}"
            where = f" ({candidate})" if candidate else ""
            yield _number(name, f"{question.title}: {axis.title}{where}", *question.scale, candidate)


def _text(question: Question, count: int) -> Iterator[Control]:
    yield Control(question.name, "TextArea", question.title, "text", {"maxSubmissions": "1"})


def _correction(question: Question, count: int) -> Iterator[Control]:
    yield from _text(question, count)
    if question.reasons:
        reasons = ((reason, reason) for reason in question.reasons)
        yield _choices(f"{question.name}-reasons", f"{question.title}: reasons", reasons, many=True)


def _pairwise(question: Question, count: int) -> Iterator[Control]:
    sides = [(str(number), str(number)) for number in range(1, count + 1)]
    yield _choices(question.name, question.title, iter([*sides, ("tie", "Tie")] if question.tie else sides))
    if question.strength:
        yield _number(f"{question.name}-strength", f"{question.title}: how clearly", 1, 3)


def _span(question: Question, count: int) -> Iterator[Control]:
    options = tuple((option.id, option.title) for option in question.options)
    yield Control(question.name, "Labels", question.title, "labels", choices=options, parts=True)


def _says_choice(question: Question, value: Any, place: Place) -> Said:
    yield question.name, [value]


def _says_value(question: Question, value: Any, place: Place) -> Said:
    yield question.name, value


def _says_text(question: Question, value: Any, place: Place) -> Said:
    yield question.name, [value]


def _says_rubric(question: Question, value: Any, place: Place) -> Said:
    if not question.on_candidates:
        yield from ((f"{question.name}-{axis}", point) for axis, point in value.items())
        return
    for candidate, axes in value.items():
        for axis, point in axes.items():
            yield f"{question.name}-{place[candidate]}-{axis}", point


def _says_correction(question: Question, value: Any, place: Place) -> Said:
    yield question.name, [value["text"]]
    if value.get("reasons"):
        yield f"{question.name}-reasons", value["reasons"]


def _says_pairwise(question: Question, value: Any, place: Place) -> Said:
    winner = value["winner"]
    yield question.name, [winner if winner == "tie" else str(place[winner])]
    if "strength" in value:
        yield f"{question.name}-strength", value["strength"]


def _says_spans(question: Question, value: Any, place: Place) -> Said:
    # Label Studio's editor counts code points too, and CR LF as two.
    for each in value:
        yield question.name, {"start": each["start"], "end": each["end"], "labels": [each["label"]]}


# The tag that shows a field, and what else the tag needs, by the slug of the field's type.
OBJECTS: Mapping[str, tuple[str, Attributes]] = {
    "text": ("Text", {}),
    "markdown": ("Text", {}),
    "chat": ("Paragraphs", {"layout": "dialogue", "nameKey": "role", "textKey": "content"}),
    "image": ("Image", {}),
    "audio": ("Audio", {}),
    "video": ("Video", {}),
}
# The controls that ask a question, and what an answer says to them, by the slug of the question's type.
CONTROLS: Mapping[str, tuple[Callable[[Question, int], Iterator[Control]], Callable[[Question, Any, Place], Said]]] = {
    "label": (_choice, _says_choice),
    "verdict": (_choice, _says_choice),
    "multilabel": (_several, _says_value),
    "rating": (_rating, _says_value),
    "rubric": (_rubric, _says_rubric),
    "text": (_text, _says_text),
    "correction": (_correction, _says_correction),
    "pairwise": (_pairwise, _says_pairwise),
    "span": (_span, _says_spans),
}


def has_control(question: Question) -> bool:
    """Whether Label Studio can ask it: it has a control, and where that acts on a text, a tag that shows it."""
    shown = not question.type.overlay or (question.on is not None and question.on.type.slug in OBJECTS)
    return question.type.slug in CONTROLS and shown


class Labelling:
    """One interface. ``count`` is the most candidates that a sample has: Label Studio's configuration is fixed."""

    def __init__(self, interface: Interface, count: int) -> None:
        self.interface, self.count = interface, count
        self.fields = [each for each in interface.fields if (each.of or each.type).slug in OBJECTS]
        self.questions = [question for question in interface.questions if has_control(question)]
        self.controls: dict[str, Control] = {}
        self.objects: dict[str, str] = {}
        for question in self.questions:
            for control in CONTROLS[question.type.slug][0](question, count):
                self.controls[control.name] = control
                self.objects[control.name] = self._object(self._about(question), control.candidate or 1)

    def config(self) -> bytes:
        """The configuration as XML."""
        view = ET.Element("View")
        if any(control.parts for control in self.controls.values()):
            # Every space counts, so every space is shown.
            ET.SubElement(view, "Style").text = ".htx-text { white-space: pre-wrap; }"
        for each in self.fields:
            tag, attributes = OBJECTS[(each.of or each.type).slug]
            for number in range(1, self.count + 1) if each.of else (0,):
                title = f"{each.title} ({number})" if number else each.title
                ET.SubElement(view, "Header", value=title)
                name, variable = self._object(each, number), f"${self._variable(each, number)}"
                ET.SubElement(view, tag, {"name": name, "value": variable, **attributes})
        for control in self.controls.values():
            ET.SubElement(view, "Header", value=control.title)
            names = {"name": control.name, "toName": self.objects[control.name]}
            element = ET.SubElement(view, control.tag, {**names, **control.attributes})
            for value, title in control.choices:
                # The alias is what results hold.
                ET.SubElement(element, "Label" if control.parts else "Choice", {"value": title, "alias": value})
        ET.indent(view)
        return f"{ET.tostring(view, encoding='unicode')}\n".encode()

    def data(self, fields: Mapping[str, Any]) -> dict[str, Any]:
        """A sample's fields as a task's data: every variable of the configuration is there, empty where it has none."""
        found: dict[str, Any] = {}
        for each in self.fields:
            value = fields.get(each.name)
            if each.of is None:
                found[each.name] = self._shown(each, value)
                continue
            values = [candidate["value"] for candidate in value or ()]
            for number in range(1, self.count + 1):
                inner = values[number - 1] if number <= len(values) else None
                found[self._variable(each, number)] = self._shown(each, inner)
        return found

    def results(self, answers: Mapping[str, Any], fields: Mapping[str, Any]) -> list[dict[str, Any]]:
        """Answers as an annotation's results."""
        found: list[dict[str, Any]] = []
        for question in self.questions:
            value = answers.get(question.name)
            if value is None:
                continue
            given = fields.get(question.on.name) if question.on_candidates and question.on else None
            place = {candidate["id"]: number for number, candidate in enumerate(given or (), start=1)}
            for name, said in CONTROLS[question.type.slug][1](question, value, place):
                control = self.controls[name]
                found.append(
                    {
                        "id": f"{name}-{len(found)}" if control.parts else name,
                        "from_name": name,
                        "to_name": self.objects[name],
                        "type": control.tag.lower(),
                        "value": self._part(question, said, fields) if control.parts else {control.key: said},
                    }
                )
        return found

    def _part(self, question: Question, said: dict[str, Any], fields: Mapping[str, Any]) -> dict[str, Any]:
        assert question.on is not None
        return {**said, "text": fields[question.on.name][said["start"] : said["end"]]}

    def _about(self, question: Question) -> Field:
        """The field that a control belongs to; each must have one, a question about the whole sample too."""
        return question.on if question.on in self.fields and question.on else self.fields[0]

    def _object(self, each: Field, candidate: int) -> str:
        return f"field--{self._variable(each, candidate)}"

    def _variable(self, each: Field, candidate: int) -> str:
        if each.of is None:
            return each.name
        name, names = f"{each.name}_{candidate}", {other.name for other in self.interface.fields}
        while name in names:
            name += "_"
        return name

    def _shown(self, each: Field, value: Any) -> Any:
        kind = each.of or each.type
        if value is None:
            return [] if kind.slug == "chat" else ""
        # Where Label Studio's local storage finds the file when the archive is its document root.
        return f"/data/local-files/?d={asset_path(value)}" if kind.is_media else value


def asset_path(reference: str) -> str:
    """The path of a media file below the snapshot."""
    digest = reference.removeprefix("sha256:")
    return f"assets/{digest[:2]}/{digest}"
