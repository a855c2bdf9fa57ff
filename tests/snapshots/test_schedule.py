"""Versions that are built by themselves: when, only if something changed, by one worker; and how long they are kept."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import storages
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from projects.models import AuditEntry, Download, Job, Project, Push, Removal, Schedule, Snapshot, User
from projects.provenance.actions import end_consent
from projects.provenance.models import Consent
from projects.snapshots import freshness, retention
from projects.snapshots.actions import request_snapshot
from projects.snapshots.downloads import make_link
from projects.snapshots.filters import FilterError
from projects.snapshots.models import SnapshotState
from projects.snapshots.push import add_destination
from projects.snapshots.schedule import next_due, set_schedule, sweep
from projects.workspace import jobs
from projects.workspace.actions import Refused, set_member, update_project
from tests.factories import make_member, make_project
from tests.snapshots.making import MOOD, approved, built, decided_again

pytestmark = pytest.mark.django_db
Due = Callable[[], int]


@pytest.fixture(autouse=True)
def _nothing_in_flight(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("projects.snapshots.freshness.IN_FLIGHT", timedelta(0))


@pytest.fixture
def daily(project: Project, owner: User, reviewer: User) -> Schedule:
    approved(project, reviewer, MOOD, key="a")
    return set_schedule(actor=owner, project=project, rhythm="daily", hour=3)


def night(project: Project) -> Schedule:
    """The hour comes: the sweep runs, and the worker after it, and the sweep again."""
    Schedule.objects.filter(project=project).update(due_at=timezone.now() - timedelta(seconds=1))
    sweep()
    jobs.run_due()
    sweep()
    jobs.run_due()
    return Schedule.objects.get(project=project)


def numbers(project: Project, *states: str) -> list[int]:
    found = Snapshot.objects.filter(project=project, state__in=states or (SnapshotState.READY,))
    return sorted(found.values_list("number", flat=True))


class TestWhen:
    def test_daily_is_the_next_time_that_the_sites_clock_shows_the_hour(self, settings: Any) -> None:
        settings.TIME_ZONE = "Europe/Berlin"
        summer = datetime(2026, 7, 1, 0, 30, tzinfo=UTC)  # 2:30 in Berlin
        assert next_due("daily", 3, 0, summer) == datetime(2026, 7, 1, 1, 0, tzinfo=UTC)
        assert next_due("daily", 2, 0, summer) == datetime(2026, 7, 2, 0, 0, tzinfo=UTC)
        # The clock goes back on 25 October 2026: the same hour is another one of UTC.
        assert next_due("daily", 3, 0, datetime(2026, 10, 24, 12, tzinfo=UTC)) == datetime(2026, 10, 25, 2, tzinfo=UTC)

    def test_weekly_is_that_day_and_never_the_moment_itself(self) -> None:
        monday = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
        assert next_due("weekly", 3, 0, monday - timedelta(seconds=1)) == monday
        assert next_due("weekly", 3, 0, monday) == monday + timedelta(days=7)
        assert next_due("weekly", 3, 2, monday) == monday + timedelta(days=2)

    def test_off_is_never(self) -> None:
        assert next_due("off", 3, 0, timezone.now()) is None

    def test_what_makes_no_sense_is_refused(self, project: Project, owner: User) -> None:
        for wrong in ({"rhythm": "hourly"}, {"rhythm": "daily", "hour": 24}, {"rhythm": "weekly", "weekday": 7}):
            with pytest.raises(Refused):
                set_schedule(actor=owner, project=project, **wrong)
        with pytest.raises(FilterError):
            set_schedule(actor=owner, project=project, rhythm="daily", document={"colour": "red"})
        assert not Schedule.objects.exists()


class TestRun:
    def test_before_its_hour_nothing_is_built(self, project: Project, daily: Schedule) -> None:
        assert sweep() == 0
        assert not project.snapshots.exists()

    def test_a_version_is_built_in_the_name_of_who_set_it_up(
        self, project: Project, daily: Schedule, owner: User
    ) -> None:
        after = night(project)
        version = project.snapshots.get()
        assert (version.state, version.created_by, version.note) == ("ready", owner, "Built by the schedule.")
        assert after.outcome == "Version 1 was built."
        assert after.due_at and after.due_at > timezone.now()
        assert AuditEntry.objects.get(action="snapshot.requested").actor == owner

    def test_what_was_missed_for_days_is_done_once(self, project: Project, daily: Schedule) -> None:
        Schedule.objects.update(due_at=timezone.now() - timedelta(days=9))
        assert (sweep(), sweep()) == (1, 0)
        jobs.run_due()
        assert sweep() == 0
        assert numbers(project) == [1]

    def test_nothing_is_built_when_nothing_has_changed_and_it_says_so(self, project: Project, daily: Schedule) -> None:
        night(project)
        after = night(project)
        assert numbers(project) == [1]
        assert after.outcome == "Unchanged since version 1."
        assert after.ran_at and after.due_at and after.due_at > timezone.now()

    def test_a_version_that_somebody_asked_for_counts_too(self, project: Project, daily: Schedule) -> None:
        built(project)
        assert night(project).outcome == "Unchanged since version 1."

    def test_a_new_sample_another_decision_and_an_ended_consent_are_changes(
        self, project: Project, daily: Schedule, owner: User, reviewer: User
    ) -> None:
        consent = Consent.objects.create(project=project, reference="c")
        approved(project, reviewer, MOOD, key="c", provenance={"consent": consent})
        night(project)
        sample = approved(project, reviewer, MOOD, key="b")
        night(project)
        decided_again(sample, reviewer, {**MOOD, "craft": 2})
        night(project)
        end_consent(actor=owner, project=project, consent=consent, note="")
        night(project)
        assert numbers(project) == [1, 2, 3, 4]
        assert night(project).outcome == "Unchanged since version 4."

    def test_what_is_not_in_it_is_no_change(self, project: Project, owner: User, reviewer: User) -> None:
        approved(project, reviewer, MOOD, key="a", metadata={"language": "en"})
        wanted = {"metadata": {"language": "en"}}
        set_schedule(actor=owner, project=project, rhythm="daily", document=wanted)
        night(project)
        approved(project, reviewer, MOOD, key="b", metadata={"language": "de"})
        assert night(project).outcome == "Unchanged since version 1."

    def test_other_settings_of_the_project_are_a_change(self, project: Project, daily: Schedule, owner: User) -> None:
        night(project)
        update_project(actor=owner, project=project, name=project.name, overlap=2, policy={}, guidelines="Read twice.")
        night(project)
        assert numbers(project) == [1, 2]

    def test_it_waits_while_another_version_is_being_built(self, project: Project, daily: Schedule) -> None:
        request_snapshot(actor=project.created_by, project=project)
        Schedule.objects.update(due_at=timezone.now() - timedelta(seconds=1))
        assert sweep() == 0
        assert Schedule.objects.get().due_at < timezone.now(), "it is still due"  # type: ignore[operator]

    def test_nothing_is_built_for_somebody_who_is_no_owner_any_more(
        self, project: Project, daily: Schedule, owner: User
    ) -> None:
        other = make_member(project, "owner")
        set_member(actor=other, project=project, user=owner, role="annotator")
        after = night(project)
        assert not project.snapshots.exists()
        assert "is not an owner any more" in after.outcome

    def test_without_samples_it_says_so(self, project: Project, owner: User) -> None:
        set_schedule(actor=owner, project=project, rhythm="weekly")
        assert night(project).outcome == "Not built: there is no approved sample that may leave."

    def test_one_projects_trouble_is_not_the_others(
        self, project: Project, daily: Schedule, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        other = make_project(overlap=2)
        approved(other, make_member(other, "reviewer"), MOOD)
        set_schedule(actor=other.created_by, project=other, rhythm="daily")
        Schedule.objects.update(due_at=timezone.now() - timedelta(seconds=1))
        usual = freshness.same_as

        def broken(which: Project, *rest: Any) -> Any:
            if which == project:
                raise ZeroDivisionError
            return usual(which, *rest)

        monkeypatch.setattr("projects.snapshots.schedule.same_as", broken)
        assert sweep() == 1
        assert "log of the worker" in Schedule.objects.get(project=project).outcome
        assert other.snapshots.count() == 1

    def test_a_build_that_fails_is_told(
        self, project: Project, daily: Schedule, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def fails(job: Job, progress: Any) -> Any:
            Snapshot.objects.update(state=SnapshotState.FAILED)
            raise jobs.JobFailed("No room.")

        monkeypatch.setattr("projects.snapshots.build.run_snapshot", fails)
        assert night(project).outcome == "Version 1 was not built: No room."


@pytest.mark.django_db(transaction=True)
def test_of_several_workers_at_once_one_asks(project: Project, daily: Schedule) -> None:
    Schedule.objects.update(due_at=timezone.now() - timedelta(seconds=1))
    start, asked = threading.Barrier(4), []

    def worker() -> None:
        start.wait()
        asked.append(sweep())
        connection.close()

    threads = [threading.Thread(target=worker) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(asked) == [0, 0, 0, 1]
    assert project.snapshots.count() == 1


class TestKept:
    @pytest.fixture
    def four(self, project: Project, owner: User, reviewer: User) -> list[Snapshot]:
        """Four versions of the schedule."""
        set_schedule(actor=owner, project=project, rhythm="daily")
        for key in "abcd":
            approved(project, reviewer, MOOD, key=key)
            night(project)
        assert numbers(project) == [1, 2, 3, 4]
        return list(project.snapshots.order_by("number"))

    def test_all_are_kept_by_default(self, project: Project, four: list[Snapshot]) -> None:
        sweep()
        assert retention.retain(project, 0) == []

    def test_older_ones_of_the_schedule_lose_their_files_and_keep_their_manifest(
        self, project: Project, owner: User, four: list[Snapshot], client: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        assert retention.retain(project, 2) == [1, 2]
        assert retention.retain(project, 2) == []
        assert numbers(project, "removed") == [1, 2]
        removed = project.snapshots.get(number=1)
        assert removed.manifest and removed.root == four[0].root
        assert AuditEntry.objects.filter(action="snapshot.removed").count() == 2

        place = Path(storages["snapshots"].path(removed.path))
        retention.clear()
        assert place.exists(), "whoever reads it at this moment reads on"
        Removal.objects.update(removed_at=timezone.now() - retention.READING - timedelta(seconds=1))
        assert (retention.clear(), retention.clear()) == (2, 0)
        assert not place.exists()

        client.force_login(owner)
        slug = project.slug
        reply = client.get(reverse("api-export", args=[slug, 1, "jsonl"]))
        assert reply.status_code == 410
        assert "Version 1 was removed on" in reply.json()["detail"] and "newest 2" in reply.json()["detail"]
        page = client.get(reverse("snapshot-export", args=[slug, 1, "jsonl"]))
        assert page.status_code == 410 and "newest 2" in page.content.decode()
        assert client.get(reverse("api-export", args=[slug, 3, "jsonl"])).status_code == 200
        shown = client.get(reverse("snapshot", args=[slug, 1])).content.decode()
        assert "Its files can&#x27;t be had" in shown or "Its files can't be had" in shown
        assert removed.root in shown
        told = client.get(reverse("api-snapshot", args=[slug, 1])).json()
        assert (told["state"], told["exports"], told["manifest"]["root"]) == ("removed", [], removed.root)
        assert client.post(reverse("snapshot-verify", args=[slug, 1])).status_code == 404
        assert client.get(reverse("snapshots", args=[slug])).content.decode().count("Removed") == 2

    def test_what_was_named_downloaded_linked_or_pushed_is_kept(
        self, project: Project, owner: User, reviewer: User, four: list[Snapshot], settings: Any, tmp_path: Path
    ) -> None:
        settings.PUSH_FOLDERS = [str(tmp_path)]
        approved(project, reviewer, MOOD, key="e")
        night(project)
        Snapshot.objects.filter(pk=four[0].pk).update(name="For the paper")
        Download.objects.create(snapshot=four[1], export_format="jsonl", user=owner)
        make_link(actor=owner, snapshot=four[2], export_format="jsonl", lifetime="24h")
        to = add_destination(actor=owner, project=project, name="x", kind="directory", address=str(tmp_path))
        job = Job.objects.create(kind="push", project=project, state="done")
        Push.objects.create(snapshot=four[3], destination=to, job=job, asked_by=owner)
        assert retention.retain(project, 1) == []
        Download.objects.all().delete()
        assert retention.retain(project, 1) == [2]

    def test_a_version_that_somebody_asked_for_is_never_removed(self, project: Project, four: list[Snapshot]) -> None:
        made = built(project)
        assert retention.retain(project, 1) == [1, 2, 3]
        made.refresh_from_db()
        assert made.state == SnapshotState.READY

    def test_the_sweep_after_a_build_keeps_what_the_schedule_says(
        self, project: Project, owner: User, reviewer: User, four: list[Snapshot]
    ) -> None:
        set_schedule(actor=owner, project=project, rhythm="daily", keep=2)
        approved(project, reviewer, MOOD, key="e")
        night(project)
        assert numbers(project) == [4, 5]
        assert numbers(project, "removed") == [1, 2, 3]


class TestFreshness:
    def test_the_project_page_says_how_old_the_newest_version_is_and_what_came_since(
        self, project: Project, owner: User, reviewer: User, client: Client
    ) -> None:
        client.force_login(owner)
        address = reverse("project", args=[project.slug])
        first = approved(project, reviewer, MOOD, key="a")
        assert "No version yet; 1 sample approved" in client.get(address).content.decode()
        version = built(project)
        page = client.get(address).content.decode()
        assert "just built; 0 samples approved since" in page
        approved(project, reviewer, MOOD, key="b")
        decided_again(first, reviewer, {**MOOD, "craft": 1})
        Snapshot.objects.filter(pk=version.pk).update(finished_at=timezone.now() - timedelta(days=2, hours=3))
        page = client.get(address).content.decode()
        assert ", 2\xa0days old; 2 samples approved since" in page
        assert reverse("snapshot", args=[project.slug, 1]) in page

    def test_a_reviewer_sees_it_without_a_link_that_they_may_not_follow(
        self, project: Project, reviewer: User, client: Client
    ) -> None:
        approved(project, reviewer, MOOD, key="a")
        built(project)
        client.force_login(reviewer)
        page = client.get(reverse("project", args=[project.slug])).content.decode()
        assert "Version 1, just built" in page
        assert reverse("snapshot", args=[project.slug, 1]) not in page


class TestPages:
    def test_the_page_sets_and_shows_the_schedule(self, project: Project, owner: User, client: Client) -> None:
        client.force_login(owner)
        address = reverse("schedule", args=[project.slug])
        assert client.post(address, {"rhythm": "weekly", "hour": "5", "weekday": "2", "keep": "7"}).status_code == 302
        found = Schedule.objects.get()
        assert (found.rhythm, found.hour, found.weekday, found.keep, found.set_by) == ("weekly", 5, 2, 7, owner)
        page = client.get(address).content.decode()
        assert "Wednesday" in page and 'value="7"' in page
        assert client.post(address, {"rhythm": "never"}).status_code == 422
        assert client.post(address, {"rhythm": "off"}).status_code == 302
        assert Schedule.objects.get().due_at is None

    def test_filter_and_split_are_those_of_a_version(
        self, project: Project, owner: User, reviewer: User, client: Client
    ) -> None:
        approved(project, reviewer, MOOD, key="a")
        built(project, document={"origin": ["human"]}, split={"shares": {"train": 80, "test": 20}})
        client.force_login(owner)
        address = reverse("schedule", args=[project.slug])
        client.post(address, {"rhythm": "daily", "like": "1"})
        found = Schedule.objects.get()
        assert found.filter == {"origin": ["human"]} and found.split and found.split["shares"]["test"] == 20
        client.post(address, {"rhythm": "weekly", "like": "now"})
        assert Schedule.objects.get().filter == {"origin": ["human"]}
        client.post(address, {"rhythm": "weekly", "like": ""})
        assert (Schedule.objects.get().filter, Schedule.objects.get().split) == ({}, None)

    def test_programs_set_and_read_it(self, project: Project, owner: User, client: Client) -> None:
        client.force_login(owner)
        address = reverse("api-schedule", args=[project.slug])
        assert client.get(address).json()["rhythm"] == "off"
        body = {"rhythm": "daily", "hour": 4, "keep": 3, "filter": {"origin": ["human"]}}
        reply = client.put(address, body, content_type="application/json")
        assert reply.status_code == 200
        assert reply.json() == client.get(address).json()
        assert {name: reply.json()[name] for name in body} == body
        wrong = client.put(address, {**body, "filter": {"colour": 1}}, content_type="application/json")
        assert (wrong.status_code, list(wrong.json()["errors"])) == (400, ["filter"])
        wrong = client.put(address, {**body, "destination": "nowhere"}, content_type="application/json")
        assert (wrong.status_code, list(wrong.json()["errors"])) == (400, ["destination"])


def test_what_happens_while_a_build_is_cut_off_is_of_the_next_version(
    project: Project, reviewer: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The build goes on with the samples that it had chosen, so the version is as old as that."""
    sample = approved(project, reviewer, MOOD, key="one")
    snapshot = request_snapshot(actor=project.created_by, project=project)

    def cut(*given: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("projects.snapshots.build._Build.make_parts", cut)
        with pytest.raises(KeyboardInterrupt):
            jobs.run(snapshot.job_id)
    decided_again(sample, reviewer, {"mood": "bright", "craft": 4})
    Job.objects.filter(pk=snapshot.job_id).update(lease_until="2000-01-01T00:00:00Z")
    jobs.run(snapshot.job_id)
    assert freshness.same_as(project, {}, None) is None
    newest = built(project)
    assert freshness.same_as(project, {}, None) == newest
