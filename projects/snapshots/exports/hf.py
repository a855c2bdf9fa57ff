"""A repository for the Hugging Face Hub."""

from typing import ClassVar

from projects.snapshots.exports.whole import WholeSnapshot
from projects.snapshots.layout.manifest import Manifest

__all__ = ["HuggingFace"]


class HuggingFace(WholeSnapshot):
    """The snapshot's files at the top of the archive: unpacked, a folder that ``datasets`` loads by its card and that
    can be pushed as it is. Nothing is left out, so that a copy from the Hub can still be verified."""

    slug: ClassVar[str] = "hf"
    title: ClassVar[str] = "Hugging Face dataset"
    description: ClassVar[str] = "Dataset card, Parquet shards and media, to load with datasets or to push to the Hub."
    suffix: ClassVar[str] = "-hf.zip"

    def folder(self, manifest: Manifest) -> str:
        return ""
