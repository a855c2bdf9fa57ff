"""The sample itself: immutable, hashed content; media assets; machine suggestions."""

from functools import lru_cache
from typing import Any, Final

from django.db import models
from django.db.models import Q
from django.utils import timezone

from projects.samples.states import IllegalTransition, SampleState, after
from projects.workspace.models import Project, User
from projects.workspace.prepared import Param, Update, column

# The columns of a sample that waits to be routed, for the first time or again.
UNROUTED: Final[dict[str, Any]] = {"disagreement": None, "look": None}


class Sample(models.Model):
    """The thing judged. Fields, metadata and hash never change; the state does, by ``advance`` only."""

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="samples")
    key = models.CharField(max_length=200)
    fields = models.JSONField()
    metadata = models.JSONField(default=dict)
    # Known answers; never sent to annotators. With one to an objective question the sample is a hidden check.
    gold = models.JSONField(null=True)
    # SHA-256 of the canonical import line without its key; the same line again is recognised by it.
    content_sha256 = models.CharField(max_length=64)
    state = models.CharField(max_length=12, choices=SampleState.choices, default=SampleState.IMPORTED)
    # Annotations still wanted from people who don't hold the sample yet. Overlap less current annotations less leases.
    open_slots = models.SmallIntegerField(default=0)
    # How many people's annotations are in.
    answered = models.SmallIntegerField(default=0)
    # Annotations that a review which returned the sample still waits for.
    awaited = models.SmallIntegerField(default=0)
    # Place in the queue; a returned sample keeps it.
    position = models.BigIntegerField()
    # How far apart the answers are, 0 to 1, for routing and order only; null while there are fewer than two.
    disagreement = models.FloatField(null=True)
    # The same by question: the widest spread of its answers, for those that at least two people answered.
    spreads = models.JSONField(null=True)
    # What a reviewer's look is expected to be worth (review/worth.py): the order of review, worst first; null where
    # ``disagreement`` is.
    look = models.FloatField(null=True)
    # What it was made of, for the line that says why.
    look_parts = models.JSONField(null=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["project", "position"]
        constraints = [
            models.UniqueConstraint(fields=["project", "key"], name="sample_key_once"),
            models.CheckConstraint(condition=Q(open_slots__gte=0), name="sample_never_given_too_often"),
        ]
        indexes = [
            models.Index(
                fields=["project", "position"], condition=Q(state="ready", open_slots__gt=0), name="sample_queue"
            ),
            models.Index(fields=["project", "state", "-look"], name="sample_worst_first"),
            # The hash puts hidden samples in an order that nobody can foresee; a draw points into it.
            models.Index(fields=["project", "content_sha256"], condition=Q(state="hidden"), name="sample_hidden"),
        ]

    def __str__(self) -> str:
        return self.key

    @property
    def is_shown(self) -> bool:
        """Whether anybody may see the content. What was withdrawn is shown to nobody."""
        return self.state != SampleState.WITHDRAWN

    def advance(self, event: str, **changes: Any) -> None:
        """Moves to the next state by a conditional UPDATE; raises IllegalTransition when another caller was first."""
        target = after(self.state, event)
        if not _moving(tuple(changes)).run(pk=self.pk, before=self.state, after=target, **changes):
            raise IllegalTransition(event, Sample.objects.values_list("state", flat=True).get(pk=self.pk))
        self.state = target
        for name, value in changes.items():
            setattr(self, name, value)


@lru_cache(maxsize=32)
def _moving(names: tuple[str, ...]) -> Update:
    """The UPDATE that moves a sample and changes these columns with it."""
    return Update(
        lambda: Sample.objects.filter(pk=Param("pk"), state=Param("before")),
        state=Param("after"),
        **{name: Param(name, column(Sample, name)) for name in names},
    )


class Asset(models.Model):
    """A media file of a project, stored once under the hash of its bytes."""

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="assets")
    sha256 = models.CharField(max_length=64)
    content_type = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField(help_text="bytes")
    width = models.PositiveIntegerField(null=True, help_text="pixels")
    height = models.PositiveIntegerField(null=True, help_text="pixels")
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    # An erasure wants to remove it; an import that names it again takes the mark away.
    doomed = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["project", "sha256"], name="asset_once")]

    def __str__(self) -> str:
        return self.sha256

    @property
    def path(self) -> str:
        """Where the bytes are in the default storage; shared between projects by content."""
        return f"assets/{self.sha256[:2]}/{self.sha256}"


class Suggestion(models.Model):
    """A machine's proposal for one question of a sample."""

    sample = models.ForeignKey(Sample, on_delete=models.CASCADE, related_name="suggestions")
    question = models.CharField(max_length=64)
    value = models.JSONField()
    source = models.CharField(max_length=200)
    score = models.FloatField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["sample", "question", "source"], name="suggestion_once_per_source")
        ]

    def __str__(self) -> str:
        return f"{self.question} by {self.source}"
