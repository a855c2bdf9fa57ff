"""Session-wide plumbing: the audit log's guards, and what happens when a service or the browser is missing."""

import os
from importlib import import_module
from typing import Any

import pytest
from django.conf import settings as site
from django.db import connection
from django.test import TransactionTestCase

site.PASSWORD_HASHERS = ["tests.hashing.CheapArgon2", *site.PASSWORD_HASHERS]
_GUARDS = import_module("projects.migrations.0002_audit_append_only").SQLITE
_flush = TransactionTestCase._fixture_teardown  # type: ignore[attr-defined]


def _flush_past_the_guards(self: TransactionTestCase) -> None:
    """Emptying the tables between tests is the one thing that may delete audit rows."""
    names = [statement.split()[2] for statement in _GUARDS] if connection.vendor == "sqlite" else []
    with connection.cursor() as cursor:
        for name in names:
            cursor.execute(f"DROP TRIGGER IF EXISTS {name}")
    _flush(self)
    with connection.cursor() as cursor:
        for statement in _GUARDS if names else []:
            cursor.execute(statement)


TransactionTestCase._fixture_teardown = _flush_past_the_guards  # type: ignore[attr-defined]


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
