"""Practice: the samples whose known answers are shown, the rounds that people have gone, and what they answered.

None of it is an annotation: nothing that counts, freezes or exports labels can meet it.
"""

import uuid
from typing import Final

from django.db import models
from django.db.models import Q
from django.utils import timezone

from projects.samples.models import Sample
from projects.workspace.models import Interface, Project, User


class PracticeSample(models.Model):
    """A sample of known answers that is for practice, and so is nobody's hidden check any more."""

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="practice_samples")
    sample = models.OneToOneField(Sample, on_delete=models.PROTECT, related_name="practice_sample")
    # Question -> why its known answer is right.
    explanations = models.JSONField(default=dict)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    def __str__(self) -> str:
        return str(self.sample)


class RoundState(models.TextChoices):
    OPEN = "open", "Under way"
    PASSED = "passed", "Passed"
    FAILED = "failed", "Not passed"
    ENDED = "ended", "Ended by an owner"


# (state, event) -> next state. Anything else is illegal.
TRANSITIONS: Final[dict[tuple[str, str], str]] = {
    (RoundState.OPEN, "passed"): RoundState.PASSED,
    (RoundState.OPEN, "failed"): RoundState.FAILED,
    (RoundState.OPEN, "ended"): RoundState.ENDED,
}


class PracticeRound(models.Model):
    """As many practice samples as the policy asked for when it began, and how they were answered."""

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="practice_rounds")
    annotator = models.ForeignKey(User, on_delete=models.PROTECT, related_name="practice_rounds")
    number = models.PositiveSmallIntegerField()
    wanted = models.PositiveSmallIntegerField()
    threshold = models.FloatField()
    state = models.CharField(max_length=6, choices=RoundState.choices, default=RoundState.OPEN)
    # Of the known answers that were asked for, over the samples answered so far.
    right = models.PositiveIntegerField(default=0)
    asked = models.PositiveIntegerField(default=0)
    answered = models.PositiveSmallIntegerField(default=0)
    started_at = models.DateTimeField(default=timezone.now, editable=False)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["project", "annotator", "number"]
        constraints = [
            models.UniqueConstraint(fields=["project", "annotator", "number"], name="practice_round_once"),
            models.UniqueConstraint(
                fields=["project", "annotator"], condition=Q(state="open"), name="one_open_practice_round"
            ),
        ]

    def __str__(self) -> str:
        return f"round {self.number} of {self.annotator_id}"

    @property
    def share(self) -> float | None:
        """Of what was asked, 0 to 1; None before anything was."""
        return self.right / self.asked if self.asked else None


class PracticeAnswer(models.Model):
    """What somebody answered to a practice sample, and what was known then."""

    round = models.ForeignKey(PracticeRound, on_delete=models.CASCADE, related_name="answers")
    sample = models.ForeignKey(Sample, on_delete=models.PROTECT, related_name="practice_answers")
    interface = models.ForeignKey(Interface, on_delete=models.PROTECT, related_name="practice_answers")
    answers = models.JSONField()
    known = models.JSONField()
    right = models.PositiveSmallIntegerField()
    asked = models.PositiveSmallIntegerField()
    # Made in the browser before sending; the same submission twice is one answer.
    submission = models.UUIDField(unique=True, default=uuid.uuid4)
    duration_ms = models.PositiveIntegerField(null=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["round", "sample"], name="practised_once_in_a_round")]

    def __str__(self) -> str:
        return f"{self.sample_id} in {self.round_id}"
