"""Session-wide plumbing: the audit log's guards, and what happens when a service or the browser is missing."""

import os
from importlib import import_module
from typing import Any

import pytest
from django.conf import settings as site
from django.db import connection, transaction
from django.test import TransactionTestCase
from hypothesis import settings as examples

# No example fails for being slow.
examples.register_profile("annotator", deadline=None)
examples.load_profile("annotator")
_GUARDS = import_module("projects.migrations._append_only").SQLITE
site.PASSWORD_HASHERS = ["tests.hashing.CheapArgon2", *site.PASSWORD_HASHERS]

# What the migrations put there, which Django's own emptying would take away and make again each time.
_KEPT = {"django_migrations", "django_content_type", "auth_permission"}


def _empty_the_tables(self: TransactionTestCase) -> None:
    """Emptying the tables between tests is the one thing that may delete audit rows.

    Row by row, as PostgreSQL's TRUNCATE costs more than a few rows in each of fifty tables. References are looked at
    when the transaction ends, on both databases, so the order is of no matter.
    """
    tables = [name for name in connection.introspection.django_table_names(only_existing=True) if name not in _KEPT]
    sqlite = connection.vendor == "sqlite"
    with transaction.atomic(), connection.cursor() as cursor:
        if sqlite:
            for statement in _GUARDS:
                cursor.execute(f"DROP TRIGGER IF EXISTS {statement.split()[2]}")
        else:
            cursor.execute("ALTER TABLE projects_auditentry DISABLE TRIGGER audit_append_only")
        for name in tables:
            cursor.execute(f"DELETE FROM {connection.ops.quote_name(name)}")
        if sqlite:
            for statement in _GUARDS:
                cursor.execute(statement)
        else:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # no table with checks still to come can be altered
            cursor.execute("ALTER TABLE projects_auditentry ENABLE TRIGGER audit_append_only")


TransactionTestCase._fixture_teardown = _empty_the_tables  # type: ignore[attr-defined]


def require(found: Any, what: str, how: str) -> None:
    """Skips a test that lacks a service or the browser, saying how to get it; in CI that is a failure."""
    if found:
        return
    message = f"{what} is missing: {how}"
    if os.environ.get("CI") == "true":
        pytest.fail(message)
    pytest.skip(message)


@pytest.fixture(autouse=True)
def _no_wake_ups(monkeypatch: pytest.MonkeyPatch) -> None:
    """No worker listens in tests: work is done by `jobs.run_due()` where a test wants it done."""
    from projects.workspace.tasks import run_job

    monkeypatch.setattr(run_job, "apply_async", lambda *args, **options: None)
