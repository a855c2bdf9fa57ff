"""Preference pairs from approved comparisons."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar

from projects.formats.columns import Column, ColumnType
from projects.snapshots.layout.spec import SnapshotError
from projects.snapshots.layout.tables.base import DerivedTable, as_text, prompt_field

__all__ = ["Preference"]


class Preference(DerivedTable):
    """One row an approved pairwise answer with a winner. A tie prefers nothing and makes no row."""

    slug: ClassVar[str] = "preference"
    title: ClassVar[str] = "Preference pairs"
    description: ClassVar[str] = "Pairs from approved comparisons that have a winner; never from a tie or a plural."
    columns: ClassVar[Sequence[Column]] = (
        Column("key", description="The sample."),
        Column("question", description="The comparison."),
        Column("prompt", description="The field that asked for the candidates."),
        Column("chosen", description="The candidate that won."),
        Column("rejected", description="The candidate that lost."),
        Column("strength", ColumnType.INTEGER, "How clearly: 1 to 3, where it was asked."),
        Column("licence", description="Of the sample."),
    )

    def questions(self, interface: Mapping[str, Any]) -> list[Mapping[str, Any]]:
        return [question for question in interface["questions"] if question["type"] == "pairwise"]

    def rows(self, gold: Mapping[str, Any], interface: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
        for question in self.questions(interface):
            answer = (gold["answers"] or {}).get(question["name"])
            if answer is None or answer["winner"] == "tie":
                continue
            candidates = {each["id"]: each["value"] for each in gold["fields"].get(question["on"]) or ()}
            pair = set(answer.get("shown") or candidates)
            others = pair - {answer["winner"]}
            if answer["winner"] not in pair or len(others) != 1 or not pair <= candidates.keys():
                raise SnapshotError(f"{gold['key']}: the answer to {question['name']!r} doesn't fit the candidates")
            asked_by = prompt_field(interface, question["on"])
            yield {
                "key": gold["key"],
                "question": question["name"],
                "prompt": as_text(gold["fields"].get(asked_by)) if asked_by else None,
                "chosen": as_text(candidates[answer["winner"]]),
                "rejected": as_text(candidates[others.pop()]),
                "strength": answer.get("strength"),
                "licence": gold["licence"],
            }
