"""Prepared statements do what the querysets do that they were made from."""

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.models import F
from django.utils import timezone

from projects.labeling import queue
from projects.models import Annotation, Assignment, AuditChain, AuditEntry, Sample
from projects.workspace import jobs
from projects.workspace.prepared import Insert, Param, Select, Update, column
from tests.factories import make_project, make_sample, make_user

pytestmark = pytest.mark.django_db

FIND = Select(lambda: Sample.objects.select_related("project").filter(project=Param("project"), key=Param("key"))[:1])
MOVE = Update(
    lambda: Sample.objects.filter(pk=Param("pk"), open_slots__gt=0),
    open_slots=F("open_slots") - 1,
    metadata=Param("metadata", column(Sample, "metadata")),
    created_at=Param("at", column(Sample, "created_at")),
)


def test_a_select_gives_whole_objects_for_each_set_of_values() -> None:
    project = make_project()
    one, two = make_sample(project, key="one"), make_sample(project, key="two", metadata={"language": "sw"})
    for sample in (one, two, one):
        found = FIND.first(project=project.pk, key=sample.key)
        assert found is not None
        assert (found.pk, found.fields, found.metadata, found.created_at) == (
            *(sample.pk, sample.fields, sample.metadata, sample.created_at),
        )
        assert found.project == project
    assert FIND.first(project=project.pk, key="three") is None
    assert FIND.first(project=0, key="one") is None


def test_an_update_adapts_its_values_and_counts_rows() -> None:
    sample = make_sample(make_project(overlap=1))
    at = timezone.now() - timedelta(days=3)
    assert MOVE.run(pk=sample.pk, metadata={"tone": "wry"}, at=at) == 1
    assert MOVE.run(pk=sample.pk, metadata={"tone": "flat"}, at=at) == 0
    sample.refresh_from_db()
    assert (sample.open_slots, sample.metadata, sample.created_at) == (0, {"tone": "wry"}, at)


def test_an_insert_writes_every_column_and_gives_the_key() -> None:
    project = make_project()
    assert project.interface is not None
    sample, person, now = make_sample(project), make_user(), timezone.now()
    assignment = Insert(Assignment).run(
        Assignment(project=project, sample=sample, annotator=person, interface=project.interface, deadline=now)
    )
    made = Insert(Annotation).run(
        Annotation(
            project=project,
            sample=sample,
            assignment=assignment,
            annotator=person,
            interface=project.interface,
            answers={"mood": "dark"},
            submission=uuid.uuid4(),
        )
    )
    kept = Annotation.objects.get(pk=made.pk)
    for field in Annotation._meta.concrete_fields:
        assert getattr(kept, field.attname) == getattr(made, field.attname), field.name
    assert Assignment.objects.get(pk=assignment.pk).deadline == now


def test_constants_are_written_out_and_quoted() -> None:
    named = Select(lambda: Sample.objects.filter(key="it's 100%", project=Param("project")).order_by()[:1])
    project = make_project()
    sample = make_sample(project, key="it's 100%")
    make_sample(project, key="its 100")
    assert named.first(project=project.pk) == sample


def test_many_rows_are_inserted_at_once() -> None:
    project = make_project()
    chain = AuditChain.objects.get(project=project)
    now = timezone.now()
    rows = [AuditEntry(chain=chain, seq=chain.seq + n, at=now, action="a.b", data='{"é":"%s"}') for n in (1, 2)]
    Insert(AuditEntry).run_all(rows)
    stored = AuditEntry.objects.filter(chain=chain, action="a.b").order_by("seq")
    assert [(row.seq, row.at, row.data, row.actor) for row in stored] == [
        (chain.seq + n, now, '{"é":"%s"}', None) for n in (1, 2)
    ]


@pytest.mark.skipif(connection.vendor != "sqlite", reason="SQLite's planner")
@pytest.mark.parametrize(
    ("statement", "values", "index"),
    [
        (queue._HELD, {"annotator": 1, "project": 1}, "assignment_mine"),
        (queue._AHEAD, {"annotator": 1, "project": 1, "cursor": 0}, "sample_queue"),
        (queue._BEHIND, {"annotator": 1, "project": 1, "cursor": 0}, "sample_queue"),
        (jobs._WAITING, {"one": "route:1", "other": "agreement:1"}, "one_waiting_job_of_a_name"),
    ],
)
def test_the_label_loop_looks_up_and_never_scans(statement: Select[Any], values: dict[str, Any], index: str) -> None:
    sql, params, _ = statement._made(connection)
    with connection.cursor() as cursor:  # with parameters, as it runs
        cursor.execute(f"EXPLAIN QUERY PLAN {sql}", [each.given(values, connection) for each in params])
        plan = [row[3] for row in cursor.fetchall()]
    assert any(f"INDEX {index} " in step for step in plan), plan
    assert not any(step.startswith("SCAN") for step in plan), plan
