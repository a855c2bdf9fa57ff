"""Payment card numbers: the ranges and lengths that issuers use (ISO/IEC 7812), and the Luhn check digit."""

import re
from collections.abc import Iterator

from projects.intake.personal.base import Finder, Span

# In one piece, in fours, or as American Express and Diners print them; never a part of a longer row of digits.
_ROW = re.compile(
    r"(?<![\w.])(?<![0-9][ -])(?<![+])"
    r"(?:[0-9]{14,19}|[0-9]{4}(?:[ -][0-9]{4}){3}(?:[ -][0-9]{1,3})?|[0-9]{4}[ -][0-9]{6}[ -][0-9]{4,5})"
    r"(?![\w]|[ .-][0-9])"
)
# First digits, as a range of numbers of one length, and the lengths that go with them.
_ISSUED = (
    ("4", "4", (16, 19)),
    ("51", "55", (16,)),
    ("2221", "2720", (16,)),
    ("34", "34", (15,)),
    ("37", "37", (15,)),
    ("300", "305", (14,)),
    ("36", "36", (14,)),
    ("38", "39", (14,)),
    ("3528", "3589", (16,)),
    ("6011", "6011", (16,)),
    ("644", "659", (16,)),
    ("62", "62", (16, 17, 18, 19)),
)


class Card(Finder):
    slug = "card"
    title = "Payment card number"
    plural = "Payment card numbers"

    def find(self, text: str) -> Iterator[Span]:
        for found in _ROW.finditer(text):
            digits = found[0].replace(" ", "").replace("-", "")
            if _is_issued(digits) and luhn(digits):
                yield Span(*found.span())


def _is_issued(digits: str) -> bool:
    return any(low <= digits[: len(low)] <= high and len(digits) in lengths for low, high, lengths in _ISSUED)


def luhn(digits: str) -> bool:
    """Whether the last digit is the check digit of the others (ISO/IEC 7812-1, annex B)."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (1 + place % 2)
        total += value - 9 if value > 9 else value
    return total % 10 == 0
