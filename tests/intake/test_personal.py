"""What the finders of personal data take, and what literary text has that only looks like it."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projects.intake.personal import BY_SLUG, FINDERS
from projects.intake.personal.card import luhn
from projects.intake.texts import SHORTEST, digest, texts

TAKEN = {
    "email": [
        ("Write to ada.l@example.org, please.", "ada.l@example.org"),
        ("<o'neil+news@mail.example.co.uk>", "o'neil+news@mail.example.co.uk"),
        ("An jörg@bücher.example.", "jörg@bücher.example"),
    ],
    "phone": [
        ("Call +44 20 7946 0958 now", "+44 20 7946 0958"),
        ("+1 (212) 555-0123", "+1 (212) 555-0123"),
        ("+33.1.23.45.67.89!", "+33.1.23.45.67.89"),
        ("Tel.: 030 123456", "030 123456"),
        ("tel: 0221/4558-12", "0221/4558-12"),
        ("mobile: 07700 900123", "07700 900123"),
        ("Phone number 555 0123 45", "555 0123 45"),
    ],
    "card": [
        ("4111 1111 1111 1111", "4111 1111 1111 1111"),
        ("paid with 5500-0000-0000-0004.", "5500-0000-0000-0004"),
        ("378282246310005", "378282246310005"),
    ],
    "iban": [
        ("to DE89 3704 0044 0532 0130 00 at once", "DE89 3704 0044 0532 0130 00"),
        ("GB82WEST12345698765432", "GB82WEST12345698765432"),
        ("gb82 west 1234 5698 7654 32 and more", "gb82 west 1234 5698 7654 32"),
    ],
    "ip": [
        ("from 192.168.10.1.", "192.168.10.1"),
        ("[2001:db8::ff00:42:8329]", "2001:db8::ff00:42:8329"),
    ],
}
PASSED = [
    "In 1914-1918, 1939-1945 and 2001/2002 the house stood empty: 1 September 1939 to 8 May 1945.",
    "ISBN 978-3-16-148410-0, ISBN 978 0 306 40615 7, ISBN-10 0-306-40615-2, ISSN 2049-3630.",
    "She won 21-15, 19-21, 21-18; it ended 3:2 (25-23, 22-25, 25-20, 19-25, 15-13).",
    "John 3:16-17, Psalm 119:105-112, Genesis 1:1-2:3, Iliad 1.2.3.4, 24.507-551.",
    "The phone rang 3 times in 1984. Phone 7 of 1984. In cell 1234567, a handy 12 34 56 78.",
    "It was 12:30:45, and π is +3.14159265358; 1,000,000,000 stars; +100 points; 10.000.000.",
    "Section 12.4.10.3, version 10.0.12.3, v10.20.30.40, 1:2:3:4:5:6:7:8, ::1, std::vec.",
    "4111 1111 1111 1112 and 1234 5678 9012 3456 and 20261121183000 and 9783161484100",
    "DE89 3704 0044 0532 0130 01, XX00 1234 5678 9012, IT WAS THE BEST OF TIMES 1859",
    "@home a@b me@localhost, at example dot org; 5 @ 3.50 each; x@y.z",
    "0 1 1 2 3 5 8 13 21 34 55 89 144 233 377 610 987; 4 8 15 16 23 42",
]


@pytest.mark.parametrize(
    ("slug", "text", "value"), [(slug, *case) for slug, cases in TAKEN.items() for case in cases], ids=str
)
def test_what_has_the_form_is_found_where_it_stands_and_by_no_other_finder(slug: str, text: str, value: str) -> None:
    found = [(finder.slug, text[start:end]) for finder in FINDERS for start, end in finder.find(text)]
    assert found == [(slug, value)]


@pytest.mark.parametrize("text", PASSED)
def test_what_only_looks_like_it_is_not_taken(text: str) -> None:
    assert [(finder.slug, text[a:b]) for finder in FINDERS for a, b in finder.find(text)] == []


PIECES = st.sampled_from(
    [
        "a@b.cc",
        "+49 ",
        "tel. ",
        "DE89",
        "GB82",
        "4111",
        " ",
        "-",
        ".",
        ":",
        "::",
        "0",
        "1",
        "5",
        "٣",
        "é",
        "\u00a0",
        "@",
        "(",
        ")",
    ]
)
ANY = st.one_of(st.text(), st.lists(PIECES, max_size=60).map("".join), st.text(alphabet="0123456789+-. :/@ABab"))


@pytest.mark.parametrize("slug", sorted(BY_SLUG))
@given(text=ANY)
def test_any_text_is_read_and_places_lie_inside_it_in_order(slug: str, text: str) -> None:
    end = 0
    for start, after in BY_SLUG[slug].find(text):
        assert end <= start < after <= len(text)
        end = after


@given(digits=st.text(alphabet="0123456789", min_size=1, max_size=18), place=st.integers(0, 17), step=st.integers(1, 9))
def test_the_check_digit_notices_any_one_wrong_digit(digits: str, place: int, step: int) -> None:
    whole = next(digits + last for last in "0123456789" if luhn(digits + last))
    place %= len(whole)
    wrong = whole[:place] + str((int(whole[place]) + step) % 10) + whole[place + 1 :]
    assert not luhn(wrong)


@pytest.mark.parametrize("piece", ["a@", "a.", "+1 ", "tel: 1", "1234 ", "DE89 ", "1.", "a:", "1", "x", "(1", "a@b."])
def test_time_is_linear_in_the_length(piece: str) -> None:
    text = piece * 100_000
    assert all(sum(1 for _ in finder.find(text)) >= 0 for finder in FINDERS)


def test_the_registry_and_the_documentation_name_the_same() -> None:
    said = Path(__file__).resolve().parents[2].joinpath("docs/import.md").read_text()
    assert [finder.slug for finder in FINDERS if f"`{finder.slug}`" not in said] == []


def test_texts_are_read_whatever_their_shape() -> None:
    value = [{"id": "a", "value": "one"}, {"role": "user", "content": "two"}, {"b": [3, None], "a": True}]
    assert list(texts(value)) == ["one", "two", "a", "True", "b", "3"]


def test_equal_texts_have_one_digest_and_others_another() -> None:
    long = "The tide kept the letter for a year."
    assert digest({"text": long}) == digest({"text": "  THE tide\nkept the  ｌｅｔｔｅｒ for a year. "}) != ""
    different: list[dict[str, Any]] = [
        {"text": long + "!"},
        {"other": long},
        {"text": long, "more": ""},
        {"text": [long, ""]},
        {"text": {"a": long}},
        {"text": {"b": long}},
    ]
    assert len({digest(fields) for fields in ({"text": long}, *different)}) == 7
    assert digest({"a": "x" * (SHORTEST - 1)}) == "" != digest({"a": "x" * SHORTEST})


@given(
    fields=st.dictionaries(
        st.text(max_size=5), st.recursive(st.text() | st.integers() | st.none(), st.lists, max_leaves=5)
    )
)
def test_any_fields_have_a_digest(fields: dict[str, Any]) -> None:
    assert len(digest(fields)) in (0, 64)
