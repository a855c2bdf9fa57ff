"""Licences by the names everybody uses: SPDX identifiers and expressions (SPDX specification 3.0, annex B)."""

import re
from functools import lru_cache
from typing import Any

from license_expression import ExpressionError, get_spdx_licensing

__all__ = ["LicenceError", "normalised"]

# What a list that nobody else has may be called.
_OWN = re.compile(r"(?:DocumentRef-[A-Za-z0-9.-]+:)?LicenseRef-[A-Za-z0-9.-]+")
LIMIT = 200  # characters


class LicenceError(ValueError):
    """Not a licence that others could look up; the message says what is expected."""


@lru_cache(maxsize=1)
def _licensing() -> Any:
    return get_spdx_licensing()


@lru_cache(maxsize=4096)
def normalised(expression: str) -> str:
    """The expression as SPDX writes it (``cc-by-4.0`` → ``CC-BY-4.0``). Raises LicenceError.

    ``AND``, ``OR``, ``WITH`` and parentheses are allowed, as are own licences called ``LicenseRef-…``.
    """
    if len(expression) > LIMIT:
        raise LicenceError(f"longer than {LIMIT} characters")
    licensing = _licensing()
    # Nearly every expression is one identifier, and the parser takes a third of a second to get ready.
    single = licensing.known_symbols_lowercase.get(expression.strip().lower())
    if single is not None and not single.is_exception:
        return str(single.key)
    try:
        parsed = licensing.parse(expression, strict=True)
        unknown = licensing.unknown_license_keys(parsed)
    except (ExpressionError, AttributeError) as error:  # its own error handling raises AttributeError for some input
        raise LicenceError(_expected(expression)) from error
    if parsed is None or any(not _OWN.fullmatch(name) for name in unknown):
        raise LicenceError(_expected(expression))
    text = str(parsed.render())
    if len(text) > LIMIT:
        raise LicenceError(f"longer than {LIMIT} characters")
    return text


def _expected(expression: str) -> str:
    shown = expression if len(expression) <= 60 else expression[:59] + "…"
    return f"“{shown}” is no SPDX licence (like CC-BY-4.0) and no LicenseRef-… of your own"
