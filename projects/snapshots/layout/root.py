"""The hash of a row, and the one hash that stands for all rows.

The hash of a row is the SHA-256 of its canonical JSON (RFC 8785) as it is stored: an object of the columns that are
not null, JSON columns as their text. A column that is added later therefore leaves the hashes of older rows as they
were. `root` is the SHA-256 over the hashes of all rows, in hexadecimal, sorted, each followed by a newline: the order
of the rows, and how they are cut into files, don't enter.
"""

import hashlib
from collections.abc import Mapping
from typing import Any

import numpy

from projects.formats.canonical import canonical

__all__ = ["Root", "item_hash"]

_SIZE = 32
_BATCH = 65_536


def item_hash(row: Mapping[str, Any]) -> bytes:
    """SHA-256 (32 bytes) of a stored gold row. `row` has the values of the file: text, integers and None."""
    return hashlib.sha256(canonical({name: value for name, value in row.items() if value is not None})).digest()


class Root:
    """Collects the hashes of rows, 32 bytes each, and gives the root."""

    def __init__(self) -> None:
        self._hashes = bytearray()

    def add(self, digests: bytes) -> None:
        """The hash of a row, or those of several one after the other."""
        self._hashes += digests

    def content(self) -> bytes:
        """All that were added, as they came."""
        return bytes(self._hashes)

    def __len__(self) -> int:
        return len(self._hashes) // _SIZE

    def hexdigest(self) -> str:
        # Sorted where they are, for there may be millions: by bytes, the order of the hexadecimal text too.
        numpy.frombuffer(self._hashes, dtype=f"S{_SIZE}").sort()
        root = hashlib.sha256()
        step = _SIZE * _BATCH
        for start in range(0, len(self._hashes), step):
            # hex() with a separator counts groups from the right, and the groups are whole here.
            root.update(self._hashes[start : start + step].hex("\n", _SIZE).encode() + b"\n")
        return root.hexdigest()
