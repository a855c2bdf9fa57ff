"""Mails with what somebody has not read: at most one an hour or a day, as they like.

The sweep claims a person by a conditional UPDATE and writes the job in the same transaction, so that of several workers
one asks for the mail. The job is claimed as every job is; one that was cut off is taken over, and a mail that had left
already leaves again under the same Message-ID only if the worker died between the two.
"""

import smtplib
from datetime import timedelta
from typing import Any, Final
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import Min, Q
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from projects.workspace.jobs import JobFailed, Progress, request_job
from projects.workspace.models import Digest, Job, User
from projects.workspace.notice_models import Notification

EVERY: Final = {Digest.HOURLY: timedelta(hours=1), Digest.DAILY: timedelta(days=1)}
# Entries of one mail; a link leads to the rest.
MOST: Final = 50
# People that one sweep looks after; the next one follows soon.
AT_ONCE: Final = 500
RETRY_SECONDS: Final = 600
MAX_TRIES: Final = 12
_NOWHERE = ("console", "dummy")


def mail_configured() -> bool:
    """Whether mails leave this machine: by default they are printed to the log."""
    return settings.EMAIL_BACKEND.rsplit(".", 2)[-2] not in _NOWHERE


def sweep() -> int:
    """Periodic: asks for a mail for everybody whose oldest news has waited as long as they let it. Returns how many."""
    if not mail_configured():
        return 0
    now, asked = timezone.now(), 0
    due = Q()
    for word, period in EVERY.items():
        last = Q(digested_at=None) | Q(digested_at__lte=now - period)
        due |= Q(digest=word, oldest__lte=now - period) & last
    fresh = Q(notifications__read_at=None, notifications__mailed_at=None)
    people = User.objects.filter(fresh, is_active=True).exclude(email="").exclude(digest=Digest.OFF)
    for person in people.annotate(oldest=Min("notifications__created_at", filter=fresh)).filter(due)[:AT_ONCE]:
        with transaction.atomic():
            before = {"digested_at": person.digested_at} if person.digested_at else {"digested_at__isnull": True}
            if User.objects.filter(pk=person.pk, **before).update(digested_at=now):
                request_job(kind="digest", project=None, actor=None, args={"user": person.pk})
                asked += 1
    return asked


def run_digest(job: Job, progress: Progress) -> dict[str, Any]:
    """Job handler ``digest``: sends one person what they have not read."""
    person = User.objects.filter(pk=job.args["user"], is_active=True).exclude(email="").first()
    if person is None or person.digest == Digest.OFF:
        return {"sent": 0}
    unread = Notification.objects.filter(user=person, read_at=None, mailed_at=None)
    news = list(unread.select_related("project").order_by("-pk"))
    if not news:
        return {"sent": 0}
    try:
        _mail(job, person, news).send()
    except (OSError, smtplib.SMTPException) as error:
        tries = job.checkpoint.get("tries", 0) + 1
        if tries >= MAX_TRIES:
            raise JobFailed(f"The mail could not be sent: {error}") from error
        progress(0, None, f"The mail server did not take it: {error}", checkpoint={"tries": tries})
        progress.postpone(RETRY_SECONDS)
        return {}
    with transaction.atomic():
        Notification.objects.filter(pk__in=[each.pk for each in news]).update(mailed_at=timezone.now())
        progress.finish({"sent": len(news)})
    return {}


def _mail(job: Job, person: User, news: list[Notification]) -> EmailMessage:
    host = urlsplit(settings.SITE_URL).hostname or "localhost"
    context = {
        "person": person,
        "news": [(each, f"{settings.SITE_URL}{each.address}") for each in news[:MOST]],
        "more": max(0, len(news) - MOST),
        "page": settings.SITE_URL + reverse("notifications"),
    }
    many = len(news)
    return EmailMessage(
        subject=f"{many} new notification{'' if many == 1 else 's'} in Annotator",
        body=render_to_string("workspace/email/digest.txt", context),
        to=[person.email],
        headers={"Message-ID": f"<digest-{job.pk}@{host}>", "Auto-Submitted": "auto-generated"},
    )
