"""Prompts with the text that people made of the answer."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar

from projects.formats.columns import Column, ColumnType
from projects.snapshots.layout.tables.base import DerivedTable, as_text, prompt_field

__all__ = ["SupervisedFineTuning"]


class SupervisedFineTuning(DerivedTable):
    """One row an approved correction of a field that another field asks for."""

    slug: ClassVar[str] = "sft"
    title: ClassVar[str] = "Supervised fine-tuning"
    description: ClassVar[str] = "Prompts with the approved, corrected text as the completion."
    columns: ClassVar[Sequence[Column]] = (
        Column("key", description="The sample."),
        Column("question", description="The correction."),
        Column("prompt", description="The field that asked for the text."),
        Column("completion", description="The text after the correction."),
        Column("edited", ColumnType.BOOLEAN, "Whether the correction changed anything."),
        Column("licence", description="Of the sample."),
    )

    def questions(self, interface: Mapping[str, Any]) -> list[Mapping[str, Any]]:
        return [
            question
            for question in interface["questions"]
            if question["type"] == "correction" and prompt_field(interface, question["on"])
        ]

    def rows(self, gold: Mapping[str, Any], interface: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
        for question in self.questions(interface):
            answer = (gold["answers"] or {}).get(question["name"])
            asked_by = prompt_field(interface, question["on"])
            prompt = gold["fields"].get(asked_by) if asked_by else None
            if answer is None or prompt is None:
                continue
            yield {
                "key": gold["key"],
                "question": question["name"],
                "prompt": as_text(prompt),
                "completion": answer["text"],
                "edited": answer["text"] != gold["fields"].get(question["on"]),
                "licence": gold["licence"],
            }
