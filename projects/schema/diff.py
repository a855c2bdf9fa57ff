"""The word diff of a correction: derived from the two texts whenever it is shown, never stored."""

import difflib
import re
from typing import Literal, NamedTuple

# A run of spaces, a character of a script written without spaces, a word, or one other character.
_TOKEN = re.compile(
    r"\s+|[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]|[^\W_]+(?:['’][^\W_]+)*|.",
    re.DOTALL,
)


class Part(NamedTuple):
    op: Literal["equal", "insert", "delete"]
    text: str


def tokens(text: str) -> list[str]:
    """The text in words; joined they are the text again."""
    return _TOKEN.findall(text)


def word_diff(old: str, new: str) -> list[Part]:
    """How ``old`` becomes ``new``: the equal and deleted parts make ``old``, the equal and inserted ones ``new``."""
    before, after = tokens(old), tokens(new)
    matcher = difflib.SequenceMatcher(None, before, after, autojunk=False)
    parts: list[Part] = []
    for op, i, j, k, m in matcher.get_opcodes():
        if op == "equal":
            parts.append(Part("equal", "".join(before[i:j])))
            continue
        if i < j:
            parts.append(Part("delete", "".join(before[i:j])))
        if k < m:
            parts.append(Part("insert", "".join(after[k:m])))
    return parts
