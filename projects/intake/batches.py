"""The one way a file's lines become rows: read, check, store, in batches that survive a kill at any moment.

A batch is one transaction: the rows it adds, the counts, the audit row and the job's checkpoint (how many lines the
reader has given so far) are committed together or not at all. Whoever takes the job over passes over the lines that
are counted in the checkpoint and goes on. Lines are read and checked before the transaction begins, so that the
database's write lock is held only for writing.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any, Generic, Protocol, TypeVar

from projects.formats.readers import Line, Reader
from projects.intake import rejected
from projects.intake.models import Import
from projects.intake.rejected import INVALID, Rejected
from projects.workspace.audit import Change, change
from projects.workspace.jobs import JobFailed, Progress
from projects.workspace.models import Job, Project

# Few enough that others who write wait for a few hundredths of a second at most, many enough to be quick.
BATCH_LINES = 1_000
# Lines may be long: a batch is held in memory.
BATCH_BYTES = 8 * 2**20

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)


class BadLine(ValueError):
    """A line that can't be taken; the message is the reason for whoever sent it."""


@dataclass
class Stored:
    """What became of a batch's checked lines. ``counts`` by outcome, without what was rejected."""

    counts: Counter[str] = field(default_factory=Counter)
    rejected: list[Rejected] = field(default_factory=list)
    # What the batch's audit row tells besides the counts; no row is written when nothing was.
    told: dict[str, Any] = field(default_factory=dict)


class Loader(Protocol[T]):
    """What differs between kinds of imports."""

    outcomes: Sequence[str]
    action: str  # of the audit row of a batch
    structured: Collection[str]

    def prepare(self, data: dict[str, Any]) -> T:
        """Checks one line without writing; raises BadLine."""

    def store(self, lines: Sequence[tuple[Line, T]], project: Project, log: Change) -> Stored:
        """Writes what a batch brings, inside its transaction. ``project`` is fresh, and its row is locked."""

    def finish(self, log: Change) -> None:
        """What follows from the whole import, in the transaction that ends the job."""


@dataclass
class Checkpoint:
    """How far an import has come, as kept in its job."""

    lines: int = 0  # that the reader has given
    parts: int = 0  # of the file of rejected lines
    counts: dict[str, int] = field(default_factory=dict)


class Run(Generic[T]):
    """One job's work on one file."""

    def __init__(self, job: Job, progress: Progress, source: Import, loader: Loader[T]) -> None:
        self.job, self.progress, self.source, self.loader = job, progress, source, loader
        self.at = Checkpoint(**job.checkpoint)
        for outcome in loader.outcomes:
            self.at.counts.setdefault(outcome, 0)
        self.folder = f"rejected/{source.project_id}/{source.pk}"

    def over(self, reader: Reader, path: Path) -> dict[str, Any]:
        """Reads the file from the checkpoint to its end and returns the report."""
        total = lines_in(path, reader)
        lines = islice(reader.read(path, structured=self.loader.structured), self.at.lines, None)
        for batch in batches(lines):
            if batch[0].number == 0 and batch[0].data is None:  # nothing in it is a line that could be mended
                raise JobFailed(f"The file can't be read: {batch[0].error}")
            self._batch(batch, total)
        with change(self.job.actor, self.source.project) as log:
            self.loader.finish(log)
            report: dict[str, Any] = {**self.at.counts, "lines": self.at.lines}
            log("import.finished", self.source, **report)
            self.progress.finish(report)
        return report

    def _batch(self, batch: list[Line], total: int | None) -> None:
        fine: list[tuple[Line, T]] = []
        refused: list[Rejected] = []
        for line in batch:
            if line.data is None:
                refused.append(Rejected(line, INVALID, line.error or "not readable"))
                continue
            try:
                fine.append((line, self.loader.prepare(line.data)))
            except BadLine as error:
                refused.append(Rejected(line, INVALID, str(error)))
        with change(self.job.actor, self.source.project) as log:
            # One import at a time writes to a project, so that two can't both find a key missing.
            project = Project.objects.select_for_update(no_key=True).get(pk=self.source.project_id)
            stored = self.loader.store(fine, project, log)
            refused += stored.rejected
            parts = self._keep(refused)
            counts = stored.counts + Counter(line.outcome for line in refused)
            if stored.told:
                log(self.loader.action, self.source, **{name: counts[name] for name in counts}, **stored.told)
            at = Checkpoint(self.at.lines + len(batch), parts, dict(Counter(self.at.counts) + counts))
            at.counts = {outcome: at.counts.get(outcome, 0) for outcome in self.loader.outcomes}
            done = max(batch[-1].number, 0) if total else at.lines
            self.progress(done, total, f"{at.lines:,} lines", checkpoint=asdict(at))
        self.at = at

    def _keep(self, refused: list[Rejected]) -> int:
        """Writes the batch's rejected lines; the number of parts there are then."""
        if not refused:
            return self.at.parts
        refused.sort(key=lambda each: each.line.number)
        rejected.write_part(self.folder, self.at.parts, refused)
        if not self.source.errors:
            self.source.errors = self.folder
            self.source.save(update_fields=["errors"])
        return self.at.parts + 1


def batches(lines: Iterable[Line]) -> Iterator[list[Line]]:
    """Lines in lists that are bounded in number and in bytes."""
    batch: list[Line] = []
    size = 0
    for line in lines:
        batch.append(line)
        size += len(line.raw)
        if len(batch) >= BATCH_LINES or size >= BATCH_BYTES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def lines_in(path: Path, reader: Reader) -> int | None:
    """How many lines a text file has, for the progress; None where finding out costs as much as reading it."""
    with path.open("rb") as file:
        if reader.slug not in ("jsonl", "csv") or file.read(2) == b"\x1f\x8b":
            return None
        file.seek(0)
        count, last = 0, b"\n"
        while chunk := file.read(1024 * 1024):
            count += chunk.count(b"\n")
            last = chunk[-1:]
        return count + (last != b"\n")
