"""Erasing what was withdrawn: media that nothing else uses, content for good, a superseded version's files."""

import io
import json
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage, storages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from projects.intake import actions as intake
from projects.models import (
    Adjudication,
    Annotation,
    Asset,
    Assignment,
    AuditEntry,
    Import,
    Job,
    Project,
    Provenance,
    Sample,
    Snapshot,
    Suggestion,
    Tombstone,
    User,
    Withdrawal,
)
from projects.samples.assets import upload_asset
from projects.snapshots import erasure, files, shelf
from projects.snapshots.models import SnapshotState
from projects.snapshots.withdrawal import acknowledge, obstacle, withdraw
from projects.workspace import audit, jobs
from projects.workspace.actions import Refused
from tests.factories import make_member, make_project, make_sample
from tests.intake.test_imports import PICTURE
from tests.snapshots.making import MOOD, approved, built

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _own_media(tmp_path: Path, settings: Any) -> None:
    def place(name: str) -> dict[str, Any]:
        return {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": str(tmp_path / name)},
        }

    settings.STORAGES = {**settings.STORAGES, "uploads": place("uploads"), "default": place("media")}


@pytest.fixture
def project() -> Project:
    return make_project(interface=PICTURE, overlap=2)


def picture(colour: str) -> bytes:
    body = io.BytesIO()
    Image.new("RGB", (4, 3), colour).save(body, "PNG")
    return body.getvalue()


def uploaded(project: Project, colour: str) -> Asset:
    return upload_asset(actor=project.created_by, project=project, file=io.BytesIO(picture(colour)))


def shows(project: Project, asset: Asset, key: str) -> Sample:
    return make_sample(project, key=key, fields={"picture": f"sha256:{asset.sha256}"})


def taken_out(project: Project, *keys: str) -> Withdrawal:
    samples = Sample.objects.filter(project=project, key__in=keys)
    return withdraw(actor=project.created_by, project=project, samples=samples, reason="They asked us to.").withdrawal


def kept(asset: Asset) -> bool:
    return default_storage.exists(asset.path)


def told(action: str) -> list[dict[str, Any]]:
    return [json.loads(row) for row in AuditEntry.objects.filter(action=action).values_list("data", flat=True)]


def test_media_that_only_withdrawn_samples_used_are_erased_and_the_log_says_which(project: Project) -> None:
    teal, red = uploaded(project, "teal"), uploaded(project, "red")
    shows(project, teal, "leaves")
    shows(project, red, "stays")
    withdrawal = taken_out(project, "leaves")
    assert kept(teal), "not before the job"
    jobs.run_due()
    assert (kept(teal), kept(red)) == (False, True)
    assert list(Asset.objects.all()) == [red]
    withdrawal.refresh_from_db()
    assert (withdrawal.media_files, withdrawal.media_bytes) == (1, teal.size)
    assert withdrawal.media_done_at is not None
    assert told("media.erased") == [{"sha256": teal.sha256, "size": teal.size}]
    assert audit.verify()[1] == []
    page = Client()
    page.force_login(project.created_by)
    assert page.get(reverse("asset", args=[project.slug, teal.sha256])).status_code == 404
    assert "1 media file" in page.get(reverse("withdrawals", args=[project.slug])).content.decode()


def test_media_that_another_sample_uses_stay_until_that_is_withdrawn_too(project: Project) -> None:
    teal = uploaded(project, "teal")
    for key in ("one", "two"):
        shows(project, teal, key)
    first = taken_out(project, "one")
    jobs.run_due()
    first.refresh_from_db()
    assert (kept(teal), first.media_files) == (True, 0)
    assert not Asset.objects.filter(doomed=True).exists()
    taken_out(project, "two")
    jobs.run_due()
    assert not kept(teal)


def test_media_of_another_project_stay_but_are_not_shown_in_this_one_any_more(project: Project) -> None:
    other = make_project(interface=PICTURE)
    mine, theirs = uploaded(project, "teal"), uploaded(other, "teal")
    shows(project, mine, "one")
    shows(other, theirs, "one")
    taken_out(project, "one")
    jobs.run_due()
    assert kept(theirs)
    assert list(Asset.objects.all()) == [theirs]
    assert told("media.erased") == []
    taken_out(other, "one")
    jobs.run_due()
    assert not kept(theirs)


def test_erasing_waits_while_a_version_is_being_built(project: Project) -> None:
    teal = uploaded(project, "teal")
    shows(project, teal, "one")
    taken_out(project, "one")
    building = Job.objects.create(kind="snapshot", project=project, state="running")
    Snapshot.objects.create(project=project, number=1, job=building, created_by=project.created_by)
    job = Job.objects.get(kind="erase-media")
    jobs.run(job.pk)
    job.refresh_from_db()
    assert (job.state, kept(teal)) == ("queued", True)
    Job.objects.filter(pk=building.pk).update(state="done")
    Job.objects.update(run_after="2000-01-01T00:00:00Z")
    jobs.run_due()
    assert not kept(teal)


@pytest.mark.parametrize("moment", range(1, 8))
def test_cut_off_anywhere_and_done_again_it_erases_once(
    project: Project, monkeypatch: pytest.MonkeyPatch, moment: int
) -> None:
    """At each write of progress and each removal of a file in turn."""
    assets = [uploaded(project, colour) for colour in ("teal", "red", "blue")]
    for number, asset in enumerate(assets):
        shows(project, asset, f"s{number}")
    withdrawal = taken_out(project, "s0", "s1", "s2")
    monkeypatch.setattr(erasure, "BATCH", 1)
    calls = 0
    deleted = type(default_storage._wrapped if hasattr(default_storage, "_wrapped") else default_storage).delete

    class Killed(BaseException):
        pass

    def delete(storage: Any, name: str) -> None:
        nonlocal calls
        calls += 1
        if calls == moment:
            raise Killed
        deleted(storage, name)
        calls += 1
        if calls == moment:
            raise Killed

    monkeypatch.setattr(type(storages["default"]), "delete", delete)
    job = Job.objects.get(kind="erase-media")
    try:
        jobs.run(job.pk)
    except Killed:
        assert moment < 7
        Job.objects.filter(pk=job.pk).update(lease_until="2000-01-01T00:00:00Z")
        jobs.run(job.pk)
    else:
        assert moment == 7
    job.refresh_from_db()
    assert (job.state, job.result) == (
        "done",
        {"files": 3, "bytes": sum(asset.size for asset in assets), "used_elsewhere": 0},
    )
    assert not any(kept(asset) for asset in assets)
    assert sorted(entry["sha256"] for entry in told("media.erased")) == sorted(asset.sha256 for asset in assets)
    withdrawal.refresh_from_db()
    assert withdrawal.media_files == 3


def started_with(project: Project, key: str, colour: str) -> Import:
    """An import of a ZIP with one picture, still to be run."""
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w") as archive:
        archive.writestr("samples.jsonl", json.dumps({"key": key, "fields": {"picture": "1.png"}}))
        archive.writestr("1.png", picture(colour))
    file = SimpleUploadedFile("in.zip", body.getvalue())
    return intake.start_import(actor=project.created_by, project=project, file=file, filename="in.zip")


@pytest.fixture
def imported(project: Project) -> Callable[[str, str], None]:
    return lambda key, colour: jobs.run(started_with(project, key, colour).job_id)


def _shown(project: Project, key: str) -> Iterator[bool]:
    for value in Sample.objects.get(project=project, key=key).fields.values():
        sha256 = value.removeprefix("sha256:")
        yield Asset.objects.filter(project=project, sha256=sha256).exists() and kept(Asset(sha256=sha256))


@pytest.mark.parametrize("step", ["_used", "_take_out", "_delete"])
def test_what_is_imported_while_it_is_erased_has_its_media(
    project: Project, imported: Callable[[str, str], None], monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    """An import with the same picture just after the erasure looked, took it out, or deleted it."""
    shows(project, uploaded(project, "teal"), "leaves")
    taken_out(project, "leaves")
    real = getattr(erasure._Media, step)
    came: list[str] = []

    def then_import(self: Any, given: Any) -> Any:
        result = real(self, given)
        if not came:
            came.append("new")
            imported("new", "teal")
        return result

    monkeypatch.setattr(erasure._Media, step, then_import)
    jobs.run(Job.objects.get(kind="erase-media").pk)
    assert came
    assert Job.objects.get(kind="erase-media").state == "done"
    assert list(_shown(project, "new")) == [True]


def test_an_import_whose_file_vanished_while_its_lines_were_checked_stores_it_again(
    project: Project, imported: Callable[[str, str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    from projects.intake import media

    shows(project, uploaded(project, "teal"), "leaves")
    taken_out(project, "leaves")
    save = media.Media.save

    def erase_first(self: Any) -> None:
        monkeypatch.setattr(media.Media, "save", save)
        jobs.run(Job.objects.get(kind="erase-media").pk)
        assert not Asset.objects.exists()
        save(self)

    monkeypatch.setattr(media.Media, "save", erase_first)
    imported("new", "teal")
    assert list(_shown(project, "new")) == [True]


def test_a_line_that_names_a_file_erased_meanwhile_is_refused_not_stored(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    teal = uploaded(project, "teal")
    real = Asset.objects.filter(sha256=teal.sha256)
    line = json.dumps({"key": "new", "fields": {"picture": f"sha256:{teal.sha256}"}}).encode()
    file = SimpleUploadedFile("in.jsonl", line)
    source = intake.start_import(actor=project.created_by, project=project, file=file, filename="in.jsonl")
    from projects.intake import media

    check = media.Media.rewritten

    def erased_then(self: Any, fields: dict[str, Any]) -> dict[str, Any]:
        found = check(self, fields)
        real.delete()
        return found

    monkeypatch.setattr(media.Media, "rewritten", erased_then)
    jobs.run(source.job_id)
    Job.objects.update(run_after="2000-01-01T00:00:00Z")
    jobs.run(source.job_id)
    source.job.refresh_from_db()
    assert source.job.state == "done"
    assert source.job.result is not None and source.job.result["invalid"] == 1
    assert not Sample.objects.exists()


@pytest.fixture
def version() -> tuple[Project, Snapshot]:
    """Version 1 with the samples “stays” and “leaves”, whose withdrawal has been worked through."""
    project = make_project(overlap=2)
    reviewer = make_member(project, "reviewer")
    for key in ("stays", "leaves"):
        approved(project, reviewer, MOOD, key=key, fields={"text": f"It {key} in the end."})
    first = built(project)
    Suggestion.objects.create(
        sample=Sample.objects.get(key="leaves"), question="mood", value="dark", source="a model that read: It leaves"
    )
    told = {"how": "beside", "questions": {"mood": [{"source": "It leaves", "value": "dark", "score": None}]}}
    Annotation.objects.filter(sample__key="leaves").update(suggested=told)
    Assignment.objects.filter(sample__key="leaves").update(suggested=told)
    Provenance.objects.filter(sample__key="leaves").update(prompt="Write that it leaves", source="It leaves, 2021")
    return project, first


def test_nobody_is_shown_what_was_withdrawn(version: tuple[Project, Snapshot]) -> None:
    project, _ = version
    page = Client()
    page.force_login(project.created_by)
    routes = [reverse(name, args=[project.slug, "leaves"]) for name in ("sample", "api-sample", "review-sample")]
    lists = [reverse(name, args=[project.slug]) for name in ("samples", "api-samples", "api-dump")]

    def seen() -> list[str]:
        return [page.get(address, follow=True).getvalue().decode() for address in routes + lists]

    assert all("It leaves" in text for text in seen()), "before"
    taken_out(project, "leaves")
    assert [text for text in seen() if "It leaves" in text] == []
    said = page.get(routes[0]).content.decode()
    assert "They asked us to." in said and "shown to nobody" in said
    told = page.get(routes[1]).json()
    assert (told["fields"], told["annotations"], told["decisions"], told["provenance"]) == ({}, [], [], {})
    assert told["withdrawn"]["reason"] == "They asked us to."
    found = page.get(reverse("api-samples", args=[project.slug]), {"q": "leaves in the end"}).json()
    assert found["results"] == [], "nor found by its words"


def test_an_annotator_does_not_see_their_own_answer_to_it_again() -> None:
    project = make_project(overlap=2)
    approved(project, make_member(project, "reviewer"), MOOD, key="one", fields={"text": "It leaves in the end."})
    given = Annotation.objects.order_by("pk").first()
    assert given is not None
    page = Client()
    page.force_login(given.annotator)
    address = reverse("label-open", args=[project.slug, given.assignment_id])
    assert "It leaves" in page.get(address).content.decode()
    taken_out(project, "one")
    assert page.get(address).status_code == 404
    assert "It leaves" not in page.post(reverse("label-undo", args=[project.slug])).content.decode()


def test_content_is_erased_for_good_and_key_hash_and_tombstone_stay(version: tuple[Project, Snapshot]) -> None:
    project, _ = version
    withdrawal = taken_out(project, "leaves")
    before = Sample.objects.get(key="leaves")
    page = Client()
    page.force_login(project.created_by)
    done = page.post(reverse("api-erase-content", args=[project.slug, withdrawal.pk]))
    assert done.status_code == 202
    again = page.post(reverse("api-erase-content", args=[project.slug, withdrawal.pk]))
    assert again.json() == done.json(), "asked twice, it is one job"
    jobs.run_due()
    sample = Sample.objects.select_related("provenance").get(key="leaves")
    assert (sample.fields, sample.metadata, sample.gold) == ({}, {}, None)
    assert (sample.content_sha256, sample.state) == (before.content_sha256, "withdrawn")
    assert (sample.provenance.prompt, sample.provenance.source) == ("", "")
    assert sample.provenance.licence == "CC-BY-4.0"
    assert not Suggestion.objects.exists()
    assert not Annotation.everything.filter(suggested__isnull=False).exists()
    assert not Assignment.objects.filter(suggested__isnull=False).exists()
    for rows in (Annotation.objects.filter(sample=sample), Adjudication.objects.filter(sample=sample)):
        assert rows.exists()
        assert all(row.answers == {} for row in rows)
    assert Annotation.objects.exclude(sample=sample).exclude(answers={}).count() == 2
    assert Sample.objects.get(key="stays").fields == {"text": "It stays in the end."}
    stone = Tombstone.objects.get()
    assert stone.erased_at is not None and stone.content_sha256 == before.content_sha256
    assert told("sample.erased") == [{"content_hash": before.content_sha256}]
    assert audit.verify()[1] == []
    assert page.post(reverse("api-erase-content", args=[project.slug, withdrawal.pk])).status_code == 409
    assert "erased for good" in page.get(reverse("sample", args=[project.slug, "leaves"])).content.decode()


def test_a_content_that_is_erased_again_after_a_cut_is_told_once(
    version: tuple[Project, Snapshot], monkeypatch: pytest.MonkeyPatch
) -> None:
    project, _ = version
    withdrawal = taken_out(project, "leaves", "stays")
    monkeypatch.setattr(erasure, "BATCH", 1)
    job = erasure.erase_content(actor=project.created_by, withdrawal=withdrawal)
    real, calls = erasure._empty, []

    def second_fails(samples: Any) -> None:
        calls.append(samples)
        if len(calls) == 2:
            raise KeyboardInterrupt
        real(samples)

    monkeypatch.setattr(erasure, "_empty", second_fails)
    with pytest.raises(KeyboardInterrupt):
        jobs.run(job.pk)
    assert Sample.objects.filter(fields={}).count() == 1
    Job.objects.filter(pk=job.pk).update(lease_until="2000-01-01T00:00:00Z")
    jobs.run(job.pk)
    assert Sample.objects.filter(fields={}).count() == 2
    assert len(told("sample.erased")) == 2


def test_a_superseded_version_is_erased_and_its_manifest_stays(version: tuple[Project, Snapshot]) -> None:
    project, first = version
    page = Client()
    page.force_login(project.created_by)
    address = reverse("api-erase-version", args=[project.slug, 1])
    assert page.post(address).status_code == 409, "it is in force"
    taken_out(project, "leaves")
    acknowledge(actor=project.created_by, snapshot=Snapshot.objects.get(number=1), reason="For an audit.")
    export = reverse("api-export", args=[project.slug, 1, "jsonl"])
    assert page.get(export).status_code == 200
    folder = Path(files.storage().path(first.path))
    manifest = (folder / "manifest.json").read_bytes()
    assert page.post(address).status_code == 202
    refused = page.get(export)
    assert (refused.status_code, "erased" in refused.json()["detail"]) == (409, True), "from this moment on"
    jobs.run_due()
    assert [path.name for path in folder.rglob("*")] == ["manifest.json"]
    assert (folder / "manifest.json").read_bytes() == manifest
    first.refresh_from_db()
    assert first.state == SnapshotState.ERASED
    assert told("snapshot.erased")[0]["files"] == len(first.manifest["files"])  # type: ignore[index]
    assert page.post(address).status_code == 409, "once"
    said = page.get(reverse("snapshot", args=[project.slug, 1])).content.decode()
    assert "Its files were erased" in said and "Verify every file" not in said
    assert page.get(reverse("snapshot-diff", args=[project.slug, 1, 2])).status_code == 404
    with pytest.raises(Refused, match="erased"):
        acknowledge(actor=project.created_by, snapshot=first, reason="For an audit.")
    second = Snapshot.objects.get(number=2)
    assert files.verify(second).ok
    assert second.manifest is not None and second.manifest["parent"]["number"] == 1
    assert second.manifest["version"] == "2.0.0"


def test_what_was_kept_to_build_the_next_one_goes_with_an_erased_version(version: tuple[Project, Snapshot]) -> None:
    project, first = version
    shelves = Path(files.storage().path(shelf.folder(project.pk)))
    assert len(list(shelves.iterdir())) == 1
    taken_out(project, "leaves")
    successor = Snapshot.objects.get(number=2)
    erasure.erase_version(actor=project.created_by, snapshot=Snapshot.objects.get(pk=first.pk))
    erasing = Job.objects.get(kind="erase-version")
    jobs.run(erasing.pk)
    assert len(list(shelves.iterdir())) == 1, "a version that is being built may need it"
    jobs.cancel(job=successor.job, actor=project.created_by)
    Job.objects.filter(pk=erasing.pk).update(run_after=timezone.now())
    jobs.run(erasing.pk)
    assert list(shelves.iterdir()) == []
    assert len(told("snapshot.erased")) == 1


def test_versions_go_on_from_one_whose_files_were_erased(version: tuple[Project, Snapshot]) -> None:
    """The version's string and the parent follow from the manifest, which is kept."""
    project, first = version
    withdrawn = taken_out(project, "leaves")
    successor = Snapshot.objects.get(number=2)
    jobs.cancel(job=successor.job, actor=project.created_by)
    Snapshot.objects.filter(pk=successor.pk).update(state=SnapshotState.FAILED)
    erasure.erase_version(actor=project.created_by, snapshot=Snapshot.objects.get(pk=first.pk))
    jobs.run_due()
    third = built(project)
    assert third.manifest is not None
    assert (third.manifest["version"], third.manifest["parent"]["number"]) == ("2.0.0", 1)
    assert withdrawn.samples == 1


def test_an_erased_version_can_not_be_fetched_by_an_older_link(version: tuple[Project, Snapshot], user: User) -> None:
    project, first = version
    taken_out(project, "leaves")
    erasure.erase_version(actor=project.created_by, snapshot=Snapshot.objects.get(pk=first.pk))
    first.refresh_from_db()
    assert "erased" in obstacle(first, None)
    assert "erased" in obstacle(first, user)


@pytest.fixture
def user(version: tuple[Project, Snapshot]) -> User:
    return version[0].created_by


def test_who_fetched_a_version_that_holds_it_is_told_with_the_withdrawal(version: tuple[Project, Snapshot]) -> None:
    project, _ = version
    page = Client()
    page.force_login(project.created_by)
    page.get(reverse("api-export", args=[project.slug, 1, "jsonl"])).getvalue()
    withdrawal = taken_out(project, "leaves")
    jobs.run_due()
    page.get(reverse("api-export", args=[project.slug, 2, "jsonl"])).getvalue()
    told = page.get(reverse("api-withdrawal-downloads", args=[project.slug, withdrawal.pk])).json()["results"]
    assert [(row["snapshot"], row["format"], row["user"]) for row in told] == [
        (1, "jsonl", project.created_by.username)
    ], "not the one that never held it"
    assert (
        "Who fetched a version that holds them"
        in page.get(reverse("withdrawals", args=[project.slug])).content.decode()
    )
