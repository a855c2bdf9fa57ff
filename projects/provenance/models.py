"""Where every sample comes from: origin, licence, creator, consent. One row a sample, from the first migration on."""

from django.db import models
from django.db.models import Q
from django.utils import timezone

from projects.samples.models import Sample
from projects.workspace.models import Project


class Creator(models.Model):
    """Who made the content, as they want to be credited."""

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="creators")
    name = models.CharField(max_length=200)
    credit = models.CharField(max_length=300, blank=True, help_text="The credit line, where it differs from the name.")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["project", "name"], name="creator_once")]

    def __str__(self) -> str:
        return self.credit or self.name


class ConsentState(models.TextChoices):
    GIVEN = "given", "In force"
    ENDED = "ended", "Ended"


class Consent(models.Model):
    """A creator's agreement that samples may be used; every sample names the one it rests on."""

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="consents")
    reference = models.CharField(max_length=200)
    state = models.CharField(max_length=5, choices=ConsentState.choices, default=ConsentState.GIVEN)
    given_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True)
    note = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["project", "reference"], name="consent_once"),
            models.CheckConstraint(
                condition=Q(state="given", ended_at=None) | Q(state="ended", ended_at__isnull=False),
                name="consent_ended_has_a_date",
            ),
        ]

    def __str__(self) -> str:
        return self.reference


class Origin(models.TextChoices):
    HUMAN = "human", "Made by a person"
    AI_ASSISTED = "ai-assisted", "Made with AI help"
    AI = "ai", "Made by a model"
    SYNTHETIC = "synthetic", "Synthetic"
    UNKNOWN = "unknown", "Not stated"


class Provenance(models.Model):
    """One sample's origin, licence, creator, source and consent."""

    sample = models.OneToOneField(Sample, on_delete=models.CASCADE, primary_key=True, related_name="provenance")
    origin = models.CharField(max_length=12, choices=Origin.choices, default=Origin.UNKNOWN)
    model = models.CharField(max_length=200, blank=True)
    prompt = models.TextField(blank=True)
    licence = models.CharField(max_length=200, blank=True, help_text="SPDX id or LicenseRef-…")
    source = models.TextField(blank=True)
    creator = models.ForeignKey(Creator, on_delete=models.PROTECT, null=True, related_name="works")
    consent = models.ForeignKey(Consent, on_delete=models.PROTECT, null=True, related_name="works")

    def __str__(self) -> str:
        return f"{self.get_origin_display()}, {self.licence or 'no licence'}"
