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
from projects.samples.assets import upload_asset
from projects.schema import GALLERY
from projects.snapshots import actions
from projects.snapshots.exports import EXPORTS
from projects.workspace import jobs
from tests.factories import make_member, make_project
from tests.snapshots.exporting import picture
from tests.snapshots.making import OUTPUTS, PAIR, approved, built

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
    reply = client.get(f"/p/tides/snapshots/{version.number}/exports/webvtt/", follow=True)
    assert reply.redirect_chain == [(f"/p/tides/snapshots/{version.number}/", 302)]
    assert "no question asks for segments" in reply.content.decode()


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
    with pytest.raises(CommandError, match="segments"):
        call_command("snapshot", "tides", "--export", "webvtt", "--to", str(tmp_path / "out"))
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


def test_pictures_that_were_uploaded_and_captioned_come_back_by_the_pages_links(client: Client, tmp_path: Path) -> None:
    document = next(template.document for template in GALLERY if template.slug == "image-caption")
    project = make_project(overlap=2, interface=document, slug="shots")
    content = picture(200)
    shot = upload_asset(actor=project.created_by, project=project, file=io.BytesIO(content))
    rubric = {"concept": 4, "composition": 4, "execution": 4}
    given = {"describe": "A boat.", "originality": rubric, "artefacts": "none"}
    fields = {"picture": f"sha256:{shot.sha256}"}
    approved(project, make_member(project, "reviewer"), given, key="a", fields=fields)
    number = built(project).number
    client.force_login(project.created_by)
    page = client.get(f"/p/shots/snapshots/{number}/").content.decode()
    assert "“Caption so far”: COCO has no place for it." in page
    assert "A part to validate with: the version isn&#x27;t split" in page
    held = {}
    for slug in ("coco", "yolo"):
        assert f'href="/p/shots/snapshots/{number}/exports/{slug}/"' in page
        reply = client.get(f"/p/shots/snapshots/{number}/exports/{slug}/")
        held[slug] = zipfile.ZipFile(io.BytesIO(b"".join(reply)))
    captions = json.loads(held["coco"].read("annotations/captions.json"))
    assert [each["caption"] for each in captions["annotations"]] == ["A boat."]
    assert held["coco"].read(f"images/{captions['images'][0]['file_name']}") == content
    assert held["yolo"].read(f"train/none/{shot.sha256}.png") == content
