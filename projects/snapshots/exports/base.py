"""What every export format does: a snapshot's folder in, one file out."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import ClassVar

from projects.schema import Field, Interface
from projects.snapshots.layout.manifest import Manifest

__all__ = ["Export", "ExportRefused", "Source", "pictures"]


class ExportRefused(ValueError):
    """The version can't be had in this format; the message says why, for people."""


@dataclass(frozen=True)
class Source:
    """A snapshot on this machine."""

    folder: Path
    manifest: Manifest

    @cached_property
    def interfaces(self) -> dict[int, Interface]:
        """Every interface version that a row names."""
        return {version: Interface.parse(document) for version, document in self.manifest.interfaces.items()}


class Export(ABC):
    """One format. Slugs are in addresses and never change."""

    slug: ClassVar[str]
    title: ClassVar[str]
    description: ClassVar[str]
    suffix: ClassVar[str]
    # The tables that are read; none means that the whole folder is.
    reads: ClassVar[tuple[str, ...]] = ()

    @abstractmethod
    def refuses(self, interface: Interface) -> str:
        """Why the format can't express this interface, in a sentence; empty where it can."""

    @abstractmethod
    def leaves_out(self, interface: Interface) -> list[str]:
        """What of an interface that isn't refused gets lost, in sentences."""

    def lacks(self, manifest: Manifest) -> str:
        """Why this very version has nothing to write although its interface could; empty where it has something."""
        return ""

    def loses(self, manifest: Manifest) -> list[str]:
        """What of this very version gets lost besides, in sentences. The manifest names tables, and no media."""
        return []

    @abstractmethod
    def write(self, source: Source, path: Path) -> int:
        """Write the file, which appears whole or not at all; how many rows or samples it holds.

        Memory doesn't grow with the snapshot, and the same snapshot gives the same bytes. Raises ExportRefused.
        """


def pictures(interface: Interface) -> list[Field]:
    """The fields whose values name media files."""
    return [field for field in interface.fields if (field.of or field.type).is_media]
