"""The pages of consents and creators: which consents are in force, ending one, and whose work is here."""

from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from projects.provenance import actions, queries
from projects.provenance.models import Consent
from projects.workspace.access import OWNERS, get_or_404, membership_for
from projects.workspace.actions import Refused

PAGE = 50


@login_required
@require_GET
def consents(request: HttpRequest, slug: str) -> HttpResponse:
    """Every consent that samples rest on."""
    membership = membership_for(request.user, slug, OWNERS)
    context = {
        "project": membership.project,
        "membership": membership,
        "consents": queries.consents(membership.project)[:500],
        "coverage": queries.coverage(membership.project),
    }
    return render(request, "provenance/consents.html", context)


@login_required
@require_GET
def creators(request: HttpRequest, slug: str) -> HttpResponse:
    """Everybody whose work is here, with how much of it."""
    membership = membership_for(request.user, slug, OWNERS)
    text = request.GET.get("q", "").replace("\x00", "").strip()
    page = Paginator(queries.creators(membership.project, text), PAGE).get_page(request.GET.get("page"))
    context = {
        "project": membership.project,
        "membership": membership,
        "page": page,
        "text": text,
        "query": urlencode({"q": text}) if text else "",
    }
    return render(request, "provenance/creators.html", context)


@login_required
@require_POST
def end_consent(request: HttpRequest, slug: str, consent_id: int) -> HttpResponse:
    """Ends one: its samples are in no further snapshot."""
    membership = membership_for(request.user, slug, OWNERS)
    consent = get_or_404(Consent.objects.filter(project=membership.project), "consent", pk=consent_id)
    note = request.POST.get("note", "").replace("\x00", "").strip()[:2000]
    try:
        actions.end_consent(actor=membership.user, project=membership.project, consent=consent, note=note)
        messages.success(request, f"The consent {consent.reference} has ended; no further snapshot holds its samples.")
    except Refused as error:
        messages.error(request, str(error))
    return redirect("consents", slug)
