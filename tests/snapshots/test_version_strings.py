"""Version strings follow Croissant's rule: what became of the rows of the version before decides."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from projects.snapshots import layout
from projects.snapshots.layout import Split
from tests.snapshots.documenting import gold, responses, written
from tests.snapshots.writing import write_rows

Rows = Sequence[Mapping[str, Any]]


def changed(rows: Rows, key: str, **columns: Any) -> list[Mapping[str, Any]]:
    return [{**row, **columns} if row["key"] == key else row for row in rows]


def string(tmp_path: Path, before: Rows, after: Rows, first: Mapping[str, Any] = {}, **second: Any) -> str:
    """The version string of `after`, whose parent has `before`."""
    parent = written(tmp_path / "one", before, version="1.2.3", **first)
    given = layout.Parent(2, layout.read_manifest(parent).root, parent)
    return str(layout.read_manifest(written(tmp_path / "two", after, parent=given, **second)).document["version"])


def test_the_same_data_is_a_patch(tmp_path: Path) -> None:
    assert string(tmp_path, gold(), gold(), note="Packed again.") == "1.2.4"


def test_more_samples_are_a_minor_version(tmp_path: Path) -> None:
    rows = gold()
    assert string(tmp_path, rows[:2], rows) == "1.3.0"


def test_a_new_split_leaves_the_old_data_where_they_were(tmp_path: Path) -> None:
    assert string(tmp_path, gold(), gold(), split=Split.parse({"shares": {"train": 50, "test": 50}})) == "1.3.0"


@pytest.mark.parametrize(
    "columns",
    [{"answers": {"mood": "bright"}}, {"licence": "CC0-1.0"}, {"decision_origin": "overlap"}, {"metadata": None}],
    ids=lambda columns: next(iter(columns)),
)
def test_a_changed_sample_is_a_major_version(tmp_path: Path, columns: dict[str, Any]) -> None:
    assert string(tmp_path, gold(), changed(gold(), "s02", **columns)) == "2.0.0"


def test_a_sample_that_has_gone_is_a_major_version_though_others_came(tmp_path: Path) -> None:
    assert string(tmp_path, gold(), [row for row in gold(6) if row["key"] != "s02"]) == "2.0.0"
    assert string(tmp_path / "last", gold(), gold()[:-1]) == "2.0.0"


def test_samples_that_move_to_another_part_are_a_major_version(tmp_path: Path) -> None:
    parts = [Split.parse({"shares": {"train": 50, "test": 50}, "seed": seed}) for seed in ("", "anew")]
    assert string(tmp_path, gold(9), gold(9), {"split": parts[0]}, split=parts[1]) == "2.0.0"


def test_a_split_that_is_given_up_is_a_major_version(tmp_path: Path) -> None:
    split = Split.parse({"shares": {"train": 50, "test": 50}})
    assert string(tmp_path, gold(), gold(), {"split": split}) == "2.0.0"


def test_annotations_count_too(tmp_path: Path) -> None:
    rows = gold()
    given = responses(rows)
    assert string(tmp_path, rows, rows, {"responses": given[:-1]}, responses=given) == "1.3.0"
    again = [*given[:-1], {**given[-1], "version": 2}]
    assert string(tmp_path / "again", rows, rows, responses=again) == "2.0.0"


def test_how_rows_are_cut_into_files_does_not_matter(tmp_path: Path) -> None:
    rows = gold(9)[1:]
    parent = written(tmp_path / "one", rows, version="1.2.3")
    given = layout.Parent(2, layout.read_manifest(parent).root, parent)
    from tests.snapshots.documenting import spec

    manifest = write_rows(tmp_path / "two", spec(parent=given), rows, responses(rows), shard_rows=3)
    assert len(manifest.table("gold")) == 3
    assert manifest.document["version"] == "1.2.4"


def test_where_the_parent_can_not_be_read_nobody_claims_that_its_data_are_there(tmp_path: Path) -> None:
    rows = gold()
    parent = written(tmp_path / "one", rows, version="1.2.3")
    for path in parent.glob("data/gold-*"):
        path.write_bytes(b"nothing")
    given = layout.Parent(2, "0" * 64, parent)
    manifest = layout.read_manifest(written(tmp_path / "two", gold(6), parent=given))
    assert manifest.document["version"] == "2.0.0"
