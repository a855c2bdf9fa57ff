"""Direct preference optimisation: pairs with a winner."""

from pathlib import Path
from typing import ClassVar

from projects.schema import Interface
from projects.snapshots.exports.base import Export, Source
from projects.snapshots.exports.pairs import asked_pairs, optional_shared, pairs, refuses_pairs
from projects.snapshots.exports.training import lines
from projects.snapshots.layout.manifest import Manifest
from projects.snapshots.layout.tables.preference import Preference

__all__ = ["Dpo"]

_EMPTY = "No approved comparison of this version has a prompt and a winner."


class Dpo(Export):
    """TRL's prompt, chosen and rejected, from approved comparisons that have a winner."""

    slug: ClassVar[str] = "dpo"
    title: ClassVar[str] = "Preference pairs (DPO)"
    description: ClassVar[str] = "Prompt, chosen and rejected a line, from comparisons with a winner, for TRL."
    suffix: ClassVar[str] = "-dpo.jsonl"
    reads: ClassVar[tuple[str, ...]] = ("gold", Preference.slug)

    def refuses(self, interface: Interface) -> str:
        return refuses_pairs(interface)

    def leaves_out(self, interface: Interface) -> list[str]:
        lost = [
            "Ties and plural decisions: they prefer nothing.",
            "Every column but prompt, chosen and rejected: keys and licences are in the table preference of hf and "
            "croissant.",
        ]
        if any(question.strength for question in interface.questions):
            lost.append("How clearly the winner won.")
        lost += [reason for each in asked_pairs(interface) if (reason := each.refusal())]
        return [*lost, *optional_shared(interface)]

    def lacks(self, manifest: Manifest) -> str:
        return "" if manifest.table(Preference.slug) else _EMPTY

    def write(self, source: Source, path: Path) -> int:
        rows = (
            {"prompt": pair.prompt, "chosen": pair.chosen, "rejected": pair.rejected}
            for pair in pairs(source, in_messages=self._talks(source))
        )
        return lines(rows, path, _EMPTY)

    def _talks(self, source: Source) -> bool:
        asked = (each for interface in source.interfaces.values() for each in asked_pairs(interface))
        return any(each.conversational for each in asked if not each.refusal())
