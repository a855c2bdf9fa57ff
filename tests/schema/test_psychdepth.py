"""A real interface and 485 real annotations."""

import json
from typing import Any

from projects.schema import Interface
from tests.measures.make import folder


def test_all_annotations_fit_their_interface() -> None:
    data = folder("psychdepth")
    interface = Interface.parse(json.loads((data / "interface.json").read_text(encoding="utf-8")))
    samples: dict[str, Any] = {}
    for line in (data / "samples.jsonl").read_text(encoding="utf-8").splitlines():
        sample = json.loads(line)
        samples[sample["key"]] = interface.validate_fields(sample["fields"])
    annotations = [json.loads(line) for line in (data / "annotations.jsonl").read_text(encoding="utf-8").splitlines()]
    seen = set()
    for annotation in annotations:
        answers = interface.validate_answers(annotation["answers"], samples.get(annotation["key"], {}))
        assert answers == annotation["answers"]
        seen |= {observation.series for observation in interface.observations(answers)}
    assert (len(samples), len(annotations)) == (87, 485)
    assert seen == {series.name for series in interface.series() if series.question == "depth"}
