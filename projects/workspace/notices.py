"""Notifications: what happened that somebody should know of. Written by other actions, in their transaction."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.utils import timezone

from projects.workspace.audit import change
from projects.workspace.models import Digest, Project, User
from projects.workspace.notice_models import NoticeKind, Notification

# What was read is kept so long.
KEPT: Final = timedelta(days=90)
# The number in the navigation counts no further: a glance needs no more, and the query stays short.
MOST_COUNTED: Final = 99


def notify(
    *, project: Project, people: Iterable[User | int], kind: NoticeKind, title: str, address: str, key: str
) -> None:
    """Tells each of the people once. ``title`` names neither people nor content: policies may hide the one, a
    withdrawal the other, and mails can't be taken back."""
    ids = {person if isinstance(person, int) else person.pk for person in people}
    Notification.objects.bulk_create(
        [
            Notification(user_id=pk, project=project, kind=kind, title=title[:300], address=address, key=key)
            for pk in sorted(ids)
        ],
        ignore_conflicts=True,
    )


def retract(*, project: Project, kind: NoticeKind, prefix: str, since: datetime) -> None:
    """Takes back what was told since then and turned out not to be so, unless it was read or mailed already."""
    told = Notification.objects.filter(project=project, kind=kind, key__startswith=prefix, created_at__gte=since)
    told.filter(read_at=None, mailed_at=None).delete()


def unread_count(user: User) -> int:
    """How many this person has not read, at most ``MOST_COUNTED`` + 1; read from a partial index."""
    unread = Notification.objects.filter(user=user, read_at=None).order_by()
    return unread.values("pk")[: MOST_COUNTED + 1].count()


def mark_read(*, user: User, notification_id: int | None = None) -> int:
    """Marks one of the person's notifications as read, or all; how many were not. Nobody else is concerned, so this
    leaves no audit row."""
    mine = Notification.objects.filter(user=user, read_at=None)
    with transaction.atomic():
        return (mine if notification_id is None else mine.filter(pk=notification_id)).update(read_at=timezone.now())


def set_digest(*, user: User, digest: str) -> None:
    """How often the person wants a mail. Raises ValueError for what is no choice."""
    wanted = Digest(digest)
    with change(user, None) as log:
        if User.objects.filter(pk=user.pk).exclude(digest=wanted).update(digest=wanted):
            log("account.changed", user, changed=["digest"], digest=wanted.value)
    user.digest = wanted


def forget_read() -> int:
    """Removes what was read long ago; how many."""
    return Notification.objects.filter(read_at__lt=timezone.now() - KEPT).delete()[0]
