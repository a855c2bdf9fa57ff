"""The export for Label Studio, against the shape that its documentation gives and against its own configuration."""

import json
import re
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from projects.schema import GALLERY, Interface, Template
from projects.snapshots.exports.label_studio import LabelStudio
from projects.snapshots.exports.labelling import CONTROLS
from tests.snapshots.exporting import PICTURE, PIXEL, SOFT, candidates, interface, moods, sample, snapshot, unpacked
from tests.snapshots.test_exports import of_gallery

# The shape that https://labelstud.io/guide/tasks and .../predictions document for an import.
TASKS = {
    "type": "array",
    "minItems": 1,
    "items": {
        "type": "object",
        "required": ["data"],
        "properties": {
            "data": {"type": "object"},
            "meta": {"type": "object"},
            "predictions": {"type": "array"},
            "annotations": {
                "type": "array",
                "items": {
                    "type": "object",
                    "required": ["result"],
                    "properties": {
                        "ground_truth": {"type": "boolean"},
                        "was_cancelled": {"type": "boolean"},
                        "lead_time": {"type": "number"},
                        "result": {
                            "type": "array",
                            "items": {
                                "type": "object",
                                "required": ["from_name", "to_name", "type", "value"],
                                "properties": {
                                    "id": {"type": "string"},
                                    "type": {"enum": ["choices", "rating", "number", "textarea", "labels"]},
                                    "value": {"type": "object", "minProperties": 1, "maxProperties": 4},
                                },
                            },
                        },
                    },
                    "additionalProperties": False,
                },
            },
        },
        "additionalProperties": False,
    },
}


def checked_tasks(folder: Path, version: int = 1) -> list[dict[str, Any]]:
    """The tasks, each of whose results fits the configuration beside them."""
    place = unpacked(folder, "label-studio") / f"interface-{version}"
    tasks: list[dict[str, Any]] = json.loads((place / "tasks.json").read_text(encoding="utf-8"))
    jsonschema.validate(tasks, TASKS)
    view = ET.parse(place / "config.xml").getroot()
    named = {element.get("name"): element for element in view if element.get("name")}
    variables = {value[1:] for element in view if (value := element.get("value", "")).startswith("$")}
    assert len(named) == len([element for element in view if element.tag not in ("Header", "Style")])
    for control in named.values():
        assert control.get("toName") is None or control.get("toName") in named
    for task in tasks:
        assert variables <= task["data"].keys()
        for result in (result for each in task["annotations"] for result in each["result"]):
            control = named[result["from_name"]]
            assert control.get("toName") == result["to_name"]
            assert control.tag.lower() == result["type"]
            if control.tag == "Choices":
                assert set(result["value"]["choices"]) <= {choice.get("alias") for choice in control}
            if control.tag == "Labels":
                value, text = result["value"], task["data"][named[result["to_name"]].get("value", "")[1:]]
                assert set(value["labels"]) <= {label.get("alias") for label in control}
                assert value["text"] == text[value["start"] : value["end"]]
            else:
                assert len(result["value"]) == 1
            if control.tag == "Rating":
                assert 1 <= result["value"]["rating"] <= int(control.get("maxRating", "5"))
    return tasks


def test_label_studio_has_everybodys_answers_and_the_truth_where_there_is_one(tmp_path: Path) -> None:
    agreed, plural = checked_tasks(moods(tmp_path / "snapshot-3"))
    assert [each["ground_truth"] for each in agreed["annotations"]] == [True]
    assert [each["ground_truth"] for each in plural["annotations"]] == [False, False]
    assert plural["annotations"][0]["lead_time"] == 4.2
    said = [each["result"][0]["value"] for each in plural["annotations"]]
    assert said == [{"choices": ["dark"]}, {"choices": ["bright"]}]
    assert plural["meta"]["soft_labels"] == SOFT
    assert plural["meta"]["annotators"] == ["p1", "p2"]


def test_label_studio_asks_every_question_of_the_gallery(tmp_path: Path) -> None:
    for template in GALLERY:
        folder = of_gallery(tmp_path / template.slug / "snapshot-3", template.slug)
        for version in (1, 2):
            for task in checked_tasks(folder, version):
                asked = {result["from_name"].split("-")[0] for each in task["annotations"] for result in each["result"]}
                known = {each["name"] for each in template.document["questions"] if each["type"] in CONTROLS}
                assert asked == known


def test_label_studio_numbers_candidates_and_serves_pictures(tmp_path: Path) -> None:
    document = interface(
        [{"name": "outputs", "type": "candidates", "of": "image"}, {"name": "outputs_1", "type": "text"}],
        [
            {"name": "better", "type": "pairwise", "on": "outputs", "tie": True, "strength": True},
            {
                "name": "craft",
                "type": "rubric",
                "on": "outputs",
                "scale": [0, 3],
                "axes": [{"name": "line"}, {"name": "x"}],
            },
        ],
    )
    picture = f"sha256:{PICTURE}"
    axes = {"line": 0, "x": 3}
    gold = [
        sample(
            "k",
            {"outputs": candidates(picture, picture), "outputs_1": "not a candidate"},
            {"better": {"winner": "b", "shown": ["b", "a"], "strength": 2}, "craft": {"a": axes, "b": axes}},
        ),
        sample(
            "l",
            {"outputs": candidates(picture, picture, picture), "outputs_1": ""},
            {"better": {"winner": "tie", "shown": ["c", "a"]}},
        ),
    ]
    folder = snapshot(tmp_path / "snapshot-3", {1: document}, gold)
    won, tied = checked_tasks(folder)
    said = {result["from_name"]: result["value"] for result in won["annotations"][0]["result"]}
    assert said["better"] == {"choices": ["2"]}
    assert said["better-strength"] == {"rating": 2}
    assert said["craft-2-x"] == {"number": 3}
    assert tied["annotations"][0]["result"][0]["value"] == {"choices": ["tie"]}
    assert won["data"]["outputs_1"] == "not a candidate"
    assert won["data"]["outputs_3"] == ""
    path = re.fullmatch(r"/data/local-files/\?d=(assets/../[0-9a-f]{64})", tied["data"]["outputs_3"])
    assert path is not None
    assert (tmp_path / "label-studio" / path[1]).read_bytes() == PIXEL


@pytest.mark.parametrize("template", GALLERY, ids=lambda template: template.slug)
def test_label_studios_own_library_accepts_configuration_and_results(template: Template, tmp_path: Path) -> None:
    reader = pytest.importorskip("label_studio_sdk.label_interface")
    folder = of_gallery(tmp_path / "snapshot-3", template.slug)
    place = unpacked(folder, "label-studio") / "interface-1"
    labelling = reader.LabelInterface((place / "config.xml").read_text(encoding="utf-8"))
    labelling.validate()
    assert not labelling.validate_annotation({"result": [{"from_name": "nobody", "to_name": "x", "type": "choices"}]})
    for task in json.loads((place / "tasks.json").read_text(encoding="utf-8")):
        assert labelling.validate_task({"data": task["data"]})
        for annotation in task["annotations"]:
            assert labelling.validate_annotation(annotation)


def test_label_studio_gets_spans_in_code_points_with_their_words(tmp_path: Path) -> None:
    options = [{"id": "m", "title": "Metaphor"}, {"id": "s", "title": "Simile"}]
    document = interface(
        [{"name": "text", "type": "text"}, {"name": "program", "type": "code"}],
        [
            {"name": "figures", "type": "span", "on": "text", "overlap": True, "options": options},
            {"name": "names", "type": "span", "on": "program", "options": options},
        ],
    )
    text = "👩‍👩‍👧 like e\u0301toile\r\n  شمس"
    spans = [{"start": 6, "end": 17, "label": "s"}, {"start": 11, "end": 17, "label": "m"}]
    spans.append({"start": text.index("شمس"), "end": len(text), "label": "m"})
    fields = {"text": text, "program": "x = 1"}
    answers = {"figures": spans, "names": [{"start": 0, "end": 1, "label": "m"}]}
    [task] = checked_tasks(snapshot(tmp_path / "snapshot-3", {1: document}, [sample("k", fields, answers)]))
    results = task["annotations"][0]["result"]
    assert [each["value"]["text"] for each in results] == ["like e\u0301toile"[:11], "e\u0301toile"[:6], "شمس"]
    assert [each["value"]["labels"] for each in results] == [["s"], ["m"], ["m"]]
    # The other question is about a field that nothing shows there.
    assert {each["from_name"] for each in results} == {"figures"}
    assert len({each["id"] for each in results}) == 3
    lost = LabelStudio().leaves_out(Interface.parse(document))
    assert any("“Names”" in each for each in lost)
