"""The snapshot's folder as it is kept, described by its croissant.json."""

from pathlib import Path
from typing import ClassVar

from projects.schema import Interface
from projects.snapshots.exports.archive import archive, files_of
from projects.snapshots.exports.base import Export, Source

__all__ = ["Croissant"]


class Croissant(Export):
    """Unpacked, the folder is the snapshot, byte by byte: it can be verified and loaded with ``mlcroissant``."""

    slug: ClassVar[str] = "croissant"
    title: ClassVar[str] = "Whole snapshot (Croissant)"
    description: ClassVar[str] = "The folder with every table, media file and proof; croissant.json describes it."
    suffix: ClassVar[str] = "-croissant.zip"

    def refuses(self, interface: Interface) -> str:
        return ""

    def leaves_out(self, interface: Interface) -> list[str]:
        return []

    def write(self, source: Source, path: Path) -> int:
        with archive(path) as target:
            target.copy(source.folder, files_of(source.manifest), f"snapshot-{source.manifest.number}/")
        return int(source.manifest.counts["gold"])
