"""What the formats for training share: prompts and turns as the trainers of TRL take them.

https://huggingface.co/docs/trl/dataset_formats: a file is "standard", all text, or "conversational", all lists of
messages; never both, so one conversation in an interface makes messages of every row.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from projects.formats.columns import Column, ColumnType
from projects.formats.files import replacing
from projects.schema import Field, Interface
from projects.snapshots.exports.base import ExportRefused, Source
from projects.snapshots.layout.shards import read_rows
from projects.snapshots.layout.tables.base import prompt_field

__all__ = ["Asked", "Turns", "joined", "lines", "messages", "optional_prompt", "shared_turns", "turns_of"]

Turns = list[dict[str, str]]
_KEYS = (Column("key"), Column("interface", ColumnType.INTEGER))


@dataclass(frozen=True, slots=True)
class Asked:
    """A question about a field, and the field that asked for what is in it."""

    name: str
    title: str
    target: Field
    prompt: Field | None

    @classmethod
    def all(cls, interface: Interface, documents: Iterable[Mapping[str, Any]]) -> "list[Asked]":
        """The questions of these documents, which name a field."""
        found = []
        for document in documents:
            question = interface.question(document["name"])
            if question is None or question.on is None:
                continue
            name = prompt_field(interface.document, question.on.name)
            found.append(cls(question.name, question.title, question.on, interface.field(name) if name else None))
        return found

    @property
    def holds_turns(self) -> bool:
        """Whether what is judged is a conversation."""
        return _kind(self.target) == "chat"

    @property
    def conversational(self) -> bool:
        return self.holds_turns or (self.prompt is not None and _kind(self.prompt) == "chat")

    def refusal(self) -> str:
        """Why no row for training follows from an answer; empty where one does."""
        if not self.holds_turns and not (self.target.of or self.target.type).is_text:
            return f"“{self.title}” is about pictures, and training takes text."
        if self.prompt is None and not self.holds_turns:
            return f"“{self.title}” has no prompt: no text stands before {self.target.title} that asks for it."
        return ""


def _kind(field: Field) -> str:
    return (field.of or field.type).slug


def optional_prompt(asked: Iterable[Asked]) -> list[str]:
    """What is lost where samples needn't have a prompt."""
    if any(each.prompt is not None and not each.prompt.required for each in asked):
        return ["Samples without a prompt."]
    return []


def joined(source: Source, table: str) -> Iterator[tuple[dict[str, Any], int]]:
    """The rows of a derived table, each with the version of the interface that its sample was decided under."""
    gold = read_rows(source.folder, source.manifest.table("gold"), _KEYS)
    sample = next(gold, None)
    for row in read_rows(source.folder, source.manifest.table(table)):
        while sample is not None and sample["key"] != row["key"]:
            sample = next(gold, None)
        if sample is None:
            raise ExportRefused(f"The table {table} names a sample that isn't there: {row['key']}. Verify the version.")
        yield row, sample["interface"]


def messages(value: str, field: Field | None, role: str) -> Turns:
    """A cell as messages: a conversation's turns, or one message of ``role``."""
    if field is not None and _kind(field) == "chat":
        return turns_of(orjson.loads(value))
    return [{"role": role, "content": value}]


def turns_of(value: Iterable[Mapping[str, Any]]) -> Turns:
    return [{"role": turn["role"], "content": turn["content"]} for turn in value]


def shared_turns(first: Turns, second: Turns) -> Turns:
    """The turns with which both conversations begin."""
    shared: Turns = []
    for one, other in zip(first, second, strict=False):
        if one != other:
            break
        shared.append(one)
    return shared


def lines(rows: Iterable[Mapping[str, Any]], path: Path, empty: str) -> int:
    """JSON lines; ExportRefused with the reason ``empty`` instead of an empty file."""
    count = 0
    with replacing(path) as stream:
        for row in rows:
            stream.write(orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE))
            count += 1
        if not count:
            raise ExportRefused(empty)
    return count
