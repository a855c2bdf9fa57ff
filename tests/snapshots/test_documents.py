"""README.md, croissant.json, prov.jsonld and the EU's rows: measured on the version, and valid for their readers."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import mlcroissant
import pytest
import yaml
from rdflib import DCTERMS, RDF, Graph, URIRef, Variable
from rdflib.namespace import PROV

from projects.snapshots import layout
from projects.snapshots.layout import Split
from projects.snapshots.layout.prose import QUESTIONS, UNANSWERED
from tests.snapshots.documenting import WITHOUT_REASON, gold, written
from tests.snapshots.exporting import sample

# http://mlcommons.org/croissant/RAI/1.0 has these and no others.
RAI = {
    *("dataCollection", "dataCollectionType", "dataCollectionMissingData", "dataCollectionRawData"),
    *("dataCollectionTimeframe", "dataPreprocessingProtocol", "dataImputationProtocol", "dataManipulationProtocol"),
    *("dataReleaseMaintenancePlan", "personalSensitiveInformation", "dataAnnotationProtocol"),
    *("dataAnnotationPlatform", "dataAnnotationAnalysis", "annotationsPerItem", "annotatorDemographics"),
    *("machineAnnotationTools", "dataSocialImpact", "dataBiases", "dataLimitations", "dataUseCases"),
}
# https://huggingface.co/docs/hub/datasets-cards: keys that the Hub reads, and the values that it takes for some.
HUB_KEYS = {
    *("pretty_name", "license", "license_name", "license_link", "language", "multilinguality", "size_categories"),
    *("task_categories", "tags", "configs"),
}
HUB_TASKS = {
    *("text-classification", "token-classification", "text-generation", "text-ranking", "image-classification"),
    "object-detection",
}
KNOWN: set[Any] = set(dir(PROV))  # rdflib has the terms of PROV-O
SIZES = re.compile(r"n<1K|1K<n<10K|10K<n<100K|100K<n<1M|1M<n<10M|10M<n<100M|100M<n<1B|1B<n<10B")


@pytest.fixture
def version(tmp_path: Path) -> Path:
    return written(tmp_path / "snapshot-3")


def readme(folder: Path) -> tuple[dict[str, Any], str]:
    head, body = (folder / "README.md").read_text(encoding="utf-8").removeprefix("---\n").split("\n---\n", 1)
    return yaml.safe_load(head), body


def section(body: str, title: str) -> str:
    """The text below a heading, up to the next one of its level."""
    level, rest = re.split(rf"^(#+) {re.escape(title)}$", body, maxsplit=1, flags=re.MULTILINE)[1:]
    return re.split(rf"^#{{1,{len(level)}}} ", rest, maxsplit=1, flags=re.MULTILINE)[0]


def rows_of(text: str) -> dict[str, list[str]]:
    """The rows of Markdown tables by their first cell."""
    cells = [[cell.strip() for cell in line.strip("|").split(" | ")] for line in text.splitlines() if line[:1] == "|"]
    return {row[0]: row[1:] for row in cells}


class TestCard:
    def test_the_header_has_what_the_hub_knows(self, version: Path) -> None:
        head, _ = readme(version)
        assert head.keys() <= HUB_KEYS
        assert (head["pretty_name"], head["license"]) == ("Tides & letters", "cc-by-4.0")
        assert (head["language"], head["multilinguality"]) == (["en", "fr"], ["multilingual"])
        assert all(SIZES.fullmatch(size) for size in head["size_categories"])
        assert head["task_categories"] == ["text-classification", "text-ranking"]
        assert set(head["task_categories"]) <= HUB_TASKS
        assert head["tags"] == ["human-feedback", "preference"]
        for config in head["configs"]:
            assert list(version.glob(config["data_files"][0]["path"])), config

    def test_a_licence_that_the_hub_does_not_know_has_its_name_and_link(self, tmp_path: Path) -> None:
        known = {"LicenseRef-Tides 1": layout.Licence("Tides", "https://example.org/tides")}
        rows = [sample("a", {"prompt": "x"}, {}, licence="LicenseRef-Tides 1")]
        head, _ = readme(written(tmp_path / "v", rows, licences=known))
        assert (head["license"], head["license_name"]) == ("other", "licenseref-tides-1")
        assert head["license_link"] == "https://example.org/tides"

    def test_a_version_that_is_split_names_its_parts(self, tmp_path: Path) -> None:
        split = Split.parse({"shares": {"train": 50, "validation": 0, "test": 50}})
        folder = written(tmp_path / "v", gold(40), split=split)
        head, _ = readme(folder)
        configs = {config["config_name"]: config for config in head["configs"]}
        for table in ("gold", "responses", "preference"):
            assert configs[table]["data_files"][0]["split"] == "mixed", "nobody trains on the test part unknowingly"
        assert {"gold-train", "gold-test"} <= configs.keys() and "gold-validation" not in configs
        assert configs["gold-test"]["filters"] == [["split", "==", "test"]]
        assert configs["gold-test"]["data_files"] == [{"split": "test", "path": "data/gold-*.parquet"}]
        assert "gold-test" in section(readme(folder)[1], "Tables")

    def test_datasets_loads_one_part_by_its_name(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("HF_HUB_OFFLINE", "1")
        datasets = pytest.importorskip("datasets")
        folder = written(tmp_path / "v", gold(40), split=Split.parse({"shares": {"train": 50, "test": 50}}))
        loaded = datasets.load_dataset(str(folder), "gold-test", cache_dir=tmp_path / "cache")
        assert set(loaded["test"]["split"]) == {"test"}
        assert loaded["test"].num_rows == layout.read_manifest(folder).document["split"]["samples"]["test"]


class TestDatasheet:
    def test_composition_is_counted_and_measured(self, version: Path) -> None:
        rows = rows_of(section(readme(version)[1], "Composition"))
        assert (rows["human"], rows["ai"], rows["tide-1"]) == (["3"], ["1"], ["1"])
        assert (rows["en-GB"], rows["fr"]) == (["3"], ["1"])
        assert rows["`prompt`"] == ["4", "10", "10", "20", "30", "40"], "characters, not bytes"
        assert rows["`outputs`"] == ["8", "2", "2", "2", "4", "4"], "each candidate for itself"

    def test_collection_has_its_days_interfaces_and_guidelines(self, version: Path) -> None:
        text = section(readme(version)[1], "Collection")
        rows = rows_of(text)
        assert (rows["samples came in"], rows["annotations came in"]) == (
            ["2026-01-01/2026-01-02"],
            ["2026-01-03/2026-02-01"],
        )
        assert rows["1"] == ["4", "8"]
        assert "Read twice." in text and "We asked each of them." in text

    def test_people_are_counted_and_not_named(self, version: Path) -> None:
        text = section(readme(version)[1], "People")
        rows = rows_of(text)
        assert rows["annotations of a person"] == ["2", "4", "4", "4", "4", "4"]
        assert rows["seconds for a sample"] == ["8", "1.0", "1.0", "1.0", "2.0", "2.0"]
        assert (rows["annotators"], rows["annotations"], rows["reviewers who decided"]) == (["2"], ["8"], ["1"])
        assert not re.search(r"\b(p1|p2|r1)\b", text)

    def test_agreement_has_its_interval_or_the_reason(self, version: Path) -> None:
        rows = rows_of(section(readme(version)[1], "Agreement"))
        assert rows["Mood"][1:3] == ["0.2500", "0.1000 to 0.4000"]
        assert rows["Themes"][1:3] == [f"undefined: {WITHOUT_REASON}", ""]

    def test_coverage_has_the_values_and_who_made_most(self, version: Path) -> None:
        text = section(readme(version)[1], "Coverage")
        rows = rows_of(text)
        assert rows["mood"] == ["4", "dark: 75.0 %, bright: 25.0 %"]
        assert rows["themes"] == ["5", "sea: 80.0 %, letters: 20.0 %"]
        assert rows["depth.new"] == ["8", "2: 50.0 %, 5: 50.0 %"]
        assert rows["depth.true"] == ["8", "4: 100.0 %"]
        assert rows["better"] == ["4", "a: 100.0 %"]
        assert "2 creators are named for 4 of 4 samples" in text and "75.0 % of these" in text

    def test_licences_consent_and_what_was_left_out(self, version: Path) -> None:
        body = readme(version)[1]
        assert "1 of 4 samples rest on 1 consents in force" in section(body, "Consent")
        assert rows_of(section(body, "Left out"))["consent ended"] == ["2"]
        assert "CC-BY-4.0" in section(body, "Licences")

    def test_what_nobody_answered_is_said_to_be_unanswered(self, version: Path) -> None:
        body = readme(version)[1]
        assert "2 of 16 questions" in body
        for question in QUESTIONS.values():
            text = section(body, question.title)
            assert (UNANSWERED in text) == (question.name not in ("motivation", "rights")), question.name

    def test_a_version_without_anything_to_measure_says_so(self, tmp_path: Path) -> None:
        rows = [sample("a", {}, {}, licence=None, decision="plural")]
        quiet: dict[str, Any] = {"agreement": (), "imported": None, "annotated": None, "guidelines": "", "left_out": {}}
        body = readme(written(tmp_path / "v", rows, responses=[], **quiet))[1]
        assert "Working time was not measured." in body and "There were none." in body
        assert "No creator is named." in body and "Nothing was left out." in body and "Not measured." in body
        assert rows_of(section(body, "Collection"))["samples came in"] == ["not known"]


class TestCroissant:
    def test_every_term_is_of_the_vocabulary_and_nothing_is_warned_of(self, version: Path) -> None:
        document = json.loads((version / "croissant.json").read_bytes())
        used = {name.removeprefix("rai:") for name in document if name.startswith("rai:")}
        assert used <= RAI
        assert {"annotatorDemographics", "dataCollection", "dataAnnotationProtocol", "dataCollectionTimeframe"} <= used
        assert document["conformsTo"][0] == "http://mlcommons.org/croissant/1.1"
        assert document["rai:dataCollectionTimeframe"] == ["2026-01-01/2026-01-02", "2026-01-03/2026-02-01"]
        command = [sys.executable, "-m", "mlcroissant.scripts.validate", "--jsonld", str(version / "croissant.json")]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        said = done.stdout + done.stderr
        assert done.returncode == 0, said
        assert "WARNING" not in said.upper().replace("WARNINGS.WARN", ""), said
        assert mlcroissant.Dataset(str(version / "croissant.json")).metadata.annotations_per_item == "2"

    def test_it_says_what_it_was_derived_from(self, tmp_path: Path) -> None:
        first = written(tmp_path / "one", number=1)
        root = layout.read_manifest(first).root
        document = json.loads(
            (written(tmp_path / "two", parent=layout.Parent(1, root)) / "croissant.json").read_bytes()
        )
        assert document["prov:wasDerivedFrom"] == {"@id": f"urn:sha256:{root}"}


class TestLineage:
    def graph(self, folder: Path) -> Graph:
        return Graph().parse(folder / "prov.jsonld", format="json-ld")

    def named(self, *path: str) -> URIRef:
        return URIRef("tag:annotator,2026:tides/" + "/".join(path))

    def test_every_term_is_of_prov_and_every_name_is_said_what_it_is(self, version: Path) -> None:
        graph = self.graph(version)
        terms = {*graph.predicates(), *graph.objects(None, RDF.type)}
        assert {term for term in terms if str(term).startswith(str(PROV)) and term not in KNOWN} == set()
        classes = {PROV.Entity, PROV.Activity, PROV.Agent}
        spoken_of = {term for _, predicate, term in graph if str(predicate).startswith(str(PROV))}
        untold = {term for term in spoken_of if not classes & set(graph.objects(term, RDF.type))}
        assert untold == set()

    def test_a_reader_follows_the_version_back_to_people_and_to_its_parent(self, tmp_path: Path) -> None:
        folder = written(tmp_path / "v", parent=layout.Parent(2, "f" * 64))
        graph = self.graph(folder)
        version = self.named("snapshot-3")
        assert (version, PROV.wasRevisionOf, self.named("snapshot-2")) in graph
        assert (self.named("snapshot-2"), DCTERMS.identifier, None) in graph
        build = graph.value(version, PROV.wasGeneratedBy)
        assert (build, PROV.used, self.named("interface", "1")) in graph
        query = """
            SELECT ?title ?extent WHERE {
              ?version prov:wasDerivedFrom ?made . ?made prov:wasGeneratedBy/prov:wasAssociatedWith ?agent .
              ?agent dct:title ?title ; dct:extent ?extent }"""
        rows = graph.query(query, initNs={"prov": PROV, "dct": DCTERMS}).bindings
        found = {(str(row[Variable("title")]), str(row[Variable("extent")])) for row in rows}
        assert {("Annotators", "2 people"), ("Reviewers", "1 people")} <= found
        files = {entry.path for name in ("gold", "responses", "preference") for entry in manifest_table(folder, name)}
        members = {str(member).split("snapshot-3/")[1] for member in graph.objects(version, PROV.hadMember)}
        assert members == files | {"assets"}

    def test_nobody_is_named(self, version: Path) -> None:
        assert not re.search(r"Ada|Ben|\bp1\b|\br1\b", (version / "prov.jsonld").read_text())


def manifest_table(folder: Path, name: str) -> tuple[layout.FileEntry, ...]:
    return layout.read_manifest(folder).table(name)


class TestEuropeanSummary:
    def rows(self, folder: Path) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = json.loads((folder / "eu-ai-act-summary.json").read_bytes())["rows"]
        return found

    def test_every_section_of_the_template_has_a_row_that_says_what_it_rests_on(self, version: Path) -> None:
        rows = self.rows(version)
        sections = list(dict.fromkeys(row["section"] for row in rows))
        assert sections == ["1.1", "1.2", "1.3", "2.1", "2.2", "2.3", "2.4", "2.5", "2.6", "3.1", "3.2", "3.3"]
        for row in rows:
            assert row["basis"] in ("measured", "owner", "unanswered", "provider")
            assert (row["value"] is None) == (row["basis"] in ("unanswered", "provider")), row

    def test_sizes_languages_and_origins_are_measured(self, version: Path) -> None:
        values = {row["asks"]: row["value"] for row in self.rows(version) if row["basis"] == "measured"}
        assert values["Modalities in the data"] == ["text", "image"]
        size = values["Size of the text"]
        assert size == {"range": "less than 1 billion tokens", "texts": 12, "characters": 124, "utf8_bytes": 128}
        assert values["Languages, by samples"] == {"en-GB": 3, "fr": 1}
        assert values["When the data were collected, and the latest date of it"]["to"] == "2026-02-01"
        made = values["Data that AI made or helped to make, and the models"]
        assert (made["samples"]["ai"], made["models"]) == (1, {"tide-1": 1})

    def test_the_owners_words_stand_where_there_are_any(self, version: Path) -> None:
        given = {row["asks"]: (row["basis"], row["value"]) for row in self.rows(version)}
        assert given["How reservations of rights (opt-outs) are respected"] == ("owner", "We asked each of them.")
        assert given["How creators agreed, and what they received"] == ("unanswered", None)


def test_the_same_rows_give_the_same_bytes_and_a_changed_document_is_found(tmp_path: Path) -> None:
    first, second = written(tmp_path / "one"), written(tmp_path / "two")
    names = {path.relative_to(first) for path in first.rglob("*") if path.is_file()}
    assert {Path("prov.jsonld"), Path("eu-ai-act-summary.json")} <= names
    assert {name for name in names if (first / name).read_bytes() != (second / name).read_bytes()} == set()
    for name in ("prov.jsonld", "eu-ai-act-summary.json"):
        path = first / name
        path.write_bytes(path.read_bytes().replace(b"tides", b"Tides", 1))
        assert [problem.path for problem in layout.verify(first).problems] == [name]
        path.write_bytes(path.read_bytes().replace(b"Tides", b"tides", 1))
    assert layout.verify(first).ok


def test_a_version_from_before_these_files_still_verifies(tmp_path: Path) -> None:
    folder = written(tmp_path / "old")
    manifest = dict(layout.read_manifest(folder).document)
    gone = {"prov.jsonld", "eu-ai-act-summary.json"}
    manifest["files"] = [entry for entry in manifest["files"] if entry["path"] not in gone]
    del manifest["manifest_sha256"]
    for name in gone:
        (folder / name).unlink()
    (folder / layout.MANIFEST).write_bytes(dump(manifest))
    assert layout.verify(folder).ok


def dump(document: dict[str, Any]) -> bytes:
    from projects.snapshots.layout import manifest

    return manifest.dump(document)
