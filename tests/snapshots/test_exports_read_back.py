"""Tables and archives as their own readers see them, and what is refused."""

import csv
import json
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml

from projects.snapshots import layout
from projects.snapshots.exports import write
from tests.snapshots.exporting import MOOD, SOFT, lines, moods, offered, sample, snapshot, unpacked


@pytest.fixture(name="moods")
def _moods(tmp_path: Path) -> Path:
    return moods(tmp_path / "snapshot-3")


def test_plural_decisions_have_their_soft_labels_in_every_table(moods: Path, tmp_path: Path) -> None:
    assert lines(moods, "jsonl")[1]["soft_labels"] == SOFT
    write("parquet", moods, tmp_path / "all.parquet")
    for place in (tmp_path / "all.parquet", unpacked(moods, "hf") / "data" / "gold-*.parquet"):
        found = duckdb.connect().execute(f"SELECT soft_labels FROM '{place}' WHERE decision = 'plural'").fetchall()
        assert [json.loads(row[0]) for row in found] == [SOFT]


def test_no_cell_of_the_csv_is_a_formula(moods: Path, tmp_path: Path) -> None:
    write("csv", moods, tmp_path / "out.csv")
    with (tmp_path / "out.csv").open(newline="", encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    assert (rows[0]["key"], rows[0]["reason"], rows[0]["creator"]) == ("'=1+1", "'@SUM(A1)", "'+49 Amara")
    assert not [cell for row in rows for cell in row.values() if cell[:1] in tuple("=+-@\t\r")]


def test_the_hub_repository_has_the_files_that_its_card_names(moods: Path) -> None:
    folder = unpacked(moods, "hf")
    header = yaml.safe_load((folder / "README.md").read_text(encoding="utf-8").split("---\n")[1])
    counts = {}
    for config in header["configs"]:
        pattern = folder / config["data_files"][0]["path"]
        counts[config["config_name"]] = duckdb.connect().execute(f"SELECT count(*) FROM '{pattern}'").fetchall()
    assert counts == {"gold": [(2,)], "responses": [(2,)]}
    assert header["license"] == "cc-by-4.0"
    assert layout.verify(folder).ok


def test_datasets_loads_the_hub_repository_by_its_card(
    moods: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    datasets = pytest.importorskip("datasets")
    folder = str(unpacked(moods, "hf"))
    found = {name: datasets.load_dataset(folder, name, cache_dir=tmp_path / "cache") for name in ("gold", "responses")}
    assert {name: loaded["train"].num_rows for name, loaded in found.items()} == {"gold": 2, "responses": 2}
    assert found["gold"]["train"]["key"][0] == "=1+1"


def test_arrow_reads_the_shards_of_the_hub_repository(moods: Path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    table = parquet.read_table(unpacked(moods, "hf") / "data" / "gold-00000-of-00001.parquet")
    assert table.column("key").to_pylist() == ["=1+1", "b"]


def test_croissant_unpacks_to_the_snapshot_and_loads(moods: Path) -> None:
    import mlcroissant

    folder = unpacked(moods, "croissant") / "snapshot-3"
    assert layout.verify(folder).ok
    assert {path.relative_to(folder) for path in folder.rglob("*")} == {p.relative_to(moods) for p in moods.rglob("*")}
    dataset = mlcroissant.Dataset(str(folder / "croissant.json"))
    names = [record_set.uuid for record_set in dataset.metadata.record_sets]
    assert sorted(len(list(dataset.records(name))) for name in names) == [2, 2]


SHOT = {"name": "shot", "type": "image"}


@pytest.mark.parametrize(
    ("slug", "fields", "questions", "reason"),
    [
        ("coco", [], [], "no field is a picture"),
        ("coco", [SHOT], [], "no question asks for a text or a correction"),
        ("coco", [SHOT, {**SHOT, "name": "other"}], [{"name": "say", "type": "text", "title": "Say"}], "“Say” is no"),
        ("yolo", [], [], "no field is a picture"),
        ("yolo", [{"name": "shots", "type": "candidates", "of": "image"}], [], "“Shots” holds several"),
        ("yolo", [SHOT, {**SHOT, "name": "other"}], [], "there are several: Shot, Other"),
        ("webvtt", [], [], "segments"),
        ("srt", [], [], "segments"),
        ("sft", [], [], "no question asks for a correction"),
        ("sft", [], [{"name": "fix", "type": "correction", "on": "text"}], "prompt"),
        ("dpo", [], [], "no question asks for one"),
        (
            "dpo",
            [{"name": "shots", "type": "candidates", "of": "image"}],
            [{"name": "q", "type": "pairwise", "on": "shots"}],
            "pictures",
        ),
        ("kto", [], [{"name": "works", "type": "verdict"}], "“on”"),
        ("kto", [], [], "verdicts"),
    ],
)
def test_what_a_format_cannot_express_is_refused_with_the_reason(
    tmp_path: Path, slug: str, fields: list[Any], questions: list[Any], reason: str
) -> None:
    document = {**MOOD, "fields": [*MOOD["fields"], *fields], "questions": [*MOOD["questions"], *questions]}
    gold = [sample("a", {"text": "Ebb"}, {"mood": "dark"})]
    assert reason in offered(snapshot(tmp_path / "snapshot-3", {1: document}, gold))[slug].refused
