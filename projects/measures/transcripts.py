"""Word and character error rates: how far texts are from what was said."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from rapidfuzz.distance import Levenshtein

from projects.measures.intervals import Estimate, ratio

By = Literal["words", "characters"]
SPLIT: Final[dict[By, Callable[[str], Sequence[str]]]] = {"words": str.split, "characters": str}


@dataclass(frozen=True)
class Errors:
    """The fewest edits that make a reference of ``length`` words (or characters) into the text."""

    replaced: int
    missing: int
    added: int
    length: int

    @property
    def total(self) -> int:
        return self.replaced + self.missing + self.added


def plain(text: str) -> str:
    """Lower case, without punctuation but for apostrophes, curly ones made straight. A hyphen joins: well-known is one
    word.
    """
    return re.sub(r"[^\w\s']", "", text.replace("’", "'").casefold())


def errors(reference: str, text: str, by: By = "words") -> Errors:
    """As the texts stand: apply ``plain`` before, if case and punctuation are no errors."""
    said, written = SPLIT[by](reference), SPLIT[by](text)
    kinds = [kind for kind, _, _ in Levenshtein.editops(said, written)]
    return Errors(kinds.count("replace"), kinds.count("delete"), kinds.count("insert"), len(said))


def error_rate(found: Iterable[Errors], draws: int = 1000, seed: int = 0) -> Estimate:
    """Of a set: the sum of errors over the sum of words, and not the mean of the texts' rates; above 1 where much was
    added. The interval is over texts.
    """
    rows = np.array([(one.total, one.length) for one in found], dtype=float).reshape(-1, 2)
    return ratio(rows[:, 0], rows[:, 1], draws, seed)
