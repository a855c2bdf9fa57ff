"""What is misconfigured, and how to mend it: the findings behind `manage.py doctor`."""

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import NamedTuple

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from annotator import health

OK, WARN, BAD = "ok", "warn", "bad"


class Finding(NamedTuple):
    level: str
    what: str
    mend: str = ""


def site() -> Iterator[Finding]:
    """The address, the key and debugging."""
    if settings.DEBUG:
        yield Finding(WARN, "DEBUG is on: errors show their inside.", "Unset DEBUG where others can reach it.")
    local = settings.SITE_URL.startswith(("http://127.0.0.1", "http://localhost", "http://[::1]"))
    if settings.SITE_URL.startswith("https://"):
        yield Finding(OK, f"People use {settings.SITE_URL}.")
    elif local:
        yield Finding(OK, f"{settings.SITE_URL}: for this machine only.")
    else:
        yield Finding(
            WARN, f"{settings.SITE_URL} is not encrypted.", "Put a TLS proxy before it, set SITE_URL to https://…"
        )
    if "*" in settings.ALLOWED_HOSTS:
        yield Finding(WARN, "ALLOWED_HOSTS is *.", "Name the hosts, so that links in mails can't be forged.")
    if len(settings.SECRET_KEY) < 40:
        yield Finding(BAD, "SECRET_KEY is short.", "Use 50 random characters or unset it to have one generated.")


def database() -> Iterator[Finding]:
    """The connection, its schema and, for SQLite, its mode."""
    try:
        yield Finding(OK, f"The database answers: {health.check_database()}.")
    except Exception as error:  # whatever is wrong is the finding
        yield Finding(BAD, f"The database does not answer: {error}", "Check DATABASE_URL and that the server runs.")
        return
    executor = MigrationExecutor(connections[DEFAULT_DB_ALIAS])
    missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if missing:
        yield Finding(BAD, f"{len(missing)} migrations are not applied.", "Run `manage.py migrate`.")
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA journal_mode")
            mode = cursor.fetchone()[0]
        if mode != "wal":
            yield Finding(BAD, f"SQLite's journal mode is {mode}.", "Keep ANNOTATOR_DATA on a local disk.")
        if settings.REDIS_URL:
            yield Finding(WARN, "SQLite with Redis: other machines can't reach the data.", "Set DATABASE_URL.")
        if sqlite3.sqlite_version_info < (3, 35):
            yield Finding(BAD, f"SQLite {sqlite3.sqlite_version} is too old.", "3.35 or later is needed.")


def services() -> Iterator[Finding]:
    """Broker, worker and storage, as /health/ready sees them."""
    mends = {
        "broker": "Check REDIS_URL and that the server runs.",
        "worker": "Start `manage.py up`, or `celery -A annotator worker`.",
        "storage": "Check that ANNOTATOR_DATA can be written, or the S3_* settings.",
    }
    found = health.components()
    for name, mend in mends.items():
        component = found[name]
        if component["state"] == "up":
            yield Finding(OK, f"{name}: {component['detail']}.")
        else:
            # Work waits and nothing is lost without a worker; commands do theirs on the spot.
            yield Finding(WARN if name == "worker" else BAD, f"{name}: {component['detail']}.", mend)


def disk() -> Iterator[Finding]:
    """Room for data."""
    free = shutil.disk_usage(settings.DATA).free
    level = OK if free > 2 * 1024**3 else WARN
    yield Finding(level, f"{free / 1024**3:.1f} GiB free in {settings.DATA}.", "" if level == OK else "Make room.")
    if not (settings.STATIC_ROOT / "staticfiles.json").exists():
        yield Finding(WARN, "Static files are not collected.", "Run `manage.py collectstatic` (`manage.py up` does).")


def mail() -> Iterator[Finding]:
    if settings.EMAIL_BACKEND.endswith("console.EmailBackend"):
        yield Finding(WARN, "Mail is printed to the log, not sent.", "Set EMAIL_URL, or pass links on yourself.")


def work() -> Iterator[Finding]:
    """Jobs that failed or wait too long, people without an owner."""
    from projects.workspace.models import Job, JobState, User

    now = timezone.now()
    waiting = Job.objects.filter(state=JobState.QUEUED, run_after__lt=now - timedelta(minutes=10)).count()
    if waiting:
        yield Finding(WARN, f"{waiting} jobs have been waiting for more than ten minutes.", "Start a worker.")
    failed = Job.objects.filter(state=JobState.FAILED, finished_at__gt=now - timedelta(days=1)).count()
    if failed:
        yield Finding(WARN, f"{failed} jobs failed in the last day.", "Each project's page says why.")
    people = User.objects.filter(is_active=True)
    if not any(person.has_usable_password() for person in people.iterator()):
        yield Finding(WARN, "Nobody can sign in yet.", "Run `manage.py create_user NAME --admin`.")


SECTIONS: tuple[Callable[[], Iterator[Finding]], ...] = (site, database, services, disk, mail, work)


def findings() -> Iterator[Finding]:
    """Every finding, section by section; a section that itself breaks is a finding too."""
    for section in SECTIONS:
        try:
            yield from section()
        except Exception as error:  # the doctor must not fall ill
            yield Finding(BAD, f"{section.__name__}: {type(error).__name__}: {error}", "See the finding above, if any.")
