"""A snapshot from rows, without a database: parts of a fixed number of samples, put together."""

import itertools
import shutil
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from projects.snapshots import layout


def write_rows(
    target: Path,
    spec: layout.SnapshotSpec,
    gold: Iterable[Mapping[str, Any]],
    responses: Iterable[Mapping[str, Any]],
    assets: Iterable[layout.Asset] = (),
    *,
    shard_rows: int = 1000,
) -> layout.Manifest:
    given, whole, rows = list(responses), layout.Whole(), iter(gold)
    with tempfile.TemporaryDirectory() as scratch:
        for number in itertools.count():
            batch = list(itertools.islice(rows, shard_rows))
            if not batch:
                break
            folder = Path(scratch, str(number))
            folder.mkdir()
            keys = {row["key"] for row in batch}
            mine = [row for row in given if row["key"] in keys]
            whole.add(layout.write_part(folder, batch, mine, interfaces=spec.interfaces, split=spec.split))

        def fetch(number: int, entry: layout.FileEntry, path: Path) -> None:
            shutil.copyfile(Path(scratch, str(number), entry.path), path)

        return layout.write_snapshot(target, spec, whole, fetch, assets)
