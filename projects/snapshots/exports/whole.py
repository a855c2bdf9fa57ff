"""What the formats share that give a version whole: its folder as an archive."""

from abc import abstractmethod
from pathlib import Path

from projects.schema import Interface
from projects.snapshots.exports.archive import archive, files_of
from projects.snapshots.exports.base import Export, Source
from projects.snapshots.layout.manifest import Manifest

__all__ = ["WholeSnapshot"]


class WholeSnapshot(Export):
    """Every file of the version, whatever it asked."""

    @abstractmethod
    def folder(self, manifest: Manifest) -> str:
        """The folder in the archive that the files are in, with a slash at its end; empty for the top."""

    def refuses(self, interface: Interface) -> str:
        return ""

    def leaves_out(self, interface: Interface) -> list[str]:
        return []

    def write(self, source: Source, path: Path) -> int:
        with archive(path) as target:
            target.copy(source.folder, files_of(source.manifest), self.folder(source.manifest))
        return int(source.manifest.counts["gold"])
