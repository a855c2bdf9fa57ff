"""Supervised fine-tuning: prompts with the text that people approved."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar

from projects.schema import Interface
from projects.snapshots.exports.base import Export, Source
from projects.snapshots.exports.training import Asked, joined, lines, messages, optional_prompt
from projects.snapshots.layout.manifest import Manifest
from projects.snapshots.layout.tables.sft import SupervisedFineTuning

__all__ = ["Sft"]

_EMPTY = "No approved sample of this version has a prompt and a corrected text."


class Sft(Export):
    """TRL's prompt and completion, from approved corrections."""

    slug: ClassVar[str] = "sft"
    title: ClassVar[str] = "Fine-tuning (SFT)"
    description: ClassVar[str] = "Prompt and completion a line, from approved corrections, for TRL."
    suffix: ClassVar[str] = "-sft.jsonl"
    reads: ClassVar[tuple[str, ...]] = ("gold", SupervisedFineTuning.slug)

    def refuses(self, interface: Interface) -> str:
        if not any(question.type.slug == "correction" for question in interface.questions):
            return "Fine-tuning needs the corrected answer to a prompt, and no question asks for a correction."
        if not self._asked(interface):
            return "Fine-tuning needs a prompt, and no text stands before the corrected one that asks for it."
        return ""

    def leaves_out(self, interface: Interface) -> list[str]:
        return [
            "Every column but prompt and completion: keys and licences are in the table sft of hf and croissant.",
            "Plural decisions: people did not agree on one text.",
            *optional_prompt(self._asked(interface)),
        ]

    def lacks(self, manifest: Manifest) -> str:
        return "" if manifest.table(SupervisedFineTuning.slug) else _EMPTY

    def write(self, source: Source, path: Path) -> int:
        return lines(self._rows(source), path, _EMPTY)

    def _asked(self, interface: Interface) -> list[Asked]:
        return Asked.all(interface, SupervisedFineTuning().questions(interface.document))

    def _rows(self, source: Source) -> Iterator[dict[str, Any]]:
        asked = {
            version: {each.name: each for each in self._asked(interface)}
            for version, interface in source.interfaces.items()
        }
        talks = any(each.conversational for questions in asked.values() for each in questions.values())
        for row, version in joined(source, SupervisedFineTuning.slug):
            question = asked[version][row["question"]]
            if talks:
                yield {
                    "prompt": messages(row["prompt"], question.prompt, "user"),
                    "completion": [{"role": "assistant", "content": row["completion"]}],
                }
            else:
                yield {"prompt": row["prompt"], "completion": row["completion"]}
