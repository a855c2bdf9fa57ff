"""Decisions on samples: by a reviewer, or by the project's rule."""

from django.db import models
from django.db.models import Q
from django.utils import timezone

from projects.samples.models import Sample
from projects.workspace.models import Interface, Project, User


class Verdict(models.TextChoices):
    APPROVE = "approve", "Approved"
    PLURAL = "plural", "Plural"
    REJECT = "reject", "Rejected"
    RETURN = "return", "Returned"


class DecisionOrigin(models.TextChoices):
    REVIEWER = "reviewer", "Decided by a reviewer"
    AGREEMENT = "agreement", "Approved by rule: the answers agree"
    OVERLAP = "overlap", "Approved by rule: overlap reached"


class Adjudication(models.Model):
    """One decision on a sample. A later one supersedes it; none is ever changed."""

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="adjudications")
    sample = models.ForeignKey(Sample, on_delete=models.PROTECT, related_name="adjudications")
    interface = models.ForeignKey(Interface, on_delete=models.PROTECT, related_name="+")
    decision = models.CharField(max_length=8, choices=Verdict.choices)
    origin = models.CharField(max_length=10, choices=DecisionOrigin.choices)
    # The final answers; for a plural decision those on which all agree, if any.
    answers = models.JSONField(default=dict)
    # Per series the share of each value among the annotators: {"depth.empathy": {"3": 0.4, …}}
    distribution = models.JSONField(default=dict)
    reason = models.TextField(blank=True)
    # The policy in force when it was decided.
    policy = models.JSONField()
    reviewer = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    current = models.BooleanField(default=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["sample", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["sample"], condition=Q(current=True), name="one_decision_in_force"),
            models.CheckConstraint(
                condition=Q(origin="reviewer", reviewer__isnull=False) | Q(reviewer=None),
                name="only_reviewers_have_a_name",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.sample_id}: {self.decision}"
