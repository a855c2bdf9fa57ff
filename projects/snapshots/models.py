"""Immutable, numbered, hashed versions of a project's approved samples."""

from django.db import models
from django.db.models import Q
from django.utils import timezone

from projects.samples.models import Sample
from projects.workspace.models import Job, Project, User


class SnapshotState(models.TextChoices):
    BUILDING = "building", "Building"
    READY = "ready", "Ready"
    # It holds samples that were withdrawn since: kept, but not to be given away.
    SUPERSEDED = "superseded", "Superseded"
    # Superseded, and an owner had its files removed; the manifest stays as proof.
    ERASED = "erased", "Erased"
    FAILED = "failed", "Failed"
    # Its files were removed; what it was can still be read.
    REMOVED = "removed", "Removed"


class Purpose(models.TextChoices):
    """What a version is for; it decides which licences pass. Empty: not stated, no licence is judged."""

    RESEARCH = "research", "Research"
    COMMERCIAL = "commercial", "Commercial use"


# Their files are there.
BUILT = (SnapshotState.READY, SnapshotState.SUPERSEDED)
# Their manifest is there: what they were can be told.
DESCRIBED = (*BUILT, SnapshotState.ERASED)


class Snapshot(models.Model):
    """One version. Its files are in the snapshots storage; without their manifest it does not exist."""

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="snapshots")
    number = models.PositiveIntegerField()
    name = models.CharField(max_length=200, blank=True)
    note = models.TextField(blank=True)
    filter = models.JSONField(default=dict)
    purpose = models.CharField(max_length=10, choices=Purpose.choices, blank=True)
    # How it is split into train, validation and test; null where it is not.
    split = models.JSONField(null=True)
    # Which lists it is compared with, {"lists": [id, …], "leave_out": false}; null where with none.
    contamination = models.JSONField(null=True)
    # Under which of the project's keys its people have their pseudonyms.
    pseudonym_epoch = models.PositiveIntegerField(default=1)
    state = models.CharField(max_length=10, choices=SnapshotState.choices, default=SnapshotState.BUILDING)
    job = models.OneToOneField(Job, on_delete=models.PROTECT, related_name="snapshot")
    manifest = models.JSONField(null=True)
    root = models.CharField(max_length=64, blank=True)
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    finished_at = models.DateTimeField(null=True)
    # When a sample of it was last withdrawn, and the version that was asked for in its place.
    superseded_at = models.DateTimeField(null=True)
    successor = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="replaces")
    erased_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["project", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["project", "number"], name="snapshot_number_once"),
            models.CheckConstraint(
                condition=~Q(state="superseded") | Q(superseded_at__isnull=False), name="superseded_has_a_date"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.project} v{self.number}"

    @property
    def is_built(self) -> bool:
        return self.state in BUILT

    @property
    def is_described(self) -> bool:
        return self.state in DESCRIBED

    @property
    def path(self) -> str:
        """Where the version's files are in the snapshots storage."""
        return f"{self.project_id}/snapshot-{self.number}"


class RetiredPseudonymKey(models.Model):
    """A key that pseudonyms of earlier versions were made with. The project has the one that is in use."""

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="retired_pseudonym_keys")
    epoch = models.PositiveIntegerField()
    key = models.CharField(max_length=64)
    retired_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    retired_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["project", "epoch"]
        constraints = [models.UniqueConstraint(fields=["project", "epoch"], name="pseudonym_epoch_once")]

    def __str__(self) -> str:
        return f"epoch {self.epoch} of {self.project}"


class ContaminationList(models.Model):
    """Texts that must not be in a dataset, a benchmark's questions say. Of the texts only their n-grams' hashes are
    kept, in the snapshots storage."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="contamination_lists")
    name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64, help_text="of the texts, one a line")
    texts = models.PositiveIntegerField()
    n = models.PositiveSmallIntegerField()
    ngrams = models.PositiveIntegerField(help_text="different ones")
    path = models.CharField(max_length=200)
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["project", "name"]
        constraints = [models.UniqueConstraint(fields=["project", "name"], name="contamination_list_name_once")]

    def __str__(self) -> str:
        return self.name


class Withdrawal(models.Model):
    """One act of an owner: samples, or all of one creator or one consent, leave the project for good."""

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="withdrawals")
    # Whose samples, in words; empty for samples that were named.
    subject = models.CharField(max_length=300, blank=True)
    reason = models.TextField()
    samples = models.PositiveIntegerField(help_text="how many left")
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    # The media files that only these samples used: how many were erased, their bytes, and when all of it was done.
    media_files = models.PositiveIntegerField(default=0)
    media_bytes = models.PositiveBigIntegerField(default=0)
    media_done_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["project", "-id"]

    def __str__(self) -> str:
        return f"{self.samples} of {self.project}"


class Tombstone(models.Model):
    """One sample that was withdrawn, and the versions that hold it nevertheless: nothing edits those."""

    sample = models.OneToOneField(Sample, on_delete=models.PROTECT, related_name="tombstone")
    withdrawal = models.ForeignKey(Withdrawal, on_delete=models.PROTECT, related_name="tombstones")
    key = models.CharField(max_length=200)
    content_sha256 = models.CharField(max_length=64)
    versions = models.ManyToManyField(Snapshot, related_name="tombstones")
    # SHA-256 of each media file that the sample named: known also when its content is erased.
    media = models.JSONField(default=list)
    # When the content was erased for good; key and hash stay.
    erased_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["key"]

    def __str__(self) -> str:
        return self.key


class Acknowledgement(models.Model):
    """An owner has read that a version holds withdrawn samples, and needs it nevertheless. Good for this person, until
    another sample of the version is withdrawn."""

    snapshot = models.ForeignKey(Snapshot, on_delete=models.CASCADE, related_name="acknowledgements")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    reason = models.TextField()
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    def __str__(self) -> str:
        return f"{self.snapshot_id} by {self.user_id}"


class DownloadLink(models.Model):
    """An address that gives one version in one format to whoever has it, for a time. The address is signed: it can't be
    guessed from what is stored here."""

    snapshot = models.ForeignKey(Snapshot, on_delete=models.CASCADE, related_name="links")
    export_format = models.CharField(max_length=20)
    note = models.CharField(max_length=200, blank=True, help_text="who it is for")
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.export_format} of {self.snapshot_id}"

    @property
    def is_open(self) -> bool:
        return self.revoked_at is None and self.expires_at > timezone.now()


class Download(models.Model):
    """Somebody fetched a version: by their account, or by a link."""

    snapshot = models.ForeignKey(Snapshot, on_delete=models.CASCADE, related_name="downloads")
    export_format = models.CharField(max_length=20)
    user = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    link = models.ForeignKey(DownloadLink, on_delete=models.PROTECT, null=True, related_name="downloads")
    at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(user__isnull=False) ^ Q(link__isnull=False), name="downloaded_by_a_person_or_a_link"
            )
        ]

    def __str__(self) -> str:
        return f"{self.export_format} of {self.snapshot_id}"


class Datasheet(models.Model):
    """What the owners wrote about the project's data, for the documents of its versions: an answer for each question of
    ``layout/prose.py`` that was answered. A version keeps what stood here when it was built."""

    project = models.OneToOneField(Project, on_delete=models.PROTECT, related_name="datasheet")
    answers = models.JSONField(default=dict)
    # Counts the changes, so that two owners who write at once lose nothing.
    revision = models.PositiveIntegerField(default=0)
    changed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    changed_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"datasheet of {self.project_id}"
