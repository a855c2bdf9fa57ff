"""Versions compared with lists of texts: what is found, told, and left out."""

import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from projects.models import AuditEntry, ContaminationList, Job, Project, Sample, Snapshot, User
from projects.snapshots import build, contamination, files, layout
from projects.snapshots.actions import request_snapshot
from projects.snapshots.contamination import add_list, check_lists, remove_list
from projects.snapshots.layout import parts as layout_parts
from projects.snapshots.withdrawal import withdraw
from projects.workspace import audit, jobs
from projects.workspace.actions import Refused
from tests.factories import make_member, make_project
from tests.snapshots.making import MOOD, approved, built

pytestmark = pytest.mark.django_db(transaction=True)
TEXTS = {"a": "one two three four five six", "b": "alpha beta gamma delta", "c": "one two three and no more"}


@pytest.fixture
def project() -> Project:
    project = make_project(overlap=2)
    reviewer = make_member(project, "reviewer")
    for key, text in TEXTS.items():
        approved(project, reviewer, MOOD, key=key, fields={"text": text})
    return project


def listed(project: Project, text: str, name: str = "Tides", **options: Any) -> ContaminationList:
    return add_list(
        actor=project.created_by, project=project, name=name, source=io.BytesIO(text.encode()), **{"n": 3, **options}
    )


def keys_file(snapshot: Snapshot) -> list[dict[str, Any]]:
    path = Path(files.storage().path(snapshot.path), "contamination.jsonl")
    return [json.loads(line) for line in path.read_text().splitlines()]


def gold_keys(snapshot: Snapshot) -> list[str]:
    with files.local(snapshot) as folder:
        return [row["key"] for row in layout.read_rows(folder, layout.read_manifest(folder).table("gold"))]


def test_the_manifest_tells_by_list_what_overlaps_and_how_much(project: Project) -> None:
    """“a” has the trigrams 123 234 345 456, of which the list has 123 and 234; “c” has four, of which one is 123."""
    made = listed(project, "ONE, two three four!\n")
    other = listed(project, "nothing of all this\n", name="Others")
    snapshot = built(project, contamination=check_lists(project, None, leave_out=False))
    assert snapshot.manifest is not None
    assert snapshot.manifest["contamination"] == {
        "leave_out": False,
        "lists": [
            {
                "name": "Others",
                "sha256": other.sha256,
                "texts": 1,
                "n": 3,
                "ngrams": 2,
                "samples": 0,
                "largest_share": 0.0,
            },
            {
                "name": "Tides",
                "sha256": made.sha256,
                "texts": 1,
                "n": 3,
                "ngrams": 2,
                "samples": 2,
                "largest_share": 0.5,
            },
        ],
    }
    assert keys_file(snapshot) == [
        {"key": "a", "list": "Tides", "shared": 2, "ngrams": 4},
        {"key": "c", "list": "Tides", "shared": 1, "ngrams": 4},
    ]
    assert gold_keys(snapshot) == ["a", "b", "c"]
    assert files.verify(snapshot).ok


def test_the_hash_of_a_list_is_that_of_its_file(project: Project) -> None:
    import hashlib

    text = "ONE, two three four!\n\nfive six\n"
    made = listed(project, text)
    assert (made.sha256, made.texts) == (hashlib.sha256(text.encode()).hexdigest(), 2)


def test_what_overlaps_is_left_out_with_the_reason(project: Project) -> None:
    listed(project, "one two three four\n")
    snapshot = built(project, contamination=check_lists(project, ["Tides"], leave_out=True))
    assert gold_keys(snapshot) == ["b"]
    assert snapshot.manifest is not None
    assert snapshot.manifest["counts"]["left_out"] == {"overlaps the list “Tides”": 2}
    assert [line["key"] for line in keys_file(snapshot)] == ["a", "c"]
    assert snapshot.manifest["counts"]["responses"] == 2
    assert files.verify(snapshot).ok


def test_a_build_that_was_cut_off_goes_on_with_what_was_found(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    listed(project, "one two three four\n")
    asked = check_lists(project, None, leave_out=True)
    snapshot = request_snapshot(actor=project.created_by, project=project, contamination=asked)

    def cut(*given: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(build._Build, "make_parts", cut)
        with pytest.raises(KeyboardInterrupt):
            jobs.run(snapshot.job_id)
    Job.objects.filter(pk=snapshot.job_id).update(lease_until="2000-01-01T00:00:00Z")
    monkeypatch.setattr(contamination, "_compare", cut)
    jobs.run(snapshot.job_id)
    snapshot.refresh_from_db()
    assert gold_keys(snapshot) == ["b"]
    assert snapshot.manifest is not None
    assert snapshot.manifest["counts"]["left_out"] == {"overlaps the list “Tides”": 2}
    assert snapshot.manifest["contamination"]["lists"][0]["samples"] == 2
    assert [line["key"] for line in keys_file(snapshot)] == ["a", "c"]
    assert files.verify(snapshot).ok


def test_what_is_left_is_cut_into_parts_of_its_own(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("_LEAST", "_MOST"):
        monkeypatch.setattr(layout_parts, name, 1)
    listed(project, "alpha beta gamma\n")
    snapshot = built(project, contamination=check_lists(project, None, leave_out=True))
    assert snapshot.manifest is not None
    assert gold_keys(snapshot) == ["a", "c"]
    assert len([each for each in snapshot.manifest["files"] if each["path"].startswith("data/gold-")]) == 2
    assert files.verify(snapshot).ok


def test_a_version_of_which_nothing_is_left_fails_and_says_why(project: Project) -> None:
    listed(project, "\n".join(TEXTS.values()))
    snapshot = built(project, contamination=check_lists(project, None, leave_out=True))
    assert (snapshot.state, "overlaps a list" in snapshot.job.message) == ("failed", True)


def test_two_builds_give_the_same_bytes_and_only_hashes_are_kept(project: Project) -> None:
    listed(project, "one two three four\n")
    asked = check_lists(project, None, leave_out=False)
    first, second = (built(project, contamination=asked) for _ in range(2))
    contents = [Path(files.storage().path(each.path), "contamination.jsonl").read_bytes() for each in (first, second)]
    assert contents[0] == contents[1]
    kept = Path(files.storage().path(ContaminationList.objects.get().path))
    assert kept.stat().st_size == 2 * 8
    assert list(kept.parent.iterdir()) == [kept], "nothing beside the hashes"


def test_a_version_without_lists_is_as_it_was(project: Project) -> None:
    snapshot = built(project)
    assert snapshot.manifest is not None and "contamination" not in snapshot.manifest
    assert not Path(files.storage().path(snapshot.path), "contamination.jsonl").exists()


def test_json_lines_are_texts_or_objects_with_one(project: Project) -> None:
    lines = '"one two three four"\n{"question": "one two three five"}\n'
    with pytest.raises(Refused, match="Line 2 is no text"):
        listed(project, lines, filename="q.jsonl")
    with pytest.raises(Refused, match="Line 1 is not JSON"):
        listed(project, "one two three\n", filename="q.jsonl")
    made = listed(project, lines, filename="q.jsonl", member="question")
    assert (made.texts, made.ngrams) == (2, 3)


@pytest.mark.parametrize(
    ("text", "options", "why"),
    [
        ("a b c", {"name": " "}, "needs a name"),
        ("a b c", {"n": 2}, "n must be"),
        ("\n…\n", {}, "no text with a word"),
    ],
)
def test_what_is_no_list_is_refused(project: Project, text: str, options: dict[str, Any], why: str) -> None:
    with pytest.raises(Refused, match=why):
        listed(project, text, **options)
    assert not ContaminationList.objects.exists()


def test_too_much_is_refused(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(contamination, "MAX_TEXTS", 1)
    with pytest.raises(Refused, match="more than 1 texts"):
        listed(project, "a b c\nd e f\n")
    monkeypatch.setattr(contamination, "MAX_BYTES", 4)
    with pytest.raises(Refused, match="larger than 4 bytes"):
        listed(project, "a b c\n")
    with pytest.raises(Refused, match="not UTF-8"):
        add_list(actor=project.created_by, project=project, name="x", source=io.BytesIO(b"\xff\xfe"), n=3)


def test_a_list_is_added_once_and_removed(project: Project) -> None:
    made = listed(project, "one two three four\n")
    assert listed(project, "one two three four\n") == made
    with pytest.raises(Refused, match="already"):
        listed(project, "other texts than before\n")
    twin = listed(project, "one two three four\n", name="Twin")
    kept = Path(files.storage().path(made.path))
    remove_list(actor=project.created_by, contamination_list=made)
    assert kept.exists(), "its twin has the same n-grams"
    remove_list(actor=project.created_by, contamination_list=twin)
    assert not kept.exists()
    actions = AuditEntry.objects.filter(action__startswith="contamination").values_list("action", flat=True)
    assert sorted(actions) == ["contamination_list.added"] * 2 + ["contamination_list.removed"] * 2
    assert audit.verify()[1] == []


def test_a_list_stays_while_a_version_is_compared_with_it(project: Project) -> None:
    made = listed(project, "one two three four\n")
    asked = check_lists(project, None, leave_out=False)
    request_snapshot(actor=project.created_by, project=project, contamination=asked)
    with pytest.raises(Refused, match="Version 1 is being compared"):
        remove_list(actor=project.created_by, contamination_list=made)
    jobs.run_due()
    remove_list(actor=project.created_by, contamination_list=made)


def test_a_successor_is_compared_too(project: Project) -> None:
    listed(project, "one two three four\n")
    built(project, contamination=check_lists(project, None, leave_out=True))
    samples = Sample.objects.filter(key="b")
    withdraw(actor=project.created_by, project=project, samples=samples, reason="They asked us to.")
    successor = Snapshot.objects.get(number=2)
    assert successor.contamination == Snapshot.objects.get(number=1).contamination


def test_lists_of_other_projects_are_not_there(project: Project, owner: User) -> None:
    listed(make_project(owner), "one two three four\n")
    with pytest.raises(Refused, match="There is no list “Tides”"):
        check_lists(project, ["Tides"], leave_out=False)
    assert check_lists(project, None, leave_out=False) is None


def test_by_programs_and_by_the_page(project: Project, owner: User) -> None:
    client = Client()
    client.force_login(owner)
    address = reverse("api-contamination", args=[project.slug])
    made = client.post(address, {"name": "Api", "n": 3, "texts": ["one two\nthree four"]}, "application/json")
    assert (made.status_code, made.json()["texts"]) == (201, 1)
    file = SimpleUploadedFile("q.jsonl", b'{"q": "alpha beta gamma"}\n')
    sent = client.post(address, {"name": "File", "n": 3, "file": file, "member": "q"})
    assert sent.status_code == 201, sent.content
    assert client.post(address, {"name": "None"}, "application/json").status_code == 400
    assert {row["name"] for row in client.get(address).json()} == {"Api", "File"}
    asked = client.post(
        reverse("api-snapshots", args=[project.slug]),
        {"contamination": {"lists": ["Api"], "leave_out": True}},
        "application/json",
    )
    assert asked.status_code == 202
    jobs.run_due()
    assert gold_keys(Snapshot.objects.get(number=1)) == ["b"]
    unknown = client.post(
        reverse("api-snapshots", args=[project.slug]), {"contamination": {"lists": ["None"]}}, "application/json"
    )
    assert (unknown.status_code, "no list" in unknown.json()["detail"]) == (409, True)
    page = reverse("contamination", args=[project.slug])
    added = client.post(page, {"name": "Pasted", "texts": "one two three\nfour five six", "n": "3"}, follow=True)
    assert "texts 2, different n-grams 2" in added.content.decode()
    assert client.post(page, {"name": "Empty"}).status_code == 422
    form = {"name": "Second", "list": ["File"], "overlapping": "", "do": "build"}
    assert client.post(reverse("snapshot-new", args=[project.slug]), form).status_code == 302
    jobs.run_due()
    shown = client.get(reverse("snapshot", args=[project.slug, 2])).content.decode()
    assert "Compared with lists of texts" in shown and "are in this version all the same" in shown
    gone = client.delete(reverse("api-contamination-list", args=[project.slug, made.json()["id"]]))
    assert gone.status_code == 204
