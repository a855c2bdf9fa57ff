"""Versions sent to the Hub with its own client, against a local server that has its API."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from projects.models import Destination, Project, Push, Snapshot, User
from projects.snapshots import layout
from projects.snapshots.push import add_destination, request_push
from projects.workspace import jobs
from projects.workspace.actions import Refused
from tests.snapshots.fakes import serving
from tests.snapshots.fakes.hub import Hub
from tests.snapshots.making import MOOD, approved, built, decided_again

pytestmark = pytest.mark.django_db
REPO = "lantern/poems"


@pytest.fixture
def hub(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    from huggingface_hub import constants

    # The large files' other protocol is compiled and speaks to servers of its own.
    monkeypatch.setattr(constants, "HF_HUB_DISABLE_XET", True)
    server = Hub("hf_token")
    with serving(server.handler()) as address:
        settings.HUB_ENDPOINT, settings.HUB_TOKEN = address, "hf_token"
        settings.PUSH_HUB, settings.PUSH_PRIVATE_NETWORKS = ["lantern", "other/one"], True
        yield server
    assert server.unknown == []


@pytest.fixture
def snapshot(project: Project, reviewer: User) -> Snapshot:
    for key in "ab":
        approved(project, reviewer, MOOD, key=key)
    return built(project)


def destination(project: Project, **more: Any) -> Destination:
    given = {"name": "hub", "kind": "hub", "address": REPO, **more}
    return add_destination(actor=project.created_by, project=project, **given)


def pushed(snapshot: Snapshot, to: Destination) -> Push:
    asked = request_push(actor=snapshot.project.created_by, snapshot=snapshot, destination=to)
    jobs.run(asked.job_id)
    asked.refresh_from_db()
    return asked


def count(snapshot: Snapshot) -> int:
    return len((snapshot.manifest or {})["files"]) + 1


def fetched(hub: Hub, folder: Path, revision: str = "main") -> Path:
    """The repository's files, as somebody who clones it has them."""
    for path in hub.repositories[REPO].tree(revision):
        if path != ".gitattributes":
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_bytes(hub.content(REPO, path, revision))
    return folder


def test_one_commit_makes_the_repository_the_version(
    hub: Hub, project: Project, snapshot: Snapshot, tmp_path: Path
) -> None:
    asked = pushed(snapshot, destination(project))
    assert asked.finished_at, asked.job.message
    found = hub.repositories[REPO]
    assert found.private
    assert found.summaries == ["initial commit", "Version 1.0.0"]
    assert found.tags == {"v1.0.0": found.branches["main"]}
    assert (asked.sent, asked.kept) == (count(snapshot), 0)
    assert asked.place.endswith("/datasets/lantern/poems/tree/main")
    assert layout.verify(fetched(hub, tmp_path / "clone")).ok


def test_what_is_there_is_not_sent_again_and_makes_no_commit(hub: Hub, project: Project, snapshot: Snapshot) -> None:
    to = destination(project)
    pushed(snapshot, to)
    uploads = len(hub.uploads)
    again = pushed(snapshot, to)
    assert again.finished_at and (again.sent, again.kept) == (0, count(snapshot))
    assert len(hub.uploads) == uploads and len(hub.repositories[REPO].summaries) == 2


def test_the_next_version_takes_the_place_of_the_last_which_its_tag_keeps(
    hub: Hub, project: Project, reviewer: User, snapshot: Snapshot, tmp_path: Path
) -> None:
    to = destination(project)
    pushed(snapshot, to)
    found = hub.repositories[REPO]
    stale = dict(found.tree("main"))
    stale["data/gold-00000-of-00009.parquet"] = stale[".gitattributes"]
    stale["NOTES.md"] = stale[".gitattributes"]
    found.commit("main", stale, "By hand")
    decided_again(project.samples.get(key="a"), reviewer, {**MOOD, "craft": 1})
    second = built(project)
    asked = pushed(second, to)
    assert asked.finished_at, asked.job.message
    assert layout.verify(fetched(hub, tmp_path / "old", "v1.0.0")).root == snapshot.root
    tree = found.tree("main")
    assert "NOTES.md" in tree, "what is not ours stays"
    assert "data/gold-00000-of-00009.parquet" not in tree
    assert set(found.tags) == {"v1.0.0", "v2.0.0"}


def test_a_failure_in_the_middle_leaves_no_trace_and_the_next_push_goes_on(
    hub: Hub, project: Project, snapshot: Snapshot, tmp_path: Path
) -> None:
    to = destination(project)
    hub.refuse_after = 1
    asked = pushed(snapshot, to)
    assert asked.job.state == "failed" and asked.finished_at is None
    assert "403" in asked.job.message and "hf_token" not in asked.job.message
    assert set(hub.repositories[REPO].tree("main")) == {".gitattributes"}
    assert len(hub.uploads) == 1
    hub.refuse_after = None
    asked = pushed(snapshot, to)
    assert asked.finished_at
    assert len(hub.uploads) == len(set(hub.uploads)), "what had arrived was not sent again"
    assert layout.verify(fetched(hub, tmp_path / "clone")).ok


def test_a_server_that_is_away_for_a_moment_is_asked_again(
    hub: Hub, project: Project, snapshot: Snapshot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("huggingface_hub.utils._http.time.sleep", lambda seconds: None)
    hub.unavailable = 2
    assert pushed(snapshot, destination(project)).finished_at
    assert hub.unavailable == 0


def test_a_commit_of_somebody_else_meanwhile_is_not_run_over(
    hub: Hub, project: Project, snapshot: Snapshot, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = request_push(actor=project.created_by, snapshot=snapshot, destination=destination(project))

    def meanwhile(self: Any) -> None:
        found = hub.repositories.get(REPO)
        if found:
            found.commit("main", dict(found.tree("main")), "Somebody else")

    monkeypatch.setattr("projects.snapshots.push._Sending._still_allowed", meanwhile)
    jobs.run(asked.job_id)
    asked.refresh_from_db()
    assert asked.job.state == "failed" and "412" in asked.job.message
    assert hub.repositories[REPO].summaries == ["initial commit", "Somebody else"]


def test_a_branch_of_its_own_is_made(hub: Hub, project: Project, snapshot: Snapshot) -> None:
    asked = pushed(snapshot, destination(project, revision="drafts"))
    assert asked.finished_at, asked.job.message
    found = hub.repositories[REPO]
    assert "manifest.json" in found.tree("drafts") and "manifest.json" not in found.tree("main")


def test_a_private_destination_is_not_pushed_to_a_public_repository(
    hub: Hub, project: Project, snapshot: Snapshot
) -> None:
    hub.make(REPO, private=False)
    asked = pushed(snapshot, destination(project))
    assert asked.job.state == "failed" and "is public" in asked.job.message
    assert hub.uploads == []
    assert pushed(snapshot, destination(project, name="open", private=False)).finished_at


def test_data_that_no_snapshot_put_there_is_not_removed(hub: Hub, project: Project, snapshot: Snapshot) -> None:
    found = hub.make(REPO, private=True)
    found.commit("main", {"data/mine.csv": ("0" * 40, 3)}, "Mine")
    asked = pushed(snapshot, destination(project))
    assert asked.job.state == "failed" and "data/mine.csv" in asked.job.message
    assert set(found.tree("main")) == {"data/mine.csv"}


def test_without_a_token_or_with_a_wrong_one_it_says_so(
    hub: Hub, project: Project, snapshot: Snapshot, settings: Any
) -> None:
    to = destination(project)
    settings.HUB_TOKEN = ""
    assert "HUB_TOKEN" in pushed(snapshot, to).job.message
    settings.HUB_TOKEN = "hf_wrong"
    message = pushed(snapshot, to).job.message
    assert "401" in message and "hf_wrong" not in message
    assert hub.repositories == {}


@pytest.mark.parametrize("address", ["poems", "stranger/poems", "other/two", "lantern/../x", "lantern/a/b", "lantern"])
def test_only_places_of_the_administrator(hub: Hub, project: Project, address: str) -> None:
    with pytest.raises(Refused):
        destination(project, address=address)


def test_only_branches_that_make_sense(hub: Hub, project: Project) -> None:
    for wrong in ("-x y", "a/../b", "/x"):
        with pytest.raises(Refused, match="branch"):
            destination(project, revision=wrong)


def test_a_private_network_is_refused(hub: Hub, project: Project, snapshot: Snapshot, settings: Any) -> None:
    settings.PUSH_PRIVATE_NETWORKS = False
    assert "private network" in pushed(snapshot, destination(project)).job.message
