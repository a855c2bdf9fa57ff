"""Where exports are offered: the version's page, the API, the command."""

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from rest_framework.test import APIClient

from projects.models import Project, Snapshot
from projects.snapshots import actions
from projects.snapshots.exports import EXPORTS
from projects.workspace import jobs
from tests.factories import make_member, make_project
from tests.snapshots.making import OUTPUTS, PAIR, approved

pytestmark = pytest.mark.django_db(transaction=True)
TIE = {"better": {"winner": "tie", "shown": ["a", "b"]}}


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: Path, settings: Any) -> None:
    place = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(tmp_path / "kept")}}
    settings.STORAGES = {**settings.STORAGES, "snapshots": place}


@pytest.fixture
def project() -> Project:
    """A project of comparisons, with one that is approved as a tie."""
    project = make_project(overlap=2, interface=PAIR, slug="tides")
    fields = {"prompt": "A late letter.", "outputs": OUTPUTS}
    approved(project, make_member(project, "reviewer"), TIE, key="tie", fields=fields)
    return project


@pytest.fixture
def version(project: Project) -> Snapshot:
    snapshot = actions.request_snapshot(actor=project.created_by, project=project)
    jobs.run(snapshot.job_id)
    return snapshot


def test_the_page_offers_every_format_or_says_why_not(project: Project, version: Snapshot, client: Client) -> None:
    client.force_login(project.created_by)
    page = client.get(f"/p/tides/snapshots/{version.number}/").content.decode()
    for member in EXPORTS:
        assert member.title in page
    assert f'href="/p/tides/snapshots/{version.number}/exports/label-studio/"' in page
    assert "/exports/dpo/" not in page
    assert "No approved comparison of this version has a prompt and a winner." in page
    assert "Who annotated, as an author" in page


def test_a_refused_format_leads_back_to_the_page_with_the_reason(
    project: Project, version: Snapshot, client: Client
) -> None:
    client.force_login(project.created_by)
    reply = client.get(f"/p/tides/snapshots/{version.number}/exports/coco/", follow=True)
    assert reply.redirect_chain == [(f"/p/tides/snapshots/{version.number}/", 302)]
    assert "There are no questions about regions yet." in reply.content.decode()


def test_the_api_tells_refusals_and_losses_and_answers_409(project: Project, version: Snapshot) -> None:
    program = APIClient()
    program.force_authenticate(project.created_by)
    place = f"/api/v1/projects/tides/snapshots/{version.number}/"
    told = {each["format"]: each for each in program.get(place).json()["exports"]}
    assert list(told) == [member.slug for member in EXPORTS]
    assert told["jsonl"]["refused"] == ""
    assert told["jsonl"]["leaves_out"]
    assert "winner" in told["dpo"]["refused"]
    reply = program.get(f"{place}exports/dpo/")
    assert reply.status_code == 409
    assert reply["Content-Type"] == "application/problem+json"
    assert reply.json()["detail"] == told["dpo"]["refused"]
    fetched = program.get(f"{place}exports/hf/")
    assert fetched["Content-Disposition"] == 'attachment; filename="tides-1-hf.zip"'
    body = io.BytesIO(b"".join(fetched.streaming_content))  # type: ignore[attr-defined]
    assert "README.md" in zipfile.ZipFile(body).namelist()


def test_the_command_exports_what_it_built(project: Project, tmp_path: Path) -> None:
    out = io.StringIO()
    call_command("snapshot", "tides", "--export", "label-studio", "--to", str(tmp_path / "out"), "--json", stdout=out)
    path = Path(json.loads(out.getvalue())["export"])
    assert path == tmp_path / "out" / "tides-1-label-studio.zip"
    assert zipfile.ZipFile(path).namelist()[:2] == ["interface-1/tasks.json", "interface-1/config.xml"]


def test_the_command_builds_nothing_for_a_format_that_must_refuse(project: Project, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="regions"):
        call_command("snapshot", "tides", "--export", "coco", "--to", str(tmp_path / "out"))
    assert not Snapshot.objects.exists()


def test_the_command_says_that_the_version_is_there_when_it_cannot_export_it(project: Project, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="was built, but not exported: No approved comparison"):
        call_command("snapshot", "tides", "--export", "dpo", "--to", str(tmp_path / "out"))
    assert Snapshot.objects.get().manifest is not None


@pytest.mark.parametrize("slug", ["jsonl", "hf", "label-studio"])
def test_a_bucket_gives_the_same_export(project: Project, slug: str, tmp_path: Path, settings: Any) -> None:
    from projects.snapshots import files

    settings.STORAGES = {**settings.STORAGES, "snapshots": {"BACKEND": "django.core.files.storage.InMemoryStorage"}}
    snapshot = actions.request_snapshot(actor=project.created_by, project=project)
    jobs.run(snapshot.job_id)
    assert files.exported(snapshot, slug, tmp_path / "out") == 1
