"""Agreement and people's standing as last computed. Replaced as a whole each time, never changed."""

from django.db import models

from projects.samples.models import Sample
from projects.workspace.models import Job, Project, User


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


class ReviewerAgreement(models.Model):
    """How far two reviewers agree who decided on the same samples without seeing each other's decision: one row for the
    decisions themselves and one for each series of the final answers. Computed by the stage of review."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="reviewer_agreement")
    series = models.CharField(max_length=140)
    title = models.CharField(max_length=400)
    coefficient = models.CharField(max_length=40)
    value = models.FloatField(null=True)
    reason = models.CharField(max_length=200, blank=True)
    low = models.FloatField(null=True)
    high = models.FloatField(null=True)
    interval_reason = models.CharField(max_length=200, blank=True)
    units = models.PositiveIntegerField(help_text="decided twice")
    raters = models.PositiveIntegerField(help_text="reviewers")
    position = models.PositiveSmallIntegerField()
    computed_at = models.DateTimeField()

    class Meta:
        ordering = ["project", "position"]
        constraints = [models.UniqueConstraint(fields=["project", "series"], name="reviewer_agreement_once")]

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


class SuggestionUse(models.Model):
    """What became of one source's suggestions for one question that people met in one way (``quality.suggested``)."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="suggestion_uses")
    question = models.CharField(max_length=64)
    title = models.CharField(max_length=400)
    source = models.CharField(max_length=200)
    how = models.CharField(max_length=10, help_text="prefilled, beside, after; withheld where nobody ever saw them")
    shown = models.PositiveIntegerField(help_text="answers of people who saw it")
    withheld = models.PositiveIntegerField(help_text="answers of people from whom it was withheld")
    # Each {"value", "reason", "low", "high", "of"}.
    taken = models.JSONField()
    agree_shown = models.JSONField()
    agree_withheld = models.JSONField()
    moved = models.JSONField()
    # Of those who had answered otherwise before they saw it: how many went over to it.
    changed = models.JSONField()
    position = models.PositiveSmallIntegerField()
    computed_at = models.DateTimeField()

    class Meta:
        ordering = ["project", "position"]
        constraints = [
            models.UniqueConstraint(fields=["project", "question", "source", "how"], name="suggestion_use_once")
        ]

    def __str__(self) -> str:
        return f"{self.question} by {self.source}, {self.how}: {self.shown}"


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
    gold_right = models.PositiveIntegerField(default=0, help_text="known answers that were given rightly")
    gold_asked = models.PositiveIntegerField(default=0, help_text="answers that were held against known ones")
    # raters.Standing.as_dict by series, where the person answered.
    series = models.JSONField(default=dict)
    # crowd.Crowd.figures of this person: over all samples, and over closed ones alone, for the person's own page.
    figures = models.JSONField(default=dict)
    closed = models.JSONField(default=dict)
    computed_at = models.DateTimeField()

    class Meta:
        ordering = ["project", "annotator"]
        constraints = [models.UniqueConstraint(fields=["project", "annotator"], name="reliability_once_per_person")]

    def __str__(self) -> str:
        return f"{self.annotator_id}: {self.agreement}"


class Shape(models.TextChoices):
    """What a row of ``Aggregated`` says; answers.py has the figures of each."""

    LABELS = "labels", "One answer out of several"
    SETS = "sets", "A set of options out of several"
    SHARES = "shares", "The distribution of the answers"
    SCORES = "scores", "Scores without severity"
    STRENGTHS = "strengths", "Strengths out of comparisons"


class Aggregate(models.Model):
    """What many people's answers to one series come to, as last computed, or why nothing follows. Of a project's rows
    those with ``current`` are shown; others are being made, or were replaced and go at the next computation.
    """

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="aggregates")
    job = models.ForeignKey(Job, on_delete=models.SET_NULL, null=True, related_name="+")
    series = models.CharField(max_length=140)
    question = models.CharField(max_length=64)
    title = models.CharField(max_length=400)
    shape = models.CharField(max_length=10, choices=Shape.choices)
    # Why figures are missing in all rows, or why there are no rows.
    reason = models.CharField(max_length=200, blank=True)
    # What it rests on: people, answers, known answers, parts.
    facts = models.JSONField(default=dict)
    rows = models.PositiveIntegerField(default=0)
    position = models.PositiveSmallIntegerField()
    current = models.BooleanField(default=False)
    computed_at = models.DateTimeField()

    class Meta:
        ordering = ["project", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["project", "series"], condition=models.Q(current=True), name="aggregate_once_per_series"
            )
        ]

    def __str__(self) -> str:
        return f"{self.series}: {self.rows}"


class Aggregated(models.Model):
    """One unit of an aggregate: a sample, one candidate of it (``item``), or a source of candidates (no sample)."""

    aggregate = models.ForeignKey(Aggregate, on_delete=models.CASCADE, related_name="units", db_index=False)
    sample = models.ForeignKey(Sample, on_delete=models.CASCADE, null=True, related_name="aggregated")
    item = models.CharField(max_length=200, blank=True)
    answers = models.PositiveIntegerField(help_text="people's answers; of a source its comparisons")
    # How uncertain it is, in measures that hold within its aggregate alone; of a source its strength.
    sort = models.FloatField()
    figures = models.JSONField()

    class Meta:
        ordering = ["aggregate", "-sort", "id"]
        indexes = [models.Index(fields=["aggregate", "-sort", "id"], name="aggregated_least_certain")]

    def __str__(self) -> str:
        return f"{self.sample_id} {self.item}"


class Likeness(models.Model):
    """How alike two people answered, over what both did; those who share nothing have no row. matrix.py says how."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="likeness")
    one = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", help_text="the one with the lower id")
    other = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    alike = models.FloatField(help_text="0 to 1, not corrected for chance")
    answers = models.PositiveBigIntegerField(help_text="pairs of answers that it is over")
    samples = models.PositiveIntegerField()

    class Meta:
        ordering = ["project", "one", "other"]
        constraints = [models.UniqueConstraint(fields=["project", "one", "other"], name="likeness_once_for_two")]

    def __str__(self) -> str:
        return f"{self.one_id}, {self.other_id}: {self.alike}"


class Overview(models.Model):
    """What is known of the people of a project together: averages, agreement over time, where disputes come from."""

    project = models.OneToOneField(Project, on_delete=models.CASCADE, related_name="overview")
    # group.averages over all samples, and over closed ones.
    figures = models.JSONField(default=dict)
    closed = models.JSONField(default=dict)
    step = models.CharField(max_length=5, help_text="how long a piece of time is: day, week or month")
    # periods.Timeline.rows and periods.marks.
    timeline = models.JSONField(default=list)
    marks = models.JSONField(default=list)
    # disputes.Disputes.as_dict.
    disputes = models.JSONField(default=dict)
    compared = models.JSONField(default=list, help_text="ids of the people whom the likenesses are about")
    computed_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.project_id}, {self.computed_at}"
