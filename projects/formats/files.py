"""Files that appear whole or not at all."""

import contextlib
import os
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

__all__ = ["replacing", "replacing_path", "sync"]


@contextlib.contextmanager
def replacing_path(path: Path) -> Iterator[Path]:
    """Give a free name beside `path`; what the block writes there becomes `path` when it ends well.

    The bytes are on the disk before the name is, so a crash leaves the old file or the new one. When the block
    raises, nothing is left.
    """
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    try:
        yield temporary
        sync(temporary)
        os.replace(temporary, path)
    except BaseException:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(temporary)
        raise
    sync(path.parent)


@contextlib.contextmanager
def replacing(path: Path) -> Iterator[BinaryIO]:
    """`replacing_path` for a writer that takes an open binary file."""
    with replacing_path(path) as temporary, temporary.open("xb") as stream:
        yield stream


def sync(path: Path) -> None:
    """Make a file's bytes, or a folder's names, survive a power cut."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
