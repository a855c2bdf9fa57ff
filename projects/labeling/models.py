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


class Assignment(models.Model):
    """A sample leased to one annotator until a deadline; one row for each pair, through all its states."""

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="assignments")
    sample = models.ForeignKey(Sample, on_delete=models.PROTECT, related_name="assignments")
    annotator = models.ForeignKey(User, on_delete=models.PROTECT, related_name="assignments")
    interface = models.ForeignKey(Interface, on_delete=models.PROTECT, related_name="assignments")
    state = models.CharField(max_length=10, choices=AssignmentState.choices, default=AssignmentState.LEASED)
    leased_at = models.DateTimeField(default=timezone.now)
    deadline = models.DateTimeField()
    # The order in which candidates were shown to this person.
    shown = models.JSONField(default=dict)
    draft = models.JSONField(null=True)
    revision = models.PositiveIntegerField(default=0, help_text="counts the saved drafts")
    skip_reason = models.CharField(max_length=500, blank=True)
    # What the reviewer wrote when returning the sample.
    note = models.TextField(blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["sample", "annotator"], name="assigned_once_to_a_person")]
        indexes = [
            models.Index(
                fields=["annotator", "project"], condition=Q(state__in=["leased", "returned"]), name="assignment_mine"
            ),
            models.Index(fields=["deadline"], condition=Q(state="leased"), name="assignment_deadline"),
        ]

    def __str__(self) -> str:
        return f"{self.sample_id} to {self.annotator_id}, {self.state}"


class Origin(models.TextChoices):
    LABELED = "labeled", "Given here"
    IMPORTED = "imported", "Imported"


class Annotation(models.Model):
    """One person's complete pass over one sample. A later version replaces the earlier one as current."""

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="annotations")
    sample = models.ForeignKey(Sample, on_delete=models.PROTECT, related_name="annotations")
    assignment = models.ForeignKey(Assignment, on_delete=models.PROTECT, related_name="annotations")
    annotator = models.ForeignKey(User, on_delete=models.PROTECT, related_name="annotations")
    interface = models.ForeignKey(Interface, on_delete=models.PROTECT, related_name="annotations")
    version = models.PositiveIntegerField(default=1)
    current = models.BooleanField(default=True)
    answers = models.JSONField()
    comments = models.JSONField(default=dict)
    origin = models.CharField(max_length=8, choices=Origin.choices, default=Origin.LABELED)
    # Made in the browser before sending; the same submission twice is one annotation.
    submission = models.UUIDField(unique=True, default=uuid.uuid4)
    duration_ms = models.PositiveIntegerField(null=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["assignment", "version"], name="annotation_version_once"),
            models.UniqueConstraint(fields=["assignment"], condition=Q(current=True), name="one_current_annotation"),
        ]
        indexes = [
            models.Index(fields=["project", "sample"], condition=Q(current=True), name="annotation_by_sample"),
            models.Index(fields=["annotator", "project", "-id"], name="annotation_history"),
        ]

    def __str__(self) -> str:
        return f"{self.sample_id} by {self.annotator_id}, version {self.version}"
