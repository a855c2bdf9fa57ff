"""Lists of texts that a dataset is compared with, and the comparison of a version's samples with them.

Samples are compared before the version is built, in one pass of its own: what is left out for an overlap is left out of
everything that follows.
"""

import hashlib
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, Final

import numpy as np
import orjson
from django.core.files.base import ContentFile

from projects.formats.canonical import canonical
from projects.measures.overlap import LARGEST, SMALLEST, Hashes, N, collect, hashes, shared
from projects.review.models import Adjudication
from projects.schema import Interface
from projects.snapshots import files, layout
from projects.snapshots.models import ContaminationList, Snapshot, SnapshotState
from projects.snapshots.queries import Selection
from projects.workspace.actions import Refused
from projects.workspace.audit import change
from projects.workspace.interfaces import parsed
from projects.workspace.jobs import JobFailed, Progress
from projects.workspace.models import Interface as InterfaceVersion
from projects.workspace.models import Job, Project, User

MAX_BYTES: Final = 50 * 2**20
MAX_TEXTS: Final = 100_000
_JSON: Final = (".jsonl", ".ndjson")
_STORED: Final = np.dtype("<u8")


def add_list(
    *, actor: User, project: Project, name: str, source: IO[bytes], filename: str = "", member: str = "text", n: int = N
) -> ContaminationList:
    """Takes a list of texts: one a line, or JSON Lines of texts or of objects whose ``member`` is the text (by the
    file's name). Only hashes of their n-grams are kept. The same list again changes nothing. Raises Refused."""
    name = " ".join(name.split())[:200]
    if not name:
        raise Refused("A list needs a name: manifests tell it.")
    if not SMALLEST <= n <= LARGEST:
        raise Refused(f"n must be from {SMALLEST} to {LARGEST} words.")
    reader = _Reader(source, member if filename.lower().endswith(_JSON) else "")
    known = collect(reader, n)
    if not len(known):
        raise Refused("There is no text with a word in this list.")
    sha256 = reader.digest.hexdigest()
    with change(actor, project) as log:
        Project.objects.select_for_update(no_key=True).get(pk=project.pk)
        same = ContaminationList.objects.filter(project=project, name=name).first()
        if same and (same.sha256, same.n) == (sha256, n):
            return same
        if same:
            raise Refused(f"There is a list “{name}” already, with other texts or another n.")
        made = ContaminationList.objects.create(
            project=project,
            name=name,
            sha256=sha256,
            texts=reader.count,
            n=n,
            ngrams=len(known),
            path=_save(project, known),
            created_by=actor,
        )
        log("contamination_list.added", made, name=name, sha256=sha256, texts=made.texts, n=n, ngrams=made.ngrams)
    return made


def remove_list(*, actor: User, contamination_list: ContaminationList) -> None:
    """Removes a list; versions that were compared with it tell so in their manifests. Raises Refused while one is being
    built."""
    project = contamination_list.project
    with change(actor, project) as log:
        Project.objects.select_for_update(no_key=True).get(pk=project.pk)
        waiting = Snapshot.objects.filter(project=project, state=SnapshotState.BUILDING, job__state__in=Job.OPEN)
        asked = [
            version for version in waiting if contamination_list.pk in (version.contamination or {}).get("lists", ())
        ]
        if asked:
            raise Refused(f"Version {asked[0].number} is being compared with this list; wait until it is built.")
        log("contamination_list.removed", contamination_list, name=contamination_list.name)
        path = contamination_list.path
        contamination_list.delete()
        if not ContaminationList.objects.filter(path=path).exists():
            files.storage().delete(path)


def check_lists(project: Project, names: Iterable[str] | None, *, leave_out: bool) -> dict[str, Any] | None:
    """What a version is compared with, as its row keeps it: the lists of these names, or all (None). Raises Refused."""
    known = dict(ContaminationList.objects.filter(project=project).order_by("name").values_list("name", "pk"))
    wanted = list(known) if names is None else sorted(set(names))
    if missing := [name for name in wanted if name not in known]:
        raise Refused(f"There is no list “{missing[0]}”.")
    return {"lists": [known[name] for name in wanted], "leave_out": leave_out} if wanted else None


class _Reader:
    """The texts of a list as they pass; counts them and hashes the file's bytes. Raises Refused."""

    def __init__(self, source: IO[bytes], member: str) -> None:
        self.source, self.member = source, member
        self.digest = hashlib.sha256()
        self.count = 0

    def __iter__(self) -> Iterator[str]:
        size = 0
        for number, line in enumerate(self.source, start=1):
            size += len(line)
            if size > MAX_BYTES:
                raise Refused(f"The list is larger than {MAX_BYTES:,} bytes.")
            self.digest.update(line)
            if not line.strip():
                continue
            self.count += 1
            if self.count > MAX_TEXTS:
                raise Refused(f"The list has more than {MAX_TEXTS:,} texts.")
            yield self._text(line, number)

    def _text(self, line: bytes, number: int) -> str:
        try:
            if not self.member:
                return line.decode("utf-8-sig")
            found = orjson.loads(line)
        except UnicodeDecodeError as error:
            raise Refused(f"Line {number} is not UTF-8.") from error
        except orjson.JSONDecodeError as error:
            raise Refused(f"Line {number} is not JSON.") from error
        if isinstance(found, dict):
            found = found.get(self.member)
        if not isinstance(found, str):
            raise Refused(f"Line {number} is no text, and no object with a text “{self.member}”.")
        return found


def _save(project: Project, known: Hashes) -> str:
    content = known.astype(_STORED).tobytes()
    path = f"{project.pk}/contamination/{hashlib.sha256(content).hexdigest()}"
    place = files.storage()
    if place.exists(path):  # of a transaction that failed, maybe a part of it
        if place.size(path) == len(content):
            return path
        place.delete(path)
    return place.save(path, ContentFile(content))


def _load(path: str) -> Hashes:
    with files.storage().open(path, "rb") as stream:
        return np.frombuffer(stream.read(), dtype=_STORED).astype(np.uint64, copy=False)


@dataclass
class _List:
    row: ContaminationList
    known: Hashes
    samples: int = 0
    largest: float = 0.0

    def as_json(self) -> dict[str, Any]:
        row = self.row
        told = {"name": row.name, "sha256": row.sha256, "texts": row.texts, "n": row.n, "ngrams": row.ngrams}
        return told | {"samples": self.samples, "largest_share": round(self.largest, 6)}


@dataclass(frozen=True)
class Found:
    """What the comparison gives to the build."""

    told: layout.Contamination
    left_out: dict[str, int] = field(default_factory=dict)


@contextmanager
def screened(snapshot: Snapshot, selection: Selection, progress: Progress) -> Iterator[tuple[Selection, Found | None]]:
    """The selection without what is left out, and what was found; as it is for a version that is compared with nothing.
    Raises JobFailed where nothing would be left."""
    if not snapshot.contamination:
        yield selection, None
        return
    with tempfile.TemporaryDirectory(prefix="annotator-contamination-") as scratch:
        keys = Path(scratch, "keys")
        lists = [_List(row, _load(row.path)) for row in _rows(snapshot)]
        leave_out = bool(snapshot.contamination["leave_out"])
        remaining, left = _compare(selection, lists, keys, progress, leave_out=leave_out)
        if not remaining:
            raise JobFailed("Every sample overlaps a list and is left out: a snapshot would be empty.")
        report = {"leave_out": leave_out, "lists": [each.as_json() for each in lists]}
        yield remaining, Found(layout.Contamination(report, keys), left)


def _rows(snapshot: Snapshot) -> Iterable[ContaminationList]:
    assert snapshot.contamination is not None
    return ContaminationList.objects.filter(pk__in=snapshot.contamination["lists"]).order_by("name")


def _compare(
    selection: Selection, lists: list[_List], keys: Path, progress: Progress, *, leave_out: bool
) -> tuple[Selection, dict[str, int]]:
    remaining = Selection(newest_annotation=selection.newest_annotation)
    left: dict[str, int] = {}
    interfaces: dict[int, Interface] = {}
    with keys.open("wb") as stream:
        for samples, decisions in selection.batches():
            rows = _contents(decisions)
            for sample, decision in zip(samples, decisions, strict=True):
                key, fields, interface = rows[decision]
                if interface not in interfaces:
                    interfaces[interface] = parsed(InterfaceVersion.objects.get(pk=interface))
                over = _overlaps(_texts(fields, interfaces[interface]), lists)
                for each, number, among in over:
                    line = {"key": key, "list": each.row.name, "shared": number, "ngrams": among}
                    stream.write(canonical(line) + b"\n")
                if over and leave_out:
                    reason = f"overlaps the list “{over[0][0].row.name}”"
                    left[reason] = left.get(reason, 0) + 1
                else:
                    remaining.add(sample, decision, key)
            progress(0, len(selection), "comparing with lists of texts")
    return remaining, left


def _contents(decisions: list[int]) -> dict[int, tuple[str, dict[str, Any], int]]:
    rows = Adjudication.objects.filter(pk__in=decisions).order_by()
    return {row[0]: row[1:] for row in rows.values_list("pk", "sample__key", "sample__fields", "interface_id")}


def _texts(fields: dict[str, Any], interface: Interface) -> list[str]:
    return [each.type.plain_text(fields[each.name], each) for each in interface.fields if each.name in fields]


def _overlaps(texts: list[str], lists: list[_List]) -> list[tuple[_List, int, int]]:
    """The lists that the sample overlaps: how many of its n-grams are in them, of how many. Counts in the lists too."""
    by_n: dict[int, Hashes] = {}
    found = []
    for each in lists:
        n = each.row.n
        if n not in by_n:
            by_n[n] = np.concatenate([np.empty(0, dtype=np.uint64), *(hashes(text, n) for text in texts)])
        number, among = shared(by_n[n], each.known), len(by_n[n])
        if number:
            each.samples += 1
            each.largest = max(each.largest, number / among)
            found.append((each, number, among))
    return found
