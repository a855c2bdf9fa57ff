"""What changed between two versions, from nothing but their folders.

Both gold tables are sorted by key, so one pass over the two side by side finds everything in memory that does not grow
with them. Files that are in both versions, by their SHA-256, are not even opened: keys are unique in a version, so the
rows of such a file stand against themselves. Nothing is verified here; that is `verify`'s.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final, NamedTuple

from projects.snapshots.layout.manifest import FileEntry, Manifest
from projects.snapshots.layout.shards import read_rows

__all__ = ["KINDS", "Change", "Figure", "compare", "figures"]

KINDS: Final = ("added", "removed", "answer", "decision", "licence", "content", "other")
"""What can have happened to a sample. One that is in both versions may have changed in several ways at once."""

_COLUMN_KINDS: Final[Mapping[str, str]] = {
    "answers": "answer",
    "soft_labels": "answer",  # of a plural decision it is the answer
    "decision": "decision",
    "decision_origin": "decision",
    "decided_by": "decision",
    "reason": "decision",
    "licence": "licence",
    "fields": "content",
    "content_hash": "content",
}
# Without it the answers of a row can't be read.
_ALWAYS: Final = "interface"
_PERSON: Final = "decided_by"


class Change(NamedTuple):
    """One sample that is not the same in both versions.

    `before` and `after` have the stored values (JSON as text) of the columns that differ and of `interface`; all
    columns of a sample that is in one version only, and None on the other side.
    """

    key: str
    kinds: tuple[str, ...]
    before: Mapping[str, Any] | None
    after: Mapping[str, Any] | None


def compare(
    before: tuple[Path, Manifest], after: tuple[Path, Manifest], counts: Counter[str] | None = None
) -> Iterator[Change]:
    """The samples that changed, by key. `counts`, where given, gets the number of each of KINDS, of `changed` samples
    that are in both versions, and of `unchanged` ones; it is complete when the iterator has ended.

    Raises duckdb.Error for tables that can't be read.
    """
    counts = counts if counts is not None else Counter()
    first, second = before[1].table("gold"), after[1].table("gold")
    if before[1].root == after[1].root:  # the same rows, whatever files they are in
        counts["unchanged"] += sum(entry.rows or 0 for entry in second)
        return
    shared = {entry.sha256 for entry in first} & {entry.sha256 for entry in second}
    counts["unchanged"] += sum(entry.rows or 0 for entry in second if entry.sha256 in shared)
    # Under another key everybody has another pseudonym: that a decision has a reviewer can be compared, who it is not.
    rotated = before[1].pseudonym_epoch != after[1].pseudonym_epoch
    for change in _side_by_side(_rows(before[0], first, shared), _rows(after[0], second, shared), counts, rotated):
        counts.update(change.kinds)
        counts["changed"] += change.before is not None and change.after is not None
        yield change


def _rows(folder: Path, entries: tuple[FileEntry, ...], shared: set[str]) -> Iterator[dict[str, Any]]:
    return read_rows(folder, [entry for entry in entries if entry.sha256 not in shared])


def _side_by_side(
    first: Iterator[dict[str, Any]], second: Iterator[dict[str, Any]], counts: Counter[str], rotated: bool
) -> Iterator[Change]:
    old, new = next(first, None), next(second, None)
    while old is not None or new is not None:
        if new is None or (old is not None and old["key"] < new["key"]):
            assert old is not None
            yield Change(old["key"], ("removed",), old, None)
            old = next(first, None)
        elif old is None or new["key"] < old["key"]:
            yield Change(new["key"], ("added",), None, new)
            new = next(second, None)
        else:
            if old == new:
                counts["unchanged"] += 1
            elif change := _changed(old, new, rotated):
                yield change
            else:
                counts["unchanged"] += 1
            old, new = next(first, None), next(second, None)


def _changed(old: Mapping[str, Any], new: Mapping[str, Any], rotated: bool) -> Change | None:
    """None where they differ only by columns that one version lacks and the other leaves empty."""
    names = {name for name in old.keys() | new.keys() if old.get(name) != new.get(name)}
    if rotated and old.get(_PERSON) and new.get(_PERSON):
        names.discard(_PERSON)
    if not names:
        return None
    found = {_COLUMN_KINDS.get(name, "other") for name in names}
    shown = sorted(names | {_ALWAYS})
    return Change(
        old["key"],
        tuple(kind for kind in KINDS if kind in found),
        {name: old.get(name) for name in shown},
        {name: new.get(name) for name in shown},
    )


class Figure(NamedTuple):
    """One number of each version; None where a version's manifest doesn't say it."""

    group: str
    name: str
    before: float | None
    after: float | None


def figures(before: Manifest, after: Manifest) -> list[Figure]:
    """What the manifests measured, side by side: counts, decisions, what was left out and why, agreement."""
    found: list[Figure] = []
    for group, read in _GROUPS.items():
        old, new = read(before.document), read(after.document)
        absent = 0 if group in _LISTED else None
        found.extend(Figure(group, name, old.get(name, absent), new.get(name, absent)) for name in {**old, **new})
    return found


def _counts(document: Mapping[str, Any]) -> dict[str, float]:
    return {name: value for name, value in document["counts"].items() if isinstance(value, int)}


def _nested(name: str) -> Any:
    return lambda document: dict(document["counts"].get(name, {}))


def _agreement(document: Mapping[str, Any]) -> dict[str, float | None]:
    return {f"{row['title']}: {row['coefficient']}": row["value"] for row in document.get("agreement", ())}


def _parts(document: Mapping[str, Any]) -> dict[str, float]:
    return dict((document.get("split") or {}).get("samples", {}))


_GROUPS: Final[Mapping[str, Any]] = {
    "counts": _counts,
    "split": _parts,
    "decisions": _nested("decisions"),
    "left out": _nested("left_out"),
    "agreement": _agreement,
}
# Groups in which what is not listed did not occur.
_LISTED: Final = ("decisions", "left out")
