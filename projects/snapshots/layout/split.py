"""Train, validation and test: each sample's part follows from the hash of its group and from nothing else.

Samples of one group (one creator, one prompt) are always in the same part, so that nothing of a group leaks across. New
samples move no other sample, and the next version with the same shares gives everybody the part they had.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from projects.formats.canonical import canonical
from projects.formats.columns import JsonText

__all__ = ["PARTS", "Split", "SplitError"]

PARTS: Final = ("train", "validation", "test")
CREATOR: Final = "creator"
_FIELD: Final = "fields."
_OF: Final = 2**64


class SplitError(ValueError):
    """A split that can't be made; the message says why."""


@dataclass(frozen=True, slots=True)
class Split:
    """`shares` are whole percents by part, 100 in all. `group` is empty (each sample for itself), `creator`, or
    `fields.<name>`; a sample that doesn't say is a group of its own. Another `seed` deals anew."""

    shares: Mapping[str, int]
    group: str = ""
    seed: str = ""

    @classmethod
    def parse(cls, document: object) -> "Split":
        """From {"shares": {"train": 80, "validation": 10, "test": 10}, "group": "creator", "seed": "…"}."""
        if not isinstance(document, Mapping) or not document.keys() <= {"shares", "group", "seed"}:
            raise SplitError("split: expected an object with shares and, optionally, group and seed")
        shares, group, seed = document.get("shares"), document.get("group", ""), document.get("seed", "")
        if not isinstance(shares, Mapping) or not shares.keys() <= set(PARTS):
            raise SplitError(f"split.shares: expected whole percents for {', '.join(PARTS)}")
        if any(not isinstance(share, int) or isinstance(share, bool) or share < 0 for share in shares.values()):
            raise SplitError("split.shares: expected whole percents, none below 0")
        if sum(shares.values()) != 100:
            raise SplitError(f"split.shares: {sum(shares.values())} in all, expected 100")
        if not isinstance(group, str) or (group not in ("", CREATOR) and not group.startswith(_FIELD)):
            raise SplitError("split.group: expected creator, fields.<name> or nothing")
        if not isinstance(seed, str) or len(seed) > 100 or "\x00" in seed + group:
            raise SplitError("split.seed: expected at most 100 characters of text")
        return cls({part: shares.get(part, 0) for part in PARTS}, group, seed)

    def as_json(self) -> dict[str, Any]:
        return {"shares": dict(self.shares), "group": self.group, "seed": self.seed}

    def of(self, row: Mapping[str, Any]) -> str:
        """The part of a gold row."""
        digest = hashlib.sha256(canonical([self.seed, *self._group(row)])).digest()
        # In whole numbers, so that no machine rounds otherwise.
        place = int.from_bytes(digest[:8], "big") * 100
        end = 0
        for part, share in self.shares.items():
            end += share
            if place < end * _OF:
                return part
        raise AssertionError("shares are 100 in all")

    def _group(self, row: Mapping[str, Any]) -> tuple[str, Any]:
        value: Any = None
        if self.group == CREATOR:
            value = row.get("creator")
        elif self.group:
            fields = row["fields"].parsed() if isinstance(row["fields"], JsonText) else row["fields"]
            value = fields.get(self.group[len(_FIELD) :])
        return ("key", row["key"]) if value in (None, "") else (self.group, value)
