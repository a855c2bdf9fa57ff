"""A repository for the Hugging Face Hub."""

from pathlib import Path
from typing import ClassVar

from projects.schema import Interface
from projects.snapshots.exports.archive import archive, files_of
from projects.snapshots.exports.base import Export, Source

__all__ = ["HuggingFace"]


class HuggingFace(Export):
    """The snapshot's files at the top of the archive: unpacked, a folder that ``datasets`` loads by its card and that
    can be pushed as it is. Nothing is left out, so that a copy from the Hub can still be verified."""

    slug: ClassVar[str] = "hf"
    title: ClassVar[str] = "Hugging Face dataset"
    description: ClassVar[str] = "Dataset card, Parquet shards and media, to load with datasets or to push to the Hub."
    suffix: ClassVar[str] = "-hf.zip"

    def refuses(self, interface: Interface) -> str:
        return ""

    def leaves_out(self, interface: Interface) -> list[str]:
        return []

    def write(self, source: Source, path: Path) -> int:
        with archive(path) as target:
            target.copy(source.folder, files_of(source.manifest))
        return int(source.manifest.counts["gold"])
