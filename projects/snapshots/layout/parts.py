"""Parts: a snapshot is written in parts, by any number of workers, and then put together.

A part is what lies between two cuts. It depends on its own rows and on nothing else, so parts can be made in any order
and anywhere, and a part whose rows haven't changed since the parent has the parent's bytes.
"""

import base64
import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from projects.formats.columns import JsonText, encode_rows
from projects.snapshots.layout.checks import check_gold, check_responses, hashed
from projects.snapshots.layout.columns import GOLD, RESPONSES, SPLIT
from projects.snapshots.layout.manifest import FileEntry
from projects.snapshots.layout.root import Root
from projects.snapshots.layout.shards import read_rows, write_table
from projects.snapshots.layout.spec import SnapshotError
from projects.snapshots.layout.split import PARTS, Split
from projects.snapshots.layout.tables import DERIVED
from projects.snapshots.layout.tally import Tally

__all__ = ["Cuts", "Part", "Whole", "write_part"]

_LEAST = 2048  # rows
_MOST = 8192
_ONE_IN = 2048
_REPORT_EVERY = 1000  # rows


class Cuts:
    """Says where parts end, from the keys alone: after a key whose hash says so, but not before ``least`` rows, and
    after ``most`` in any case. A sample that comes or goes therefore moves the cuts near it and no others."""

    def __init__(self, least: int | None = None, most: int | None = None, one_in: int | None = None) -> None:
        self.least, self.most, self.one_in = least or _LEAST, most or _MOST, one_in or _ONE_IN
        self.rows = 0

    def after(self, key: str) -> bool:
        """Whether a part ends with this key. Takes the keys in their order."""
        self.rows += 1
        if self.rows < self.least:
            return False
        if self.rows < self.most:
            digest = hashlib.sha256(key.encode()).digest()
            if int.from_bytes(digest[:8], "big") % self.one_in:
                return False
        self.rows = 0
        return True


@dataclass(frozen=True, slots=True)
class Part:
    """A part that has been written, and what its rows brought to light. ``first`` and ``last`` are keys; ``noted`` is
    what the maker of the rows wants to remember, in JSON."""

    first: str
    last: str
    tables: Mapping[str, Sequence[FileEntry]]
    tally: Tally
    hashes: bytes
    assets: Sequence[str]
    split: Mapping[str, int]
    noted: Mapping[str, Any]

    def as_json(self) -> dict[str, Any]:
        return {
            "first": self.first,
            "last": self.last,
            "tables": {slug: [entry.as_json() for entry in files] for slug, files in self.tables.items()},
            "tally": self.tally.as_json(),
            "hashes": base64.b64encode(self.hashes).decode(),
            "assets": list(self.assets),
            "split": dict(self.split),
            "noted": dict(self.noted),
        }

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> "Part":
        return cls(
            first=document["first"],
            last=document["last"],
            tables={slug: [FileEntry(**entry) for entry in files] for slug, files in document["tables"].items()},
            tally=Tally.from_json(document["tally"]),
            hashes=base64.b64decode(document["hashes"]),
            assets=document["assets"],
            split=document["split"],
            noted=document["noted"],
        )

    @property
    def files(self) -> list[FileEntry]:
        return [entry for files in self.tables.values() for entry in files]


@dataclass(slots=True)
class Whole:
    """Parts put together, in their order."""

    tally: Tally = field(default_factory=Tally)
    root: Root = field(default_factory=Root)
    assets: set[str] = field(default_factory=set)
    split: dict[str, int] = field(default_factory=lambda: dict.fromkeys(PARTS, 0))
    # By table, its files with the number of the part that each belongs to.
    tables: dict[str, list[tuple[int, FileEntry]]] = field(default_factory=dict)
    parts: int = 0
    last: str = ""

    def add(self, part: Part) -> None:
        if self.parts and part.first <= self.last:
            raise SnapshotError(f"parts must be in the order of their keys: {part.first!r} comes after {self.last!r}")
        self.last = part.last
        self.tally.add(part.tally)
        self.root.add(part.hashes)
        self.assets.update(part.assets)
        for name, count in part.split.items():
            self.split[name] += count
        for slug, files in part.tables.items():
            self.tables.setdefault(slug, []).extend((self.parts, entry) for entry in files)
        self.parts += 1


def write_part(
    folder: Path,
    gold: Iterable[Mapping[str, Any]],
    responses: Iterable[Mapping[str, Any]],
    *,
    interfaces: Mapping[int, Mapping[str, Any]],
    split: Split | None = None,
    noted: Callable[[], Mapping[str, Any]] = dict,
    progress: Callable[[int], object] | None = None,
) -> Part:
    """Write the tables of one part below ``folder``, which exists and is empty.

    ``gold`` has rows of the columns `GOLD` sorted by key, at least one, ``responses`` rows of `RESPONSES` sorted by key
    and position; both are taken once, one row at a time, first all of ``gold``. ``noted`` is asked when all have
    passed. Equal rows give equal bytes. Raises SnapshotError for rows that don't make a snapshot, RowError for a row
    that doesn't fit its columns, and whatever ``progress``, which is called with the samples done, raises.
    """
    return _Writing(folder, interfaces, split, progress).run(gold, responses, noted)


class _Writing:
    def __init__(
        self,
        folder: Path,
        interfaces: Mapping[int, Mapping[str, Any]],
        split: Split | None,
        progress: Callable[[int], object] | None,
    ) -> None:
        self.folder, self.interfaces, self.split, self.progress = folder, interfaces, split, progress
        self.tally, self.root = Tally(), Root()
        self.assets: set[str] = set()
        self.counts: Counter[str] = Counter()
        self.keys: list[str] = []  # the first and the last

    def run(
        self,
        gold: Iterable[Mapping[str, Any]],
        responses: Iterable[Mapping[str, Any]],
        noted: Callable[[], Mapping[str, Any]],
    ) -> Part:
        tables = {"gold": self._gold(gold)}
        if not self.keys:
            raise SnapshotError("a part has at least one sample")
        if found := self._responses(responses, tables["gold"]):
            tables["responses"] = found
        tables.update(self._derived(tables["gold"]))
        return Part(
            first=self.keys[0],
            last=self.keys[-1],
            tables=tables,
            tally=self.tally,
            hashes=self.root.content(),
            assets=sorted(self.assets),
            split=dict(self.counts),
            noted=noted(),
        )

    def _gold(self, rows: Iterable[Mapping[str, Any]]) -> list[FileEntry]:
        checked = self._watched(check_gold(rows, self.interfaces, self.tally, self.assets))
        columns = GOLD
        if self.split:
            columns, checked = (*GOLD, SPLIT), self._split(checked, self.split)
        return write_table(self.folder, "gold", columns, hashed(encode_rows(checked, columns), self.root))

    def _split(self, rows: Iterable[Mapping[str, Any]], split: Split) -> Iterator[Mapping[str, Any]]:
        for row in rows:
            name = split.of(row)
            self.counts[name] += 1
            yield {**row, SPLIT.name: name}

    def _responses(self, rows: Iterable[Mapping[str, Any]], gold: Iterable[FileEntry]) -> list[FileEntry]:
        keys = (row["key"] for row in read_rows(self.folder, gold, GOLD[:1]))
        return write_table(
            self.folder, "responses", RESPONSES, check_responses(rows, keys, self.tally), even_if_empty=False
        )

    def _derived(self, gold: Iterable[FileEntry]) -> Iterator[tuple[str, list[FileEntry]]]:
        """Each derived table is a pass of its own over the gold files: no table waits in memory for another."""
        for table in DERIVED:
            versions = {number for number, interface in self.interfaces.items() if table.questions(interface)}
            if not versions:
                continue
            rows = (
                derived
                for row in read_rows(self.folder, gold, GOLD)
                if row["interface"] in versions and row["decision"] == "approve"
                for derived in table.rows(_parsed(row), self.interfaces[row["interface"]])
            )
            if files := write_table(self.folder, table.slug, table.columns, rows, even_if_empty=False):
                yield table.slug, files

    def _watched(self, rows: Iterable[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
        for count, row in enumerate(rows):
            if self.progress is not None and count % _REPORT_EVERY == 0:
                self.progress(count)
            self.keys[1:] = [row["key"]] if self.keys else []
            if not self.keys:
                self.keys.append(row["key"])
            yield row


def _parsed(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value.parsed() if isinstance(value, JsonText) else value for name, value in row.items()}
