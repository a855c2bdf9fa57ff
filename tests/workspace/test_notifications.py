"""What people are told: the number, the page, the mail."""

import smtplib
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.db.models import QuerySet
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from projects.models import Job, Notification, Project, User
from projects.workspace import digest, jobs, notices
from projects.workspace.notice_models import NoticeKind
from tests.factories import make_project, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def person() -> User:
    return make_user(email="ada@example.org")


@pytest.fixture
def project(person: User) -> Project:
    return make_project(person)


@pytest.fixture
def client(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def tell(project: Project, person: User, key: str = "k", age: timedelta = timedelta(days=2)) -> None:
    notices.notify(
        project=project, people=[person], kind=NoticeKind.MENTION, title=f"About {key}", address="/", key=key
    )
    Notification.objects.filter(user=person, key=key).update(created_at=timezone.now() - age)


def bell(client: Client) -> str:
    return client.get("/").content.decode().split('aria-label="Notifications')[1].split('"')[0]


def test_the_bell_counts_what_is_not_read_and_opening_it_reads_it(
    client: Client, project: Project, person: User
) -> None:
    assert bell(client) == ""
    for key in ("a", "b"):
        tell(project, person, key)
        tell(project, person, key)  # told once
    assert bell(client) == ": 2 not read"
    first = Notification.objects.get(key="a")
    reply = client.get(reverse("notification", args=[first.pk]))
    assert (reply.status_code, reply["Location"]) == (302, "/")
    assert bell(client) == ": 1 not read"
    client.post(reverse("notifications"), {"do": "read"})
    assert bell(client) == ""
    assert b"About b" in client.get(reverse("notifications")).content


def test_nobody_opens_or_reads_what_was_told_to_another(client: Client, project: Project) -> None:
    other = make_user()
    tell(project, other)
    told = Notification.objects.get()
    assert client.get(reverse("notification", args=[told.pk]))["Location"] == reverse("notifications")
    assert client.post("/api/v1/notifications/", {"id": told.pk}, content_type="application/json").json() == {"read": 0}
    assert client.get("/api/v1/notifications/").json()["results"] == []
    assert Notification.objects.get().read_at is None


def test_the_api_lists_and_reads_notifications(client: Client, project: Project, person: User) -> None:
    tell(project, person)
    (row,) = client.get("/api/v1/notifications/").json()["results"]
    assert (row["project"], row["title"], row["read_at"]) == (project.slug, "About k", None)
    assert client.post("/api/v1/notifications/", {}, content_type="application/json").json() == {"read": 1}


def test_a_mail_says_what_was_not_read_once(project: Project, person: User) -> None:
    tell(project, person)
    assert (digest.sweep(), digest.sweep()) == (1, 0)
    jobs.run_due()
    (sent,) = mail.outbox
    assert sent.to == ["ada@example.org"] and "About k" in sent.body and "1 new notification in" in sent.subject
    assert sent.extra_headers["Message-ID"].startswith("<digest-")
    User.objects.update(digested_at=timezone.now() - timedelta(days=3))
    assert digest.sweep() == 0, "there is no news"


def test_two_workers_that_look_at_once_ask_for_one_mail(
    project: Project, person: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second worker sweeps between the first one's look and its claim."""
    tell(project, person)
    update, inside = QuerySet.update, list[bool]()

    def slow(self: Any, **values: Any) -> int:
        if "digested_at" in values and not inside:
            inside.append(True)
            assert digest.sweep() == 1
        return int(update(self, **values))

    monkeypatch.setattr("django.db.models.query.QuerySet.update", slow)
    assert digest.sweep() == 0
    assert Job.objects.filter(kind="digest").count() == 1


def test_a_worker_killed_before_the_mail_left_is_followed_by_one_that_sends_it(
    project: Project, person: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    tell(project, person)
    digest.sweep()

    class Killed(BaseException):
        pass

    with monkeypatch.context() as patch, pytest.raises(Killed):
        patch.setattr("django.core.mail.EmailMessage.send", lambda self: (_ for _ in ()).throw(Killed()))
        jobs.run_due()
    assert mail.outbox == []
    Job.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    jobs.run_due()
    jobs.run_due()
    assert len(mail.outbox) == 1


def test_a_mail_server_that_is_away_is_asked_again_later(
    project: Project, person: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    tell(project, person)
    digest.sweep()
    with monkeypatch.context() as patch:

        def away(self: Any) -> None:
            raise smtplib.SMTPServerDisconnected("gone")

        patch.setattr("django.core.mail.EmailMessage.send", away)
        jobs.run_due()
    job = Job.objects.get(kind="digest")
    assert job.state == "queued" and job.run_after > timezone.now() + timedelta(minutes=5)
    Job.objects.update(run_after=timezone.now())
    jobs.run_due()
    assert len(mail.outbox) == 1


@pytest.mark.parametrize(
    ("word", "age", "asked"),
    [("off", 72, 0), ("hourly", 2, 1), ("hourly", 0, 0), ("daily", 2, 0), ("daily", 30, 1)],
)
def test_a_mail_comes_as_often_as_the_person_likes(
    client: Client, project: Project, person: User, word: str, age: int, asked: int
) -> None:
    client.post(reverse("notifications"), {"digest": word})
    tell(project, person, age=timedelta(hours=age))
    assert digest.sweep() == asked


def test_what_was_read_is_not_mailed(project: Project, person: User) -> None:
    tell(project, person)
    digest.sweep()
    notices.mark_read(user=person)
    jobs.run_due()
    assert mail.outbox == []


def test_without_a_mail_server_the_page_says_so_and_nothing_is_asked_for(
    client: Client, project: Project, person: User, settings: Any
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
    tell(project, person)
    assert digest.sweep() == 0
    assert "send mail yet" in client.get(reverse("notifications")).content.decode()


def test_the_number_is_read_from_the_partial_index(
    project: Project, person: User, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(1) as seen:
        assert notices.unread_count(person) == 0
    from django.db import connection

    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN QUERY PLAN {seen[0]['sql']}")
            assert "notification_unread" in str(cursor.fetchall())
