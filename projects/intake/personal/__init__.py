"""Finders of personal data: one file each. They find forms and not meanings: no names, no postal addresses.

A finder gives places, never values: nothing of what it found is stored or logged.
"""

from typing import Final

from projects.intake.personal.base import Finder, Span
from projects.intake.personal.card import Card
from projects.intake.personal.email import Email
from projects.intake.personal.iban import Iban
from projects.intake.personal.ip import IpAddress
from projects.intake.personal.phone import Phone

__all__ = ["BY_SLUG", "FINDERS", "Finder", "Span"]

FINDERS: Final[tuple[Finder, ...]] = (Email(), Phone(), Card(), Iban(), IpAddress())
BY_SLUG: Final[dict[str, Finder]] = {finder.slug: finder for finder in FINDERS}
