"""Kahneman-Tversky optimisation: single answers with a yes or a no."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar

from projects.formats.columns import Column, ColumnType
from projects.schema import Interface
from projects.snapshots.exports.base import Export, Source
from projects.snapshots.exports.pairs import asked_pairs, optional_shared, pairs, refuses_pairs
from projects.snapshots.exports.training import Asked, lines, optional_prompt, turns_of
from projects.snapshots.layout.manifest import Manifest
from projects.snapshots.layout.shards import read_rows
from projects.snapshots.layout.tables.preference import Preference

__all__ = ["Kto"]

_EMPTY = "No approved sample of this version has a prompt with a winner, or with a yes or a no."
_LABELS = {"yes": True, "no": False}
_COLUMNS = (
    Column("interface", ColumnType.INTEGER),
    Column("decision"),
    Column("fields", ColumnType.JSON),
    Column("answers", ColumnType.JSON),
)


class Kto(Export):
    """TRL's prompt, completion and label: the two sides of each pair, and what a verdict names good or bad."""

    slug: ClassVar[str] = "kto"
    title: ClassVar[str] = "Good and bad answers (KTO)"
    description: ClassVar[str] = "Prompt, completion and true or false a line, from comparisons and verdicts, for TRL."
    suffix: ClassVar[str] = "-kto.jsonl"
    reads: ClassVar[tuple[str, ...]] = ("gold", Preference.slug)

    def refuses(self, interface: Interface) -> str:
        if not refuses_pairs(interface) or _usable(interface):
            return ""
        if asked_pairs(interface):
            return refuses_pairs(interface)
        if any(question.type.slug == "verdict" for question in interface.questions):
            return "A verdict becomes a label only when it names its text with “on”, and a prompt stands before that."
        return "Labels come from comparisons of two and from verdicts, and no question asks for one."

    def leaves_out(self, interface: Interface) -> list[str]:
        lost = [
            "Ties, unsure verdicts and plural decisions: they call nothing good or bad.",
            "Every column but prompt, completion and label.",
        ]
        asked = (*asked_pairs(interface), *_verdicts(interface))
        lost += [reason for each in asked if (reason := each.refusal())]
        lost += [*optional_shared(interface), *optional_prompt(_usable(interface))]
        return list(dict.fromkeys(lost))

    def lacks(self, manifest: Manifest) -> str:
        if manifest.table(Preference.slug):
            return ""
        asked = (Interface.parse(document) for document in manifest.interfaces.values())
        return "" if any(_usable(interface) for interface in asked) else _EMPTY

    def write(self, source: Source, path: Path) -> int:
        return lines(self._rows(source), path, _EMPTY)

    def _rows(self, source: Source) -> Iterator[dict[str, Any]]:
        asked = [
            each
            for interface in source.interfaces.values()
            for each in (*asked_pairs(interface), *_usable(interface))
            if not each.refusal()
        ]
        talks = any(each.conversational for each in asked)
        for pair in pairs(source, in_messages=talks):
            yield {"prompt": pair.prompt, "completion": pair.chosen, "label": True}
            yield {"prompt": pair.prompt, "completion": pair.rejected, "label": False}
        if any(_usable(interface) for interface in source.interfaces.values()):
            yield from _judged(source, talks)


def _judged(source: Source, talks: bool) -> Iterator[dict[str, Any]]:
    """What verdicts say about a text that a prompt asked for."""
    asked = {version: _usable(interface) for version, interface in source.interfaces.items()}
    for row in read_rows(source.folder, source.manifest.table("gold"), _COLUMNS):
        if row["decision"] != "approve" or not asked[row["interface"]]:
            continue
        fields, answers = row["fields"].parsed(), row["answers"].parsed() if row["answers"] is not None else {}
        for each in asked[row["interface"]]:
            assert each.prompt is not None
            label = _LABELS.get((answers or {}).get(each.name, ""))
            prompt, completion = fields.get(each.prompt.name), fields.get(each.target.name)
            if label is None or prompt is None or completion is None:
                continue
            if talks:
                prompt, completion = _turns(prompt, "user"), _turns(completion, "assistant")
            yield {"prompt": prompt, "completion": completion, "label": label}


def _turns(value: Any, role: str) -> list[dict[str, str]]:
    return [{"role": role, "content": value}] if isinstance(value, str) else turns_of(value)


def _verdicts(interface: Interface) -> list[Asked]:
    named = (q for q in interface.questions if q.type.slug == "verdict" and q.on is not None and q.on.of is None)
    return Asked.all(interface, (question.document for question in named))


def _usable(interface: Interface) -> list[Asked]:
    """Verdicts about a text with a prompt before it."""
    return [each for each in _verdicts(interface) if not each.refusal() and each.prompt is not None]
