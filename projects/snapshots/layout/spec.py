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
    "PROSE",
    "AgreementFigure",
    "Asset",
    "AuditHead",
    "Contamination",
    "Credit",
    "Licence",
    "Parent",
    "Progress",
    "SnapshotError",
    "SnapshotExists",
    "SnapshotSpec",
]

Progress = Callable[[int, str], object]
"""Called with the rows done so far and a sentence on what is being done. What it raises ends the build."""

PROSE: Mapping[str, str] = {
    "motivation": "Why the dataset was made, by whom, and who paid for it.",
    "collection": "Where the samples come from and how they were chosen.",
    "people": "Who annotated, how they were found, trained and paid.",
    "preprocessing": "What was done to the samples before anyone judged them.",
    "uses": "What the dataset is for, and what it should not be used for.",
    "biases": "Which groups, languages or views are over- or under-represented.",
    "limitations": "What the dataset can't tell.",
    "sensitive": "Personal or sensitive information in the samples.",
    "impact": "What the dataset may change for people, for better or worse.",
    "maintenance": "Who looks after it, how to report a problem, how a sample is withdrawn.",
}
"""Sections of the datasheet that only a person can write, with what belongs in each."""


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
    number: int
    root: str


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
    the document of each interface version that a row names. `left_out`, `credits`, `consents` and `licences` are read
    when all rows have been taken, so a generator of rows may fill them. `prose` has keys of `PROSE`.
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
    parent: Parent | None = None
    audit: AuditHead | None = None
    name: str = ""
    note: str = ""
    version: str = ""  # MAJOR.MINOR.PATCH; "<number>.0.0" where it is empty
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
    split: Split | None = None
    tombstones: Sequence[Mapping[str, Any]] = ()
    contamination: Contamination | None = None
    pseudonym_epoch: int = 1

    @property
    def full_version(self) -> str:
        return self.version or f"{self.number}.0.0"
