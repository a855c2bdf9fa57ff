"""What every writer does: rows in, one file out, the same bytes for the same rows."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar

from projects.formats.columns import Column

__all__ = ["Writer"]


class Writer(ABC):
    """One table format. Slugs are stored and never change."""

    slug: ClassVar[str]
    title: ClassVar[str]
    suffix: ClassVar[str]
    media_type: ClassVar[str]

    @abstractmethod
    def write(self, rows: Iterable[Mapping[str, Any]], path: Path, columns: Sequence[Column]) -> int:
        """Write rows to a new file at `path` and return how many there were.

        Rows are taken one by one, so memory doesn't grow with their number. The file appears when it is complete;
        where anything raises, nothing appears and an older file stays. Raises RowError for a row that doesn't fit.
        """
