"""The main job on real input, by commands: an imported file becomes a verified snapshot."""

import io
import json
from pathlib import Path
from typing import Any

import duckdb
import pytest
from django.core.management import CommandError, call_command

from projects.models import Adjudication, Annotation, Project, Sample, Snapshot, User
from projects.review import actions as review
from projects.samples.states import SampleState
from projects.workspace import audit

DATA = Path(__file__).resolve().parent.parent.parent / "shared" / "data" / "psychdepth"
pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not DATA.exists(), reason="the psychdepth data are not beside the project"),
]
# Krippendorff's alpha, ordinal, over the 435 annotations whose story is there (from the `krippendorff` package).
REFERENCE = {
    "depth.authenticity": 0.0642,
    "depth.empathy": 0.1989,
    "depth.engagement": 0.1462,
    "depth.emotion_provoking": 0.1096,
    "depth.narrative_complexity": 0.2127,
    "depth.human_likeness": 0.0671,
}


def command(*arguments: str) -> str:
    out = io.StringIO()
    call_command(*arguments, stdout=out, stderr=io.StringIO())
    return out.getvalue()


@pytest.fixture
def project(tmp_path: Path) -> Project:
    command("create_user", "olga")
    command("create_user", "rafa")
    command("create_project", "depth", "--interface", str(DATA / "interface.json"), "--owner", "olga", "--overlap", "5")
    command("add_member", "depth", "rafa", "--role", "reviewer")
    return Project.objects.get(slug="depth")


def imported(project: Project) -> dict[str, Any]:
    files = (str(DATA / "samples.jsonl"), "--annotations", str(DATA / "annotations.jsonl"))
    return dict(json.loads(command("import_samples", project.slug, *files, "--json")))


def test_lines_that_fit_land_and_the_others_come_back_with_the_reason(project: Project) -> None:
    report = imported(project)
    assert report["samples"]["created"] == 87
    assert report["annotations"]["created"] == 435
    assert report["annotations"]["invalid"] == 50
    assert Annotation.objects.filter(current=True).count() == 435
    again = imported(project)
    assert again["samples"]["unchanged"] == 87
    assert again["annotations"]["unchanged"] == 435
    assert Annotation.objects.count() == 435


def test_agreement_reproduces_the_reference_values(project: Project) -> None:
    imported(project)
    reply = json.loads(command("agreement", "depth", "--json"))
    found = {row["series"]: row for row in reply["series"]} if "series" in reply else {r["series"]: r for r in reply}
    for series, value in REFERENCE.items():
        assert found[series]["value"] == pytest.approx(value, abs=5e-5), series
        assert (found[series]["units"], found[series]["raters"]) == (87, 5)
    assert found["this_is_it"]["value"] is None
    assert found["this_is_it"]["reason"]


def test_from_import_to_a_snapshot_that_verifies_until_a_byte_changes(project: Project, tmp_path: Path) -> None:
    imported(project)
    reviewer = User.objects.get(username="rafa")
    waiting = Sample.objects.filter(project=project, state__in=(SampleState.LABELED, SampleState.DISPUTED))
    assert waiting.count() == 87
    for number, sample in enumerate(waiting.order_by("key")):
        decision = "plural" if number % 3 == 0 else "approve"
        answers = Annotation.objects.filter(sample=sample, current=True).order_by("pk")[0].answers
        review.adjudicate(
            actor=reviewer,
            sample=sample,
            decision=decision,
            answers=None if decision == "plural" else answers,
            reason="" if decision == "plural" else "The first reader saw most.",
        )
    assert Adjudication.objects.filter(current=True).count() == 87

    reply = json.loads(command("snapshot", "depth", "--export", "jsonl", "--to", str(tmp_path / "out"), "--json"))
    assert reply["snapshot"] == 1
    snapshot = Snapshot.objects.get(project=project, number=1)
    assert snapshot.root
    command("verify_snapshot", "depth", "1")
    exported = [json.loads(line) for line in next((tmp_path / "out").glob("*.jsonl")).read_text().splitlines()]
    assert len(exported) == 87
    assert len({row["key"] for row in exported}) == 87

    from projects.snapshots.files import materialise

    copy = materialise(snapshot, tmp_path / "copy")
    command("verify_snapshot", str(copy))
    with duckdb.connect() as connection:
        source = f"read_parquet('{copy}/data/responses-*.parquet')"
        assert connection.execute(f"SELECT count(*) FROM {source}").fetchall() == [(435,)]
    for path in sorted(p for p in copy.rglob("*") if p.is_file()):
        body = path.read_bytes()
        changed = bytearray(body)
        changed[len(body) // 2] ^= 1
        path.write_bytes(bytes(changed))
        with pytest.raises(CommandError, match=path.name):
            command("verify_snapshot", str(copy))
        path.write_bytes(body)
    command("verify_snapshot", str(copy))
    assert audit.verify()[1] == []
    command("verify_audit")
