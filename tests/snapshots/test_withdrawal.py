"""Withdrawing samples: from any state, with tombstones, superseded versions and successors that lack them."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from projects.labeling import actions as labeling
from projects.models import (
    Assignment,
    AuditEntry,
    Consent,
    Creator,
    Job,
    Project,
    Sample,
    Snapshot,
    Tombstone,
    User,
)
from projects.provenance.actions import end_consent
from projects.samples.states import SampleState
from projects.snapshots import build, files, layout
from projects.snapshots.differences import difference
from projects.snapshots.models import SnapshotState
from projects.snapshots.succession import holders
from projects.snapshots.withdrawal import Withdrawn, acknowledge, obstacle, withdraw
from projects.workspace import audit, jobs
from projects.workspace.actions import Refused
from tests.factories import make_member, make_project, make_sample, membership
from tests.snapshots.making import MOOD, approved, built

pytestmark = pytest.mark.django_db(transaction=True)


def withdrawn(project: Project, keys: Iterable[str], reason: str = "They asked us to.") -> Withdrawn:
    samples = Sample.objects.filter(key__in=list(keys))
    return withdraw(actor=project.created_by, project=project, samples=samples, reason=reason)


def keys_of(snapshot: Snapshot) -> set[str]:
    with files.local(snapshot, tables=("gold",)) as folder:
        return {row["key"] for row in layout.read_rows(folder, layout.read_manifest(folder).table("gold"))}


@pytest.mark.parametrize("state", [state for state in SampleState if state != SampleState.WITHDRAWN])
def test_a_sample_can_be_withdrawn_from_any_state(project: Project, state: str) -> None:
    sample = make_sample(project, key="one", state=state)
    withdrawn(project, ["one"])
    sample.refresh_from_db()
    assert (sample.state, sample.open_slots) == (SampleState.WITHDRAWN, 0)
    actions = AuditEntry.objects.filter(object_type="sample", object_id=str(sample.pk)).values_list("action", flat=True)
    assert list(actions) == ["sample.withdrawn"]
    assert audit.verify()[1] == []
    with pytest.raises(Refused, match="nothing to withdraw"):
        withdrawn(project, ["one"])


def test_a_reason_is_needed(project: Project) -> None:
    sample = make_sample(project, key="one")
    with pytest.raises(Refused, match="Say why"):
        withdrawn(project, ["one"], "  ")
    sample.refresh_from_db()
    assert sample.state == SampleState.READY


def test_leases_and_drafts_end_and_nothing_more_is_taken_in(project: Project) -> None:
    make_sample(project, key="one")
    person = membership(project, make_member(project))
    assignment = labeling.next_assignment(membership=person)
    assert assignment is not None
    saved = labeling.save_draft(membership=person, assignment_id=assignment.pk, revision=0, answers={"mood": "dark"})
    withdrawn(project, ["one"])
    assignment.refresh_from_db()
    assert (assignment.state, assignment.draft) == ("expired", None)
    with pytest.raises(labeling.DraftConflict):
        labeling.save_draft(
            membership=person, assignment_id=assignment.pk, revision=saved.revision + 1, answers={"mood": "dark"}
        )
    assert Assignment.objects.get().draft is None
    import uuid

    with pytest.raises(labeling.LeaseLost, match="withdrawn"):
        labeling.submit(membership=person, assignment_id=assignment.pk, submission=uuid.uuid4(), answers=MOOD)
    assert labeling.next_assignment(membership=person) is None


def test_versions_that_hold_it_are_superseded_and_a_successor_is_built_without_it(
    project: Project, reviewer: User
) -> None:
    approved(project, reviewer, MOOD, key="stays")
    first = built(project)
    approved(project, reviewer, MOOD, key="leaves")
    second = built(project, name="Second")
    third = built(project)
    before = {path: path.read_bytes() for path in Path(files.storage().path(second.path)).rglob("*") if path.is_file()}
    done = withdrawn(project, ["leaves"])
    states = dict(Snapshot.objects.values_list("number", "state"))
    assert states == {1: "ready", 2: "superseded", 3: "superseded", 4: "building"}
    assert [each.number for each in done.successors] == [4]
    jobs.run_due()
    successor = Snapshot.objects.get(number=4)
    assert successor.state == SnapshotState.READY
    assert keys_of(successor) == {"stays"}
    assert {path: path.read_bytes() for path in before} == before, "no version is edited"
    assert files.verify(second).ok
    assert set(Snapshot.objects.filter(successor=successor)) == {second, third}
    assert first.manifest is not None and successor.manifest is not None and third.manifest is not None
    assert [first.manifest["version"], third.manifest["version"], successor.manifest["version"]] == [
        "1.0.0",
        "1.1.1",
        "2.0.0",
    ]
    stone = Tombstone.objects.get()
    assert successor.manifest["tombstones"] == [
        {
            "key": "leaves",
            "content_hash": stone.content_sha256,
            "versions": [2, 3],
            "withdrawn": stone.withdrawal.created_at.date().isoformat(),
            "reason": "They asked us to.",
        }
    ]
    later = built(project)
    assert later.manifest is not None
    assert (later.manifest["version"], len(later.manifest["tombstones"])) == ("2.0.1", 1)
    assert audit.verify()[1] == []


def test_each_filter_gets_a_successor_and_they_are_built_one_after_the_other(project: Project, reviewer: User) -> None:
    for key, language in (("a", "en"), ("b", "en"), ("c", "fr")):
        approved(project, reviewer, MOOD, key=key, metadata={"language": language})
    built(project)
    built(project, document={"metadata": {"language": "en"}})
    built(project, document={"metadata": {"language": "fr"}})
    done = withdrawn(project, ["a"])
    assert sorted(each.number for each in done.successors) == [4, 5]
    last = max(done.successors, key=lambda each: each.number)
    jobs.run(last.job_id)
    last.refresh_from_db()
    assert last.state == SnapshotState.BUILDING, "it waits for the one before it"
    Job.objects.filter(pk=last.job_id).update(run_after="2000-01-01T00:00:00Z")
    jobs.run_due()
    assert {each.number: keys_of(each) for each in Snapshot.objects.filter(number__gte=4)} == {4: {"b", "c"}, 5: {"b"}}
    versions = [each.manifest["version"] for each in Snapshot.objects.order_by("number") if each.manifest]
    assert len(set(versions)) == 5


def test_where_nothing_is_left_no_successor_is_asked_for(project: Project, reviewer: User) -> None:
    approved(project, reviewer, MOOD, key="one")
    built(project)
    done = withdrawn(project, ["one"])
    assert done.successors == []
    assert "Nothing is left" in done.sentence()


def test_a_version_that_is_finished_meanwhile_is_found_too(
    project: Project, reviewer: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    from projects.snapshots import withdrawal

    approved(project, reviewer, MOOD, key="stays")
    approved(project, reviewer, MOOD, key="leaves")
    built(project)
    looks: list[Any] = []

    def slow(*given: Any) -> Any:
        found = holders(*given)
        if not looks:
            built(project)
        looks.append(found)
        return found

    monkeypatch.setattr(withdrawal, "holders", slow)
    done = withdrawn(project, ["leaves"])
    assert len(looks) == 2
    assert sorted(each.number for each in done.superseded) == [1, 2]


def test_a_version_that_is_being_built_comes_out_without_it(
    project: Project, reviewer: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    approved(project, reviewer, MOOD, key="stays")
    approved(project, reviewer, MOOD, key="leaves")
    publish = build._Build.publish

    def late(*given: Any) -> Any:
        if Sample.objects.filter(key="leaves", state=SampleState.APPROVED).exists():
            assert withdrawn(project, ["leaves"]).superseded == []
        return publish(*given)

    monkeypatch.setattr(build._Build, "publish", late)
    assert keys_of(built(project)) == {"stays"}


def test_the_owners_word_opens_a_superseded_version_until_more_is_withdrawn(project: Project, reviewer: User) -> None:
    for key in "abc":
        approved(project, reviewer, MOOD, key=key)
    snapshot, owner = built(project), project.created_by
    with pytest.raises(Refused, match="in force"):
        acknowledge(actor=owner, snapshot=snapshot, reason="Audit.")
    withdrawn(project, ["a"])
    snapshot.refresh_from_db()
    assert "1 of its samples was withdrawn; version 2 is in its place" in obstacle(snapshot, owner)
    acknowledge(actor=owner, snapshot=snapshot, reason="Audit.")
    assert obstacle(snapshot, owner) == ""
    assert obstacle(snapshot, None)
    assert obstacle(snapshot, reviewer)
    withdrawn(project, ["b"])
    snapshot.refresh_from_db()
    assert obstacle(snapshot, owner)
    assert AuditEntry.objects.filter(action="snapshot.acknowledged").count() == 1


def test_a_comparison_says_nothing_of_what_was_withdrawn(project: Project, reviewer: User) -> None:
    from tests.snapshots.making import decided_again

    sample = approved(project, reviewer, MOOD, key="one")
    approved(project, reviewer, MOOD, key="two")
    first = built(project)
    decided_again(sample, reviewer, {"mood": "bright"})
    second = built(project)
    assert difference(first, second).changes()[0].after
    withdrawn(project, ["one"])
    change = difference(first, second).changes()[0]
    assert (change.key, change.before, change.after) == ("one", {}, {})


def test_an_ended_consent_makes_the_next_version_a_major_one(project: Project, reviewer: User) -> None:
    consent = Consent.objects.create(project=project, reference="c-1")
    approved(project, reviewer, MOOD, key="stays")
    approved(project, reviewer, MOOD, key="leaves", provenance={"consent": consent})
    built(project)
    end_consent(actor=project.created_by, project=project, consent=consent)
    following = built(project)
    assert following.manifest is not None
    assert following.manifest["version"] == "2.0.0"


class TestPages:
    def test_the_sample_offers_it_to_owners_and_tells_of_it_afterwards(
        self, project: Project, reviewer: User, client: Client
    ) -> None:
        approved(project, reviewer, MOOD, key="a/b")
        built(project)
        address = reverse("sample", args=[project.slug, "a/b"])
        client.force_login(reviewer)
        assert "Withdraw…" not in client.get(address).content.decode()
        client.force_login(project.created_by)
        assert "Withdraw…" in client.get(address).content.decode()
        sent = {"sample": "a/b", "reason": "They asked us to."}
        page = client.post(reverse("withdrawals", args=[project.slug]), sent, follow=True).content.decode()
        assert "1 sample was withdrawn. Superseded: version 1." in page
        assert "Still in" in page
        assert "Withdraw…" not in page
        listed = client.get(reverse("withdrawals", args=[project.slug])).content.decode()
        assert "They asked us to." in listed
        assert "version 1" in listed
        version = client.get(reverse("snapshot", args=[project.slug, 1])).content.decode()
        assert "Superseded" in version
        assert "I need this version…" in version
        acknowledged = reverse("acknowledge", args=[project.slug, 1])
        page = client.post(acknowledged, {"reason": "Audit."}, follow=True).content.decode()
        assert "I need this version…" not in page

    def test_all_of_one_creator(self, project: Project, reviewer: User, client: Client) -> None:
        amara = Creator.objects.create(project=project, name="Amara")
        make_sample(project, key="one", provenance={"creator": amara})
        make_sample(project, key="two", provenance={"creator": amara})
        make_sample(project, key="other")
        client.force_login(project.created_by)
        address = reverse("creators", args=[project.slug])
        assert "2 samples, 0 approved" in client.get(address).content.decode()
        assert "Nobody is called that." in client.get(address, {"q": "zzz"}).content.decode()
        sent = {"creator": amara.pk, "reason": "They asked us to."}
        page = client.post(reverse("withdrawals", args=[project.slug]), sent, follow=True).content.decode()
        assert "2 samples were withdrawn." in page
        assert "Withdraw all…" not in page
        assert set(Sample.objects.filter(state="withdrawn").values_list("key", flat=True)) == {"one", "two"}

    def test_the_consent_ends_with_its_samples(self, project: Project, client: Client) -> None:
        consent = Consent.objects.create(project=project, reference="c-1")
        make_sample(project, key="one", provenance={"consent": consent})
        client.force_login(project.created_by)
        address = reverse("withdrawals", args=[project.slug])
        client.post(address, {"consent": consent.pk, "reason": ""})
        consent.refresh_from_db()
        assert consent.state == "given", "without a reason nothing happens"
        client.post(address, {"consent": consent.pk, "reason": "They asked us to."})
        consent.refresh_from_db()
        assert consent.state == "ended"
        assert Sample.objects.get().state == SampleState.WITHDRAWN

    def test_what_is_not_there_can_not_be_withdrawn(self, project: Project, client: Client) -> None:
        elsewhere = make_sample(make_project(), key="theirs")
        client.force_login(project.created_by)
        address = reverse("withdrawals", args=[project.slug])
        for sent in ({"sample": "theirs"}, {"creator": "x"}, {"consent": "9" * 30}, {}):
            assert client.post(address, {**sent, "reason": "Why."}).status_code == 404
        elsewhere.refresh_from_db()
        assert elsewhere.state == SampleState.READY


class TestPrograms:
    def test_samples_are_withdrawn_and_listed(self, project: Project, reviewer: User, client: Client) -> None:
        approved(project, reviewer, MOOD, key="stays")
        approved(project, reviewer, MOOD, key="leaves")
        built(project)
        client.force_login(project.created_by)
        address = reverse("api-withdrawals", args=[project.slug])

        def post(**body: Any) -> Any:
            return client.post(address, body, content_type="application/json")

        assert post(reason="Why.").status_code == 400
        assert post(samples=["nobody"], reason="Why.").status_code == 400
        assert post(samples=["leaves"], creator="Amara", reason="Why.").status_code == 400
        reply = post(samples=["leaves"], reason="They asked us to.")
        assert reply.status_code == 201
        successor = Snapshot.objects.get(number=2)
        assert reply.json()["superseded"] == [1]
        assert reply.json()["successors"] == [{"snapshot": 2, "job": successor.job_id}]
        assert post(samples=["leaves"], reason="Again.").status_code == 409
        (row,) = client.get(address).json()["results"]
        assert (row["key"], row["versions"], row["reason"]) == ("leaves", [1], "They asked us to.")
        acknowledged = client.post(
            reverse("api-acknowledge", args=[project.slug, 1]), {"reason": "Audit."}, content_type="application/json"
        )
        assert acknowledged.status_code == 201

    def test_all_of_a_creator_or_a_consent(self, project: Project, client: Client) -> None:
        amara = Creator.objects.create(project=project, name="Amara")
        consent = Consent.objects.create(project=project, reference="c-1")
        make_sample(project, key="one", provenance={"creator": amara})
        make_sample(project, key="two", provenance={"consent": consent})
        client.force_login(project.created_by)
        address = reverse("api-withdrawals", args=[project.slug])
        for body in ({"creator": "Amara"}, {"consent": "c-1"}):
            reply = client.post(address, {**body, "reason": "Why."}, content_type="application/json")
            assert reply.json()["samples"] == 1
