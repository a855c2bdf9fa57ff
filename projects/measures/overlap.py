"""How much of a text stands word for word in other texts: the n-grams that both have.

As contamination of training data by test questions is commonly measured: a text is affected when one n-gram of n = 13
words is in both (Brown et al. 2020, appendix C, where n is 8 to 13 by benchmark). The share of affected n-grams, which
PaLM's and Llama 2's reports put thresholds on, is given beside it.

Texts are compared under NFKC, case folded, without punctuation and apostrophes. Scripts that put no spaces between
words (Han, Kana, Thai, Lao, Khmer, Burmese, Tibetan) are taken by character: n-grams of words become n-grams of
characters where a text is written so. A text of fewer than n words is one n-gram, the whole of it: it is found where
another text is the same, not inside a longer one.

n-grams are kept as 64-bit hashes: that two different ones among 10^7 and 10^8 are taken for the same has the
probability 10^15 / 2^64, one in 18,000.
"""

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

Hashes = NDArray[np.uint64]

N: Final = 13
SMALLEST, LARGEST = 3, 50
_UNSPACED: Final = (
    "\u0e00-\u0eff\u0f00-\u0fff\u1000-\u109f\u1780-\u17ff"  # Thai and Lao, Tibetan, Burmese, Khmer
    "\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"  # Kana, Han
)
_ASCII: Final = re.compile("[a-z0-9]+")  # the same for such texts, and faster
_APOSTROPHES: Final = re.compile("['\u2018\u2019\u02bc\u2032`]")
# Odd, so that multiplying by it loses nothing; its digits are those of the golden ratio.
_BASE: Final = np.uint64(0x9E3779B97F4A7C15)
_REMEMBERED: Final = 200_000  # words
_PIECE: Final = 1_000_000  # hashes

_words: dict[str, int] = {}


def tokens(text: str) -> list[str]:
    """The words of a text, or its characters where its script has no spaces, as they are compared."""
    plain = _APOSTROPHES.sub("", unicodedata.normalize("NFKC", text).casefold())
    return (_ASCII if plain.isascii() else _pattern()).findall(plain)


@lru_cache(maxsize=1)
def _pattern() -> re.Pattern[str]:
    # To re, combining marks are no part of a word; in Hindi they are most of it.
    unspaced = re.compile(f"[{_UNSPACED}]")
    marks = "".join(
        chr(code)
        for code in range(0x300, 0x20000)
        if unicodedata.category(chr(code)) in ("Mn", "Mc") and not unspaced.match(chr(code))
    )
    return re.compile(rf"(?:[^\W_{_UNSPACED}]+|[{marks}]+)+|[{_UNSPACED}]")


def hashes(text: str, n: int = N) -> Hashes:
    """One hash for each n-gram, in order, repeated ones too; one for a text of fewer than n words; none without any."""
    found = tokens(text)
    words = np.fromiter(map(_hash, found), dtype=np.uint64, count=len(found))
    size = min(n, len(words))
    if size == 0:
        return words
    # The length is part of it: a short text's whole is never taken for a part of another.
    total = np.full(len(words) - size + 1, size, dtype=np.uint64)
    for place in range(size):
        total *= _BASE
        total += words[place : place + len(total)]
    return total


def _hash(word: str) -> int:
    known = _words.get(word)
    if known is None:
        if len(_words) >= _REMEMBERED:
            _words.clear()
        known = int.from_bytes(hashlib.blake2b(word.encode("utf-8", "replace"), digest_size=8).digest(), "little")
        _words[word] = known
    return known


def collect(texts: Iterable[str], n: int = N) -> Hashes:
    """The different n-grams of all texts, sorted. Holds them, and not the texts."""
    known = np.empty(0, dtype=np.uint64)
    for piece in _pieces(hashes(text, n) for text in texts):
        known = np.union1d(known, piece)
    return known


def _pieces(found: Iterable[Hashes]) -> Iterator[Hashes]:
    held: list[Hashes] = []
    count = 0
    for each in found:
        held.append(each)
        count += len(each)
        if count >= _PIECE:
            yield np.concatenate(held)
            held, count = [], 0
    if held:
        yield np.concatenate(held)


def shared(found: Hashes, known: Hashes) -> int:
    """How many of the n-grams are among the known ones, which are sorted."""
    if not len(known) or not len(found):
        return 0
    places = np.searchsorted(known, found)
    places[places == len(known)] = 0
    return int(np.count_nonzero(known[places] == found))
