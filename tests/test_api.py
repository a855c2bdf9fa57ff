"""The contract over HTTP: what other programs rely on."""

import json
import uuid
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from rest_framework.test import APIClient

from projects.models import Import, Project, Sample, Snapshot
from projects.workspace import jobs
from projects.workspace.credentials import new_token
from tests.factories import INTERFACE, make_member, make_project, make_sample, make_user

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: Any, settings: Any) -> None:
    for name in ("uploads", "snapshots"):
        place = {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": str(tmp_path / name)},
        }
        settings.STORAGES = {**settings.STORAGES, name: place}


@pytest.fixture
def project() -> Project:
    return make_project(slug="api", overlap=1)


@pytest.fixture
def owner(project: Project) -> APIClient:
    return by_token(project.created_by)


def by_token(user: Any) -> APIClient:
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Token {new_token(user)}")
    return client


def test_a_project_is_made_once_however_often_it_is_sent() -> None:
    client = by_token(make_user())
    body = {"name": "Stories", "interface": INTERFACE, "overlap": 3}
    first = client.post("/api/v1/projects/", body, format="json", headers={"Idempotency-Key": "k"})
    again = client.post("/api/v1/projects/", body, format="json", headers={"Idempotency-Key": "k"})
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    assert first.json()["slug"] == "stories"
    assert Project.objects.count() == 1
    other = client.post("/api/v1/projects/", {**body, "name": "Else"}, format="json", headers={"Idempotency-Key": "k"})
    assert other.status_code == 422
    assert Project.objects.count() == 1


def test_a_refused_request_may_be_mended_under_its_key() -> None:
    client = by_token(make_user())
    body: dict[str, Any] = {"name": "Stories", "interface": {"schema": 1, "fields": [], "questions": []}}
    refused = client.post("/api/v1/projects/", body, format="json", headers={"Idempotency-Key": "k"})
    assert refused.status_code == 400
    assert refused["Content-Type"] == "application/problem+json"
    assert "interface.fields" in refused.json()["errors"]
    body["interface"] = INTERFACE
    assert client.post("/api/v1/projects/", body, format="json", headers={"Idempotency-Key": "k"}).status_code == 201


def test_lines_are_imported_from_the_body_and_from_a_file(owner: APIClient, project: Project) -> None:
    lines = b"".join(json.dumps({"key": f"s{n}", "fields": {"text": "words"}}).encode() + b"\n" for n in range(3))
    reply = owner.post("/api/v1/projects/api/imports/", lines, content_type="application/x-ndjson")
    assert reply.status_code == 202, reply.content
    file = SimpleUploadedFile("more.jsonl", b'{"key": "s9", "fields": {"text": "words"}}')
    second = owner.post("/api/v1/projects/api/imports/", {"file": file}, format="multipart")
    assert second.status_code == 202, second.content
    jobs.run_due()
    job = owner.get(f"/api/v1/jobs/{reply.json()['job']}/").json()
    assert (job["state"], job["result"]["created"]) == ("done", 3)
    assert Sample.objects.count() == 4
    assert owner.get("/api/v1/projects/api/").json()["counts"]["ready"] == 4


def test_the_same_upload_under_one_key_is_one_import(owner: APIClient, project: Project) -> None:
    line = b'{"key": "s", "fields": {"text": "words"}}'
    for _ in range(2):
        reply = owner.post(
            "/api/v1/projects/api/imports/", line, content_type="application/x-ndjson", headers={"Idempotency-Key": "i"}
        )
        assert reply.status_code == 202
    assert Import.objects.count() == 1


def test_what_is_no_file_is_refused_with_the_reason(owner: APIClient, project: Project) -> None:
    for kwargs in ({"data": {}, "format": "multipart"}, {"data": b"", "content_type": "application/x-ndjson"}):
        reply = owner.post("/api/v1/projects/api/imports/", **kwargs)
        assert reply.status_code == 400
        assert reply.json()["errors"]["file"]


def test_the_dump_holds_every_sample_with_its_annotations(owner: APIClient, project: Project) -> None:
    make_sample(project, key="one")
    make_sample(project, key="two")
    make_sample(project, key="gone", state="withdrawn")
    labeler = by_token(make_member(project))
    task = labeler.post("/api/v1/projects/api/next/").json()
    body = {"assignment": task["assignment"], "submission": str(uuid.uuid4()), "answers": {"mood": "dark"}}
    assert labeler.post("/api/v1/projects/api/annotations/", body, format="json").status_code == 201
    reply = owner.get("/api/v1/projects/api/dump/")
    lines = [json.loads(line) for line in b"".join(reply.streaming_content).splitlines()]  # type: ignore[attr-defined]
    assert [line["key"] for line in lines] == ["one", "two"]
    assert sorted(len(line["annotations"]) for line in lines) == [0, 1]
    assert lines[0]["provenance"] == {"origin": "human", "licence": "CC-BY-4.0"}


@pytest.mark.parametrize("value", ["a\x00b", {"a\x00": 1}, ["x", ["\x00"]]], ids=["text", "name", "deep"])
def test_a_draft_that_no_database_can_hold_is_refused(project: Project, value: Any) -> None:
    make_sample(project)
    labeler = by_token(make_member(project))
    task = labeler.post("/api/v1/projects/api/next/").json()
    address = f"/api/v1/projects/api/assignments/{task['assignment']}/draft/"
    reply = labeler.put(address, {"revision": 0, "answers": {"mood": value}}, format="json")
    assert reply.status_code == 400
    assert reply.json()["errors"]["answers"]
    assert labeler.put(address, {"revision": 0, "answers": {"mood": "odd"}}, format="json").status_code == 200


def test_samples_are_found_by_state_and_words(owner: APIClient, project: Project) -> None:
    make_sample(project, key="sea", fields={"text": "Das Meer schwieg."})
    make_sample(project, key="hill", fields={"text": "昔々、山に。"}, state="quarantined")
    find = "/api/v1/projects/api/samples/"
    assert [row["key"] for row in owner.get(find, {"q": "meer"}).json()["results"]] == ["sea"]
    assert [row["key"] for row in owner.get(find, {"q": "山に"}).json()["results"]] == ["hill"]
    assert [row["key"] for row in owner.get(find, {"state": "quarantined"}).json()["results"]] == ["hill"]
    assert owner.get(find, {"state": "lost"}).status_code == 400


def test_a_sample_tells_its_record(owner: APIClient, project: Project) -> None:
    make_sample(project, key="a/b c")
    record = owner.get("/api/v1/projects/api/samples/a/b%20c/").json()
    assert (record["key"], record["state"], record["annotations"]) == ("a/b c", "ready", [])
    assert record["provenance"]["licence"] == "CC-BY-4.0"


def test_a_snapshot_is_asked_for_built_read_and_fetched(owner: APIClient, project: Project) -> None:
    from tests.snapshots.making import approved

    reviewer = make_member(project, "reviewer")
    make_member(project)
    project.overlap = 2
    project.save()
    approved(project, reviewer, {"mood": "dark"}, key="one")
    reply = owner.post("/api/v1/projects/api/snapshots/", {"name": "First"}, format="json")
    assert reply.status_code == 202
    number = reply.json()["snapshot"]
    assert owner.get(f"/api/v1/projects/api/snapshots/{number}/").json()["manifest"] is None
    assert owner.get(f"/api/v1/projects/api/snapshots/{number}/exports/jsonl/").status_code == 404
    jobs.run_due()
    manifest = owner.get(f"/api/v1/projects/api/snapshots/{number}/").json()["manifest"]
    assert manifest["root"] == Snapshot.objects.get().root
    export = owner.get(f"/api/v1/projects/api/snapshots/{number}/exports/jsonl/")
    assert json.loads(b"".join(export.streaming_content))["key"] == "one"  # type: ignore[attr-defined]
    assert owner.get(f"/api/v1/projects/api/snapshots/{number}/exports/xml/").status_code == 404
    bad = owner.post("/api/v1/projects/api/snapshots/", {"filter": {"mood": 1}}, format="json")
    assert bad.status_code == 400


def test_another_file_under_the_same_key_is_not_taken_for_the_first(owner: APIClient, project: Project) -> None:
    one, two = (f'{{"key": "{key}", "fields": {{"text": "words"}}}}'.encode() for key in ("a", "b"))
    address, key = "/api/v1/projects/api/imports/", {"Idempotency-Key": "f"}
    assert owner.post(address, one, content_type="application/x-ndjson", headers=key).status_code == 202
    assert owner.post(address, two, content_type="application/x-ndjson", headers=key).status_code == 422


def test_somebody_who_works_by_token_may_create_projects() -> None:
    from projects.workspace.actions import create_user

    reply = by_token(create_user(username="robot")).post(
        "/api/v1/projects/", {"name": "By token", "interface": INTERFACE}, format="json"
    )
    assert reply.status_code == 201
