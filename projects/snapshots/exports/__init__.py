"""Formats that a version can be had in: one file each, one line here."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from projects.schema import Interface
from projects.snapshots.exports.base import Export, ExportRefused, Source
from projects.snapshots.exports.coco import Coco
from projects.snapshots.exports.croissant import Croissant
from projects.snapshots.exports.csv_file import Csv
from projects.snapshots.exports.dpo import Dpo
from projects.snapshots.exports.hf import HuggingFace
from projects.snapshots.exports.jsonl import JsonLines
from projects.snapshots.exports.kto import Kto
from projects.snapshots.exports.label_studio import LabelStudio
from projects.snapshots.exports.parquet import Parquet
from projects.snapshots.exports.sft import Sft
from projects.snapshots.exports.srt import Srt
from projects.snapshots.exports.webvtt import WebVtt
from projects.snapshots.exports.yolo import Yolo
from projects.snapshots.layout.manifest import FileEntry, Manifest, ManifestError, read_manifest
from projects.snapshots.layout.shards import hash_file

__all__ = ["EXPORTS", "Export", "ExportRefused", "Offer", "Source", "export", "offer", "offers", "write"]

EXPORTS: tuple[Export, ...] = (
    JsonLines(),
    Csv(),
    Parquet(),
    HuggingFace(),
    Croissant(),
    Coco(),
    Yolo(),
    WebVtt(),
    Srt(),
    LabelStudio(),
    Sft(),
    Dpo(),
    Kto(),
)


@dataclass(frozen=True, slots=True)
class Offer:
    """One format for one version: why it can't be had, or what it leaves out."""

    export: Export
    refused: str
    leaves_out: tuple[str, ...] = ()


def export(slug: str) -> Export | None:
    """The format with this slug."""
    return next((member for member in EXPORTS if member.slug == slug), None)


def offers(document: Mapping[str, Any]) -> list[Offer]:
    """Every format, for the version whose manifest this is."""
    # Media may be many, and no answer depends on them.
    tables = (FileEntry(**entry) for entry in document["files"] if entry["path"].startswith("data/"))
    manifest = Manifest(document, tuple(tables))
    interfaces = {version: Interface.parse(each) for version, each in manifest.interfaces.items()}
    return [offer(member, manifest, interfaces) for member in EXPORTS]


def offer(member: Export, manifest: Manifest, interfaces: Mapping[int, Interface]) -> Offer:
    """A format is refused when no interface version of the snapshot can be expressed, or nothing is there to write."""
    newest_first = sorted(interfaces.items(), reverse=True)
    reasons = {version: member.refuses(interface) for version, interface in newest_first}
    if all(reasons.values()):
        return Offer(member, next(iter(reasons.values()), "The version names no interface."))
    if lacks := member.lacks(manifest):
        return Offer(member, lacks)
    lost: dict[str, None] = {}
    for version, interface in newest_first:
        if reasons[version]:
            lost[f"What was decided under version {version} of the interface: {reasons[version]}"] = None
        else:
            lost.update(dict.fromkeys(member.leaves_out(interface)))
    lost.update(dict.fromkeys(member.loses(manifest)))
    return Offer(member, "", tuple(lost))


def write(slug: str, folder: Path, path: Path) -> int:
    """Write the snapshot in ``folder`` to ``path`` in one format; how many rows or samples there were.

    Raises ExportRefused, also where a file that is read is not the one that the manifest names: nothing that is damaged
    is given away. KeyError for a slug that is no format's.
    """
    member = export(slug)
    if member is None:
        raise KeyError(slug)
    try:
        source = Source(folder, read_manifest(folder))
    except ManifestError as error:
        raise ExportRefused(f"This version is damaged: {error}.") from error
    if refused := offer(member, source.manifest, source.interfaces).refused:
        raise ExportRefused(refused)
    _check(source, member)
    return member.write(source, path)


def _check(source: Source, member: Export) -> None:
    """Compares the files that the format reads with the manifest. Raises ExportRefused."""
    tables = tuple(f"data/{table}-" for table in member.reads)
    for entry in source.manifest.files:
        if tables and not entry.path.startswith(tables):
            continue
        path = source.folder / entry.path
        if not path.is_file() or hash_file(path) != entry.sha256:
            what = "is not the file that was built" if path.is_file() else "is missing"
            raise ExportRefused(
                f"This version is damaged and not given away: {entry.path} {what}. Verify it for the rest."
            )
