"""Parts of a version: made by anyone in any order, kept while they are good, and never used when they are not."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projects.models import Creator, Job, Project, Provenance, Snapshot, User
from projects.snapshots import actions, build, files, layout, parts, shelf
from projects.snapshots.layout import parts as layout_parts
from projects.snapshots.models import SnapshotState
from projects.workspace import jobs
from projects.workspace.models import JobState
from tests.snapshots.making import MOOD, approved, built, decided_again, finished

pytestmark = pytest.mark.django_db(transaction=True)
KEYS = [f"k{number:02}" for number in range(12)]


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (("_LEAST", 2), ("_MOST", 4), ("_ONE_IN", 2)):
        monkeypatch.setattr(layout_parts, name, value)


@pytest.fixture
def twelve(project: Project, reviewer: User) -> dict[str, Any]:
    return {key: approved(project, reviewer, MOOD, key=key) for key in KEYS}


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The first key of each part that was really made."""
    found: list[str] = []
    write = layout.write_part

    def spy(*given: Any, **more: Any) -> layout.Part:
        part = write(*given, **more)
        found.append(part.first)
        return part

    monkeypatch.setattr(layout, "write_part", spy)
    return found


def folder(snapshot: Snapshot) -> Path:
    return Path(files.storage().path(snapshot.path))


def tables(snapshot: Snapshot) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (folder(snapshot) / "data").iterdir()}


def cut(keys: list[str]) -> list[list[str]]:
    cuts = layout.Cuts(3, 12, 4)
    found: list[list[str]] = [[]]
    for key in keys:
        found[-1].append(key)
        if cuts.after(key):
            found.append([])
    return [each for each in found if each]


@given(keys=st.sets(st.text(max_size=4), min_size=1, max_size=80))
def test_cuts_lose_nothing_and_keep_their_limits(keys: set[str]) -> None:
    found = cut(sorted(keys))
    assert [key for each in found for key in each] == sorted(keys)
    assert all(3 <= len(each) <= 12 for each in found[:-1])


def test_a_key_that_comes_early_moves_the_cuts_near_it_and_no_others() -> None:
    keys = [f"story-{number:05}" for number in range(2000)]
    before, after = cut(keys), cut(sorted([*keys, "story-00100b"]))
    changed = [each for each in after if each not in before]
    assert len(after) > 200
    assert 1 <= len(changed) < 12, "cuts at fixed places would have moved them all"


def test_a_version_has_a_shard_for_each_part_and_is_sound(project: Project, twelve: Any, made: list[str]) -> None:
    snapshot = built(project)
    assert snapshot.state == SnapshotState.READY and snapshot.manifest is not None
    assert len(made) > 2
    gold = [name for name in sorted(tables(snapshot)) if name.startswith("gold-")]
    assert gold == [f"gold-{number:05}-of-{len(made):05}.parquet" for number in range(len(made))]
    assert snapshot.manifest["counts"]["gold"] == 12 and snapshot.manifest["counts"]["responses"] == 24
    assert files.verify(snapshot).ok
    assert not Job.objects.filter(kind=parts.KIND).exists(), "jobs of parts are of no use any more"


def test_whoever_makes_the_parts_in_whatever_order_the_bytes_are_the_same(
    project: Project, twelve: Any, made: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    first, order = built(project), list(made)
    shelf.keep_only(project.pk, set())
    make = build._Build.make_parts

    def others_first(self: Any) -> None:
        for pk in self._mine().order_by("-pk").values_list("pk", flat=True):
            with monkeypatch.context() as patch:
                patch.setattr(jobs, "WORKER", f"another-{pk}")
                jobs.run(pk)
        make(self)

    monkeypatch.setattr(build._Build, "make_parts", others_first)
    second = built(project)
    assert made[len(order) :] == order[::-1]
    assert tables(first) == tables(second)
    assert (folder(first) / "licences.json").read_bytes() == (folder(second) / "licences.json").read_bytes()


def test_a_child_shares_what_has_not_changed(project: Project, reviewer: User, twelve: Any, made: list[str]) -> None:
    parent, count = built(project), len(made)
    decided_again(twelve["k05"], reviewer, {"mood": "bright"})
    child = built(project)
    assert len(made) == count + 1
    shared = [
        (folder(parent) / "data" / name).samefile(folder(child) / "data" / name)
        for name in tables(parent)
        if name.startswith("gold-")
    ]
    assert shared.count(False) == 1 and len(shared) == count
    assert parent.root != child.root and files.verify(child).ok and files.verify(parent).ok


def test_a_shared_child_has_the_bytes_of_one_built_alone(project: Project, reviewer: User, twelve: Any) -> None:
    built(project)
    decided_again(twelve["k05"], reviewer, {"mood": "bright"})
    shared = built(project)
    shelf.keep_only(project.pk, set())
    alone = built(project)
    assert tables(shared) == tables(alone)


def _licence(project: Project) -> None:
    Provenance.objects.filter(sample__key="k05").update(licence="MIT")


def _credit(project: Project) -> None:
    Creator.objects.filter(project=project).update(credit="Amara of Lagos")


def _reviewer(project: Project) -> None:
    User.objects.filter(memberships__role="reviewer").update(username="renamed")


def _annotator(project: Project) -> None:
    sample = project.samples.get(key="k05")
    User.objects.filter(pk=sample.annotations.earliest("pk").annotator_id).update(username="renamed")


def _key(project: Project) -> None:
    Project.objects.filter(pk=project.pk).update(pseudonym_key="ab" * 32)


@pytest.mark.parametrize("happen", [_licence, _credit, _reviewer, _annotator, _key], ids=lambda each: each.__name__[1:])
def test_what_a_part_says_is_never_out_of_date(
    project: Project, reviewer: User, twelve: Any, happen: Callable[[Project], None]
) -> None:
    creator = Creator.objects.create(project=project, name="Amara")
    Provenance.objects.filter(sample__key="k05").update(creator=creator)
    before = built(project)
    happen(project)
    shared = built(project)
    shelf.keep_only(project.pk, set())
    alone = built(project)
    assert tables(before) != tables(shared)
    assert tables(shared) == tables(alone)


def test_what_changes_while_a_part_is_made_is_not_filed_under_the_wrong_name(
    project: Project, twelve: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = layout.write_part
    late: list[layout.Part] = []

    def meanwhile(*given: Any, **more: Any) -> layout.Part:
        part = write(*given, **more)
        if not late and part.first <= "k05" <= part.last:
            late.append(part)
            _licence(project)
        return part

    monkeypatch.setattr(layout, "write_part", meanwhile)
    first = built(project)
    assert late
    assert "MIT" in (folder(first) / "licences.json").read_text()
    Provenance.objects.filter(sample__key="k05").update(licence="CC-BY-4.0")
    assert "MIT" not in (folder(built(project)) / "licences.json").read_text()


def test_a_build_that_was_cut_off_goes_on_with_the_parts_that_are_missing(
    project: Project, twelve: Any, made: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    snapshot = actions.request_snapshot(actor=project.created_by, project=project)
    write = layout.write_part
    attempts = 0
    while snapshot.state == SnapshotState.BUILDING:
        attempts += 1
        before = len(made)

        def one(*given: Any, before: int = before, **more: Any) -> layout.Part:
            if len(made) > before:
                raise KeyboardInterrupt
            return write(*given, **more)

        with monkeypatch.context() as patch:
            patch.setattr(layout, "write_part", one)
            try:
                jobs.run(snapshot.job_id)
            except KeyboardInterrupt:
                Job.objects.filter(state=JobState.RUNNING).update(lease_until="2000-01-01T00:00:00Z")
                assert not folder(snapshot).exists()
        snapshot.refresh_from_db()
    assert snapshot.state == SnapshotState.READY and files.verify(snapshot).ok
    assert attempts == len(made) > 2, "each attempt added one part"
    assert len(set(made)) == len(made), "and none was made twice"


def test_a_damaged_part_is_made_again(project: Project, reviewer: User, twelve: Any, made: list[str]) -> None:
    first, count = built(project), len(made)
    path = next(folder(first).glob("data/gold-00001-*"))
    damaged = path.read_bytes()
    path.write_bytes(damaged[:-1] + bytes([damaged[-1] ^ 1]))
    second = built(project)
    assert len(made) == count + 1
    assert files.verify(second).ok
    assert [problem.path for problem in files.verify(first).problems] == [f"data/{path.name}"]


def test_a_cancelled_build_leaves_nothing_and_another_can_be_asked_for(
    project: Project, twelve: Any, made: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    snapshot = actions.request_snapshot(actor=project.created_by, project=project)
    write = layout.write_part

    def cancelled(*given: Any, **more: Any) -> layout.Part:
        if len(made) == 1:
            jobs.cancel(job=snapshot.job, actor=project.created_by)
        return write(*given, **more)

    with monkeypatch.context() as patch:
        patch.setattr(layout, "write_part", cancelled)
        finished(snapshot)
    assert (snapshot.state, snapshot.job.state) == (SnapshotState.FAILED, JobState.CANCELLED)
    assert len(made) == 2
    assert not folder(snapshot).exists()
    assert list(Path(files.storage().path(shelf.folder(project.pk))).iterdir()) == []
    assert built(project).state == SnapshotState.READY


def test_a_part_of_a_cancelled_build_is_not_made(project: Project, twelve: Any, made: list[str]) -> None:
    snapshot = actions.request_snapshot(actor=project.created_by, project=project)
    job = jobs.claim(snapshot.job_id)
    assert job is not None
    build._Build(snapshot, job, jobs.Progress(job)).plan()
    jobs.cancel(job=job, actor=project.created_by)
    jobs.run_due()
    assert made == []
    assert set(Job.objects.filter(kind=parts.KIND).values_list("state", flat=True)) == {JobState.DONE}


def test_a_part_that_fails_ends_the_build_with_its_reason(
    project: Project, twelve: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*given: Any, **more: Any) -> layout.Part:
        raise layout.SnapshotError("k05 makes no sense")

    monkeypatch.setattr(layout, "write_part", refuse)
    snapshot = built(project)
    assert snapshot.state == SnapshotState.FAILED
    assert "k05 makes no sense" in snapshot.job.message


def test_only_the_parts_of_the_newest_version_are_kept(project: Project, reviewer: User, twelve: Any) -> None:
    shelves = Path(files.storage().path(shelf.folder(project.pk)))
    built(project)
    before = set(os.listdir(shelves))
    decided_again(twelve["k05"], reviewer, {"mood": "bright"})
    child = built(project)
    after = set(os.listdir(shelves))
    assert len(after) == len(before) and len(before - after) == 1
    assert after == set(child.job.checkpoint["fingerprints"])


def test_a_storage_without_paths_shares_parts_too(
    project: Project, reviewer: User, twelve: Any, made: list[str], settings: Any
) -> None:
    memory = {"BACKEND": "django.core.files.storage.InMemoryStorage"}
    settings.STORAGES = {**settings.STORAGES, "snapshots": memory}
    first, count = built(project), len(made)
    decided_again(twelve["k05"], reviewer, {"mood": "bright"})
    second = built(project)
    assert count > 2 and len(made) == count + 1
    assert files.verify(first).ok and files.verify(second).ok


def test_the_progress_says_how_many_shards_are_there_and_what_is_left(
    project: Project, twelve: Any, made: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(build, "ESTIMATE_AFTER", 0)
    told: list[str] = []
    snapshot = actions.request_snapshot(actor=project.created_by, project=project)
    jobs.run(snapshot.job_id, watch=lambda done, total, message: told.append(f"{done}/{total} {message}"))
    shards = [message for message in told if "Making shards: " in message]
    assert shards[0].endswith(f"Making shards: 0 of {len(made)} are there")
    assert shards[-1].endswith(f"12/12 Making shards: {len(made)} of {len(made)} are there; less than a minute left")
