"""A snapshot on disk: written, described and checked with nothing but its rows. Knows no database and no request."""

from projects.snapshots.layout.columns import GOLD, RESPONSES, gold_columns
from projects.snapshots.layout.diff import KINDS, Change, Figure, compare, figures
from projects.snapshots.layout.manifest import MANIFEST, FileEntry, Manifest, ManifestError, read_manifest
from projects.snapshots.layout.parts import Cuts, Part, Whole, write_part
from projects.snapshots.layout.pseudonyms import pseudonym
from projects.snapshots.layout.shards import read_rows
from projects.snapshots.layout.spec import (
    AgreementFigure,
    Asset,
    AuditHead,
    Contamination,
    Credit,
    Licence,
    Parent,
    Period,
    SnapshotError,
    SnapshotExists,
    SnapshotSpec,
)
from projects.snapshots.layout.split import PARTS, Split, SplitError
from projects.snapshots.layout.succeeding import FIRST
from projects.snapshots.layout.verify import Problem, Report, verify
from projects.snapshots.layout.write import write_snapshot

__all__ = [
    "FIRST",
    "GOLD",
    "KINDS",
    "MANIFEST",
    "PARTS",
    "RESPONSES",
    "AgreementFigure",
    "Asset",
    "AuditHead",
    "Change",
    "Contamination",
    "Credit",
    "Cuts",
    "Figure",
    "FileEntry",
    "Licence",
    "Manifest",
    "ManifestError",
    "Parent",
    "Part",
    "Period",
    "Problem",
    "Report",
    "SnapshotError",
    "SnapshotExists",
    "SnapshotSpec",
    "Split",
    "SplitError",
    "Whole",
    "compare",
    "figures",
    "gold_columns",
    "pseudonym",
    "read_manifest",
    "read_rows",
    "verify",
    "write_part",
    "write_snapshot",
]
