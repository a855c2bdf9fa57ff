"""Everything known about one sample: content, origin, answers, decisions, history. A page and an API."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from projects.labeling.models import Annotation, Assignment, AssignmentState
from projects.labeling.task import asset_urls
from projects.labeling.thread_views import ALL, thread_context
from projects.provenance.queries import as_json, provenance_of
from projects.review.models import Adjudication
from projects.review.queries import history, reviewable
from projects.review.seen import seen
from projects.review.suggested import beside
from projects.samples.api import SampleRow, row_of
from projects.samples.models import Sample
from projects.samples.states import SampleState
from projects.templatetags.annotator_text import letter
from projects.workspace.access import DECIDERS, get_or_404, membership_for
from projects.workspace.interfaces import parsed
from projects.workspace.models import AuditEntry, Project, User

MOST_ROWS = 200  # of a sample's audit log


class AnnotationBody(serializers.Serializer[Any]):
    annotator = serializers.CharField(help_text="A name, or a letter where the policy keeps names from reviewers.")
    interface = serializers.IntegerField()
    version = serializers.IntegerField()
    current = serializers.BooleanField()
    answers = serializers.DictField()
    comments = serializers.DictField()
    duration_ms = serializers.IntegerField(allow_null=True)
    created_at = serializers.DateTimeField()


class DecisionBody(serializers.Serializer[Any]):
    decision = serializers.CharField()
    origin = serializers.CharField()
    layer = serializers.CharField(help_text="At which layer it was made: rule, reviewer, second or owner.")
    awaits = serializers.CharField(allow_blank=True, help_text="The layer that it waits, or waited, for.")
    confirms = serializers.BooleanField(help_text="It says what the one before it says.")
    reviewer = serializers.CharField(allow_null=True)
    answers = serializers.DictField()
    distribution = serializers.DictField()
    reason = serializers.CharField(allow_blank=True)
    current = serializers.BooleanField()
    created_at = serializers.DateTimeField()


class EventBody(serializers.Serializer[Any]):
    at = serializers.DateTimeField()
    action = serializers.CharField()
    actor = serializers.CharField(allow_null=True)


class WithdrawnBody(serializers.Serializer[Any]):
    at = serializers.DateTimeField()
    reason = serializers.CharField()
    erased_at = serializers.DateTimeField(allow_null=True, help_text="When its content was erased for good.")


class SampleRecord(SampleRow):
    withdrawn = WithdrawnBody(allow_null=True)
    provenance = serializers.DictField()
    annotations = AnnotationBody(many=True)
    decisions = DecisionBody(many=True)
    history = EventBody(many=True)


@extend_schema(operation_id="sample", request=None, responses={200: SampleRecord})
@api_view(["GET"])
def sample_api(request: Request, slug: str, key: str) -> Response:
    """One sample with its origin, annotations, decisions and history. Of one that was withdrawn only that, when and why
    are told."""
    membership = membership_for(request.user, slug, DECIDERS)
    project, user = membership.project, membership.user
    sample = find(project, key)
    shown = sample.is_shown
    given = visible(annotations(project, sample), sample, user) if shown else []
    return Response(
        row_of(sample)
        | {
            "withdrawn": withdrawn(sample),
            "provenance": as_json(provenance_of(sample)) if shown else {},
            "annotations": [_annotation(name, one) for name, one in given],
            "decisions": [_decision(made) for made in history(sample, user)] if shown else [],
            "history": [_event(entry, named) for entry, named in events(project, sample)],
        }
    )


@login_required
@require_GET
def sample_page(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """The sample's own page."""
    membership = membership_for(request.user, slug, DECIDERS)
    project = membership.project
    sample = find(project, key)
    assert project.interface is not None
    interface = parsed(project.interface)
    context: dict[str, Any]
    if not sample.is_shown:
        context = {
            "project": project,
            "membership": membership,
            "sample": sample,
            "withdrawn": withdrawn(sample),
            "events": events(project, sample),
        }
        return render(request, "samples/withdrawn.html", context)
    everything = annotations(project, sample)
    given = visible(everything, sample, membership.user)
    context = {
        "project": project,
        "membership": membership,
        "sample": sample,
        "interface": interface,
        "shown_fields": [
            (field, sample.fields[field.name]) for field in interface.fields if field.name in sample.fields
        ],
        "fields": sample.fields,
        "asset_urls": asset_urls(project, sample.fields),
        "provenance": provenance_of(sample),
        "machines": beside(
            sample, interface, [(name, one.suggested, one.answers) for name, one in given if one.current]
        ),
        "current": [(name, one, seen(interface, sample.fields, one)) for name, one in given if one.current],
        "numbered": True,
        "earlier": sum(not one.current for _, one in given),
        "hidden": len(everything) - len(given),
        "skipped": skipped(project, sample),
        "decisions": history(sample, membership.user),
        "events": events(project, sample),
        "reviewable": reviewable(sample.state),
        **thread_context(membership, sample, ALL),
    }
    return render(request, "samples/sample.html", context)


def find(project: Project, key: str) -> Sample:
    """The project's sample of this key; raises Http404."""
    if "\x00" in key:  # no key holds one, and PostgreSQL refuses to look for it
        key = ""
    return get_or_404(Sample.objects.filter(project=project), "sample", key=key)


def withdrawn(sample: Sample) -> dict[str, Any] | None:
    """When and why a sample was withdrawn, as the later stage's tombstone says; None for one that was not."""
    stone = getattr(sample, "tombstone", None)
    if stone is None:
        return None
    told = stone.withdrawal
    return {"at": told.created_at, "reason": told.reason, "erased_at": stone.erased_at}


def annotations(project: Project, sample: Sample) -> list[tuple[str, Annotation]]:
    """Every version of everybody's annotations, oldest first, under names or neutral letters as the policy says."""
    rows = list(
        Annotation.objects.filter(sample=sample).select_related("annotator", "interface", "assignment").order_by("pk")
    )
    if project.rules.reveal_annotators:
        return [(str(row.annotator), row) for row in rows]
    order: dict[int, str] = {}
    return [(order.setdefault(row.annotator_id, letter(len(order))), row) for row in rows]


def visible(given: list[tuple[str, Annotation]], sample: Sample, user: User) -> list[tuple[str, Annotation]]:
    """What this person may see of them: while the sample is labelled, their own only. They may be asked next, and
    whoever is asked must not know what others said."""
    if sample.state in (SampleState.READY, SampleState.IMPORTED):
        return [(name, one) for name, one in given if one.annotator_id == user.pk]
    return given


def skipped(project: Project, sample: Sample) -> list[tuple[str, str]]:
    """Who skipped the sample, under a name where the policy shows names, and why."""
    rows = Assignment.objects.filter(sample=sample, state=AssignmentState.SKIPPED).select_related("annotator")
    named = project.rules.reveal_annotators
    return [(str(row.annotator) if named else "Somebody", row.skip_reason) for row in rows.order_by("pk")]


def events(project: Project, sample: Sample) -> list[tuple[AuditEntry, bool]]:
    """The audit rows about the sample, newest first, and for each whether its actor may be named: annotators are not,
    where the policy keeps their names from reviewers."""
    named = project.rules.reveal_annotators
    rows = AuditEntry.objects.filter(object_type="sample", object_id=str(sample.pk)).select_related("actor")
    deciders = set(project.memberships.filter(role__in=DECIDERS).values_list("user_id", flat=True))
    return [(row, named or row.actor_id in deciders) for row in rows.order_by("-pk")[:MOST_ROWS]]


def _annotation(name: str, given: Annotation) -> dict[str, Any]:
    return {
        "annotator": name,
        "interface": given.interface.version,
        "version": given.version,
        "current": given.current,
        "answers": given.answers,
        "comments": given.comments,
        "suggested": given.suggested,
        "duration_ms": given.duration_ms,
        "created_at": given.created_at.isoformat(),
    }


def _decision(made: Adjudication) -> dict[str, Any]:
    return {
        "decision": made.decision,
        "origin": made.origin,
        "layer": made.layer,
        "awaits": made.awaits,
        "confirms": made.confirms,
        "reviewer": str(made.reviewer) if made.reviewer else None,
        "answers": made.answers,
        "distribution": made.distribution,
        "reason": made.reason,
        "current": made.current,
        "created_at": made.created_at.isoformat(),
    }


def _event(entry: AuditEntry, named: bool) -> dict[str, Any]:
    return {"at": entry.at.isoformat(), "action": entry.action, "actor": str(entry.actor) if named else None}
