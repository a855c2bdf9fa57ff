"""The audit log: append-only, hash-chained, written with the change or not at all."""

import pytest
from django.db import DatabaseError, connection, transaction

from projects.models import AuditEntry, Project
from projects.workspace import audit
from tests.factories import make_project

pytestmark = pytest.mark.django_db


def note(project: Project, *actions: str) -> None:
    with audit.change(project.created_by, project) as log:
        for action in actions:
            log(action, project, n=1.5, text="größer ✓")


def without_guard(sql: str, *parameters: str | int) -> None:
    """Changes a row as somebody with the database's own tools could."""
    guards = {"sqlite": ["audit_no_update", "audit_no_delete"]}.get(connection.vendor)
    with connection.cursor() as cursor:
        for name in guards or []:
            cursor.execute(f"DROP TRIGGER IF EXISTS {name}")
        if connection.vendor == "postgresql":
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # a table with checks still to come can't be altered
            cursor.execute("ALTER TABLE projects_auditentry DISABLE TRIGGER audit_append_only")
        cursor.execute(sql, parameters)
        if connection.vendor == "postgresql":
            cursor.execute("ALTER TABLE projects_auditentry ENABLE TRIGGER audit_append_only")


def test_rows_of_a_project_follow_each_other() -> None:
    project, other = make_project(), make_project()
    note(project, "a", "b")
    note(other, "c")
    note(project, "d")
    mine = AuditEntry.objects.filter(chain__project=project)
    assert list(mine.values_list("seq", flat=True)) == list(range(1, mine.count() + 1))
    count, broken = audit.verify()
    assert (count, broken) == (AuditEntry.objects.count(), [])


def test_a_change_that_fails_leaves_no_row() -> None:
    project = make_project()
    before = AuditEntry.objects.count()
    with pytest.raises(ZeroDivisionError), audit.change(None, project) as log:
        log("never")
        raise ZeroDivisionError
    assert AuditEntry.objects.count() == before
    assert audit.verify()[1] == []


@pytest.mark.parametrize(
    "statement", ["UPDATE projects_auditentry SET action = 'x'", "DELETE FROM projects_auditentry"]
)
def test_the_database_refuses_to_change_or_delete_a_row(statement: str) -> None:
    note(make_project(), "a")
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_a_changed_row_is_found_and_named() -> None:
    project = make_project()
    note(project, "a", "b", "c")
    entry = AuditEntry.objects.get(chain__project=project, action="b")
    without_guard("UPDATE projects_auditentry SET data = '{}' WHERE id = %s", entry.pk)
    (broken,) = audit.verify()[1]
    assert (broken.chain, broken.seq) == (project.slug, entry.seq)


def test_a_missing_row_is_found_in_the_middle_and_at_the_end() -> None:
    project = make_project()
    note(project, "a", "b", "c")
    last = AuditEntry.objects.get(chain__project=project, action="c")
    without_guard("DELETE FROM projects_auditentry WHERE id = %s", last.pk)
    (broken,) = audit.verify()[1]
    assert "are there" in broken.reason
    middle = AuditEntry.objects.get(chain__project=project, action="a")
    without_guard("DELETE FROM projects_auditentry WHERE id = %s", middle.pk)
    (broken,) = audit.verify()[1]
    assert (broken.seq, "is missing" in broken.reason) == (middle.seq, True)
