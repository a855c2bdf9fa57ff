"""The key of pseudonyms can be rotated: later versions have others, earlier ones stay; owners can tell who is who."""

from functools import partial
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from projects.models import AuditEntry, Project, RetiredPseudonymKey, Snapshot, User
from projects.snapshots import build, files, layout, shelf
from projects.snapshots.actions import request_snapshot
from projects.snapshots.differences import difference
from projects.snapshots.pseudonyms import names_of, rotate
from projects.workspace import audit
from projects.workspace.actions import Refused
from tests.concurrent.test_queue import side_by_side
from tests.factories import make_member
from tests.snapshots.making import MOOD, approved, built, decided_again, finished

pytestmark = pytest.mark.django_db(transaction=True)


def turned(project: Project, epoch: int = 1) -> int:
    return rotate(actor=project.created_by, project=project, epoch=epoch)


def people_of(snapshot: Snapshot) -> set[str]:
    with files.local(snapshot) as folder:
        manifest = layout.read_manifest(folder)
        rows = layout.read_rows(folder, manifest.table("responses"))
        decided = layout.read_rows(folder, manifest.table("gold"))
        return {row["annotator"] for row in rows} | {row["decided_by"] for row in decided}


def test_later_versions_have_others_and_earlier_ones_stay(project: Project, reviewer: User) -> None:
    approved(project, reviewer, MOOD, key="one")
    first, second = built(project), built(project)
    assert people_of(first) == people_of(second)
    before = {path: path.read_bytes() for path in Path(files.storage().path(first.path)).rglob("*") if path.is_file()}
    assert turned(project) == 2
    third = built(project)
    assert len(people_of(third)) == len(people_of(first)) == 3
    assert not people_of(third) & people_of(first)
    assert {path: path.read_bytes() for path in before} == before
    assert [each.manifest["pseudonym_epoch"] for each in (first, second, third)] == [1, 1, 2]  # type: ignore[index]
    keys = {Project.objects.get(pk=project.pk).pseudonym_key, RetiredPseudonymKey.objects.get().key}
    said = "".join(AuditEntry.objects.values_list("data", flat=True)) + str(third.manifest)
    assert len(keys) == 2 and not any(key in said for key in keys), "the key is told to nobody"
    assert files.verify(third).ok
    assert audit.verify()[1] == []


def test_a_version_that_was_asked_for_before_keeps_the_old_ones(project: Project, reviewer: User) -> None:
    approved(project, reviewer, MOOD, key="one")
    first = built(project)
    waiting = request_snapshot(actor=project.created_by, project=project)
    turned(project)
    second = finished(waiting)
    assert people_of(second) == people_of(first)
    assert second.manifest is not None and second.manifest["pseudonym_epoch"] == 1


def test_a_rotation_during_a_build_is_for_the_next_one(
    project: Project, reviewer: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    approved(project, reviewer, MOOD, key="one")
    first = built(project)
    shelf.keep_only(project.pk, set())
    real = build._Build.make_parts
    monkeypatch.setattr(build._Build, "make_parts", lambda self: (turned(project), real(self))[1])
    assert people_of(built(project)) == people_of(first)
    assert Project.objects.get(pk=project.pk).pseudonym_epoch == 2


def test_the_difference_does_not_take_a_new_key_for_a_change(project: Project, reviewer: User) -> None:
    same = approved(project, reviewer, MOOD, key="same")
    changed = approved(project, reviewer, MOOD, key="changed")
    first = built(project)
    turned(project)
    second = built(project)
    found = difference(first, second)
    assert (found.count(), found.counts["unchanged"]) == (0, 2)
    decided_again(changed, reviewer, {"mood": "bright", "craft": 4})
    third = built(project)
    (change,) = difference(first, third).changes()
    assert (change.key, "answer" in change.kinds) == ("changed", True)
    assert "decided_by" not in (change.before or {})
    other = make_member(project, "reviewer")
    decided_again(same, other, MOOD)
    kinds = {each.key: each.kinds for each in difference(third, built(project)).changes()}
    assert "decision" in kinds["same"], "under the same key another reviewer is a change"


def test_a_rotation_that_is_sent_twice_is_done_once(project: Project) -> None:
    turned(project)
    with pytest.raises(Refused, match="epoch 2 is in use"):
        turned(project)
    assert RetiredPseudonymKey.objects.count() == 1
    assert AuditEntry.objects.filter(action="pseudonyms.rotated").count() == 1


def test_of_two_at_once_one_rotates(project: Project) -> None:
    raised = side_by_side(*[partial(turned, project)] * 3)
    assert [type(error) for error in raised] == [Refused] * 2
    assert Project.objects.get(pk=project.pk).pseudonym_epoch == 2


def test_an_owner_can_tell_who_is_who_in_every_version(project: Project, reviewer: User) -> None:
    approved(project, reviewer, MOOD, key="one")
    first = built(project)
    built(project)
    turned(project)
    third = built(project)
    named = names_of(actor=project.created_by, project=project, person=reviewer)
    assert [(each.epoch, each.first, each.last) for each in named] == [(1, 1, 2), (2, 3, 3)]
    assert named[0].pseudonym in people_of(first)
    assert named[1].pseudonym in people_of(third)
    asked = AuditEntry.objects.get(action="pseudonyms.told")
    assert (asked.actor, asked.object_id) == (project.created_by, str(reviewer.pk))


def test_by_programs_by_the_page_and_by_the_command(project: Project, reviewer: User) -> None:
    approved(project, reviewer, MOOD, key="one")
    built(project)
    client = Client()
    client.force_login(project.created_by)
    address = reverse("api-pseudonyms", args=[project.slug])
    assert client.get(address).json() == {"epoch": 1}
    assert client.post(address, {"epoch": 1}, "application/json").json() == {"epoch": 2}
    assert client.post(address, {"epoch": 1}, "application/json").status_code == 409
    told = client.post(reverse("api-pseudonyms-of", args=[project.slug, reviewer.username])).json()
    assert [row["epoch"] for row in told] == [1, 2]
    assert client.post(reverse("api-pseudonyms-of", args=[project.slug, "nobody"])).status_code == 404
    client.post(reverse("pseudonyms-rotate", args=[project.slug]), {"epoch": "2"})
    page = client.get(reverse("pseudonyms", args=[project.slug])).content.decode()
    assert "Epoch 3" in page and "Version 1" in page
    shown = client.post(reverse("pseudonyms-tell", args=[project.slug]), {"person": reviewer.username})
    assert told[0]["pseudonym"] in shown.content.decode()
    call_command("rotate_pseudonyms", project.slug, "3")
    assert client.get(address).json() == {"epoch": 4}
    with pytest.raises(CommandError, match="epoch 4 is in use"):
        call_command("rotate_pseudonyms", project.slug, "3")
