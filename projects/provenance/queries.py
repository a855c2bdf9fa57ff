"""Reads of the provenance tables."""

from typing import Any

from django.db.models import Count, Q, QuerySet

from projects.provenance.models import Consent, Creator, Origin, Provenance
from projects.samples.models import Sample
from projects.samples.states import SampleState
from projects.workspace.models import Project

_COUNTS = {
    "samples": Count("works"),
    "approved": Count("works", filter=Q(works__sample__state=SampleState.APPROVED)),
    "withdrawn": Count("works", filter=Q(works__sample__state=SampleState.WITHDRAWN)),
}


def consents(project: Project) -> QuerySet[Consent, Any]:
    """The project's consents with how many samples rest on each; those in force first."""
    return Consent.objects.filter(project=project).annotate(**_COUNTS).order_by("-state", "reference")


def creators(project: Project, text: str = "") -> QuerySet[Creator, Any]:
    """The project's creators whose name holds the text, with the number of their samples; by name."""
    found = Creator.objects.filter(project=project)
    if text:
        found = found.filter(Q(name__icontains=text) | Q(credit__icontains=text))
    return found.annotate(**_COUNTS).order_by("name")


def provenance_of(sample: Sample) -> Provenance | None:
    return Provenance.objects.select_related("creator", "consent").filter(sample=sample).first()


def as_json(provenance: Provenance | None) -> dict[str, Any]:
    """A sample's provenance as an import line would state it, and the state of its consent."""
    if provenance is None:
        return {"origin": "unknown"}
    body: dict[str, Any] = {"origin": provenance.origin}
    for name in ("model", "prompt", "licence", "source"):
        if value := getattr(provenance, name):
            body[name] = value
    if provenance.creator:
        body["creator"] = provenance.creator.name
    if provenance.consent:
        body["consent"] = provenance.consent.reference
        body["consent_state"] = provenance.consent.state
    return body


def coverage(project: Project) -> dict[str, int]:
    """Of how many samples the origin, licence, creator and consent are known; ``samples`` is how many there are."""
    return Provenance.objects.filter(sample__project=project).aggregate(
        samples=Count("pk"),
        origin=Count("pk", filter=~Q(origin=Origin.UNKNOWN)),
        licence=Count("pk", filter=~Q(licence="")),
        creator=Count("creator"),
        consent=Count("consent"),
    )
