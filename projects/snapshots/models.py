"""Immutable, numbered, hashed versions of a project's approved samples."""

from django.db import models
from django.utils import timezone

from projects.workspace.models import Job, Project, User


class SnapshotState(models.TextChoices):
    BUILDING = "building", "Building"
    READY = "ready", "Ready"
    # It holds samples that were withdrawn since: kept, but not to be given away.
    SUPERSEDED = "superseded", "Superseded"
    FAILED = "failed", "Failed"


# Their files are there.
BUILT = (SnapshotState.READY, SnapshotState.SUPERSEDED)


class Snapshot(models.Model):
    """One version. Its files are in the snapshots storage; without their manifest it does not exist."""

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="snapshots")
    number = models.PositiveIntegerField()
    name = models.CharField(max_length=200, blank=True)
    note = models.TextField(blank=True)
    filter = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=SnapshotState.choices, default=SnapshotState.BUILDING)
    job = models.OneToOneField(Job, on_delete=models.PROTECT, related_name="snapshot")
    manifest = models.JSONField(null=True)
    root = models.CharField(max_length=64, blank=True)
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["project", "-number"]
        constraints = [models.UniqueConstraint(fields=["project", "number"], name="snapshot_number_once")]

    def __str__(self) -> str:
        return f"{self.project} v{self.number}"

    @property
    def is_built(self) -> bool:
        return self.state in BUILT

    @property
    def path(self) -> str:
        """Where the version's files are in the snapshots storage."""
        return f"{self.project_id}/snapshot-{self.number}"
