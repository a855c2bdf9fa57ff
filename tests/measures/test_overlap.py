"""N-grams that texts share, by hand and by their laws."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from projects.measures import overlap
from projects.measures.overlap import collect, hashes, shared, tokens

TEN = "one two three four five six seven eight nine ten"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The Tide, kept: the LETTER!", ["the", "tide", "kept", "the", "letter"]),
        ("don’t — don't", ["dont", "dont"]),
        ("well-known snake_case", ["well", "known", "snake", "case"]),
        ("ﬁne Ｆｕｌｌ Straße", ["fine", "full", "strasse"]),
        ("潮が来る", list("潮が来る")),
        ("GPT 模型 v2", ["gpt", "模", "型", "v2"]),
        ("हिन्दी भाषा", ["हिन्दी", "भाषा"]),
        ("ภาษา", list("ภาษา")),
        ("… !?", []),
    ],
)
def test_words_as_they_are_compared(text: str, expected: list[str]) -> None:
    assert tokens(text) == expected


def test_the_share_by_hand() -> None:
    """Ten words have eight trigrams. “three four five six”, in another text, has two of them; “nine ten one” none."""
    known = collect(["Three, four; FIVE six.", "nine ten one"], 3)
    assert len(known) == 3
    assert (shared(hashes(TEN, 3), known), len(hashes(TEN, 3))) == (2, 8)


def test_thirteen_words_in_a_row_are_needed() -> None:
    words = [f"w{number}" for number in range(30)]
    twelve, thirteen = (" ".join(["before", *words[:count], "after"]) for count in (12, 13))
    known = collect([" ".join(words)])
    assert len(known) == 30 - 13 + 1
    assert shared(hashes(twelve), known) == 0
    assert shared(hashes(thirteen), known) == 1


def test_a_short_text_is_compared_as_a_whole() -> None:
    known = collect(["What is a tide?"], 13)
    assert shared(hashes("what is a TIDE", 13), known) == 1
    assert shared(hashes("what is a", 13), known) == 0
    assert shared(hashes(f"What is a tide? {TEN}", 13), known) == 0


def test_characters_where_there_are_no_spaces() -> None:
    """Six characters have four trigrams, of which the other text has the first two."""
    assert shared(hashes("春眠不觉晓处", 3), collect(["春眠不觉也"], 3)) == 2


def test_nothing_is_shared_with_nothing() -> None:
    nothing = collect([])
    assert (len(nothing), shared(hashes(TEN), nothing), shared(hashes(""), collect([TEN]))) == (0, 0, 0)
    assert shared(np.array([2**64 - 1], dtype=np.uint64), np.array([1], dtype=np.uint64)) == 0, "beyond the last one"


def test_a_list_in_many_pieces_is_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = [f"{TEN} {number}" for number in range(50)]
    whole = collect(texts, 3)
    monkeypatch.setattr(overlap, "_PIECE", 7)
    assert np.array_equal(collect(texts, 3), whole)
    monkeypatch.setattr(overlap, "_REMEMBERED", 3)
    overlap._words.clear()
    assert np.array_equal(collect(texts, 3), whole)


WORDS = st.lists(st.sampled_from("abcd"), max_size=20)


def naive(words: list[str], n: int) -> list[tuple[str, ...]]:
    size = min(n, len(words))
    return [tuple(words[at : at + size]) for at in range(len(words) - size + 1)] if size else []


@given(WORDS, st.lists(WORDS, max_size=4), st.integers(3, 6))
def test_it_counts_what_sets_of_tuples_count(words: list[str], texts: list[list[str]], n: int) -> None:
    known = {gram for text in texts for gram in naive(text, n)}
    found = naive(words, n)
    kept = collect([" ".join(text) for text in texts], n)
    assert len(kept) == len(known)
    assert np.array_equal(kept, np.unique(kept)), "sorted, each once"
    mine = hashes(" ".join(words), n)
    assert (len(mine), shared(mine, kept)) == (len(found), sum(gram in known for gram in found))


@given(st.text(st.characters(max_codepoint=127)))
def test_plain_letters_are_split_as_all_others_are(text: str) -> None:
    assert tokens(text) == tokens(f"{text} é")[:-1]


@given(st.text(), st.integers(3, 20))
def test_a_text_overlaps_itself_wholly_in_any_writing(text: str, n: int) -> None:
    found = hashes(text, n)
    assert shared(found, collect([text], n)) == len(found)
    assert shared(hashes(f"  {text} !", n), collect([text], n)) == len(found)
