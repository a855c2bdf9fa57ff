"""Tables of the workspace: people, projects, interfaces, the audit log and background jobs."""

import secrets
from typing import ClassVar

from django.contrib.auth.models import AbstractUser
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone

from projects.workspace.policy import Policy


class Digest(models.TextChoices):
    OFF = "off", "Never"
    HOURLY = "hourly", "Every hour"
    DAILY = "daily", "Every day"


class User(AbstractUser):
    """A person. Of people named in an annotations file only the name is known: they can't sign in."""

    is_placeholder = models.BooleanField(default=False)
    # How often what they have not read is sent to them by e-mail, and when it was last.
    digest = models.CharField(max_length=6, choices=Digest.choices, default=Digest.DAILY)
    digested_at = models.DateTimeField(null=True, blank=True, editable=False)
    # By screen, which keys they gave to which actions, and whether single-key shortcuts are off there (profile.py).
    keys = models.JSONField(default=dict, blank=True, editable=False)

    def __str__(self) -> str:
        return self.get_full_name() or self.username


def new_pseudonym_key() -> str:
    return secrets.token_hex(32)


class Project(models.Model):
    """One campaign: interface, guidelines, samples and policy."""

    slug = models.SlugField(unique=True, max_length=80)
    name = models.CharField(max_length=200)
    guidelines = models.TextField(blank=True)
    overlap = models.PositiveSmallIntegerField(default=1, validators=[MinValueValidator(1), MaxValueValidator(100)])
    policy = models.JSONField(default=dict, blank=True)
    interface = models.ForeignKey("projects.Interface", on_delete=models.PROTECT, null=True, related_name="+")
    # Keeps "14 of 120" on the labelling screen one cheap read, whatever the project's size.
    sample_count = models.PositiveIntegerField(default=0)
    pseudonym_key = models.CharField(max_length=64, default=new_pseudonym_key, editable=False)
    # Which key that is, counted from 1.
    pseudonym_epoch = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["name", "id"]

    def __str__(self) -> str:
        return self.name

    @property
    def rules(self) -> Policy:
        """The project's policy with its defaults filled in."""
        return Policy.parse(self.policy)

    @property
    def wanted(self) -> str:
        """How many people label each sample: “3”, or “2 to 5” where it depends on their answers."""
        rule = self.rules.overlap
        return f"{rule.min} to {rule.max}" if rule else str(self.overlap)


class Interface(models.Model):
    """One version of what is shown and asked. Immutable once an assignment refers to it."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="interfaces")
    version = models.PositiveIntegerField()
    document = models.JSONField()
    sha256 = models.CharField(max_length=64)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["project", "-version"]
        constraints = [models.UniqueConstraint(fields=["project", "version"], name="interface_version_once")]

    def __str__(self) -> str:
        return f"version {self.version}"


class Role(models.TextChoices):
    OWNER = "owner", "Owner"
    REVIEWER = "reviewer", "Reviewer"
    ANNOTATOR = "annotator", "Annotator"


class PracticeStanding(models.TextChoices):
    """Where an annotator stands with the practice that the policy asks for."""

    NEW = "", "Has not practised"
    SENT_BACK = "sent_back", "Sent back to practice"
    PASSED = "passed", "Passed practice"
    ADMITTED = "admitted", "Admitted by an owner"


class Membership(models.Model):
    """One person's role in one project."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="memberships")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=10, choices=Role.choices)
    joined_at = models.DateTimeField(default=timezone.now, editable=False)
    # Where this person's walk through the queue has come to, and how many samples they have submitted.
    cursor = models.BigIntegerField(default=0)
    submitted = models.PositiveIntegerField(default=0)
    # How many samples were leased to them: the place at which the next one is drawn hidden or not.
    given = models.PositiveIntegerField(default=0)
    practice = models.CharField(max_length=10, choices=PracticeStanding.choices, blank=True, default="")

    class Meta:
        ordering = ["project", "user"]
        constraints = [models.UniqueConstraint(fields=["project", "user"], name="one_role_in_a_project")]

    def __str__(self) -> str:
        return f"{self.user}, {self.get_role_display()}"

    @property
    def out_of(self) -> int:
        """Of how many samples ``submitted`` are told to be: of all, or of more where some were shown again."""
        return max(self.project.sample_count, self.submitted)

    @property
    def practises(self) -> bool:
        """Whether this person has to practise before they label. Who had begun when that was asked for goes on, unless
        an owner sends them back."""
        if self.role != Role.ANNOTATOR or self.practice in (PracticeStanding.PASSED, PracticeStanding.ADMITTED):
            return False
        begun = self.given and self.practice != PracticeStanding.SENT_BACK
        return not begun and self.project.rules.practice is not None


class Invitation(models.Model):
    """A link that makes whoever opens it first a member. Only the link's hash is stored."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="invitations")
    role = models.CharField(max_length=10, choices=Role.choices)
    email = models.EmailField(blank=True)
    token_sha256 = models.CharField(max_length=64, unique=True)
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    expires_at = models.DateTimeField()
    accepted_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    accepted_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return f"{self.get_role_display()} of {self.project}"

    @property
    def is_open(self) -> bool:
        return self.accepted_at is None and self.revoked_at is None and self.expires_at > timezone.now()


class AuditChain(models.Model):
    """The head of one hash chain: a project's, or the site's (no project)."""

    project = models.OneToOneField(Project, on_delete=models.PROTECT, null=True, related_name="audit_chain")
    seq = models.PositiveBigIntegerField(default=0)
    sha256 = models.CharField(max_length=64, default="0" * 64)

    class Meta:
        constraints = [
            models.UniqueConstraint(models.Value(1), condition=Q(project=None), name="one_audit_chain_for_the_site"),
        ]

    def __str__(self) -> str:
        return str(self.project or "site")


class AuditEntry(models.Model):
    """What one action did. Appended only: triggers refuse to change or delete a row (see the migrations)."""

    chain = models.ForeignKey(AuditChain, on_delete=models.PROTECT, related_name="entries")
    seq = models.PositiveBigIntegerField()
    at = models.DateTimeField()
    actor = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    action = models.CharField(max_length=60)
    object_type = models.CharField(max_length=40, blank=True)
    object_id = models.CharField(max_length=64, blank=True)
    # Canonical JSON as text: these very bytes were hashed, and no database may reformat them.
    data = models.TextField(default="{}")
    previous_sha256 = models.CharField(max_length=64)
    sha256 = models.CharField(max_length=64)

    class Meta:
        ordering = ["chain", "seq"]
        constraints = [models.UniqueConstraint(fields=["chain", "seq"], name="audit_seq_once")]
        indexes = [models.Index(fields=["object_type", "object_id"], name="audit_object")]

    def __str__(self) -> str:
        return f"{self.seq} {self.action}"


class JobState(models.TextChoices):
    QUEUED = "queued", "Waiting"
    RUNNING = "running", "Running"
    DONE = "done", "Done"
    FAILED = "failed", "Failed"
    CANCELLED = "cancelled", "Cancelled"


class Job(models.Model):
    """Background work. This row is the truth; the broker's message is only a wake-up that carries its id."""

    kind = models.CharField(max_length=30)
    project = models.ForeignKey(Project, on_delete=models.CASCADE, null=True, related_name="jobs")
    actor = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    args = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=JobState.choices, default=JobState.QUEUED)
    # While a job of this name waits, asking for it again adds nothing.
    unique_key = models.CharField(max_length=120, blank=True)
    run_after = models.DateTimeField(default=timezone.now)
    woken_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    worker = models.CharField(max_length=80, blank=True)
    lease_until = models.DateTimeField(null=True)
    done = models.PositiveBigIntegerField(default=0)
    total = models.PositiveBigIntegerField(null=True)
    message = models.CharField(max_length=500, blank=True)
    # Where a job that was cut off goes on; written in the same transaction as the work up to there.
    checkpoint = models.JSONField(default=dict)
    result = models.JSONField(null=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    OPEN: ClassVar = (JobState.QUEUED, JobState.RUNNING)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["unique_key"],
                condition=Q(state="queued") & ~Q(unique_key=""),
                name="one_waiting_job_of_a_name",
            )
        ]
        indexes = [
            models.Index(fields=["run_after"], condition=Q(state__in=["queued", "running"]), name="job_open"),
            models.Index(fields=["project", "kind", "-id"], name="job_of_project"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"

    @property
    def is_open(self) -> bool:
        return self.state in self.OPEN


class Worker(models.Model):
    """A worker process that is alive, as far as its last sign of life tells."""

    name = models.CharField(max_length=80, unique=True)
    seen_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name


class IdempotentReply(models.Model):
    """What a write that carried an Idempotency-Key was answered, so that sending it twice does it once."""

    user = models.ForeignKey(User, on_delete=models.CASCADE)
    key = models.CharField(max_length=200)
    request_sha256 = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField()
    body = models.TextField()
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="idempotency_key_once")]

    def __str__(self) -> str:
        return self.key
