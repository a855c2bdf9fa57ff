"""Events for other programs: written down in the transaction in which they happen, sent afterwards.

What happened is in the audit log; the rows named in ``EVENTS`` are told to webhooks as well. So no stage knows who
listens, and an event is told if and only if what it tells was committed.
"""

from datetime import timedelta
from typing import Any, Final, NamedTuple

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from projects.formats.canonical import canonical
from projects.workspace.jobs import request_once
from projects.workspace.models import Job, Project
from projects.workspace.notice_models import Delivery, DeliveryState, Webhook, WebhookState

# What was sent, given up, or waits for a webhook that nobody switches on again, is kept so long.
KEPT: Final = timedelta(days=30)


class Event(NamedTuple):
    """``about``: what its data calls the thing that it happened to. ``told``: which facts of the audit row go along."""

    name: str
    title: str
    about: str
    told: tuple[str, ...]


# By the action of the audit log.
EVENTS: Final = {
    "sample.approved": Event(
        "sample.approved", "A sample was approved", "sample", ("decision", "origin", "adjudication")
    ),
    "sample.disputed": Event("sample.disputed", "A sample is disputed", "sample", ("disagreement",)),
    "snapshot.built": Event("snapshot.ready", "A version is ready", "snapshot", ("samples", "root")),
}
NAMES: Final = tuple(event.name for event in EVENTS.values())


class Happened(NamedTuple):
    """One row of the audit log that is an event. ``label``: the name of what it happened to (``str`` of it)."""

    action: str
    label: str
    data: dict[str, Any]


def put(project: Project, happened: list[Happened]) -> int:
    """Writes a delivery for each event and each webhook that wants it, in the caller's transaction; how many."""
    webhooks = list(Webhook.objects.filter(project=project).exclude(state=WebhookState.OFF))
    if not webhooks:
        return 0
    now = timezone.now()
    deliveries = []
    for each in happened:
        event = EVENTS[each.action]
        facts = {name: each.data[name] for name in event.told if name in each.data}
        thing = each.data.get("snapshot") if event.about == "snapshot" else each.label
        data = {"project": project.slug, event.about: thing, **facts}
        body = canonical({"type": event.name, "timestamp": now.isoformat(), "data": data}).decode()
        wanted = (webhook for webhook in webhooks if event.name in webhook.events)
        deliveries += [Delivery(webhook=webhook, event=event.name, body=body, next_at=now) for webhook in wanted]
    Delivery.objects.bulk_create(deliveries, batch_size=500)
    if deliveries:
        request_once(project, webhooks=0)
    return len(deliveries)


def due() -> Q:
    """Deliveries that a worker may send now."""
    now = timezone.now()
    free = Q(claimed_until=None) | Q(claimed_until__lt=now)
    held = Q(webhook__held_until=None) | Q(webhook__held_until__lte=now)
    return free & held & Q(state=DeliveryState.WAITING, next_at__lte=now, webhook__state=WebhookState.ON)


def sweep() -> int:
    """Periodic: asks for sending wherever something is due and nobody will do it; forgets old entries of the log.
    Returns how many projects."""
    Delivery.objects.filter(created_at__lt=timezone.now() - KEPT).delete()
    waiting = Delivery.objects.filter(due(), webhook__project=OuterRef("pk"))
    asked = Job.objects.filter(project=OuterRef("pk"), kind="webhooks", state__in=Job.OPEN)
    projects = list(Project.objects.filter(Exists(waiting)).exclude(Exists(asked)))
    for project in projects:
        with transaction.atomic():
            request_once(project, webhooks=0)
    return len(projects)
