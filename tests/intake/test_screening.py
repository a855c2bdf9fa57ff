"""Samples are looked at once they are in: the job, who is the original, clearing, the page and the API."""

import json
import logging
import tracemalloc
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.db.models import Count
from django.test import Client
from django.urls import reverse

from projects.intake import actions, duplicates, screening
from projects.intake.models import Finding, Screening
from projects.models import AuditEntry, Job, Project, Sample
from projects.samples.states import SampleState
from projects.snapshots import queries
from projects.snapshots.filters import filtered
from projects.snapshots.obstacles import first_of, obstacles
from projects.snapshots.preview import preview_of
from projects.workspace import jobs
from projects.workspace.actions import Refused
from tests.factories import make_member, make_project, make_sample
from tests.snapshots.making import approved

pytestmark = pytest.mark.django_db
TEXT = "The tide kept the letter for a year."
MAIL = "Write to ada@example.org or to ben@example.org about the tide."


@pytest.fixture
def project() -> Project:
    return make_project(overlap=2)


def look(project: Project) -> dict[str, Any]:
    """Looks at what waits; the job's result."""
    screening.request(project)
    jobs.run_due()
    job = Job.objects.filter(project=project, kind="screen").latest("pk")
    assert job.state == "done", job.message
    return dict(job.result or {})


def say(project: Project, *said: str) -> list[Sample]:
    return [make_sample(project, fields={"text": text}) for text in said]


def originals(project: Project) -> dict[str, str]:
    rows = Screening.objects.filter(project=project, duplicate_of__isnull=False)
    return dict(rows.values_list("sample__key", "duplicate_of__key"))


def client_of(project: Project, role: str = "") -> Client:
    client = Client()
    client.force_login(make_member(project, role) if role else project.created_by)
    return client


def test_an_import_asks_for_the_look_and_replaced_samples_are_looked_at_again(
    project: Project, tmp_path: Any, settings: Any
) -> None:
    where = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(tmp_path)}}
    settings.STORAGES = {**settings.STORAGES, "uploads": where}

    def give(text: str) -> None:
        lines = [{"key": "a", "fields": {"text": text}}, {"key": "b", "fields": {"text": MAIL}}]
        file = SimpleUploadedFile("in.jsonl", b"".join(json.dumps(line).encode() + b"\n" for line in lines))
        actions.start_import(
            actor=project.created_by, project=project, file=file, filename="in.jsonl", on_conflict="replace"
        )
        jobs.run_due()
        screening.request(project)  # what waited for a moment is due now
        jobs.run_due()

    give(MAIL)
    assert Screening.objects.count() == 2
    assert originals(project) == {"b": "a"}
    give(TEXT)
    assert originals(project) == {}, "the sample that was the original says something else now"
    assert list(Finding.objects.values_list("sample__key", "field", "kind", "count")) == [("b", "text", "email", 2)]


def test_twice_is_the_same_as_once_and_only_new_samples_are_read(project: Project) -> None:
    say(project, TEXT, MAIL)
    assert look(project) == {"samples": 2, "personal": 1, "duplicates": 0}
    before = list(Screening.objects.order_by("pk").values())
    assert look(project) == {"samples": 0, "personal": 0, "duplicates": 0}
    assert list(Screening.objects.order_by("pk").values()) == before
    say(project, TEXT)
    assert look(project) == {"samples": 1, "personal": 0, "duplicates": 1}


def test_a_job_that_was_cut_off_goes_on_where_it_was(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    samples = say(project, *(f"{MAIL} {number}" for number in range(7)))
    monkeypatch.setattr(screening, "BATCH", 3)
    store, stored = screening._store, []

    def cut_off(project: Project, batch: list[screening.Looked]) -> tuple[int, int]:
        stored.append([each.pk for each in batch])
        if len(stored) == 2:
            store(project, batch)  # what is written in the batch that is cut off is written again
            raise KeyboardInterrupt
        return store(project, batch)

    monkeypatch.setattr(screening, "_store", cut_off)
    screening.request(project)
    with pytest.raises(KeyboardInterrupt):
        jobs.run_due()
    assert Screening.objects.count() == 3
    Job.objects.filter(kind="screen").update(lease_until="2020-01-01T00:00:00Z")
    jobs.run_due()
    pks = [sample.pk for sample in samples]
    assert stored == [pks[:3], pks[3:6], pks[3:6], pks[6:]]
    assert Job.objects.get(kind="screen").result == {"samples": 7, "personal": 7, "duplicates": 0}
    assert Finding.objects.count() == 7


def test_a_sample_that_is_replaced_while_it_is_read_waits_for_another_look(project: Project) -> None:
    (sample,) = say(project, MAIL)
    batch = screening._read(project, 0)
    Sample.objects.filter(pk=sample.pk).update(content_sha256="0" * 64)
    assert screening._store(project, batch) == (0, 0)
    assert list(screening.pending(project)) == [sample]


def test_the_same_batch_may_hold_the_original_and_its_duplicates_and_short_texts_are_none(project: Project) -> None:
    say(project, TEXT, "Yes.", TEXT.upper(), "yes.", f"  {TEXT}")
    look(project)
    keys = list(Sample.objects.order_by("pk").values_list("key", flat=True))
    assert originals(project) == {keys[2]: keys[0], keys[4]: keys[0]}


def test_the_first_by_position_is_the_original_also_when_it_is_looked_at_later(project: Project) -> None:
    late, other = say(project, TEXT, TEXT)
    Screening.objects.all().delete()
    Sample.objects.filter(pk=late.pk).update(position=other.position + 1)
    look(project)
    assert originals(project) == {late.key: other.key}


def test_projects_are_apart(project: Project) -> None:
    elsewhere = make_project()
    say(project, TEXT)
    say(elsewhere, TEXT)
    assert screening.sweep() == 2
    jobs.run_due()
    look(project)
    look(elsewhere)
    assert screening.sweep() == 0
    assert originals(project) == originals(elsewhere) == {}


def test_one_of_several_duplicates_takes_the_place_of_an_original_that_was_decided_against(project: Project) -> None:
    first, second, third = say(project, TEXT, TEXT, TEXT)
    look(project)
    Sample.objects.filter(pk__in=[second.pk, third.pk]).update(state=SampleState.APPROVED)
    assert duplicates.sweep() == 1, "while none was approved the first stood for all"
    assert originals(project) == {first.key: second.key, third.key: second.key}
    Sample.objects.filter(pk=second.pk).update(state=SampleState.REJECTED)
    assert duplicates.settle(project) > 0
    assert originals(project) == {first.key: third.key, second.key: third.key}
    assert duplicates.sweep() == 0
    Sample.objects.all().update(state=SampleState.WITHDRAWN)
    assert duplicates.sweep() == 0, "where all are gone nothing is left to be settled"


def test_what_is_open_or_a_duplicate_stays_out_of_a_version_with_its_reason(project: Project) -> None:
    reviewer, answers = make_member(project, "reviewer"), {"mood": "dark"}
    for key, text in (("a", TEXT), ("b", TEXT), ("c", TEXT), ("d", MAIL), ("e", "Nothing is wrong with this one.")):
        approved(project, reviewer, answers, key=key, fields={"text": text})
    look(project)
    assert queries.left_out(project, {}) == {"personal data not cleared": 1, "duplicate of another sample": 2}
    assert sorted(queries.eligible(project, {}).values_list("key", flat=True)) == ["a", "e"]
    shown = preview_of(project, {}, "")
    assert shown.count == 2
    assert [group.address for group in shown.groups] == [
        reverse("findings", args=[project.slug]),
        reverse("findings", args=[project.slug]) + "?show=duplicates",
    ]
    actions.clear(actor=project.created_by, project=project, ids=list(Finding.objects.values_list("pk", flat=True)))
    Sample.objects.filter(key="a").update(state=SampleState.REJECTED)
    duplicates.settle(project)
    assert sorted(queries.eligible(project, {}).values_list("key", flat=True)) == ["b", "d", "e"]


def test_the_reasons_cost_two_rows_by_their_keys_for_each_sample(project: Project) -> None:
    counted = filtered(project, {}).order_by().values_list(first_of(obstacles(project, ""))).annotate(n=Count("pk"))
    sql, params = counted.query.sql_with_params()
    assert sql.count("SELECT") == 1, "no query for each row"
    if connection.vendor != "sqlite":
        return  # which plan is best is PostgreSQL's to say, by its statistics
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {sql}", params)
        steps = [row[3] for row in cursor.fetchall()]
    joined = [step for step in steps if step.startswith("SEARCH") and step.endswith("LEFT-JOIN")]
    assert [step for step in joined if "projects_screening" in step and "(sample_id=?)" in step], steps
    assert [step for step in joined if "INTEGER PRIMARY KEY (rowid=?)" in step], steps
    assert not [step for step in steps if step.startswith("SCAN") or "CORRELATED" in step], steps


def test_all_of_a_kind_are_cleared_by_whoever_has_seen_how_many_there_are(project: Project) -> None:
    owner = project.created_by
    say(project, MAIL, MAIL + " Again: +44 20 7946 0958.", TEXT)
    look(project)
    with pytest.raises(Refused, match="There are 2 open findings"):
        actions.clear_kind(actor=owner, project=project, kind="email", count=3)
    cleared = actions.clear_kind(actor=owner, project=project, kind="email", count=2)
    assert cleared.number == 2
    assert list(Screening.objects.order_by("pk").values_list("open", flat=True)) == [0, 1, 0]
    assert actions.clear_kind(actor=owner, project=project, kind="email", count=2) == (0, None), "sent twice, done once"
    assert actions.reopen(actor=owner, project=project, at=cleared.at) == 2
    assert actions.reopen(actor=owner, project=project, at=cleared.at) == 0
    assert list(Screening.objects.order_by("pk").values_list("open", flat=True)) == [1, 2, 0]
    said = AuditEntry.objects.filter(action__startswith="finding.").order_by("pk").values_list("action", flat=True)
    assert list(said) == ["finding.cleared", "finding.reopened"]


def test_a_finding_of_another_project_is_refused_and_nothing_is_cleared(project: Project) -> None:
    elsewhere = make_project()
    say(project, MAIL)
    say(elsewhere, MAIL)
    look(project)
    look(elsewhere)
    with pytest.raises(Refused, match="has no finding"):
        actions.clear(actor=project.created_by, project=project, ids=Finding.objects.values_list("pk", flat=True))
    assert not Finding.objects.filter(cleared_at__isnull=False).exists()


def test_what_was_found_is_stored_and_logged_nowhere(project: Project, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    say(project, MAIL)
    look(project)
    actions.clear_kind(actor=project.created_by, project=project, kind="email", count=1)
    kept = [*Finding.objects.values(), *Screening.objects.values(), *Job.objects.values(), *AuditEntry.objects.values()]
    assert "ada@" not in str(kept)
    assert "ada@" not in caplog.text


def test_the_page_marks_the_place_clears_it_and_takes_it_back(project: Project) -> None:
    (sample,) = say(project, MAIL)
    client, address = client_of(project), reverse("findings", args=[project.slug])
    assert "was not looked at yet" in " ".join(client.get(address).content.decode().split())
    look(project)
    page = client.get(address).content.decode()
    assert "<mark>ada@example.org</mark>" in page
    assert address in client.get(reverse("project", args=[project.slug])).content.decode()
    assert address in client.get(reverse("samples", args=[project.slug])).content.decode()
    asked = client.get(address, {"clear": "email"}).content.decode()
    assert "Clear 1 finding: E-mail addresses?" in asked
    reply = client.post(reverse("findings-clear", args=[project.slug]), {"kind": "email", "count": "1"}, follow=True)
    assert "1 finding cleared." in reply.content.decode()
    assert "Nothing is open" in reply.content.decode()
    assert address not in client.get(reverse("project", args=[project.slug])).content.decode()
    assert sample.key in client.get(address, {"show": "cleared"}).content.decode()
    at = Finding.objects.get().cleared_at
    assert at is not None
    client.post(reverse("findings-reopen", args=[project.slug]), {"at": at.isoformat()})
    assert "<mark>" in client.get(address).content.decode()


def test_the_page_goes_on_by_key(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("projects.intake.findings_views.PAGE", 2)
    say(project, MAIL, MAIL, MAIL)
    look(project)
    client, address = client_of(project), reverse("findings", args=[project.slug])
    for show in ("open", "duplicates"):
        first = client.get(address, {"show": show})
        assert len(first.context["rows"]) == 2
        rest = client.get(f"{address}?{first.context['following']}") if first.context["following"] else None
        assert (rest is None) == (show == "duplicates")
        if rest is not None:
            assert len(rest.context["rows"]) == 1
            assert not rest.context["following"]
    for odd in ("x", "-1", "9" * 30, "\x00"):
        assert (
            client.get(address, {"after": odd, "kind": odd, "show": odd, "clear": odd, "cleared": odd}).status_code
            == 200
        )


def test_markup_in_a_text_is_shown_as_text(project: Project) -> None:
    say(project, "<script>alert(1)</script> x@example.org <b>")
    look(project)
    page = client_of(project).get(reverse("findings", args=[project.slug])).content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_reviewers_read_and_owners_clear(project: Project) -> None:
    say(project, MAIL)
    look(project)
    client, address = client_of(project, "reviewer"), reverse("api-findings", args=[project.slug])
    assert client.get(address).json()["results"][0]["kind"] == "email"
    body = {"kind": "email", "count": 1}
    assert client.post(address, body, content_type="application/json").status_code == 403
    assert "Clear all" not in client.get(reverse("findings", args=[project.slug])).content.decode()


def test_the_api_clears_and_opens_again(project: Project) -> None:
    say(project, MAIL)
    look(project)
    client, address = client_of(project), reverse("api-findings", args=[project.slug])
    row = client.get(address, {"kind": "email"}).json()["results"][0]
    assert "ada@" not in json.dumps(row)

    def post(**body: Any) -> tuple[int, Any]:
        reply = client.post(address, body, content_type="application/json")
        return reply.status_code, reply.json()

    assert post(kind="email")[0] == 400
    assert post()[0] == 400
    assert post(findings=[row["id"], 10**9])[0] == 400
    assert post(kind="email", count=5)[0] == 409
    status, said = post(findings=[row["id"]])
    assert (status, said["count"]) == (200, 1)
    assert post(findings=[row["id"]]) == (200, {"count": 0, "at": None})
    assert client.get(address).json()["results"] == []
    assert client.get(address, {"state": "cleared"}).json()["results"][0]["cleared_by"] == project.created_by.username
    assert post(action="reopen", at=said["at"])[1]["count"] == 1
    assert client.get(address, {"state": "odd"}).status_code == 400


def test_what_was_withdrawn_is_neither_looked_at_nor_shown(project: Project) -> None:
    looked, waiting = say(project, MAIL, MAIL)
    Sample.objects.filter(pk=waiting.pk).update(state=SampleState.WITHDRAWN)
    assert look(project)["samples"] == 1
    Sample.objects.filter(pk=looked.pk).update(state=SampleState.WITHDRAWN)
    client = client_of(project)
    assert client.get(reverse("api-findings", args=[project.slug])).json()["results"] == []
    assert "ada@" not in client.get(reverse("findings", args=[project.slug])).content.decode()
    duplicates.forget(project, [looked.pk])
    assert not Finding.objects.exists()
    assert not Screening.objects.exists()


def test_memory_does_not_grow_with_the_samples(project: Project) -> None:
    fields = {"text": MAIL + " The sea was grey." * 400}
    Sample.objects.bulk_create(
        Sample(project=project, key=f"k{n}", fields=fields, position=n, content_sha256="0" * 64) for n in range(1500)
    )
    tracemalloc.start()
    look(project)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert Screening.objects.count() == 1500
    assert peak < 4 * 2**20, peak  # bytes; all texts together are 10 MB
