"""Agreement as last computed: one row for each series (a question, or one axis of a rubric) of a project."""

from django.db import models

from projects.workspace.models import Project


class Agreement(models.Model):
    """A coefficient over one series, with its interval, or the reason why it is undefined."""

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
    # Counts of each value over all current answers, in the scale's order.
    distribution = models.JSONField(default=dict)
    position = models.PositiveSmallIntegerField()
    computed_at = models.DateTimeField()

    class Meta:
        ordering = ["project", "position"]
        constraints = [models.UniqueConstraint(fields=["project", "series"], name="agreement_once_per_series")]

    def __str__(self) -> str:
        return f"{self.series}: {self.value}"
