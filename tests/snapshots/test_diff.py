"""What changed between two versions: found row by row, shown on a page and to programs."""

import datetime
import tempfile
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st

from projects.formats.duck import reading
from projects.models import Project, Provenance, User
from projects.snapshots import layout
from projects.snapshots.differences import Reader, difference
from projects.snapshots.layout import shards
from tests.factories import INTERFACE, make_member, make_project
from tests.snapshots.making import MOOD, approved, built, decided_again
from tests.snapshots.writing import write_rows


def gold_row(key: str, **columns: Any) -> dict[str, Any]:
    fixed = {"key": key, "content_hash": "0" * 64, "interface": 1, "fields": {"text": key}, "answers": {"craft": 1}}
    return {
        **fixed,
        "decision": "approve",
        "decision_origin": "overlap",
        "annotations": 0,
        "origin": "human",
        **columns,
    }


def written(folder: Path, rows: Mapping[str, dict[str, Any]], shard_rows: int) -> tuple[Path, layout.Manifest]:
    day = datetime.date(2026, 1, 1)
    spec = layout.SnapshotSpec(project="p", title="P", number=1, published=day, interfaces={1: INTERFACE})
    ordered = (gold_row(key, **rows[key]) for key in sorted(rows))
    return folder, write_rows(folder, spec, ordered, (), shard_rows=shard_rows)


CONTENT = st.fixed_dictionaries(
    {
        "answers": st.sampled_from([{"craft": 1}, {"craft": 2}]),
        "decision": st.sampled_from(["approve", "plural"]),
        "licence": st.sampled_from([None, "MIT"]),
        "metadata": st.sampled_from([None, {"language": "en"}]),
    }
)
VERSION = st.dictionaries(st.sampled_from([*"abcdé", "😀", "￿"]), CONTENT, max_size=7)


@settings(max_examples=15)
@given(before=VERSION, after=VERSION, shard_rows=st.integers(1, 3))
def test_every_change_is_found_and_no_other(before: dict[str, Any], after: dict[str, Any], shard_rows: int) -> None:
    counts: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as folder:
        first = written(Path(folder, "a"), before, shard_rows)
        second = written(Path(folder, "b"), after, 2)
        found = {change.key: set(change.kinds) for change in layout.compare(first, second, counts)}
    kinds = {"answers": "answer", "decision": "decision", "licence": "licence", "metadata": "other"}
    expected: dict[str, set[str]] = {key: {"added"} for key in after.keys() - before.keys()}
    expected |= {key: {"removed"} for key in before.keys() - after.keys()}
    for key in before.keys() & after.keys():
        if changed := {kinds[name] for name in kinds if before[key][name] != after[key][name]}:
            expected[key] = changed
    assert found == expected
    assert list(found) == sorted(found)
    assert counts["unchanged"] == len(before.keys() & after.keys() - expected.keys())
    assert counts["changed"] == len(before.keys() & after.keys() & expected.keys())


def test_files_that_both_versions_have_are_not_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rows: dict[str, dict[str, Any]] = {f"{number:03}": {} for number in range(40)}
    first = written(tmp_path / "a", rows, 10)
    second = written(tmp_path / "b", {**rows, "015": {"licence": "MIT"}}, 10)
    opened: list[str] = []

    def watched(paths: list[Path]) -> Any:
        opened.extend(path.name for path in paths)
        return reading(paths)

    monkeypatch.setattr(shards, "reading", watched)
    counts: Counter[str] = Counter()
    assert [change.key for change in layout.compare(first, second, counts)] == ["015"]
    assert opened == ["gold-00001-of-00004.parquet"] * 2
    assert counts["unchanged"] == 39


@pytest.fixture
def versions(project: Project, reviewer: User) -> None:
    """Version 1 with four samples; in version 2 one is new, one gone, one has another answer, one another licence."""
    samples = {key: approved(project, reviewer, MOOD, key=key) for key in ("gone", "judged", "same", "licensed")}
    built(project)
    approved(project, reviewer, MOOD, key="new")
    decided_again(samples["judged"], reviewer, {"mood": "bright", "craft": 4})
    decided_again(samples["gone"], reviewer, {}, "reject")
    Provenance.objects.filter(sample=samples["licensed"]).update(licence="MIT")
    built(project)


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("versions")
class TestTwoVersions:
    def test_the_api_names_each_change_once_with_both_sides(self, project: Project, client: Client) -> None:
        client.force_login(project.created_by)
        reply = client.get(reverse("api-snapshot-diff", args=[project.slug, 1, 2])).json()
        assert {row["key"]: row["kinds"] for row in reply["changes"]} == {
            "gone": ["removed"],
            "judged": ["answer", "decision"],
            "licensed": ["licence"],
            "new": ["added"],
        }
        sides = next(row for row in reply["changes"] if row["key"] == "judged")
        assert (sides["before"]["answers"]["mood"], sides["after"]["answers"]["mood"]) == ("dark", "bright")
        assert reply["counts"]["unchanged"] == 1
        assert reply["counts"]["changed"] == 2
        assert {"group": "counts", "name": "gold", "before": 4, "after": 4} in reply["figures"]
        assert reply["next"] is None

    def test_the_api_gives_one_kind_and_goes_on_after_a_key(
        self, project: Project, client: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("projects.snapshots.diff_views.API_PAGE", 3)
        client.force_login(project.created_by)
        address = reverse("api-snapshot-diff", args=[project.slug, 1, 2])
        first = client.get(address).json()
        assert [row["key"] for row in client.get(first["next"]).json()["changes"]] == ["new"]
        assert [row["key"] for row in client.get(f"{address}?kind=licence").json()["changes"]] == ["licensed"]
        assert client.get(f"{address}?kind=nothing").status_code == 400

    def test_the_page_shows_answers_side_by_side(self, project: Project, client: Client) -> None:
        client.force_login(project.created_by)
        address = reverse("snapshot-diff", args=[project.slug, 1, 2])
        page = client.get(address).content.decode()
        assert "<del>Dark</del> <ins>Bright</ins>" in page
        assert "<del>CC-BY-4.0</del> <ins>MIT</ins>" in page
        only = client.get(f"{address}?kind=added").content.decode()
        assert "samples/new/" in only
        assert "samples/judged/" not in only

    def test_a_version_against_itself_has_no_changes(self, project: Project, client: Client) -> None:
        client.force_login(project.created_by)
        page = client.get(reverse("snapshot-diff", args=[project.slug, 2, 2]))
        assert "All 4 samples are the same." in page.content.decode()

    def test_the_form_on_the_version_leads_to_the_comparison(self, project: Project, client: Client) -> None:
        client.force_login(project.created_by)
        assert "What changed since" in client.get(reverse("snapshot", args=[project.slug, 2])).content.decode()
        chosen = client.get(reverse("snapshot-diff-choose", args=[project.slug, 2]), {"with": "1"})
        assert chosen.headers["location"] == reverse("snapshot-diff", args=[project.slug, 1, 2])
        assert client.get(reverse("snapshot-diff-choose", args=[project.slug, 2]), {"with": "9"}).status_code == 404

    def test_it_is_worked_out_once(self, project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
        newer, older = project.snapshots.all()
        first = difference(older, newer)

        def again(*given: Any) -> Any:
            raise AssertionError("compared twice")

        monkeypatch.setattr(layout, "compare", again)
        assert difference(older, newer).changes() == first.changes()


@pytest.mark.django_db(transaction=True)
def test_texts_are_compared_word_by_word() -> None:
    text = {"schema": 1, "fields": INTERFACE["fields"], "questions": [{"name": "why", "type": "text"}]}
    project = make_project(overlap=2, interface=text)
    reviewer = make_member(project, "reviewer")
    sample = approved(project, reviewer, {"why": "The letter was late."}, key="one")
    before = built(project)
    decided_again(sample, reviewer, {"why": "The letter was early."})
    found = difference(before, built(project))
    (line, _) = Reader(found).lines(found.changes()[0])
    assert [(part.op, part.text) for part in line.parts if part.op != "equal"] == [
        ("delete", "late"),
        ("insert", "early"),
    ]
