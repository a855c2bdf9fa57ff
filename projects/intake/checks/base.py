"""What every intake check offers."""

from collections.abc import Sequence
from typing import ClassVar, Protocol

from projects.intake.content import Part


class Check(Protocol):
    """One automatic look at a sample before people see it. Slugs are stored and never change."""

    slug: ClassVar[str]
    title: ClassVar[str]

    def reason(self, parts: Sequence[Part]) -> str | None:
        """Why the sample should be quarantined, in words for the project's owner; None when it may go on."""
