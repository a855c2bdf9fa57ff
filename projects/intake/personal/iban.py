"""International bank account numbers (ISO 13616): a country's length, and the remainder 1 modulo 97 (ISO 7064)."""

import re
from collections.abc import Iterator

from projects.intake.personal.base import Finder, Span

_LENGTHS = {
    country: length
    for length, countries in {
        15: "NO",
        16: "BE",
        18: "DK FI FK FO GL NL SD",
        19: "MK SI",
        20: "AT BA EE KZ LT LU MN XK",
        21: "CH CR HR LI LV",
        22: "BG BH DE GB GE IE ME RS VA",
        23: "AE GI IL IQ OM SO TL",
        24: "AD CZ ES MD PK RO SA SE SK TN VG",
        25: "LY PT ST",
        26: "IS TR",
        27: "BI DJ FR GR IT MC MR SM",
        28: "AL AZ BY CY DO GT HU LB NI PL SV",
        29: "BR EG PS QA UA",
        30: "JO KW MU YE",
        31: "MT SC",
        32: "LC",
        33: "RU",
    }.items()
    for country in countries.split()
}
# How it may begin; where it ends the country says.
_BEGINNING = re.compile(r"\b([A-Za-z]{2})[0-9]{2}(?=[ -]?[A-Za-z0-9])")
_ALPHABET = frozenset("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ")


class Iban(Finder):
    slug = "iban"
    title = "Bank account number (IBAN)"
    plural = "Bank account numbers (IBAN)"

    def find(self, text: str) -> Iterator[Span]:
        after = 0
        for found in _BEGINNING.finditer(text):
            length = _LENGTHS.get(found[1].upper())
            if length is None or found.start() < after:
                continue
            end = _taken(text, found.start(), length)
            if end:
                after = end
                yield Span(found.start(), end)


def _taken(text: str, start: int, length: int) -> int:
    """Where the number that begins here ends; 0 where there is none. Single spaces and hyphens may divide it."""
    taken: list[str] = []
    place = start
    while len(taken) < length:
        if place >= len(text):
            return 0
        character = text[place].upper()
        if character in _ALPHABET:
            taken.append(character)
        elif character not in " -\u00a0" or text[place - 1] in " -\u00a0":
            return 0
        place += 1
    if place < len(text) and text[place].isalnum():
        return 0
    number = "".join(taken)
    rearranged = "".join(str(int(character, 36)) for character in number[4:] + number[:4])
    return place if int(rearranged) % 97 == 1 else 0
