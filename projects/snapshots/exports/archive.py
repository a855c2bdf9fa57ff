"""ZIP files of a snapshot's files: streamed, and the same bytes for the same files."""

import shutil
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from projects.formats.files import replacing_path
from projects.snapshots.layout.manifest import MANIFEST, Manifest

__all__ = ["Archive", "archive", "files_of"]

_CHUNK = 2**20
_WHEN = (1980, 1, 1, 0, 0, 0)  # the first moment that a ZIP file can name; the clock would change the bytes
_MODE = 0o644 << 16
_FOLDER = 0o40755 << 16 | 0x10  # the last bit says it to MS-DOS
_FAST = 1


class Archive:
    """A ZIP file that is being written, one member after the other."""

    def __init__(self, file: zipfile.ZipFile) -> None:
        self._file = file

    @contextmanager
    def member(self, name: str, *, compressed: bool = True) -> Iterator[IO[bytes]]:
        info = zipfile.ZipInfo(name, _WHEN)
        info.compress_type = zipfile.ZIP_DEFLATED if compressed else zipfile.ZIP_STORED
        info._compresslevel = _FAST  # type: ignore[attr-defined]  # open() takes no level
        info.external_attr = _MODE
        with self._file.open(info, "w", force_zip64=True) as stream:
            yield stream

    def copy(self, folder: Path, names: Iterable[str], prefix: str = "") -> None:
        """Files of the snapshot, under the names that they have there."""
        for name in names:
            self.place(folder / name, prefix + name)

    def place(self, path: Path, name: str) -> None:
        """One file, under this name."""
        # Parquet and media are compressed already.
        loose = name.endswith((".json", ".md"))
        with path.open("rb") as source, self.member(name, compressed=loose) as target:
            shutil.copyfileobj(source, target, _CHUNK)

    def folder(self, name: str) -> None:
        """A folder, also where no file is in it."""
        info = zipfile.ZipInfo(f"{name}/", _WHEN)
        info.external_attr = _FOLDER
        self._file.writestr(info, b"")

    def holds(self, name: str) -> bool:
        """Whether something of this name is in it already."""
        return name in self._file.NameToInfo


@contextmanager
def archive(path: Path) -> Iterator[Archive]:
    """The archive becomes ``path`` when the block ends well."""
    with replacing_path(path) as temporary, zipfile.ZipFile(temporary, "x") as file:
        yield Archive(file)


def files_of(manifest: Manifest, under: str = "") -> list[str]:
    """The names of the snapshot's files below a folder, all of them with the manifest where none is named."""
    names = [entry.path for entry in manifest.files if entry.path.startswith(under)]
    return names if under else [*names, MANIFEST]
