"""What the workspace tells people and programs: notifications, webhooks and what was sent to them."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils import timezone

from projects.workspace.models import Project, User


class NoticeKind(models.TextChoices):
    MENTION = "mention", "Mentioned"
    REPLY = "reply", "Answered"
    RETURNED = "returned", "Returned"
    WEBHOOK = "webhook", "Webhook"


class Notification(models.Model):
    """One thing that somebody should know of. It holds no content and nobody's name, so it gives nothing away."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="notifications")
    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=10, choices=NoticeKind.choices)
    title = models.CharField(max_length=300)
    # The path of the page that it is about.
    address = models.TextField()
    # What it is about; a person is told of it once.
    key = models.CharField(max_length=120)
    created_at = models.DateTimeField(default=timezone.now)
    read_at = models.DateTimeField(null=True)
    mailed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-id"]
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="notified_once")]
        indexes = [
            models.Index(fields=["user", "-id"], name="notification_of_user"),
            models.Index(fields=["user"], condition=Q(read_at=None), name="notification_unread"),
        ]

    def __str__(self) -> str:
        return self.title


class WebhookState(models.TextChoices):
    ON = "on", "On"
    OFF = "off", "Switched off"
    FAILED = "failed", "Switched off after failures"


class Webhook(models.Model):
    """An address of a program that wants to hear of a project's events."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="webhooks")
    url = models.CharField(max_length=500)
    events = models.JSONField()
    # Both sides sign with it, so it can't be stored as a hash; it is shown once.
    secret = models.CharField(max_length=80, editable=False)
    state = models.CharField(max_length=6, choices=WebhookState.choices, default=WebhookState.ON)
    # In a row; and until when it is left alone after the last one.
    failures = models.PositiveSmallIntegerField(default=0)
    held_until = models.DateTimeField(null=True)
    created_at = models.DateTimeField(default=timezone.now)
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["project", "id"]

    def __str__(self) -> str:
        return self.url


class DeliveryState(models.TextChoices):
    WAITING = "waiting", "Waiting"
    SENT = "sent", "Sent"
    FAILED = "failed", "Given up"


def new_message_id() -> str:
    return f"msg_{uuid.uuid4().hex}"


class Delivery(models.Model):
    """One event for one webhook, written in the transaction of the event itself; later it tells how sending went."""

    webhook = models.ForeignKey(Webhook, on_delete=models.CASCADE, related_name="deliveries")
    event = models.CharField(max_length=40)
    # The same for every attempt, so that a receiver knows what it has seen.
    message_id = models.CharField(max_length=40, unique=True, default=new_message_id)
    # The very bytes that are signed and sent, as text.
    body = models.TextField()
    state = models.CharField(max_length=7, choices=DeliveryState.choices, default=DeliveryState.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField(default=timezone.now)
    # While a worker sends it.
    claimed_until = models.DateTimeField(null=True)
    status = models.PositiveSmallIntegerField(null=True, help_text="HTTP status of the last answer")
    error = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    sent_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["webhook", "-id"]
        verbose_name_plural = "deliveries"
        indexes = [
            models.Index(fields=["webhook", "next_at"], condition=Q(state="waiting"), name="delivery_waiting"),
            models.Index(fields=["webhook", "-id"], name="delivery_log"),
        ]

    def __str__(self) -> str:
        return f"{self.event} {self.message_id}"
