"""Writing a snapshot: everything into a folder that has no name yet, the manifest last, then the name."""

import contextlib
import hashlib
import os
import secrets
import shutil
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from projects.formats.columns import JsonText, encode_rows
from projects.formats.duck import VERSION
from projects.formats.files import replacing, sync
from projects.snapshots.layout.checks import check_gold, check_responses, hashed
from projects.snapshots.layout.columns import GOLD, RESPONSES, SPLIT
from projects.snapshots.layout.documents import documents
from projects.snapshots.layout.manifest import MANIFEST, SCHEMA, FileEntry, Manifest, dump, parse
from projects.snapshots.layout.root import Root
from projects.snapshots.layout.shards import SHARD_ROWS, hash_file, read_rows, write_table
from projects.snapshots.layout.spec import Asset, Progress, SnapshotError, SnapshotExists, SnapshotSpec
from projects.snapshots.layout.split import PARTS, Split
from projects.snapshots.layout.succeeding import following
from projects.snapshots.layout.tables import DERIVED
from projects.snapshots.layout.tally import Tally
from projects.snapshots.layout.written import WrittenTable

__all__ = ["remove_leftovers", "write_snapshot"]

_REPORT_EVERY = 1000  # rows
_CHUNK = 2**20
CONTAMINATION = "contamination.jsonl"


def write_snapshot(
    target: Path,
    spec: SnapshotSpec,
    gold: Iterable[Mapping[str, Any]],
    responses: Iterable[Mapping[str, Any]],
    assets: Iterable[Asset] = (),
    *,
    shard_rows: int = SHARD_ROWS,
    progress: Progress | None = None,
) -> Manifest:
    """Write the snapshot `target`, a folder that doesn't exist yet, and return its manifest.

    `gold` has rows of the columns `GOLD` sorted by key, `responses` rows of `RESPONSES` sorted by key and position;
    both are taken once, one row at a time. `assets` are the media that the gold rows name, all of them and no others.
    Equal arguments give equal bytes.

    The folder appears complete or not at all: it is built beside `target` under a hidden name, which is removed when
    anything raises, `progress` included. What a killed process leaves is removed by the next build of the same
    target. Raises SnapshotExists, SnapshotError for rows that don't make a snapshot, RowError for a row that doesn't
    fit its columns.
    """
    if target.exists():
        raise SnapshotExists(f"{target.name} exists already; a snapshot is never edited")
    target.parent.mkdir(parents=True, exist_ok=True)
    remove_leftovers(target)
    staging = target.with_name(f"{_staging_prefix(target)}{secrets.token_hex(8)}")
    staging.mkdir()
    try:
        manifest = _Build(staging, spec, shard_rows, progress or _silent).run(gold, responses, assets)
        for folder in (*(path for path in staging.rglob("*") if path.is_dir()), staging):
            sync(folder)
        try:
            staging.rename(target)
        except OSError as problem:
            if target.exists():
                raise SnapshotExists(f"{target.name} was built by somebody else meanwhile") from problem
            raise
    except BaseException:
        shutil.rmtree(staging, ignore_errors=True)
        raise
    sync(target.parent)
    return manifest


def remove_leftovers(target: Path) -> None:
    """Remove what killed builds of `target` left beside it. Only where no build of it is running."""
    with contextlib.suppress(FileNotFoundError):
        for path in target.parent.iterdir():
            if path.name.startswith(_staging_prefix(target)):
                shutil.rmtree(path, ignore_errors=True)


def _staging_prefix(target: Path) -> str:
    return f".{target.name}.building-"


def _silent(done: int, message: str) -> None:
    """Progress that nobody watches."""


class _Build:
    """One build. Holds what the steps learn from each other."""

    def __init__(self, folder: Path, spec: SnapshotSpec, shard_rows: int, progress: Progress) -> None:
        self.folder = folder
        self.spec = spec
        self.shard_rows = shard_rows
        self.progress = progress
        self.done = 0
        self.tally = Tally()
        self.root = Root()
        self.parts = dict.fromkeys(PARTS, 0)
        self.wanted: set[str] = set()  # SHA-256 of the assets that gold rows name

    def run(
        self, gold: Iterable[Mapping[str, Any]], responses: Iterable[Mapping[str, Any]], assets: Iterable[Asset]
    ) -> Manifest:
        tables = [self._gold(gold)]
        tables.append(self._responses(responses, tables[0].files))
        tables.extend(self._derived(tables[0].files))
        copied = self._assets(assets)
        self.progress(self.done, "writing the documents")
        if self.spec.parent and self.spec.parent.folder:
            version = following(self.spec.parent.folder, self.folder, tables[0].files, tables[1].files)
            self.spec = replace(self.spec, version=version)
        root = self.root.hexdigest()
        files = [entry for written in tables for entry in written.files] + copied
        made = documents(self.folder, self.spec, self.tally, tables, copied, self.parts, root)
        for name, content in made.items():
            with replacing(self.folder / name) as stream:
                stream.write(content)
            files.append(FileEntry(name, len(content), hashlib.sha256(content).hexdigest()))
        if self.spec.contamination:
            files.append(_kept(self.spec.contamination.keys, self.folder / CONTAMINATION))
        content = dump(self._manifest(tables, files, root))
        with replacing(self.folder / MANIFEST) as stream:
            stream.write(content)
        return parse(content)

    def _gold(self, rows: Iterable[Mapping[str, Any]]) -> WrittenTable:
        checked = check_gold(rows, self.spec, self.tally, self.wanted)
        columns = GOLD
        if self.spec.split:
            columns, checked = (*GOLD, SPLIT), self._split(checked, self.spec.split)
        stored = hashed(encode_rows(self._watched(checked, "writing samples"), columns), self.root)
        files = write_table(self.folder, "gold", columns, stored, shard_rows=self.shard_rows)
        return WrittenTable(
            "gold", "One row a sample: what was shown, the final answer, how it was decided.", columns, files
        )

    def _split(self, rows: Iterable[Mapping[str, Any]], split: Split) -> Iterator[Mapping[str, Any]]:
        for row in rows:
            part = split.of(row)
            self.parts[part] += 1
            yield {**row, SPLIT.name: part}

    def _responses(self, rows: Iterable[Mapping[str, Any]], gold: Iterable[FileEntry]) -> WrittenTable:
        keys = (row["key"] for row in read_rows(self.folder, gold, GOLD[:1]))
        checked = self._watched(check_responses(rows, keys, self.tally), "writing annotations")
        files = write_table(self.folder, "responses", RESPONSES, checked, shard_rows=self.shard_rows)
        return WrittenTable("responses", "One row an annotation, annotators under pseudonyms.", RESPONSES, files)

    def _derived(self, gold: Iterable[FileEntry]) -> Iterator[WrittenTable]:
        """Each derived table is a pass of its own over the gold files: no table waits in memory for another."""
        for table in DERIVED:
            versions = {number for number, interface in self.spec.interfaces.items() if table.questions(interface)}
            if not versions:
                continue
            self.progress(self.done, f"writing {table.title.lower()}")
            rows = (
                derived
                for row in read_rows(self.folder, gold, GOLD)
                if row["interface"] in versions and row["decision"] == "approve"
                for derived in table.rows(_parsed(row), self.spec.interfaces[row["interface"]])
            )
            files = write_table(
                self.folder, table.slug, table.columns, rows, shard_rows=self.shard_rows, even_if_empty=False
            )
            if files:
                yield WrittenTable(table.slug, table.description, table.columns, files)

    def _assets(self, assets: Iterable[Asset]) -> list[FileEntry]:
        copied: dict[str, FileEntry] = {}
        for asset in assets:
            if asset.sha256 in copied:
                continue
            if asset.sha256 not in self.wanted:
                raise SnapshotError(f"the asset {asset.sha256} belongs to no sample of the snapshot")
            self.progress(self.done, "copying media")
            copied[asset.sha256] = _copy(asset, self.folder)
        if missing := sorted(self.wanted - copied.keys()):
            raise SnapshotError(f"{len(missing)} assets are missing, the first is {missing[0]}")
        return [copied[digest] for digest in sorted(copied)]

    def _watched(self, rows: Iterable[Mapping[str, Any]], message: str) -> Iterator[Mapping[str, Any]]:
        for row in rows:
            if self.done % _REPORT_EVERY == 0:
                self.progress(self.done, message)
            self.done += 1
            yield row

    def _manifest(self, tables: list[WrittenTable], files: list[FileEntry], root: str) -> dict[str, Any]:
        spec = self.spec
        return {
            "schema": SCHEMA,
            "project": {"slug": spec.project, "title": spec.title},
            "number": spec.number,
            "name": spec.name,
            "note": spec.note,
            "version": spec.full_version,
            "published": spec.published.isoformat(),
            "parent": None if spec.parent is None else {"number": spec.parent.number, "root": spec.parent.root},
            "interfaces": [
                {"version": version, "document": document} for version, document in sorted(spec.interfaces.items())
            ],
            "filter": spec.filter,
            "purpose": spec.purpose or None,
            "policy": spec.policy,
            "counts": {
                **{written.slug: written.rows for written in tables},
                "annotators": len(self.tally.annotators),
                "assets": len(self.wanted),
                "decisions": dict(self.tally.decisions),
                "left_out": dict(spec.left_out),
            },
            "agreement": [asdict(figure) for figure in spec.agreement],
            **({"split": {**spec.split.as_json(), "samples": self.parts}} if spec.split else {}),
            **({"contamination": spec.contamination.report} if spec.contamination else {}),
            "pseudonym_epoch": spec.pseudonym_epoch,
            "tombstones": list(spec.tombstones),
            "audit": None if spec.audit is None else {"seq": spec.audit.seq, "hash": spec.audit.hash},
            "root": root,
            "files": [entry.as_json() for entry in sorted(files, key=lambda entry: entry.path)],
            # Parquet's bytes depend on the library that writes them: this explains two builds that differ.
            "written_with": {"parquet": VERSION},
        }


def _parsed(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value.parsed() if isinstance(value, JsonText) else value for name, value in row.items()}


def _kept(source: Path, path: Path) -> FileEntry:
    shutil.copyfile(source, path)
    sync(path)
    return FileEntry(path.name, path.stat().st_size, hash_file(path))


def _copy(asset: Asset, folder: Path) -> FileEntry:
    """Copy one asset to `assets/ab/abcdef…`, checking its hash."""
    relative = f"assets/{asset.sha256[:2]}/{asset.sha256}"
    path = folder / relative
    path.parent.mkdir(parents=True, exist_ok=True)
    with asset.open() as source, path.open("xb") as stream:
        shutil.copyfileobj(source, stream, _CHUNK)
        stream.flush()
        os.fsync(stream.fileno())
    found = hash_file(path)
    if found != asset.sha256:
        raise SnapshotError(f"the asset {asset.sha256} has other bytes than its hash says: they hash to {found}")
    return FileEntry(relative, path.stat().st_size, found, media_type=asset.media_type)
