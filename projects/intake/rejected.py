"""The lines that an import did not take: number, reason and the line itself, kept beside the uploads.

They are written in numbered parts, one at most for each batch, before the batch is committed. How many parts count is
in the job's checkpoint, so a batch that is done again after a crash writes the same part again: nothing is there twice
and nothing is missing, on a disk as on S3.
"""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any, NamedTuple

import orjson
from django.core.files.base import ContentFile

from projects.formats.readers import Line
from projects.intake import uploads
from projects.intake.models import Import

INVALID, CONFLICT = "invalid", "conflict"


class Rejected(NamedTuple):
    """One line that was not taken. ``outcome`` is ``invalid`` or ``conflict``."""

    line: Line
    outcome: str
    reason: str

    def as_json(self) -> bytes:
        text = self.line.raw.decode("utf-8", "replace")
        return orjson.dumps(
            {"number": self.line.number, "outcome": self.outcome, "reason": self.reason, "line": text},
            option=orjson.OPT_APPEND_NEWLINE,
        )


def write_part(folder: str, number: int, rejected: Iterable[Rejected]) -> None:
    """Writes one part, over whatever an interrupted attempt left under its name."""
    name = _part(folder, number)
    storage = uploads.storage()
    storage.delete(name)
    storage.save(name, ContentFile(b"".join(line.as_json() for line in rejected)))


def read(source: Import) -> Iterator[bytes]:
    """Every rejected line of an import as a line of JSON, in the order of the file."""
    storage = uploads.storage()
    for number in range(int(source.job.checkpoint.get("parts", 0))):
        with storage.open(_part(source.errors, number)) as part:
            yield from part


def first(source: Import, limit: int = 100) -> list[dict[str, Any]]:
    """The first rejected lines, for the report on the screen."""
    return [orjson.loads(line) for line in islice(read(source), limit)]


def _part(folder: str, number: int) -> str:
    return f"{folder}/part-{number:06}.jsonl"
