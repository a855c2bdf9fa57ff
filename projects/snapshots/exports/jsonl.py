"""JSON Lines: the gold table, a sample a line."""

from typing import ClassVar

from projects.snapshots.exports.gold import GoldTable

__all__ = ["JsonLines"]


class JsonLines(GoldTable):
    slug: ClassVar[str] = "jsonl"
    title: ClassVar[str] = "JSON Lines"
    description: ClassVar[str] = "A sample a line, with its final answer, or soft labels where it is plural."
    suffix: ClassVar[str] = ".jsonl"
