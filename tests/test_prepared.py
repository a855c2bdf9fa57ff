"""Prepared statements do what the querysets do that they were made from."""

import uuid
from datetime import timedelta

import pytest
from django.db.models import F
from django.utils import timezone

from projects.models import Annotation, Assignment, Sample
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
