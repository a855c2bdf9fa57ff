"""Webhooks: owners set them up, workers send to them. What is waiting is in the outbox (``outbox.py``)."""

import http.client
from datetime import timedelta
from typing import Any, Final

from django.db import transaction
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from projects.formats.canonical import canonical
from projects.workspace import webhook_send
from projects.workspace.actions import Refused
from projects.workspace.audit import change
from projects.workspace.jobs import JobFailed, Progress, request_once
from projects.workspace.models import Job, Membership, Project, Role, User
from projects.workspace.notice_models import Delivery, DeliveryState, NoticeKind, Webhook, WebhookState
from projects.workspace.notices import notify
from projects.workspace.outbox import NAMES, due

# Of one project.
MOST: Final = 20
# Seconds until a delivery is tried again after each failure; after the last of these it is given up.
DELAYS: Final = (5, 300, 1800, 7200, 18_000, 36_000, 50_400)
# After failures in a row the webhook itself is left alone for 5 seconds, 10, 20 … up to an hour, and then switched off:
# half a day without one answer.
HOLD_SECONDS, LONGEST_HOLD, MOST_FAILURES = 5, 3600, 20
# While a worker sends; longer than one request may take.
CLAIM: Final = timedelta(seconds=90)
TEST = "webhook.test"


def add_webhook(*, actor: User, project: Project, url: str, events: list[str]) -> tuple[Webhook, str]:
    """Registers an address for these events; the webhook and its secret. Raises Refused."""
    wanted = _known_events(events)
    url = url.strip()
    try:
        webhook_send.check_url(url)
    except webhook_send.Refused as error:
        raise Refused(str(error)) from error
    with change(actor, project) as log:
        Project.objects.select_for_update().get(pk=project.pk)
        mine = Webhook.objects.filter(project=project)
        if mine.filter(url=url).exists():
            raise Refused("There is a webhook for this address already.")
        if mine.count() >= MOST:
            raise Refused(f"A project has at most {MOST} webhooks.")
        secret = webhook_send.new_secret()
        made = Webhook.objects.create(project=project, url=url, events=wanted, secret=secret, created_by=actor)
        log("webhook.added", made, url=url, events=wanted)
    return made, secret


def _known_events(events: list[str]) -> list[str]:
    unknown = sorted(set(events) - set(NAMES))
    if unknown:
        raise Refused(f"events: {', '.join(unknown)[:100]} is not known; known are {', '.join(NAMES)}.")
    if not events:
        raise Refused("Choose at least one event.")
    return [name for name in NAMES if name in events]


def switch(*, actor: User, webhook: Webhook, on: bool) -> None:
    """Switches a webhook on or off. What waited while it had failed is sent when it is on again."""
    state = WebhookState.ON if on else WebhookState.OFF
    with change(actor, webhook.project) as log:
        changed = Webhook.objects.filter(pk=webhook.pk).exclude(state=state)
        if changed.update(state=state, failures=0, held_until=None):
            log("webhook.switched", webhook, to=state.value)
            if on:
                request_once(webhook.project, webhooks=0)


def remove_webhook(*, actor: User, webhook: Webhook) -> None:
    """Removes a webhook with its log; the audit log keeps that it was there."""
    with change(actor, webhook.project) as log:
        log("webhook.removed", webhook, url=webhook.url)
        Webhook.objects.filter(pk=webhook.pk).delete()


def send_test(*, actor: User, webhook: Webhook) -> Delivery:
    """Puts an event into the outbox that only says that the webhook works."""
    data = {"project": webhook.project.slug}
    body = canonical({"type": TEST, "timestamp": timezone.now().isoformat(), "data": data}).decode()
    with change(actor, webhook.project) as log:
        made = Delivery.objects.create(webhook=webhook, event=TEST, body=body)
        log("webhook.tested", webhook, delivery=made.pk)
        request_once(webhook.project, webhooks=0)
    return made


def send_again(*, actor: User, delivery: Delivery) -> bool:
    """Has a delivery sent once more, under the same id; False if it waits already. Raises Refused."""
    project = delivery.webhook.project
    if delivery.webhook.state != WebhookState.ON:
        raise Refused("The webhook is switched off: switch it on first.")
    with change(actor, project) as log:
        ended = Delivery.objects.filter(pk=delivery.pk).exclude(state=DeliveryState.WAITING)
        fresh = {"state": DeliveryState.WAITING, "attempts": 0, "next_at": timezone.now(), "claimed_until": None}
        again = ended.update(**fresh, error="")
        if again:
            # Whoever asks for it knows that the receiver is there again.
            Webhook.objects.filter(pk=delivery.webhook_id).update(held_until=None)
            log("webhook.resent", delivery.webhook, delivery=delivery.pk)
            request_once(project, webhooks=0)
    return bool(again)


def run_webhooks(job: Job, progress: Progress) -> dict[str, Any]:
    """Job handler ``webhooks``: sends what is due for the project, the oldest first, and waits for what comes later."""
    if job.project is None:
        raise JobFailed("The job names no project.")
    done = 0
    mine = Delivery.objects.filter(webhook__project=job.project)
    while True:
        found = mine.filter(due()).select_related("webhook__project").order_by("next_at", "pk").first()
        if found is None:
            break
        if _claimed(found):
            _deliver(found)
            done += 1
            progress(done, None, f"{done:,} sent or tried")
    wait = _seconds_until_next(job.project)
    if wait is not None:
        progress.postpone(wait)
    return {"tried": done}


def _claimed(delivery: Delivery) -> bool:
    """Takes a delivery for this worker; of two exactly one gets it."""
    now = timezone.now()
    free = Q(claimed_until=None) | Q(claimed_until__lt=now)
    mine = Delivery.objects.filter(free, pk=delivery.pk, state=DeliveryState.WAITING, next_at__lte=now)
    return bool(mine.update(claimed_until=now + CLAIM, attempts=F("attempts") + 1))


def _deliver(delivery: Delivery) -> None:
    """Sends it and writes down how that went."""
    webhook, body = delivery.webhook, delivery.body.encode()
    status, error = None, ""
    try:
        status = webhook_send.post(url=webhook.url, secret=webhook.secret, message_id=delivery.message_id, body=body)
    except (webhook_send.Refused, OSError, http.client.HTTPException) as problem:
        error = (str(problem) or type(problem).__name__)[:300]
    if status is not None and 200 <= status < 300:
        _went_well(delivery, status)
        return
    if status is not None:
        error = f"{status} {http.client.responses.get(status, '')}".strip()
        error += ": redirects are not followed" if 300 <= status < 400 else ""
    _went_wrong(delivery, status, error)


def _went_well(delivery: Delivery, status: int) -> None:
    with transaction.atomic():
        Delivery.objects.filter(pk=delivery.pk).update(
            state=DeliveryState.SENT, status=status, error="", sent_at=timezone.now(), claimed_until=None
        )
        Webhook.objects.filter(pk=delivery.webhook_id).exclude(failures=0, held_until=None).update(
            failures=0, held_until=None
        )


def _went_wrong(delivery: Delivery, status: int | None, error: str) -> None:
    now = timezone.now()
    attempt = delivery.attempts  # before this one
    last = attempt >= len(DELAYS)
    how: dict[str, Any] = {"state": DeliveryState.FAILED} if last else {}
    if not last:
        how["next_at"] = now + timedelta(seconds=DELAYS[attempt])
    with change(None, delivery.webhook.project) as log:
        Delivery.objects.filter(pk=delivery.pk).update(status=status, error=error, claimed_until=None, **how)
        webhook = Webhook.objects.select_for_update().get(pk=delivery.webhook_id)
        failures = webhook.failures + 1
        hold = min(LONGEST_HOLD, HOLD_SECONDS * 2 ** min(failures - 1, 20))
        changes: dict[str, Any] = {"failures": failures, "held_until": now + timedelta(seconds=hold)}
        # Gone for good is what the receiver says by 410.
        over = webhook.state == WebhookState.ON and (failures >= MOST_FAILURES or status == http.client.GONE)
        if over:
            changes["state"] = WebhookState.FAILED
            log("webhook.failed", webhook, url=webhook.url, failures=failures, error=error)
            _tell_owners(webhook)
        Webhook.objects.filter(pk=webhook.pk).update(**changes)


def _tell_owners(webhook: Webhook) -> None:
    owners = Membership.objects.filter(project=webhook.project, role=Role.OWNER).values_list("user_id", flat=True)
    notify(
        project=webhook.project,
        people=owners,
        kind=NoticeKind.WEBHOOK,
        title="A webhook was switched off: it did not answer",
        address=reverse("webhook", args=[webhook.project.slug, webhook.pk]),
        key=f"webhook:{webhook.pk}:{timezone.now().isoformat()}",
    )


def _seconds_until_next(project: Project) -> float | None:
    """When something will be due; None if nothing waits."""
    waiting = Delivery.objects.filter(
        webhook__project=project, webhook__state=WebhookState.ON, state=DeliveryState.WAITING
    ).select_related("webhook")
    soonest = None
    for webhook in Webhook.objects.filter(project=project, state=WebhookState.ON):
        first = waiting.filter(webhook=webhook).order_by("next_at").values("next_at", "claimed_until").first()
        if first:
            moments = (first["next_at"], first["claimed_until"], webhook.held_until)
            moment = max(each for each in moments if each is not None)
            soonest = moment if soonest is None else min(soonest, moment)
    return None if soonest is None else max(1.0, (soonest - timezone.now()).total_seconds())
