"""Imports: which file was read, and what became of its lines; and what was seen in the samples afterwards."""

from django.db import models
from django.db.models import Q
from django.utils import timezone

from projects.samples.models import Sample
from projects.workspace.models import Job, Project, User


class ImportKind(models.TextChoices):
    SAMPLES = "samples", "Samples"
    ANNOTATIONS = "annotations", "Annotations"
    SUGGESTIONS = "suggestions", "Suggestions for samples that are there"


class Import(models.Model):
    """One file given to a project. Its job holds the progress and, at the end, the report."""

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="imports")
    job = models.OneToOneField(Job, on_delete=models.PROTECT, related_name="source")
    kind = models.CharField(max_length=12, choices=ImportKind.choices)
    filename = models.CharField(max_length=255)
    # The file in the uploads storage, or a path on this machine for the command line.
    upload = models.CharField(max_length=500)
    # Where the lines that were not taken are kept, with number, reason and the line; empty when there are none.
    errors = models.CharField(max_length=500, blank=True)
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.filename


class Screening(models.Model):
    """What was seen in a sample once it was in. A sample without a row waits to be looked at."""

    sample = models.OneToOneField(Sample, on_delete=models.CASCADE, primary_key=True, related_name="screening")
    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="screenings", db_index=False)
    # SHA-256 of the normalised texts of all fields; empty for those too short to be anybody's duplicate.
    digest = models.CharField(max_length=64, blank=True)
    # The sample with the same digest that stands for all of them; null for that one itself.
    duplicate_of = models.ForeignKey(Sample, on_delete=models.CASCADE, null=True, related_name="duplicates")
    # How many of its findings are not cleared.
    open = models.PositiveIntegerField(default=0)
    screened_at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [
            models.Index(fields=["project", "digest"], name="screening_same_text"),
            models.Index(
                fields=["project", "sample"], condition=Q(duplicate_of__isnull=False), name="screening_duplicates"
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class Finding(models.Model):
    """Personal data of one kind in one field of a sample: how often, never what. Open until somebody clears it."""

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="findings", db_index=False)
    sample = models.ForeignKey(Sample, on_delete=models.CASCADE, related_name="findings", db_index=False)
    field = models.CharField(max_length=200)
    # The slug of its finder.
    kind = models.CharField(max_length=20)
    count = models.PositiveIntegerField()
    cleared_at = models.DateTimeField(null=True)
    cleared_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["sample", "field", "kind"], name="finding_once")]
        indexes = [
            models.Index(fields=["project", "kind", "id"], condition=Q(cleared_at=None), name="finding_open"),
            models.Index(fields=["project", "cleared_at"], name="finding_cleared"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} in {self.field}"
