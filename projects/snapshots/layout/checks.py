"""What rows must be before they become a version that nobody can change."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from projects.formats.columns import JsonText
from projects.snapshots.layout.root import Root, item_hash
from projects.snapshots.layout.spec import SnapshotError
from projects.snapshots.layout.tally import Tally

__all__ = ["check_gold", "check_responses", "hashed", "referenced_assets"]

DECISIONS = ("approve", "plural")
_ASSET = re.compile(r"sha256:([0-9a-f]{64})")


def check_gold(
    rows: Iterable[Mapping[str, Any]], interfaces: Mapping[int, Any], tally: Tally, assets: set[str]
) -> Iterator[Mapping[str, Any]]:
    """Pass gold rows on, counted; the assets that they name are added to `assets`. Raises SnapshotError.

    Keys must rise strictly, by Unicode code point: the order is part of the bytes, and a database that sorts by the
    rules of a language gives another on each server.
    """
    before: str | None = None
    for row in rows:
        key = row["key"]
        if not key or (before is not None and key <= before):
            raise SnapshotError(f"keys must be unique and sorted by code point: {key!r} comes after {before!r}")
        before = key
        if row["decision"] not in DECISIONS:
            raise SnapshotError(f"{key}: only approved and plural samples are in a snapshot, not {row['decision']!r}")
        if row["interface"] not in interfaces:
            raise SnapshotError(f"{key}: interface version {row['interface']} is not among the documents")
        assets.update(referenced_assets(row["fields"]))
        tally.add_gold(row)
        yield row


def check_responses(
    rows: Iterable[Mapping[str, Any]], keys: Iterator[str], tally: Tally
) -> Iterator[Mapping[str, Any]]:
    """Pass responses on, counted. `keys` are the gold table's. Raises SnapshotError.

    Rows must rise by (key, position), and each must belong to a sample that is in the gold table: a response to a
    sample that was left out would carry it out by the back door.
    """
    before: tuple[str, int] | None = None
    current = next(keys, None)
    for row in rows:
        place = (row["key"], row["position"])
        if before is not None and place <= before:
            raise SnapshotError(f"responses must be sorted by key and position: {place} comes after {before}")
        before = place
        while current is not None and current < place[0]:
            current = next(keys, None)
        if current != place[0]:
            raise SnapshotError(f"a response belongs to {place[0]!r}, which is not in the snapshot")
        tally.add_response(row)
        yield row


def referenced_assets(fields: Any) -> Iterator[str]:
    """The SHA-256 of every asset that a sample's fields name, as `sha256:…`, at any depth."""
    stack = [fields.parsed() if isinstance(fields, JsonText) else fields]
    while stack:
        node = stack.pop()
        if isinstance(node, str):
            if found := _ASSET.fullmatch(node):
                yield found[1]
        elif isinstance(node, Mapping):
            stack.extend(node.values())
        elif isinstance(node, (list, tuple)):
            stack.extend(node)


def hashed(rows: Iterable[Mapping[str, Any]], root: Root) -> Iterator[Mapping[str, Any]]:
    """Pass stored rows on, their hashes added to `root`."""
    for row in rows:
        root.add(item_hash(row))
        yield row
