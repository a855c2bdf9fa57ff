"""Agreement and people's standing as last computed. Replaced as a whole each time, never changed."""

from django.db import models

from projects.workspace.models import Project, User


class Agreement(models.Model):
    """A coefficient over one series (a question, or one axis of a rubric), or the reason why it is undefined."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="agreement")
    series = models.CharField(max_length=140)
    question = models.CharField(max_length=64)
    title = models.CharField(max_length=400)
    coefficient = models.CharField(max_length=40)
    value = models.FloatField(null=True)
    reason = models.CharField(max_length=200, blank=True)
    low = models.FloatField(null=True)
    high = models.FloatField(null=True)
    units = models.PositiveIntegerField()
    raters = models.PositiveIntegerField()
    answers = models.PositiveIntegerField()
    single_units = models.PositiveIntegerField(help_text="samples with fewer than two answers, not counted in units")
    extras = models.JSONField(default=dict)
    # [value, count] pairs over all current answers in the scale's order, which an object would lose in PostgreSQL.
    distribution = models.JSONField(default=list)
    position = models.PositiveSmallIntegerField()
    computed_at = models.DateTimeField()

    class Meta:
        ordering = ["project", "position"]
        constraints = [models.UniqueConstraint(fields=["project", "series"], name="agreement_once_per_series")]

    def __str__(self) -> str:
        return f"{self.series}: {self.value}"


class Taste(models.Model):
    """What the disagreement on one subjective scale is made of (``measures.taste``), or why nobody can say."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="taste")
    series = models.CharField(max_length=140)
    question = models.CharField(max_length=64)
    title = models.CharField(max_length=400)
    reason = models.CharField(max_length=200, blank=True)
    # Of each part {"value", "low", "high", "share", "reason"}: variances in points of the scale squared, null where
    # undefined; shares of the whole.
    parts = models.JSONField(default=dict)
    # Ids of the people of each group of like taste, largest first; empty where none is supported.
    groups = models.JSONField(default=list)
    units = models.PositiveIntegerField(help_text="samples with two answers or more that it rests on")
    thinned = models.BooleanField(help_text="only a part of the samples was looked at")
    position = models.PositiveSmallIntegerField()
    computed_at = models.DateTimeField()

    class Meta:
        ordering = ["project", "position"]
        constraints = [models.UniqueConstraint(fields=["project", "series"], name="taste_once_per_series")]

    def __str__(self) -> str:
        return f"{self.series}: {len(self.groups)} groups"


class Reliability(models.Model):
    """One person beside the others of a project; raters.py says what the figures are."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="reliability")
    annotator = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    annotations = models.PositiveIntegerField(help_text="samples annotated")
    median_ms = models.PositiveIntegerField(null=True, help_text="milliseconds for one sample")
    agreement = models.FloatField(null=True, help_text="with others, 0 to 1, not corrected for chance")
    pairs = models.PositiveBigIntegerField(help_text="pairs of answers that agreement is over")
    severity = models.FloatField(null=True, help_text="in parts of the scale's length, -1 to 1")
    shared = models.PositiveIntegerField(help_text="answers on scales that severity is over")
    # raters.Standing.as_dict by series, where the person answered.
    series = models.JSONField(default=dict)
    computed_at = models.DateTimeField()

    class Meta:
        ordering = ["project", "annotator"]
        constraints = [models.UniqueConstraint(fields=["project", "annotator"], name="reliability_once_per_person")]

    def __str__(self) -> str:
        return f"{self.annotator_id}: {self.agreement}"
