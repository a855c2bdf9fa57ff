"""Small pieces of Markdown from text that anybody may have written."""

import re
from collections.abc import Iterable, Mapping, Sequence

__all__ = ["inline", "table"]

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>()#!|~&$^])")


def inline(text: str) -> str:
    """Text that renders as itself on one line: no markup, no HTML, no table cell that ends early."""
    return _SPECIAL.sub(r"\\\1", " ".join(text.split()))


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table. Cells must be Markdown already; see `inline`."""
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in lines) + "\n"


def counts(title: str, found: Mapping[str, int]) -> str:
    """A table of counts, the most frequent first."""
    ordered = sorted(found.items(), key=lambda item: (-item[1], item[0]))
    return table([title, "samples"], [[inline(name), f"{number:,}"] for name, number in ordered])
