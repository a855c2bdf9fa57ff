"""The labelling flow: who holds which sample until when, drafts, and what people answered."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils import timezone

from projects.samples.models import Sample
from projects.workspace.models import Interface, Project, User


class AssignmentState(models.TextChoices):
    LEASED = "leased", "Being labelled"
    SUBMITTED = "submitted", "Submitted"
    SKIPPED = "skipped", "Skipped"
    EXPIRED = "expired", "Lease ended"
    RETURNED = "returned", "Returned by review"


class Purpose(models.TextChoices):
    """What an assignment is for. The person it is leased to can't tell."""

    LABEL = "label", "A label"
    GOLD = "gold", "A hidden check: the answers are known"
    REPEAT = "repeat", "A blind repeat of what the person answered before"


class Assignment(models.Model):
    """A sample leased to one annotator until a deadline; one row for each pair and purpose, through all its states."""

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="assignments")
    sample = models.ForeignKey(Sample, on_delete=models.PROTECT, related_name="assignments")
    annotator = models.ForeignKey(User, on_delete=models.PROTECT, related_name="assignments")
    interface = models.ForeignKey(Interface, on_delete=models.PROTECT, related_name="assignments")
    purpose = models.CharField(max_length=6, choices=Purpose.choices, default=Purpose.LABEL)
    state = models.CharField(max_length=10, choices=AssignmentState.choices, default=AssignmentState.LEASED)
    leased_at = models.DateTimeField(default=timezone.now)
    deadline = models.DateTimeField()
    # The order in which candidates were shown to this person.
    shown = models.JSONField(default=dict)
    # The suggestions that go with it and how (suggestions.py); null where there are none.
    suggested = models.JSONField(null=True)
    draft = models.JSONField(null=True)
    revision = models.PositiveIntegerField(default=0, help_text="counts the saved drafts")
    skip_reason = models.CharField(max_length=500, blank=True)
    # What the reviewer wrote when returning the sample.
    note = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["sample", "annotator", "purpose"], name="assigned_once_for_a_purpose")
        ]
        indexes = [
            models.Index(
                fields=["annotator", "project"], condition=Q(state__in=["leased", "returned"]), name="assignment_mine"
            ),
            models.Index(fields=["deadline"], condition=Q(state="leased"), name="assignment_deadline"),
            models.Index(fields=["annotator", "project"], condition=Q(purpose="repeat"), name="assignment_repeats"),
        ]

    def __str__(self) -> str:
        return f"{self.sample_id} to {self.annotator_id}, {self.state}"


class Origin(models.TextChoices):
    LABELED = "labeled", "Given here"
    IMPORTED = "imported", "Imported"


class Labels(models.Manager["Annotation"]):
    """Without the answers to hidden checks and repeats, which are no labels and must not pass for such anywhere."""

    def get_queryset(self) -> "models.QuerySet[Annotation]":
        return super().get_queryset().filter(purpose=Purpose.LABEL)


class Annotation(models.Model):
    """One person's complete pass over one sample. A later version replaces the earlier one as current."""

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="annotations")
    sample = models.ForeignKey(Sample, on_delete=models.PROTECT, related_name="annotations")
    assignment = models.ForeignKey(Assignment, on_delete=models.PROTECT, related_name="annotations")
    annotator = models.ForeignKey(User, on_delete=models.PROTECT, related_name="annotations")
    interface = models.ForeignKey(Interface, on_delete=models.PROTECT, related_name="annotations")
    # That of the assignment.
    purpose = models.CharField(max_length=6, choices=Purpose.choices, default=Purpose.LABEL)
    version = models.PositiveIntegerField(default=1)
    current = models.BooleanField(default=True)
    answers = models.JSONField()
    comments = models.JSONField(default=dict)
    # What was suggested to the person, how, and what of it they saw; null where nothing was.
    suggested = models.JSONField(null=True)
    origin = models.CharField(max_length=8, choices=Origin.choices, default=Origin.LABELED)
    # Made in the browser before sending; the same submission twice is one annotation.
    submission = models.UUIDField(unique=True, default=uuid.uuid4)
    duration_ms = models.PositiveIntegerField(null=True)
    created_at = models.DateTimeField(default=timezone.now)

    # Also what ``sample.annotations`` and the like find: whoever wants the hidden ones has to ask for everything.
    objects = Labels()
    everything = models.Manager["Annotation"]()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["assignment", "version"], name="annotation_version_once"),
            models.UniqueConstraint(fields=["assignment"], condition=Q(current=True), name="one_current_annotation"),
        ]
        indexes = [
            models.Index(fields=["project", "sample"], condition=Q(current=True), name="annotation_by_sample"),
            models.Index(fields=["annotator", "project", "-id"], name="annotation_history"),
            models.Index(fields=["project", "purpose"], condition=~Q(purpose="label"), name="annotation_hidden"),
        ]

    def __str__(self) -> str:
        return f"{self.sample_id} by {self.annotator_id}, version {self.version}"
