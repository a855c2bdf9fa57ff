"""Every document of a version but its manifest, from its tables and what is known about them."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from projects.snapshots.layout.card import card
from projects.snapshots.layout.credits import credits_file, licences_file
from projects.snapshots.layout.croissant import croissant
from projects.snapshots.layout.eu_summary import eu_summary
from projects.snapshots.layout.lineage import lineage
from projects.snapshots.layout.manifest import FileEntry
from projects.snapshots.layout.spec import SnapshotSpec
from projects.snapshots.layout.survey import survey
from projects.snapshots.layout.tally import Tally
from projects.snapshots.layout.written import WrittenTable

__all__ = ["documents"]


def documents(
    folder: Path,
    spec: SnapshotSpec,
    tally: Tally,
    tables: Sequence[WrittenTable],
    assets: Sequence[FileEntry],
    parts: Mapping[str, int],
    root: str,
) -> dict[str, bytes]:
    """Bytes by file name. The tables are in `folder` already, gold and responses first; `parts` counts the samples of
    each part of a version that is split."""
    found = survey(folder, tables[0].files, tables[1].files, spec.interfaces)
    media_types = sorted({entry.media_type for entry in assets if entry.media_type})
    return {
        "licences.json": licences_file(spec, tally),
        "CREDITS.md": credits_file(spec, spec.credits),
        "croissant.json": croissant(spec, tally, found, tables, media_types, root),
        "prov.jsonld": lineage(spec, tally, found, tables, assets, root),
        "eu-ai-act-summary.json": eu_summary(spec, tally, found, assets, root),
        "README.md": card(spec, tally, found, tables, parts, root).encode(),
    }
