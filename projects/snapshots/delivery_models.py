"""What becomes of a version after it is built: it is verified, sent to destinations, made by a schedule, removed."""

from django.db import models
from django.db.models import Q
from django.utils import timezone

from projects.snapshots.models import Snapshot
from projects.workspace.models import Job, Project, User


class Verification(models.Model):
    """Somebody had every hash of a version computed again. It is over when ``finished_at`` is there."""

    snapshot = models.ForeignKey(Snapshot, on_delete=models.CASCADE, related_name="verifications")
    job = models.OneToOneField(Job, on_delete=models.PROTECT, related_name="verification")
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now, editable=False)
    finished_at = models.DateTimeField(null=True)
    # What was found wrong, [{"path": …, "reason": …}]: the first of them, and how many there are.
    problems = models.JSONField(default=list)
    problem_count = models.PositiveIntegerField(default=0)
    files = models.PositiveIntegerField(default=0)
    rows = models.PositiveBigIntegerField(default=0)
    root = models.CharField(max_length=64, blank=True)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.snapshot_id} at {self.asked_at}"


class DestinationKind(models.TextChoices):
    DIRECTORY = "directory", "Folder of the server"
    S3 = "s3", "S3"
    HUB = "hub", "Hugging Face Hub"


class Destination(models.Model):
    """A place that versions are pushed to. What opens it is in the settings, never here."""

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="destinations")
    name = models.CharField(max_length=60)
    kind = models.CharField(max_length=10, choices=DestinationKind.choices)
    # A folder, "bucket/prefix", or "namespace/dataset".
    address = models.CharField(max_length=500)
    # The branch of a repository; empty elsewhere.
    revision = models.CharField(max_length=100, blank=True)
    private = models.BooleanField(default=True)
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    removed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["project", "name"], condition=Q(removed_at=None), name="destination_name_once"
            )
        ]

    def __str__(self) -> str:
        return self.name


class Push(models.Model):
    """A version sent to a destination. It is there when ``finished_at`` is."""

    snapshot = models.ForeignKey(Snapshot, on_delete=models.CASCADE, related_name="pushes")
    destination = models.ForeignKey(Destination, on_delete=models.PROTECT, related_name="pushes")
    job = models.OneToOneField(Job, on_delete=models.PROTECT, related_name="push")
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now, editable=False)
    finished_at = models.DateTimeField(null=True)
    # Where exactly it went.
    place = models.CharField(max_length=700, blank=True)
    sent = models.PositiveIntegerField(default=0, help_text="files")
    kept = models.PositiveIntegerField(default=0, help_text="files that were there already")

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.snapshot_id} to {self.destination_id}"


class Rhythm(models.TextChoices):
    OFF = "off", "Off"
    DAILY = "daily", "Every day"
    WEEKLY = "weekly", "Every week"


class Schedule(models.Model):
    """When a project's versions are built by themselves, and how many of them are kept."""

    project = models.OneToOneField(Project, on_delete=models.CASCADE, related_name="schedule")
    rhythm = models.CharField(max_length=6, choices=Rhythm.choices, default=Rhythm.OFF)
    hour = models.PositiveSmallIntegerField(default=3)
    weekday = models.PositiveSmallIntegerField(default=0, help_text="0 is Monday")
    filter = models.JSONField(default=dict)
    split = models.JSONField(null=True)
    purpose = models.CharField(max_length=10, blank=True)
    destination = models.ForeignKey(Destination, on_delete=models.PROTECT, null=True, related_name="+")
    # How many of the versions that it made are kept; 0 is all.
    keep = models.PositiveSmallIntegerField(default=0)
    # In whose name the versions are built.
    set_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    # When it is due; null while it is off.
    due_at = models.DateTimeField(null=True, db_index=True)
    ran_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(hour__lt=24) & Q(weekday__lt=7), name="schedule_at_a_time_of_the_week"),
            models.CheckConstraint(
                condition=Q(rhythm="off", due_at=None) | (~Q(rhythm="off") & Q(due_at__isnull=False)),
                name="schedule_is_due_unless_off",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.project_id} {self.rhythm}"


class ScheduledVersion(models.Model):
    """A version that a schedule asked for, and where it goes when it is built."""

    snapshot = models.OneToOneField(Snapshot, on_delete=models.CASCADE, related_name="scheduled")
    destination = models.ForeignKey(Destination, on_delete=models.PROTECT, null=True, related_name="+")
    # When what follows the building was seen to: the push was asked for, older versions were removed.
    settled_at = models.DateTimeField(null=True, db_index=True)

    def __str__(self) -> str:
        return str(self.snapshot_id)


class Removal(models.Model):
    """The files of a version were removed; its row and its manifest stay."""

    snapshot = models.OneToOneField(Snapshot, on_delete=models.CASCADE, related_name="removal")
    reason = models.CharField(max_length=300)
    removed_at = models.DateTimeField(default=timezone.now, editable=False)
    # When the files were seen to be gone.
    cleared_at = models.DateTimeField(null=True, db_index=True)

    def __str__(self) -> str:
        return f"{self.snapshot_id}: {self.reason}"
