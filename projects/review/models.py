"""Decisions on samples: by a reviewer, or by the project's rule."""

from django.db import models
from django.db.models import Q
from django.utils import timezone

from projects.labeling.models import Annotation
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


class Layer(models.TextChoices):
    """At which layer of review a decision was made, and which one it waits for."""

    RULE = "rule", "Rule"
    REVIEWER = "reviewer", "Reviewer"
    SECOND = "second", "Second reviewer"
    OWNER = "owner", "Owner's sign-off"


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
    layer = models.CharField(max_length=8, choices=Layer.choices, default=Layer.REVIEWER)
    # The layer that it waits for; empty where it counts.
    awaits = models.CharField(max_length=8, choices=Layer.choices, blank=True)
    # The decision that waited and that this one confirms or replaces; it waits again where this one is taken back.
    before = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+")
    confirms = models.BooleanField(default=False, help_text="says the same as the one before")
    in_bulk = models.BooleanField(default=False, help_text="made for many samples at once, unseen")
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

    @property
    def author(self) -> "Adjudication":
        """The decision that first said what this one confirms."""
        made = self
        while made.confirms and made.before:
            made = made.before
        return made


class Look(models.TextChoices):
    OPEN = "open", "Waits for the second reviewer"
    AGREED = "agreed", "Both decided alike"
    DIFFERS = "differs", "Waits for a third person"
    SETTLED = "settled", "Settled by a third person"
    VOID = "void", "The answers changed meanwhile"


# The sample is not decided yet.
LOOKING = (Look.OPEN, Look.DIFFERS)
# Two decisions can be compared.
COMPARED = (Look.AGREED, Look.DIFFERS, Look.SETTLED)


class SecondLook(models.Model):
    """Two reviewers deciding on the same sample, the second without seeing what the first said."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="second_looks")
    sample = models.ForeignKey(Sample, on_delete=models.PROTECT, related_name="second_looks")
    state = models.CharField(max_length=8, choices=Look.choices, default=Look.OPEN)
    # The newest annotation that the first reviewer saw: the two are compared only where both saw the same answers.
    seen = models.BigIntegerField()
    first = models.ForeignKey(Adjudication, on_delete=models.PROTECT, related_name="+")
    second = models.ForeignKey(Adjudication, on_delete=models.PROTECT, null=True, related_name="+")
    compared_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["sample"], condition=Q(state__in=LOOKING), name="one_second_look_at_a_time")
        ]
        indexes = [models.Index(fields=["project", "state"], name="second_look_state")]

    def __str__(self) -> str:
        return f"{self.sample_id}: {self.state}"


class Outcome(models.TextChoices):
    UPHELD = "upheld", "The decision stands"
    CHANGED = "changed", "The decision was changed"


class Overruling(models.Model):
    """Somebody's annotation that a decision overrules, and their answer to it: one, which another reviewer settles."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="overrulings")
    sample = models.ForeignKey(Sample, on_delete=models.PROTECT, related_name="overrulings")
    adjudication = models.ForeignKey(Adjudication, on_delete=models.PROTECT, related_name="overrulings")
    annotation = models.OneToOneField(Annotation, on_delete=models.PROTECT, related_name="overruling")
    annotator = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    # Names of the questions whose final answer is another one.
    questions = models.JSONField()
    # Who overruled them; somebody else settles what they answer.
    decider = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    reply = models.TextField(blank=True)
    replied_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=8, choices=Outcome.choices, blank=True)
    settled_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    # The new decision, where the reply led to one.
    settlement = models.ForeignKey(Adjudication, on_delete=models.PROTECT, null=True, related_name="+")
    settled_reason = models.TextField(blank=True)
    settled_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["annotator", "project", "-id"], name="overruling_mine"),
            models.Index(
                fields=["project"], condition=Q(replied_at__isnull=False, outcome=""), name="overruling_answered"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.annotation_id}: {self.outcome or 'open'}"
