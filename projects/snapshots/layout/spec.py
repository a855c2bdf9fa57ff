"""What a snapshot is made from, besides its rows.

Everything that ends up in the files is in here or in the rows. Nothing is taken from the clock, the machine or the
order in which workers finish, so the same input gives the same bytes.
"""

import datetime
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from projects.snapshots.layout.split import Split

__all__ = [
    "AgreementFigure",
    "Asset",
    "AuditHead",
    "Contamination",
    "Credit",
    "Licence",
    "Parent",
    "Period",
    "Progress",
    "SnapshotError",
    "SnapshotExists",
    "SnapshotSpec",
]

Progress = Callable[[str], object]
"""Called with a sentence on what is being done. What it raises ends the build."""


class SnapshotError(ValueError):
    """What was given doesn't make a snapshot: rows out of order, an asset that is missing, …"""


class SnapshotExists(SnapshotError):
    """There is a snapshot at the target already. Snapshots are never edited."""


@dataclass(frozen=True, slots=True)
class Asset:
    """A media file. `sha256` is checked while it is copied; `open` gives its bytes."""

    sha256: str
    media_type: str
    open: Callable[[], IO[bytes]]


@dataclass(frozen=True, slots=True)
class Parent:
    """The version before. `folder` has at least its manifest and its gold and responses tables: what became of their
    rows decides about the version string. Without it `SnapshotSpec.version` stands as it is."""

    number: int
    root: str
    folder: Path | None = None


@dataclass(frozen=True, slots=True)
class Period:
    """The first and the last day on which something happened."""

    first: datetime.date
    last: datetime.date

    def __str__(self) -> str:
        """As an interval of ISO 8601."""
        return f"{self.first.isoformat()}/{self.last.isoformat()}"


@dataclass(frozen=True, slots=True)
class AuditHead:
    """The last row of the audit log when the snapshot was taken: its sequence number and its hash."""

    seq: int
    hash: str


@dataclass(frozen=True, slots=True)
class Credit:
    """A creator, named as they asked to be. `samples` counts their samples in this snapshot."""

    name: str
    samples: int
    licences: Sequence[str] = ()
    url: str = ""


@dataclass(frozen=True, slots=True)
class Licence:
    """What is known about a licence beyond its id; needed for `LicenseRef-…`, which no list explains."""

    name: str = ""
    url: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class AgreementFigure:
    """One coefficient over one series, as the datasheet prints it; where `value` is None, `reason` says why."""

    title: str
    coefficient: str
    value: float | None
    units: int
    raters: int
    answers: int
    low: float | None = None
    high: float | None = None
    reason: str = ""

    def sentence(self) -> str:
        value = f"{self.value:.4f}" if self.value is not None else f"undefined ({self.reason})"
        return f"{self.title}: {self.coefficient} {value}, {self.units} samples, {self.raters} people"


@dataclass(frozen=True, slots=True)
class Contamination:
    """What the samples were compared with, and what was found: `report` goes into the manifest, the file `keys` names
    each sample that overlaps."""

    report: Mapping[str, Any]
    keys: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class SnapshotSpec:
    """The facts about one snapshot.

    `published` is a day that follows from the data (that of the newest decision, say), not today's. `interfaces` holds
    the document of each interface version that a row names. `prose` answers questions of `prose.py`.
    `tombstones` name the samples of earlier versions that were withdrawn since: key, content_hash, versions, withdrawn
    (the day), reason.
    """

    project: str
    title: str
    number: int
    published: datetime.date
    interfaces: Mapping[int, Mapping[str, Any]]
    policy: Mapping[str, Any] = field(default_factory=dict)
    filter: Mapping[str, Any] = field(default_factory=dict)
    purpose: str = ""  # research or commercial; empty where it was not stated
    parent: Parent | None = None
    audit: AuditHead | None = None
    name: str = ""
    note: str = ""
    version: str = ""  # MAJOR.MINOR.PATCH of a version without a parent; "<number>.0.0" where it is empty
    description: str = ""
    guidelines: str = ""
    publisher: str = ""
    url: str = ""
    left_out: Mapping[str, int] = field(default_factory=dict)
    credits: Iterable[Credit] = ()
    consents: Iterable[Mapping[str, Any]] = ()
    licences: Mapping[str, Licence] = field(default_factory=dict)
    agreement: Sequence[AgreementFigure] = ()
    prose: Mapping[str, str] = field(default_factory=dict)
    imported: Period | None = None  # when the samples came in
    annotated: Period | None = None  # when people annotated them
    split: Split | None = None
    tombstones: Sequence[Mapping[str, Any]] = ()
    contamination: Contamination | None = None
    pseudonym_epoch: int = 1

    @property
    def full_version(self) -> str:
        return self.version or f"{self.number}.0.0"
