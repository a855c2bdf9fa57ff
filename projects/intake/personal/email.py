"""E-mail addresses, as RFC 5321 limits them: 64 characters before the sign, a host of at least two labels."""

import re
from collections.abc import Iterator

from projects.intake.personal.base import Finder, Span

_ADDRESS = re.compile(
    r"(?<![\w.+%-])[\w+%][\w.+%'-]{0,63}@(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.){1,8}[^\W\d_]{2,24}(?![\w-]|\.[^\W_])"
)


class Email(Finder):
    slug = "email"
    title = "E-mail address"
    plural = "E-mail addresses"

    def find(self, text: str) -> Iterator[Span]:
        if "@" in text:
            for found in _ADDRESS.finditer(text):
                yield Span(*found.span())
