"""A version: what it holds, what it leaves out and why, and that it is whole or not there."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import orjson
import pytest

from projects.models import Annotation, Consent, Creator, Job, Project, Provenance, Snapshot, User
from projects.provenance.actions import end_consent
from projects.review import actions as review
from projects.snapshots import actions, build, files, layout
from projects.snapshots.models import SnapshotState
from projects.workspace import jobs
from projects.workspace.actions import Refused
from tests.factories import make_member, make_project
from tests.snapshots.making import MOOD, OUTPUTS, PAIR, answered, approved

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: Path, settings: Any) -> None:
    place = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(tmp_path / "kept")}}
    settings.STORAGES = {**settings.STORAGES, "snapshots": place}


def built(project: Project, **asked: Any) -> Snapshot:
    snapshot = actions.request_snapshot(actor=project.created_by, project=project, **asked)
    jobs.run(snapshot.job_id)
    snapshot.refresh_from_db()
    snapshot.job.refresh_from_db()
    return snapshot


def gold(snapshot: Snapshot, tmp_path: Path) -> dict[str, dict[str, Any]]:
    path = tmp_path / f"gold-{snapshot.number}.jsonl"
    files.exported(snapshot, "jsonl", path)
    return {row["key"]: row for row in map(json.loads, path.read_text().splitlines())}


def test_what_may_not_leave_stays_with_count_and_reason(project: Project, reviewer: User, tmp_path: Path) -> None:
    ended = Consent.objects.create(project=project, reference="ended")
    approved(project, reviewer, MOOD, key="fine")
    approved(project, reviewer, MOOD, key="bare", provenance={"licence": ""})
    approved(project, reviewer, MOOD, key="gone", provenance={"consent": ended})
    end_consent(actor=project.created_by, project=project, consent=ended, note="asked to")
    snapshot = built(project)
    assert snapshot.state == SnapshotState.READY
    assert set(gold(snapshot, tmp_path)) == {"fine"}
    assert snapshot.manifest is not None
    assert snapshot.manifest["counts"]["left_out"] == {"consent ended": 1, "licence missing": 1}


def test_a_snapshot_that_would_be_empty_is_refused(project: Project) -> None:
    with pytest.raises(Refused, match="empty"):
        actions.request_snapshot(actor=project.created_by, project=project)


def test_the_same_samples_give_the_same_tables_and_root(project: Project, reviewer: User) -> None:
    for key in ("b", "a", "é", "z"):
        approved(project, reviewer, MOOD, key=key)
    first, second = built(project), built(project)
    assert first.root == second.root
    assert first.manifest is not None
    assert second.manifest is not None
    tables = [
        {file["path"]: file["sha256"] for file in manifest["files"] if file["path"].endswith(".parquet")}
        for manifest in (first.manifest, second.manifest)
    ]
    assert tables[0] == tables[1]
    assert second.manifest["parent"] == {"number": 1, "root": first.root}


def test_a_later_decision_is_of_the_next_version(project: Project, reviewer: User, tmp_path: Path) -> None:
    sample = approved(project, reviewer, MOOD, key="one")
    before = built(project)
    sample.refresh_from_db()
    review.adjudicate(
        actor=reviewer,
        sample=sample,
        decision="approve",
        answers={"mood": "bright"},
        reason="Read again.",
        expected=review.version_of(sample),
    )
    after = built(project)
    assert gold(before, tmp_path)["one"]["answers"] == MOOD
    assert gold(after, tmp_path)["one"]["answers"] == {"mood": "bright"}
    assert before.root != after.root
    assert files.verify(before).ok


def test_names_of_annotators_are_in_no_file(project: Project, reviewer: User, tmp_path: Path) -> None:
    creator = Creator.objects.create(project=project, name="Amara O.", credit="Amara Okafor, Lagos")
    sample = approved(project, reviewer, MOOD, key="one", provenance={"creator": creator})
    names = [*sample.annotations.values_list("annotator__username", flat=True), reviewer.username]
    copy = files.materialise(built(project), tmp_path / "copy")
    assert "Amara Okafor, Lagos" in (copy / "CREDITS.md").read_text()
    rows = list(layout.read_rows(copy, layout.read_manifest(copy).table("responses"), layout.RESPONSES))
    assert len({row["annotator"] for row in rows}) == 2
    for path in (path for path in copy.rglob("*") if path.is_file()):
        body = path.read_bytes()
        assert not [name for name in names if name.encode() in body], path


def test_responses_say_what_was_suggested_to_whom(project: Project, reviewer: User, tmp_path: Path) -> None:
    told = {"how": "after", "questions": {"mood": [{"source": "model-x", "value": "dark", "score": 0.5}]}}
    sample = approved(project, reviewer, MOOD)
    one = Annotation.objects.filter(sample=sample).order_by("pk")[0]
    Annotation.objects.filter(pk=one.pk).update(suggested={**told, "first": {"mood": "bright"}})
    copy = files.materialise(built(project), tmp_path / "copy")
    rows = list(layout.read_rows(copy, layout.read_manifest(copy).table("responses"), layout.RESPONSES))
    found = [None if row["suggested"] is None else json.loads(row["suggested"]) for row in rows]
    assert found == [{**told, "first": {"mood": "bright"}}, None]


def test_no_pair_is_made_from_a_tie_or_a_plural(tmp_path: Path) -> None:
    project = make_project(overlap=2, interface=PAIR)
    reviewer = make_member(project, "reviewer")
    fields = {"prompt": "A late letter.", "outputs": OUTPUTS}
    shown = ["a", "b"]
    approved(project, reviewer, {"better": {"winner": "a", "shown": shown}}, key="win", fields=fields)
    approved(project, reviewer, {"better": {"winner": "tie", "shown": shown}}, key="tie", fields=fields)
    approved(project, reviewer, {"better": {"winner": "b", "shown": shown}}, "plural", key="plural", fields=fields)
    copy = files.materialise(built(project), tmp_path / "copy")
    rows = list(layout.read_rows(copy, layout.read_manifest(copy).table("preference")))
    assert [(row["key"], row["chosen"], row["rejected"]) for row in rows] == [
        ("win", OUTPUTS[0]["value"], OUTPUTS[1]["value"])
    ]


def test_a_consent_that_ends_while_the_version_is_built_is_respected(
    project: Project, reviewer: User, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    consent = Consent.objects.create(project=project, reference="c-1")
    approved(project, reviewer, MOOD, key="fine")
    approved(project, reviewer, MOOD, key="leaves", provenance={"consent": consent})
    publish = build._Build.publish

    def late(*given: Any) -> Any:
        Consent.objects.filter(pk=consent.pk, state="given").exists() and end_consent(
            actor=project.created_by, project=project, consent=consent
        )
        return publish(*given)

    monkeypatch.setattr(build._Build, "publish", late)
    snapshot = built(project)
    assert set(gold(snapshot, tmp_path)) == {"fine"}
    assert files.verify(snapshot).ok


def test_an_attempt_that_was_cut_off_leaves_nothing_and_the_next_one_finishes(
    project: Project, reviewer: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    approved(project, reviewer, MOOD, key="one")
    snapshot = actions.request_snapshot(actor=project.created_by, project=project)

    def cut(*given: Any) -> Any:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(build._Build, "publish", cut)
        with pytest.raises(KeyboardInterrupt):
            jobs.run(snapshot.job_id)
    snapshot.refresh_from_db()
    assert snapshot.state == SnapshotState.BUILDING
    assert snapshot.manifest is None
    Job.objects.filter(pk=snapshot.job_id).update(lease_until="2000-01-01T00:00:00Z")
    jobs.run(snapshot.job_id)
    snapshot.refresh_from_db()
    assert snapshot.state == SnapshotState.READY
    assert files.verify(snapshot).ok


def test_the_verifier_names_the_file_that_was_changed(project: Project, reviewer: User) -> None:
    approved(project, reviewer, MOOD, key="one")
    snapshot = built(project)
    path = Path(files.storage().path(snapshot.path)) / "licences.json"
    path.write_bytes(path.read_bytes().replace(b"CC-BY-4.0", b"CC-BY-5.0", 1))
    assert [problem.path for problem in files.verify(snapshot).problems] == ["licences.json"]


def test_croissant_is_valid_and_loads(project: Project, reviewer: User, tmp_path: Path) -> None:
    approved(project, reviewer, MOOD, key="one")
    approved(project, reviewer, MOOD, "plural", key="two")
    copy = files.materialise(built(project), tmp_path / "copy")
    command = [sys.executable, "-m", "mlcroissant.scripts.validate", "--jsonld", str(copy / "croissant.json")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    said = done.stdout + done.stderr
    assert done.returncode == 0, said
    assert "WARNING" not in said.upper().replace("WARNINGS.WARN", ""), said
    import mlcroissant

    dataset = mlcroissant.Dataset(str(copy / "croissant.json"))
    names = [record_set.uuid for record_set in dataset.metadata.record_sets]
    counts = {name: len(list(dataset.records(name))) for name in names}
    assert sorted(counts.values()) == [2, 4]


def test_every_export_format_is_read_back(project: Project, reviewer: User, tmp_path: Path) -> None:
    import csv

    import duckdb

    approved(project, reviewer, MOOD, key="one", fields={"text": "Zeile eins\n„zwei“, drei"})
    snapshot = built(project)
    for slug in ("jsonl", "csv", "parquet", "hf", "croissant", "label-studio"):
        assert files.exported(snapshot, slug, tmp_path / f"out.{slug}") == 1
    row = orjson.loads((tmp_path / "out.jsonl").read_bytes())
    assert row["fields"] == {"text": "Zeile eins\n„zwei“, drei"}
    with (tmp_path / "out.csv").open(newline="", encoding="utf-8-sig") as stream:
        assert orjson.loads(next(csv.DictReader(stream))["fields"]) == row["fields"]
    with duckdb.connect() as connection:
        found = connection.execute(f"SELECT fields FROM read_parquet('{tmp_path}/out.parquet')").fetchall()
    assert orjson.loads(found[0][0]) == row["fields"]


def test_a_storage_without_paths_holds_versions_too(
    project: Project, reviewer: User, tmp_path: Path, settings: Any
) -> None:
    settings.STORAGES = {
        **settings.STORAGES,
        "snapshots": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    }
    approved(project, reviewer, MOOD, key="one")
    snapshot = built(project)
    assert files.verify(snapshot).ok
    assert set(gold(snapshot, tmp_path)) == {"one"}
    name = f"{snapshot.path}/CREDITS.md"
    files.storage().delete(name)
    assert [problem.path for problem in files.verify(snapshot).problems] == ["CREDITS.md"]


def test_two_snapshots_at_once_are_refused(project: Project, reviewer: User) -> None:
    approved(project, reviewer, MOOD, key="one")
    actions.request_snapshot(actor=project.created_by, project=project)
    with pytest.raises(Refused, match="being built"):
        actions.request_snapshot(actor=project.created_by, project=project)


def test_what_nobody_approved_stays(project: Project, reviewer: User, tmp_path: Path) -> None:
    from tests.factories import make_sample

    approved(project, reviewer, MOOD, key="one")
    waiting = make_sample(project, key="two")
    answered(project, waiting, MOOD)
    snapshot = built(project)
    assert set(gold(snapshot, tmp_path)) == {"one"}
    assert Provenance.objects.count() == 2
