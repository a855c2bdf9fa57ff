"""A version is verified by a job; what it found is kept, named and shown."""

from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import storages
from django.test import Client
from django.urls import reverse

from projects.models import AuditEntry, Job, Project, Snapshot, User, Verification
from projects.snapshots.models import SnapshotState
from projects.snapshots.verifying import request_verification
from projects.workspace import jobs
from projects.workspace.actions import Refused
from tests.factories import make_member
from tests.snapshots.making import MOOD, approved, built

pytestmark = pytest.mark.django_db


@pytest.fixture
def snapshot(project: Project) -> Snapshot:
    reviewer = make_member(project, "reviewer")
    for key in "ab":
        approved(project, reviewer, MOOD, key=key)
    return built(project)


@pytest.fixture
def client(owner: User) -> Client:
    client = Client()
    client.force_login(owner)
    return client


def folder(snapshot: Snapshot) -> Path:
    return Path(storages["snapshots"].path(snapshot.path))


def verified(owner: User, snapshot: Snapshot) -> Verification:
    asked = request_verification(actor=owner, snapshot=snapshot)
    jobs.run(asked.job_id)
    asked.refresh_from_db()
    return asked


def test_a_sound_version_is_proved_and_that_is_kept_with_who_asked(owner: User, snapshot: Snapshot) -> None:
    found = verified(owner, snapshot)
    assert found.finished_at
    assert (found.problem_count, found.rows, found.root, found.asked_by) == (0, 2, snapshot.root, owner)
    assert found.files == len([path for path in folder(snapshot).rglob("*") if path.is_file()])
    entry = AuditEntry.objects.get(action="snapshot.verified")
    assert '"sound":true' in entry.data and entry.actor == owner


def test_each_damaged_file_is_named_on_the_page_and_to_programs(
    owner: User, snapshot: Snapshot, client: Client
) -> None:
    card, extra = folder(snapshot) / "README.md", folder(snapshot) / "data" / "stowaway.txt"
    card.write_text(card.read_text() + "x")
    extra.write_text("x")
    found = verified(owner, snapshot)
    assert found.problem_count == 2
    assert {each["path"] for each in found.problems} == {"README.md", "data/stowaway.txt"}
    assert found.job.state == "done", "damage is what was found, the work itself succeeded"
    page = client.get(reverse("snapshot-verify", args=[snapshot.project.slug, 1])).content.decode()
    assert "data/stowaway.txt" in page and "is not in the manifest" in page and "2 problems" in page
    assert "data/stowaway.txt" in client.get(reverse("snapshot", args=[snapshot.project.slug, 1])).content.decode()
    reply = client.get(reverse("api-verifications", args=[snapshot.project.slug, 1])).json()
    assert [each["sound"] for each in reply] == [False]
    assert {each["path"] for each in reply[0]["problems"]} == {"README.md", "data/stowaway.txt"}


def test_a_consistent_forgery_is_found_by_what_the_database_remembers(owner: User, snapshot: Snapshot) -> None:
    Snapshot.objects.filter(pk=snapshot.pk).update(root="0" * 64)
    found = verified(owner, snapshot)
    assert [each["path"] for each in found.problems] == ["manifest.json"]


def test_asking_while_one_is_on_its_way_gives_that_one(owner: User, snapshot: Snapshot, client: Client) -> None:
    address = reverse("api-verifications", args=[snapshot.project.slug, 1])
    first, second = client.post(address), client.post(address)
    assert (first.status_code, second.status_code) == (202, 202)
    assert first.json()["job"] == second.json()["job"]
    assert first.json()["sound"] is None
    assert Verification.objects.count() == 1
    jobs.run(first.json()["job"])
    assert client.post(address).json()["job"] != first.json()["job"]


def test_the_job_tells_how_far_it_is_and_stops_when_it_is_cancelled(
    owner: User, snapshot: Snapshot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("projects.snapshots.verifying.TELL_EVERY", -1)
    asked = request_verification(actor=owner, snapshot=snapshot)
    seen: list[tuple[int, int | None]] = []

    def watch(done: int, total: int | None, message: str) -> None:
        seen.append((done, total))
        if done == 2:
            jobs.cancel(job=asked.job, actor=owner)

    jobs.run(asked.job_id, watch)
    total = len((snapshot.manifest or {})["files"])
    assert seen == [(0, total), (1, total), (2, total)]
    asked.refresh_from_db()
    assert (asked.job.state, asked.finished_at) == ("cancelled", None)


def test_a_verification_that_was_cut_off_is_done_by_the_next_worker(
    owner: User, snapshot: Snapshot, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = request_verification(actor=owner, snapshot=snapshot)
    assert jobs.claim(asked.job_id), "a worker takes it, and is killed"
    Job.objects.filter(pk=asked.job_id).update(lease_until=snapshot.created_at)
    jobs.run(asked.job_id)
    asked.refresh_from_db()
    assert asked.finished_at and asked.problem_count == 0


def test_a_version_without_files_is_not_verified(owner: User, snapshot: Snapshot) -> None:
    Snapshot.objects.filter(pk=snapshot.pk).update(state=SnapshotState.FAILED)
    with pytest.raises(Refused, match="no files"):
        request_verification(actor=owner, snapshot=snapshot)


def test_so_many_problems_are_kept_and_all_are_counted(
    owner: User, snapshot: Snapshot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("projects.snapshots.verifying.NAMED", 3)
    for number in range(5):
        (folder(snapshot) / f"extra-{number}").write_text("x")
    found = verified(owner, snapshot)
    assert (found.problem_count, len(found.problems)) == (5, 3)


def test_the_button_leads_to_the_page_that_shows_the_progress(snapshot: Snapshot, client: Client) -> None:
    address = reverse("snapshot-verify", args=[snapshot.project.slug, 1])
    reply: Any = client.post(address, follow=True)
    assert reply.redirect_chain == [(address, 302)]
    page = reply.content.decode()
    assert 'hx-trigger="every 1s"' in page and "Cancel" in page
