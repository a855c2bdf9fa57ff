"""Tasks and a labelling configuration for Label Studio."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar

import orjson

from projects.formats.columns import Column, ColumnType
from projects.schema import Interface
from projects.snapshots.exports.answered import with_responses
from projects.snapshots.exports.archive import archive, files_of
from projects.snapshots.exports.base import Export, Source, pictures
from projects.snapshots.exports.labelling import OBJECTS, Labelling, has_control
from projects.snapshots.layout.shards import read_rows

__all__ = ["LabelStudio"]

_ABOUT = ("key", "decision", "decision_origin", "reason", "origin", "licence", "creator", "source")
_VERSION = Column("interface", ColumnType.INTEGER)
_FIELDS = Column("fields", ColumnType.JSON)
_GOLD = (
    *(Column(name) for name in _ABOUT),
    _VERSION,
    _FIELDS,
    Column("answers", ColumnType.JSON),
    Column("soft_labels", ColumnType.JSON),
)
_RESPONSES = (
    Column("key"),
    Column("annotator"),
    _VERSION,
    Column("answers", ColumnType.JSON),
    Column("duration_ms", ColumnType.INTEGER),
)


class LabelStudio(Export):
    """A folder for each version of the interface, with config.xml and tasks.json in the shape that Label Studio
    documents for its import. People's answers are annotations; the final answer is the one marked as ground truth.
    A plural decision has no ground truth: its soft labels are in the task's meta."""

    slug: ClassVar[str] = "label-studio"
    title: ClassVar[str] = "Label Studio"
    description: ClassVar[str] = "Tasks with everybody's annotations and the final answer as ground truth, and the XML."
    suffix: ClassVar[str] = "-label-studio.zip"

    def refuses(self, interface: Interface) -> str:
        if not any((field.of or field.type).slug in OBJECTS for field in interface.fields):
            return "Label Studio needs something to show, and has no tag for these fields."
        if not any(map(has_control, interface.questions)):
            return "Label Studio has no control for these questions."
        return ""

    def leaves_out(self, interface: Interface) -> list[str]:
        lost = [
            "Who annotated, as an author: Label Studio knows its own users only. The task's meta has pseudonyms.",
            "Comments, disagreement, and answers given under another version of the interface than the decision.",
        ]
        if any(question.show_if for question in interface.questions):
            lost.append("Conditions: every question is always shown.")
        if any(question.on_candidates for question in interface.questions):
            lost.append("The order in which candidates were shown, and which two of more: they are numbered 1, 2, ….")
        if pictures(interface):
            lost.append("Addresses of media files: serve the archive as Label Studio's local storage.")
        lost += [
            f"“{field.title}”: Label Studio has no tag that shows it."
            for field in interface.fields
            if (field.of or field.type).slug not in OBJECTS
        ]
        lost += [
            f"Answers to “{question.title}”: Label Studio has no control for them."
            for question in interface.questions
            if not has_control(question)
        ]
        return lost

    def write(self, source: Source, path: Path) -> int:
        count = 0
        with archive(path) as target:
            for version, interface in sorted(source.interfaces.items()):
                if self.refuses(interface):
                    continue
                labelling = Labelling(interface, _most_candidates(source, version, interface))
                tasks = _tasks(source, version, labelling)
                first = next(tasks, None)
                if first is None:
                    continue
                with target.member(f"interface-{version}/tasks.json") as stream:
                    stream.write(b"[\n" + orjson.dumps(first))
                    count += 1
                    for task in tasks:
                        stream.write(b",\n" + orjson.dumps(task))
                        count += 1
                    stream.write(b"\n]\n")
                with target.member(f"interface-{version}/config.xml") as stream:
                    stream.write(labelling.config())
            target.copy(source.folder, files_of(source.manifest, "assets/"))
        return count


def _most_candidates(source: Source, version: int, interface: Interface) -> int:
    """The most candidates that one sample has; 0 where no field holds any."""
    names = [field.name for field in interface.fields if field.of is not None]
    if not names:
        return 0
    rows = read_rows(source.folder, source.manifest.table("gold"), (_VERSION, _FIELDS))
    fields = (row["fields"].parsed() for row in rows if row["interface"] == version)
    return max((len(found.get(name) or ()) for found in fields for name in names), default=0)


def _tasks(source: Source, version: int, labelling: Labelling) -> Iterator[dict[str, Any]]:
    """The samples that were decided under one version of the interface."""
    for row, responses in with_responses(source, _GOLD, _RESPONSES):
        if row["interface"] == version:
            yield _task(row, responses, labelling)


def _task(row: dict[str, Any], responses: list[dict[str, Any]], labelling: Labelling) -> dict[str, Any]:
    fields, answers = row["fields"].parsed(), row["answers"].parsed() if row["answers"] is not None else None
    annotations = [
        {
            "result": labelling.results(response["answers"].parsed(), fields),
            "was_cancelled": False,
            "ground_truth": False,
            **({"lead_time": response["duration_ms"] / 1000} if response["duration_ms"] is not None else {}),
        }
        for response in responses
    ]
    if row["decision"] == "approve" and answers:
        annotations.append({"result": labelling.results(answers, fields), "was_cancelled": False, "ground_truth": True})
    meta = {name: row[name] for name in _ABOUT if row[name] is not None}
    meta["annotators"] = [response["annotator"] for response in responses]
    if row["soft_labels"] is not None:
        meta["soft_labels"] = row["soft_labels"].parsed()
    return {"data": labelling.data(fields), "meta": meta, "annotations": annotations, "predictions": []}
