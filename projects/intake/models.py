"""Imports: which file was read, and what became of its lines."""

from django.db import models
from django.utils import timezone

from projects.workspace.models import Job, Project, User


class ImportKind(models.TextChoices):
    SAMPLES = "samples", "Samples"
    ANNOTATIONS = "annotations", "Annotations"


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
