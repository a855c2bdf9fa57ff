"""Telephone numbers that say so: ``+`` and a country code (ITU-T E.164: at most 15 digits), or a word before.

Bare digits are never taken: in literary text they are years, verses, scores and ISBNs far more often.
"""

import re
from collections.abc import Iterator

from projects.intake.personal.base import Finder, Span

# A row of digits, from the sign or the bracket before it.
_ROW = re.compile(
    r"(?P<sign>(?<![\w+.,])\+[ ]?)?\(?(?P<digits>[0-9](?:[ \u00a0.\-/()]{0,2}[0-9]){5,16})(?![0-9]|[.,][0-9])"
)
# These say it alone; those are also something else, and say it with a colon or "number" behind them.
_WORDS = "telephone|telefonnummer|telefono|teléfono|telefone|téléphone|telefon|phone|whatsapp|tel|tél|fax"
_DOUBTFUL = "cellphone|mobile|mobil|móvil|handy|cell|ph"
_NAMED = r"[ ](?:number|no|nr)\b[ ]?[.:]{0,2}"
_SAID = re.compile(
    rf"(?<!\w)(?:(?:{_WORDS})(?:{_NAMED}|[ ]?[.:]{{0,2}})|(?:{_DOUBTFUL})(?:{_NAMED}|[ ]?:))[ ]?\Z", re.IGNORECASE
)
_LOOK_BACK = 30  # characters
_LEAST_WITH_SIGN, _LEAST, _MOST = 8, 6, 15  # digits
_DECIMAL = re.compile(r"[0-9]+\.[0-9]+")


class Phone(Finder):
    slug = "phone"
    title = "Telephone number"
    plural = "Telephone numbers"

    def find(self, text: str) -> Iterator[Span]:
        for found in _ROW.finditer(text):
            number = found["digits"]
            count = sum(character.isdigit() for character in number)
            if count > _MOST or _DECIMAL.fullmatch(number):
                continue
            if found["sign"]:  # no country code begins with 0
                if count >= _LEAST_WITH_SIGN and number[0] != "0":
                    yield Span(*found.span())
            elif count >= _LEAST and _SAID.search(text, max(0, found.start() - _LOOK_BACK), found.start()):
                yield Span(found.start("digits"), found.end())
