"""What changed between two versions of a project: worked out once, kept beside the versions' other derived files."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, NamedTuple

import orjson

from projects.formats.columns import Column, ColumnType
from projects.formats.duck import reading, select_from_parquet
from projects.formats.files import replacing
from projects.formats.writers import writer
from projects.schema import Interface
from projects.schema.diff import Part, word_diff
from projects.snapshots import cache, files, layout
from projects.snapshots.models import Snapshot, Tombstone

_STORED: Final = (
    Column("key"),
    Column("kinds"),
    Column("before", ColumnType.JSON),
    Column("after", ColumnType.JSON),
)
_JSON: Final = {column.name for column in layout.GOLD if column.type is ColumnType.JSON}
# Of a sample that is in one version only, this is told; its content is in that version.
_TOLD: Final = ("interface", "answers", "decision", "licence")
_LONGEST = 20_000  # characters of two texts that are compared word by word


@dataclass(frozen=True, slots=True)
class Difference:
    """``counts`` has the number of each kind of change, of ``changed`` and of ``unchanged`` samples."""

    before: Snapshot
    after: Snapshot
    counts: Mapping[str, int]
    path: Path

    @property
    def figures(self) -> list[layout.Figure]:
        return layout.figures(_manifest(self.before), _manifest(self.after))

    def changes(self, kind: str = "", *, offset: int = 0, after_key: str = "", limit: int = 100) -> list[layout.Change]:
        """Changes by key: all, or those of one kind; from a place on, or after a key. Nothing but the key is told of a
        sample that was withdrawn: its sides are empty."""
        where = "key > ? AND (? = '' OR list_contains(string_split(kinds, ','), ?))"
        with reading([self.path]) as (connection, sources):
            query = f"{select_from_parquet('*', sources)} WHERE {where} ORDER BY key LIMIT ? OFFSET ?"
            found = connection.execute(query, [after_key, kind, kind, limit, offset]).fetchall()
        keys = [row[0] for row in found]
        withdrawn = Tombstone.objects.filter(withdrawal__project=self.after.project_id, key__in=keys)
        hidden = set(withdrawn.values_list("key", flat=True))
        return [
            layout.Change(key, tuple(kinds.split(",")), *(_loaded(side, key in hidden) for side in sides))
            for key, kinds, *sides in found
        ]

    def count(self, kind: str = "") -> int:
        if kind:
            return self.counts.get(kind, 0)
        return sum(self.counts.get(each, 0) for each in ("added", "removed", "changed"))


def difference(before: Snapshot, after: Snapshot) -> Difference:
    """Compares two built versions of a project, or finds what an earlier comparison said."""
    path, summary = cache.pair(before, after, ".parquet"), cache.pair(before, after, ".json")
    if not (summary.exists() and path.exists()):
        counts: Counter[str] = Counter()
        with files.local(before, tables=("gold",)) as first, files.local(after, tables=("gold",)) as second:
            versions = (first, layout.read_manifest(first)), (second, layout.read_manifest(second))
            writer("parquet").write(_rows(layout.compare(*versions, counts)), path, _STORED)
        with replacing(summary) as stream:
            stream.write(orjson.dumps(counts))
    for used in (path, summary):
        used.touch()
    return Difference(before, after, orjson.loads(summary.read_bytes()), path)


def _rows(changes: Iterator[layout.Change]) -> Iterator[dict[str, Any]]:
    for change in changes:
        one_sided = change.before is None or change.after is None
        sides = {"before": _parsed(change.before, one_sided), "after": _parsed(change.after, one_sided)}
        yield {"key": change.key, "kinds": ",".join(change.kinds), **sides}


def _parsed(row: Mapping[str, Any] | None, one_sided: bool) -> dict[str, Any] | None:
    if row is None:
        return None
    return {
        name: orjson.loads(value) if name in _JSON and value is not None else value
        for name, value in row.items()
        if not one_sided or name in _TOLD
    }


def _loaded(text: str | None, hidden: bool) -> dict[str, Any] | None:
    if text is None:
        return None
    return {} if hidden else orjson.loads(text)


def _manifest(snapshot: Snapshot) -> layout.Manifest:
    assert snapshot.manifest is not None
    return layout.Manifest(snapshot.manifest, ())


class Line(NamedTuple):
    """One thing about a sample, as it was and as it is; ``parts`` where both are texts that can be compared."""

    title: str
    before: str
    after: str
    parts: list[Part]


class Reader:
    """Puts changes into words, by the interfaces of the two versions."""

    def __init__(self, found: Difference) -> None:
        self._documents = (_manifest(found.before).interfaces, _manifest(found.after).interfaces)
        self._parsed: dict[tuple[int, int], Interface] = {}

    def lines(self, change: layout.Change) -> list[Line]:
        """What differs, thing by thing. Nothing for a sample that is in one version only or was withdrawn."""
        if not change.before or not change.after:
            return []
        found: list[Line] = []
        for name in (name for name in change.after if change.before[name] != change.after[name]):
            old, new = change.before[name], change.after[name]
            if name == "answers":
                found.extend(self._answers(change, old or {}, new or {}))
            elif name == "fields":
                found.extend(_line(each, old.get(each), new.get(each)) for each in {**old, **new})
            elif name != "content_hash":
                found.append(_line(name.replace("_", " ").capitalize(), old, new))
        return [line for line in found if line.before != line.after]

    def _answers(self, change: layout.Change, old: dict[str, Any], new: dict[str, Any]) -> Iterator[Line]:
        assert change.before is not None and change.after is not None
        first, second = self._interface(0, change.before), self._interface(1, change.after)
        titles = {question.name: question.title for each in (first, second) for question in each.questions}
        for name in {**old, **new}:
            given = old.get(name), new.get(name)
            if given[0] == given[1]:
                continue
            texts = [_text(value) for value in given]
            if all(texts):
                yield _line(titles.get(name, name), *texts)
            else:
                yield _line(titles.get(name, name), _said(first, name, given[0]), _said(second, name, given[1]))

    def _interface(self, side: int, row: Mapping[str, Any]) -> Interface:
        place = (side, row["interface"])
        if place not in self._parsed:
            self._parsed[place] = Interface.parse(dict(self._documents[side][row["interface"]]))
        return self._parsed[place]


def _text(value: Any) -> str | None:
    """What a person wrote as the answer, or as a correction; None for an answer of another kind."""
    if isinstance(value, dict):
        value = value.get("text")
    return value if isinstance(value, str) and " " in value.strip() else None


def _said(interface: Interface, name: str, value: Any) -> str:
    question = next((each for each in interface.questions if each.name == name), None)
    if value is None or question is None:
        return "" if value is None else _plain(value)
    return question.type.summary(question, value)


def _line(title: str, old: Any, new: Any) -> Line:
    before, after = _plain(old), _plain(new)
    texts = isinstance(old, str) and isinstance(new, str) and " " in old.strip() and " " in new.strip()
    parts = word_diff(before, after) if texts and len(before) + len(after) <= _LONGEST else []
    return Line(title, before, after, parts)


def _plain(value: Any) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else orjson.dumps(value, option=orjson.OPT_SORT_KEYS).decode()
