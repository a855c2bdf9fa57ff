"""Pages of the workspace: a person's projects, one project, its settings, its audit log, its jobs."""

from typing import Any
from urllib.parse import urlencode

from django.conf import settings as site
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from projects.schema import GALLERY, SchemaError
from projects.schema import Interface as Parsed
from projects.workspace import actions, audit, jobs, queries
from projects.workspace.access import OWNERS, job_for, membership_for
from projects.workspace.forms import ProjectForm, SettingsForm
from projects.workspace.models import AuditChain, AuditEntry, Membership, Role, User
from projects.workspace.policy import PolicyError

AUDIT_PAGE = 50
RECENT_JOBS = 5
# htmx stops polling when it is answered so.
STOP_POLLING = 286
# What was asked for does not fit; htmx shows the page all the same.
UNFIT = 422


@login_required
@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """The person's projects."""
    user = signed_in(request)
    return render(
        request, "workspace/home.html", {"places": queries.places_of(user), "may_create": not user.is_placeholder}
    )


@login_required
@require_http_methods(["GET", "POST"])
def project_new(request: HttpRequest) -> HttpResponse:
    """The gallery of interfaces to begin from, and the first settings."""
    user = signed_in(request)
    if user.is_placeholder:
        raise PermissionDenied("Only people with a password of their own may create projects.")
    form = ProjectForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        template = next(template for template in GALLERY if template.slug == data["template"])
        try:
            project = actions.create_project(
                actor=user,
                name=data["name"],
                interface=template.document,
                overlap=data["overlap"],
                policy={"approve": data["approve"]},
            )
        except (actions.Refused, SchemaError, PolicyError) as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "The project is there. Nobody but you sees it yet.")
            return redirect("project", project.slug)
    gallery = [(template, Parsed.parse(template.document).questions) for template in GALLERY]
    context = {"form": form, "gallery": gallery, "chosen": request.POST.get("template", "")}
    return render(request, "workspace/project_new.html", context, status=UNFIT if form.errors else 200)


@login_required
@require_GET
def project(request: HttpRequest, slug: str) -> HttpResponse:
    """The way into a project: to the work for annotators, with its progress for those who decide."""
    membership = membership_for(request.user, slug)
    context: dict[str, Any] = {"project": membership.project, "membership": membership}
    if membership.role == Role.ANNOTATOR:
        return render(request, "workspace/project_annotator.html", context)
    return render(request, "workspace/project.html", context | overview(membership))


def overview(membership: Membership) -> dict[str, Any]:
    project, progress = membership.project, queries.progress_of(membership.project)
    # Work that recurs by itself (figures, routing) would push what people asked for off the list.
    recent = project.jobs.exclude(actor=None).select_related("actor")
    return {
        "progress": progress,
        "forecast": queries.forecast(project),
        "saved": queries.saved(project),
        "jobs": recent.order_by("-pk")[:RECENT_JOBS],
        "steps": queries.next_steps(project) if membership.role == Role.OWNER and not progress.labeled else [],
    }


@login_required
@require_http_methods(["GET", "POST"])
def settings(request: HttpRequest, slug: str) -> HttpResponse:
    """Name, guidelines, overlap and policy."""
    membership = membership_for(request.user, slug, OWNERS)
    form = SettingsForm(membership.project, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.update_project(actor=membership.user, project=membership.project, **form.changes())
        except (actions.Refused, PolicyError) as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "Saved.")
            return redirect("settings", slug)
    context = {"project": membership.project, "membership": membership, "form": form}
    return render(request, "workspace/settings.html", context, status=UNFIT if form.errors else 200)


@login_required
@require_GET
def audit_log(request: HttpRequest, slug: str) -> HttpResponse:
    """Who did what, newest first."""
    membership = membership_for(request.user, slug, OWNERS)
    chain = AuditChain.objects.filter(project=membership.project).first()
    entries = AuditEntry.objects.filter(chain=chain).select_related("actor").order_by("-seq")
    action = request.GET.get("action", "").replace("\x00", "")
    known = entries.order_by("action").values_list("action", flat=True).distinct()
    page = Paginator(entries.filter(action=action) if action else entries, AUDIT_PAGE).get_page(request.GET.get("page"))
    named = {row.object_id for row in page if row.object_type == "user"}
    context = {
        "project": membership.project,
        "membership": membership,
        "chain": chain,
        "page": page,
        "people": {str(person.pk): person for person in User.objects.filter(pk__in=named)},
        "action": action,
        "actions": known,
        "query": urlencode({"action": action}) if action else "",
    }
    return render(request, "workspace/audit.html", context)


@login_required
@require_POST
def audit_verify(request: HttpRequest, slug: str) -> HttpResponse:
    """Recomputes every hash of the project's chain, here and now."""
    membership = membership_for(request.user, slug, OWNERS)
    chain = AuditChain.objects.select_related("project").filter(project=membership.project).first()
    read, broken = audit.verify_chain(chain) if chain else (0, None)
    context = {"read": read, "broken": broken, "chain": chain, "now": timezone.now(), "project": membership.project}
    return render(request, "workspace/_audit_verified.html", context)


@login_required
@require_GET
def job(request: HttpRequest, job_id: int) -> HttpResponse:
    """One piece of background work. A page that shows it asks every second; at its end that page is loaded again."""
    found = job_for(request.user, job_id)
    assert found.project is not None
    if not request.headers.get("HX-Request"):
        membership = membership_for(request.user, found.project.slug)
        where = site.JOB_PAGES.get(found.kind, "") if membership.role == Role.OWNER else ""
        context = {"project": found.project, "membership": membership, "job": found, "where": where}
        response = render(request, "workspace/job.html", context)
    else:
        response = render(request, "workspace/_job.html", {"job": found})
        if not found.is_open:
            response.status_code = STOP_POLLING
            response["HX-Refresh"] = "true"
    patch_vary_headers(response, ["HX-Request"])
    return response


@login_required
@require_POST
def job_cancel(request: HttpRequest, job_id: int) -> HttpResponse:
    """Stops background work that has not ended."""
    found = job_for(request.user, job_id)
    if not jobs.cancel(job=found, actor=signed_in(request)):
        messages.info(request, "It had ended already.")
    if request.headers.get("HX-Request"):
        return HttpResponse(headers={"HX-Refresh": "true"})
    return redirect("job", job_id)


def signed_in(request: HttpRequest) -> User:
    """The person behind a request that ``login_required`` has let through."""
    assert isinstance(request.user, User)
    return request.user
