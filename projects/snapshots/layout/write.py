"""Putting a snapshot together from its parts: into a folder without a name, the manifest last, then the name."""

import contextlib
import hashlib
import os
import secrets
import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from projects.formats.columns import Column
from projects.formats.duck import VERSION
from projects.formats.files import replacing, sync
from projects.snapshots.layout.columns import GOLD, RESPONSES, SPLIT
from projects.snapshots.layout.documents import documents
from projects.snapshots.layout.manifest import MANIFEST, SCHEMA, FileEntry, Manifest, dump, parse
from projects.snapshots.layout.parts import Whole
from projects.snapshots.layout.shards import hash_file, write_table
from projects.snapshots.layout.spec import Asset, Progress, SnapshotError, SnapshotExists, SnapshotSpec
from projects.snapshots.layout.succeeding import following
from projects.snapshots.layout.tables import DERIVED
from projects.snapshots.layout.written import WrittenTable

__all__ = ["remove_leftovers", "write_snapshot"]

_CHUNK = 2**20
CONTAMINATION = "contamination.jsonl"


Fetch = Callable[[int, FileEntry, Path], object]
"""Puts a file of a part, by the part's number, under this path."""


def write_snapshot(
    target: Path,
    spec: SnapshotSpec,
    whole: Whole,
    fetch: Fetch,
    assets: Iterable[Asset] = (),
    *,
    progress: Progress | None = None,
) -> Manifest:
    """Write the snapshot `target`, a folder that doesn't exist yet, from its parts, and return its manifest.

    `assets` are the media that the gold rows name, all of them and no others. Equal parts give equal bytes.

    The folder appears complete or not at all: it is built beside `target` under a hidden name, which is removed when
    anything raises, `progress` included. What a killed process leaves is removed by the next build of the same
    target. Raises SnapshotExists, SnapshotError for parts that don't make a snapshot.
    """
    if target.exists():
        raise SnapshotExists(f"{target.name} exists already; a snapshot is never edited")
    target.parent.mkdir(parents=True, exist_ok=True)
    remove_leftovers(target)
    staging = target.with_name(f"{_staging_prefix(target)}{secrets.token_hex(8)}")
    staging.mkdir()
    try:
        manifest = _Build(staging, spec, whole, progress or _silent).run(fetch, assets)
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


def _silent(message: str) -> None:
    """Progress that nobody watches."""


class _Build:
    """One build."""

    def __init__(self, folder: Path, spec: SnapshotSpec, whole: Whole, progress: Progress) -> None:
        self.folder = folder
        self.spec = spec
        self.whole = whole
        self.progress = progress

    def run(self, fetch: Fetch, assets: Iterable[Asset]) -> Manifest:
        tables = list(self._tables(fetch))
        copied = self._assets(assets)
        self.progress("Writing the documents")
        if self.spec.parent and self.spec.parent.folder:
            version = following(self.spec.parent.folder, self.folder, tables[0].files, tables[1].files)
            self.spec = replace(self.spec, version=version)
        tally, root = self.whole.tally, self.whole.root.hexdigest()
        files = [entry for written in tables for entry in written.files] + copied
        made = documents(self.folder, self.spec, tally, tables, copied, self.whole.split, root)
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

    def _tables(self, fetch: Fetch) -> Iterator[WrittenTable]:
        gold = (*GOLD, SPLIT) if self.spec.split else GOLD
        yield self._table(
            "gold", "One row a sample: what was shown, the final answer, how it was decided.", gold, fetch
        )
        yield self._table("responses", "One row an annotation, annotators under pseudonyms.", RESPONSES, fetch)
        for table in DERIVED:
            if table.slug in self.whole.tables:
                yield self._table(table.slug, table.description, table.columns, fetch)

    def _table(self, slug: str, description: str, columns: Sequence[Column], fetch: Fetch) -> WrittenTable:
        """The files of all parts, numbered through."""
        found = self.whole.tables.get(slug)
        if not found:
            return WrittenTable(slug, description, columns, write_table(self.folder, slug, columns, ()))
        (self.folder / "data").mkdir(exist_ok=True)
        entries = []
        for number, (part, entry) in enumerate(found):
            self.progress(f"Putting the {slug} shards together")
            placed = replace(entry, path=f"data/{slug}-{number:05}-of-{len(found):05}.parquet")
            fetch(part, entry, self.folder / placed.path)
            entries.append(placed)
        return WrittenTable(slug, description, columns, entries)

    def _assets(self, assets: Iterable[Asset]) -> list[FileEntry]:
        copied: dict[str, FileEntry] = {}
        for asset in assets:
            if asset.sha256 in copied:
                continue
            if asset.sha256 not in self.whole.assets:
                raise SnapshotError(f"the asset {asset.sha256} belongs to no sample of the snapshot")
            self.progress("Copying media")
            copied[asset.sha256] = _copy(asset, self.folder)
        if missing := sorted(self.whole.assets - copied.keys()):
            raise SnapshotError(f"{len(missing)} assets are missing, the first is {missing[0]}")
        return [copied[digest] for digest in sorted(copied)]

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
                "annotators": len(self.whole.tally.annotators),
                "assets": len(self.whole.assets),
                "decisions": dict(self.whole.tally.decisions),
                "left_out": dict(spec.left_out),
            },
            "agreement": [asdict(figure) for figure in spec.agreement],
            **({"split": {**spec.split.as_json(), "samples": self.whole.split}} if spec.split else {}),
            **({"contamination": spec.contamination.report} if spec.contamination else {}),
            "pseudonym_epoch": spec.pseudonym_epoch,
            "tombstones": list(spec.tombstones),
            "audit": None if spec.audit is None else {"seq": spec.audit.seq, "hash": spec.audit.hash},
            "root": root,
            "files": [entry.as_json() for entry in sorted(files, key=lambda entry: entry.path)],
            # Parquet's bytes depend on the library that writes them: this explains two builds that differ.
            "written_with": {"parquet": VERSION},
        }


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
