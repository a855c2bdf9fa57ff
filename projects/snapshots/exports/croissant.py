"""The snapshot's folder as it is kept, described by its croissant.json."""

from typing import ClassVar

from projects.snapshots.exports.whole import WholeSnapshot
from projects.snapshots.layout.manifest import Manifest

__all__ = ["Croissant"]


class Croissant(WholeSnapshot):
    """Unpacked, the folder is the snapshot, byte by byte: it can be verified and loaded with ``mlcroissant``."""

    slug: ClassVar[str] = "croissant"
    title: ClassVar[str] = "Whole snapshot (Croissant)"
    description: ClassVar[str] = "The folder with every table, media file and proof; croissant.json describes it."
    suffix: ClassVar[str] = "-croissant.zip"

    def folder(self, manifest: Manifest) -> str:
        return f"snapshot-{manifest.number}/"
