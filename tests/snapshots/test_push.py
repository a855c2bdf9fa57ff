"""Versions sent to folders and buckets: what is allowed, what is sent again, and that nothing half looks whole."""

import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from projects.models import AuditEntry, Destination, Job, Project, Push, Sample, Schedule, Snapshot, User
from projects.snapshots import files, layout
from projects.snapshots.models import SnapshotState
from projects.snapshots.push import add_destination, remove_destination, request_push
from projects.snapshots.schedule import set_schedule, sweep
from projects.snapshots.targets import TargetError
from projects.snapshots.targets.network import refuse_private
from projects.snapshots.withdrawal import acknowledge, withdraw
from projects.workspace import jobs
from projects.workspace.actions import Refused, set_member
from tests.factories import make_member, make_project
from tests.snapshots.fakes import serving
from tests.snapshots.fakes.s3 import Bucket
from tests.snapshots.making import MOOD, approved, built

pytestmark = pytest.mark.django_db


@pytest.fixture
def outbox(tmp_path: Path, settings: Any) -> Path:
    """The one folder that the administrator allows."""
    folder = tmp_path / "outbox"
    folder.mkdir()
    settings.PUSH_FOLDERS = [str(folder)]
    return folder


@pytest.fixture
def snapshot(project: Project) -> Snapshot:
    reviewer = make_member(project, "reviewer")
    for key in "ab":
        approved(project, reviewer, MOOD, key=key)
    return built(project)


@pytest.fixture
def to(outbox: Path, project: Project, owner: User) -> Destination:
    return add_destination(
        actor=owner, project=project, name="archive", kind="directory", address=str(outbox / "poems")
    )


@pytest.fixture
def bucket(settings: Any) -> Iterator[Bucket]:
    server = Bucket("corpora", "pusher")
    with serving(server.handler()) as address:
        settings.PUSH_S3 = {
            "endpoint_url": address,
            "region_name": "eu-north-1",
            "access_key": "pusher",
            "secret_key": "secret",
        }
        settings.PUSH_BUCKETS = ["corpora/open"]
        settings.PUSH_PRIVATE_NETWORKS = True
        yield server


@pytest.fixture
def to_s3(bucket: Bucket, project: Project, owner: User) -> Destination:
    return add_destination(actor=owner, project=project, name="bucket", kind="s3", address="s3://corpora/open/poems/")


def pushed(owner: User, snapshot: Snapshot, to: Destination) -> Push:
    asked = request_push(actor=owner, snapshot=snapshot, destination=to)
    jobs.run(asked.job_id)
    asked.refresh_from_db()
    return asked


def count(snapshot: Snapshot) -> int:
    """The files of a version, its manifest too."""
    return len((snapshot.manifest or {})["files"]) + 1


class TestAllowed:
    @pytest.mark.parametrize(
        "address", ["/etc", "outbox/x", "{outbox}/../elsewhere", "{outbox}-not", "{outbox}/out", "{outbox}/loop"]
    )
    def test_only_folders_inside_those_of_the_administrator(
        self, outbox: Path, project: Project, owner: User, address: str
    ) -> None:
        (outbox / "out").symlink_to("/etc")
        (outbox / "loop").symlink_to(outbox / "loop")
        with pytest.raises(Refused):
            add_destination(
                actor=owner, project=project, name="x", kind="directory", address=address.format(outbox=outbox)
            )
        assert not Destination.objects.exists()

    def test_without_the_settings_no_place_is_allowed(self, project: Project, owner: User, tmp_path: Path) -> None:
        for kind, address in (("directory", str(tmp_path)), ("s3", "corpora"), ("hub", "me/poems")):
            with pytest.raises(Refused, match="the administrator names some in PUSH_"):
                add_destination(actor=owner, project=project, name="x", kind=kind, address=address)

    @pytest.mark.parametrize("address", ["corpora", "corpora/openly", "corpora/open/../x", "other/open", ""])
    def test_only_buckets_and_prefixes_of_the_administrator(
        self, bucket: Bucket, project: Project, owner: User, address: str
    ) -> None:
        with pytest.raises(Refused):
            add_destination(actor=owner, project=project, name="x", kind="s3", address=address)

    def test_a_folder_that_is_allowed_no_more_gets_nothing(
        self, owner: User, snapshot: Snapshot, to: Destination, outbox: Path, settings: Any
    ) -> None:
        settings.PUSH_FOLDERS = [str(outbox / "other")]
        asked = pushed(owner, snapshot, to)
        assert (asked.job.state, asked.finished_at) == ("failed", None)
        assert "none of the allowed folders" in asked.job.message
        assert list(outbox.iterdir()) == []

    @pytest.mark.parametrize("where", ["snapshot-1", "snapshot-1/data"])
    def test_a_link_in_the_folder_leads_nowhere(
        self, owner: User, snapshot: Snapshot, to: Destination, outbox: Path, tmp_path: Path, where: str
    ) -> None:
        elsewhere = tmp_path / "elsewhere"
        elsewhere.mkdir()
        link = outbox / "poems" / where
        link.parent.mkdir(parents=True)
        link.symlink_to(elsewhere)
        asked = pushed(owner, snapshot, to)
        assert asked.job.state == "failed" and "link on the way" in asked.job.message
        assert list(elsewhere.iterdir()) == []

    @pytest.mark.parametrize(
        "url", ["http://127.0.0.1:9", "http://localhost", "http://10.1.2.3", "http://169.254.169.254", "http://[::1]"]
    )
    def test_private_networks_are_refused_unless_allowed(self, settings: Any, url: str) -> None:
        with pytest.raises(TargetError, match="private network"):
            refuse_private(url)
        settings.PUSH_PRIVATE_NETWORKS = True
        refuse_private(url)

    def test_an_address_without_a_host_is_none(self) -> None:
        with pytest.raises(TargetError):
            refuse_private("file:///etc/passwd")

    def test_a_private_store_is_refused_by_the_push_too(
        self, owner: User, snapshot: Snapshot, to_s3: Destination, bucket: Bucket, settings: Any
    ) -> None:
        settings.PUSH_PRIVATE_NETWORKS = False
        assert "private network" in pushed(owner, snapshot, to_s3).job.message
        assert bucket.put == []

    def test_a_name_is_taken_once(self, project: Project, owner: User, to: Destination) -> None:
        with pytest.raises(Refused, match="already"):
            add_destination(actor=owner, project=project, name="archive", kind="directory", address=to.address)
        remove_destination(actor=owner, destination=to)
        add_destination(actor=owner, project=project, name="archive", kind="directory", address=to.address)


class TestDirectory:
    def test_the_copy_is_the_version_and_the_push_is_recorded(
        self, owner: User, snapshot: Snapshot, to: Destination, outbox: Path, client: Client
    ) -> None:
        asked = pushed(owner, snapshot, to)
        place = outbox / "poems" / "snapshot-1"
        assert asked.finished_at and asked.place == str(place)
        assert (asked.sent, asked.kept) == (count(snapshot), 0)
        assert layout.verify(place).ok
        assert [path.name for path in place.parent.iterdir()] == ["snapshot-1"], "no scratch is left"
        assert AuditEntry.objects.get(action="snapshot.pushed").actor == owner
        client.force_login(owner)
        for name in ("snapshot", "snapshot-push"):
            page = client.get(reverse(name, args=[snapshot.project.slug, 1])).content.decode()
            assert str(place) in page and "archive" in page and str(owner) in page

    def test_what_is_there_is_not_sent_again(self, owner: User, snapshot: Snapshot, to: Destination) -> None:
        first = pushed(owner, snapshot, to)
        before = {path: path.stat().st_ino for path in Path(first.place).rglob("*")}
        second = pushed(owner, snapshot, to)
        assert (second.sent, second.kept) == (0, count(snapshot))
        assert {path: path.stat().st_ino for path in Path(first.place).rglob("*")} == before

    def test_what_was_changed_there_is_sent_again(self, owner: User, snapshot: Snapshot, to: Destination) -> None:
        place = Path(pushed(owner, snapshot, to).place)
        gold = next(place.glob("data/gold-*"))
        data = bytearray(gold.read_bytes())
        data[20] ^= 1
        gold.write_bytes(data)
        again = pushed(owner, snapshot, to)
        assert (again.sent, again.kept) == (1, count(snapshot) - 1)
        assert layout.verify(place).ok

    @pytest.mark.parametrize("after", range(4))
    def test_cut_off_it_looks_unfinished_and_the_next_worker_goes_on(
        self,
        owner: User,
        snapshot: Snapshot,
        to: Destination,
        outbox: Path,
        monkeypatch: pytest.MonkeyPatch,
        after: int,
    ) -> None:
        asked = request_push(actor=owner, snapshot=snapshot, destination=to)
        usual = Path.replace
        done: list[Any] = []

        def cut(self: Path, target: Any) -> Any:
            if len(done) == after:
                raise KeyboardInterrupt  # as if the process were killed: nothing tidies up the job
            done.append(target)
            return usual(self, target)

        monkeypatch.setattr(Path, "replace", cut)
        with pytest.raises(KeyboardInterrupt):
            jobs.run(asked.job_id)
        monkeypatch.undo()
        place = outbox / "poems" / "snapshot-1"
        assert not (place / "manifest.json").exists()
        Job.objects.filter(pk=asked.job_id).update(lease_until=timezone.now() - timedelta(seconds=1))
        jobs.run(asked.job_id)
        asked.refresh_from_db()
        assert asked.finished_at and (asked.kept, asked.sent) == (after, count(snapshot) - after)
        assert layout.verify(place).ok

    def test_the_manifest_comes_last(
        self, owner: User, snapshot: Snapshot, to: Destination, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        usual = Path.replace
        order: list[str] = []

        def noted(self: Path, target: Any) -> Any:
            order.append(Path(target).name)
            return usual(self, target)

        monkeypatch.setattr(Path, "replace", noted)
        pushed(owner, snapshot, to)
        assert order.index("manifest.json") == len(order) - 1 == count(snapshot) - 1

    def test_scratch_of_a_killed_push_goes_with_the_next(
        self, owner: User, snapshot: Snapshot, to: Destination, outbox: Path
    ) -> None:
        left = outbox / "poems" / ".snapshot-1.push-dead"
        left.mkdir(parents=True)
        (left / "file").write_text("half")
        pushed(owner, snapshot, to)
        assert not left.exists()

    def test_another_snapshot_there_is_not_overwritten(
        self, owner: User, snapshot: Snapshot, to: Destination, outbox: Path
    ) -> None:
        other = make_project(overlap=2)
        approved(other, make_member(other, "reviewer"), MOOD)
        place = files.materialise(built(other), outbox / "poems" / "snapshot-1")
        before = (place / "manifest.json").read_bytes()
        asked = pushed(owner, snapshot, to)
        assert asked.job.state == "failed" and "another snapshot" in asked.job.message
        assert (place / "manifest.json").read_bytes() == before

    def test_what_is_there_and_does_not_belong_there_is_named(
        self, owner: User, snapshot: Snapshot, to: Destination, outbox: Path
    ) -> None:
        place = outbox / "poems" / "snapshot-1"
        place.mkdir(parents=True)
        (place / "notes.txt").write_text("mine")
        asked = pushed(owner, snapshot, to)
        assert "notes.txt is not in the manifest" in asked.job.message
        assert (place / "notes.txt").exists() and not (place / "manifest.json").exists()

    def test_a_version_that_is_damaged_here_does_not_arrive(
        self, owner: User, snapshot: Snapshot, to: Destination, outbox: Path
    ) -> None:
        with files.local(snapshot) as folder:
            (folder / "README.md").write_text("forged")
        asked = pushed(owner, snapshot, to)
        assert asked.job.state == "failed" and "README.md" in asked.job.message
        assert not (outbox / "poems" / "snapshot-1" / "manifest.json").exists()

    def test_a_place_that_is_a_file_is_said(
        self, owner: User, snapshot: Snapshot, to: Destination, outbox: Path
    ) -> None:
        (outbox / "poems").write_text("x")
        asked = pushed(owner, snapshot, to)
        assert asked.job.state == "failed" and str(outbox / "poems") in asked.job.message


class TestS3:
    def test_the_objects_are_the_version_and_are_read_back(
        self, owner: User, snapshot: Snapshot, to_s3: Destination, bucket: Bucket, tmp_path: Path
    ) -> None:
        asked = pushed(owner, snapshot, to_s3)
        assert asked.finished_at, asked.job.message
        assert asked.place == "s3://corpora/open/poems/snapshot-1"
        prefix = "open/poems/snapshot-1/"
        assert bucket.put[-1] == f"{prefix}manifest.json"
        for key, (body, _) in bucket.objects.items():
            path = tmp_path / "fetched" / key.removeprefix(prefix)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(body)
        assert layout.verify(tmp_path / "fetched").ok
        again = pushed(owner, snapshot, to_s3)
        assert (again.sent, again.kept) == (0, count(snapshot))
        assert len(bucket.put) == count(snapshot)

    def test_a_push_that_broke_off_goes_on(
        self, owner: User, snapshot: Snapshot, to_s3: Destination, bucket: Bucket
    ) -> None:
        bucket.refuse = {"croissant.json"}
        asked = pushed(owner, snapshot, to_s3)
        assert asked.job.state == "failed" and "AccessDenied" in asked.job.message
        arrived = len(bucket.objects)
        assert arrived and "open/poems/snapshot-1/manifest.json" not in bucket.objects
        bucket.refuse = set()
        asked = pushed(owner, snapshot, to_s3)
        assert asked.finished_at and (asked.kept, asked.sent) == (arrived, count(snapshot) - arrived)

    def test_what_arrived_damaged_is_found_and_does_not_look_whole(
        self, owner: User, snapshot: Snapshot, to_s3: Destination, bucket: Bucket
    ) -> None:
        place = "open/poems/snapshot-1/"
        pushed(owner, snapshot, to_s3)
        body, told = bucket.objects[f"{place}README.md"]
        bucket.objects[f"{place}README.md"] = (body[:-1] + b"?", told)
        bucket.objects[f"{place}extra"] = (b"", {})
        asked = pushed(owner, snapshot, to_s3)
        assert "README.md has other bytes" in asked.job.message and "extra is not in" in asked.job.message
        assert f"{place}manifest.json" not in bucket.objects

    def test_a_store_that_is_away_is_said(
        self, owner: User, snapshot: Snapshot, to_s3: Destination, settings: Any
    ) -> None:
        settings.PUSH_S3 = {**settings.PUSH_S3, "endpoint_url": "http://127.0.0.1:9"}
        asked = pushed(owner, snapshot, to_s3)
        assert asked.job.state == "failed" and "127.0.0.1:9" in asked.job.message

    def test_no_secret_is_in_the_database(self, to_s3: Destination) -> None:
        held = " ".join(str(value) for value in Destination.objects.values_list().get())
        told = " ".join(AuditEntry.objects.values_list("data", flat=True))
        assert "secret" not in held + told and "pusher" not in held + told


class TestSuperseded:
    @pytest.fixture
    def gone(self, project: Project, owner: User, snapshot: Snapshot) -> Snapshot:
        withdraw(actor=owner, project=project, samples=Sample.objects.filter(key="a"), reason="Asked to.")
        snapshot.refresh_from_db()
        return snapshot

    def test_it_is_not_pushed_unless_acknowledged_by_this_person(
        self, project: Project, owner: User, gone: Snapshot, to: Destination
    ) -> None:
        with pytest.raises(Refused, match="superseded"):
            request_push(actor=owner, snapshot=gone, destination=to)
        acknowledge(actor=owner, snapshot=gone, reason="An audit.")
        with pytest.raises(Refused, match="superseded"):
            request_push(actor=make_member(project, "owner"), snapshot=gone, destination=to)
        assert pushed(owner, gone, to).finished_at

    def test_a_withdrawal_while_files_are_on_their_way_keeps_the_manifest_back(
        self, project: Project, owner: User, snapshot: Snapshot, to: Destination, outbox: Path
    ) -> None:
        asked = request_push(actor=owner, snapshot=snapshot, destination=to)
        seen: list[str] = []

        def watch(done: int, total: int | None, message: str) -> None:
            if not seen:
                withdraw(actor=owner, project=project, samples=Sample.objects.filter(key="a"), reason="Asked to.")
            seen.append(message)

        jobs.run(asked.job_id, watch)
        asked.refresh_from_db()
        assert asked.job.state == "failed" and "superseded" in asked.job.message
        assert (outbox / "poems" / "snapshot-1" / "README.md").exists()
        assert not (outbox / "poems" / "snapshot-1" / "manifest.json").exists()


class TestAsked:
    def test_once_at_a_time_and_cancelled_on_the_way(
        self, owner: User, snapshot: Snapshot, to: Destination, outbox: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("projects.snapshots.push.TELL_EVERY", -1)
        asked = request_push(actor=owner, snapshot=snapshot, destination=to)
        with pytest.raises(Refused, match="on its way"):
            request_push(actor=owner, snapshot=snapshot, destination=to)

        def watch(done: int, total: int | None, message: str) -> None:
            assert total == count(snapshot)
            if done == 1:
                jobs.cancel(job=asked.job, actor=owner)

        jobs.run(asked.job_id, watch)
        asked.refresh_from_db()
        assert (asked.job.state, asked.finished_at) == ("cancelled", None)
        assert not (outbox / "poems" / "snapshot-1" / "manifest.json").exists()

    def test_who_is_no_owner_any_more_pushes_nothing(
        self, project: Project, owner: User, snapshot: Snapshot, to: Destination, outbox: Path
    ) -> None:
        asked = request_push(actor=owner, snapshot=snapshot, destination=to)
        set_member(actor=make_member(project, "owner"), project=project, user=owner, role="reviewer")
        jobs.run(asked.job_id)
        asked.refresh_from_db()
        assert asked.job.state == "failed" and "not an owner" in asked.job.message
        assert list(outbox.iterdir()) == []

    def test_a_destination_of_another_project_is_not_there(
        self, owner: User, snapshot: Snapshot, to: Destination, client: Client
    ) -> None:
        other = make_project(owner)
        Destination.objects.filter(pk=to.pk).update(project=other)
        client.force_login(owner)
        address = reverse("snapshot-push", args=[snapshot.project.slug, 1])
        assert client.post(address, {"destination": to.pk}).status_code == 404
        with pytest.raises(Refused):
            request_push(actor=owner, snapshot=snapshot, destination=Destination.objects.get())

    def test_by_the_page(self, owner: User, snapshot: Snapshot, to: Destination, client: Client) -> None:
        client.force_login(owner)
        address = reverse("snapshot-push", args=[snapshot.project.slug, 1])
        assert client.post(address, {"destination": to.pk}).status_code == 302
        assert "Cancel" in client.get(address).content.decode()
        jobs.run_due()
        assert "were there already" in client.get(address).content.decode()

    def test_by_programs(self, owner: User, project: Project, snapshot: Snapshot, outbox: Path, client: Client) -> None:
        client.force_login(owner)
        listed = reverse("api-destinations", args=[project.slug])
        body = {"name": "archive", "kind": "directory", "address": str(outbox)}
        made = client.post(listed, body, content_type="application/json")
        assert made.status_code == 201 and client.get(listed).json() == [made.json()]
        outside = client.post(listed, {**body, "address": "/etc"}, content_type="application/json")
        assert outside.status_code == 409 and "/etc" in outside.json()["detail"]
        address = reverse("api-pushes", args=[project.slug, 1])
        wrong = client.post(address, {"destination": "nowhere"}, content_type="application/json")
        assert (wrong.status_code, list(wrong.json()["errors"])) == (400, ["destination"])
        asked = client.post(address, {"destination": "archive"}, content_type="application/json")
        assert asked.status_code == 202
        jobs.run(asked.json()["job"])
        told = client.get(address).json()[0]
        assert (told["state"], told["place"]) == ("done", str(outbox / "snapshot-1"))
        one = reverse("api-destination", args=[project.slug, made.json()["id"]])
        assert client.delete(one).status_code == 204
        assert client.get(listed).json() == []
        assert client.delete(one).status_code == 404

    def test_by_the_command(self, project: Project, snapshot: Snapshot, to: Destination, capsys: Any) -> None:
        call_command("push_snapshot", project.slug, "1", "archive")
        assert f"{count(snapshot)} files sent, 0 were there already" in capsys.readouterr().out
        with pytest.raises(CommandError, match="There are: archive"):
            call_command("push_snapshot", project.slug, "1", "nowhere")
        with pytest.raises(CommandError, match="no version 9"):
            call_command("push_snapshot", project.slug, "9", "archive")
        Snapshot.objects.update(state=SnapshotState.FAILED)
        with pytest.raises(CommandError, match="no files"):
            call_command("push_snapshot", project.slug, "1", "archive")

    def test_a_scheduled_version_goes_where_the_schedule_says(
        self, owner: User, project: Project, to: Destination, outbox: Path
    ) -> None:
        approved(project, make_member(project, "reviewer"), MOOD)
        set_schedule(actor=owner, project=project, rhythm="daily", destination=to)
        Schedule.objects.update(due_at=timezone.now() - timedelta(seconds=1))
        sweep()
        jobs.run_due()
        sweep()
        sweep()
        jobs.run_due()
        assert Push.objects.get().asked_by == owner
        assert layout.verify(outbox / "poems" / "snapshot-1").ok
        assert Schedule.objects.get().outcome == "Version 1 was built, and is pushed to archive."

    def test_a_schedule_forgets_a_destination_that_is_removed(
        self, owner: User, project: Project, to: Destination
    ) -> None:
        set_schedule(actor=owner, project=project, rhythm="daily", destination=to)
        remove_destination(actor=owner, destination=to)
        assert Schedule.objects.get().destination is None
        to.refresh_from_db()
        with pytest.raises(Refused, match="removed"):
            set_schedule(actor=owner, project=project, rhythm="daily", destination=to)


def test_the_folder_is_made_where_it_is_missing(owner: User, snapshot: Snapshot, to: Destination, outbox: Path) -> None:
    shutil.rmtree(outbox)
    assert pushed(owner, snapshot, to).finished_at


def test_the_page_offers_the_kinds_that_are_allowed(
    project: Project, owner: User, client: Client, settings: Any, outbox: Path
) -> None:
    client.force_login(owner)
    address = reverse("schedule", args=[project.slug])
    page = client.get(address).content.decode()
    assert 'value="directory" required checked' in page and 'value="hub"' not in page and str(outbox) in page
    settings.PUSH_HUB = ["lantern"]
    page = client.get(address).content.decode()
    assert 'value="directory" required>' in page and 'value="hub" required>' in page
    settings.PUSH_HUB = settings.PUSH_FOLDERS = []
    assert "The administrator allows no places so far" in client.get(address).content.decode()
