"""Pages of snapshots: what there is, what a new one would hold, and each version's files."""

import tempfile
from pathlib import Path
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from projects.snapshots import actions, exports, files
from projects.snapshots.models import Snapshot, SnapshotState
from projects.snapshots.queries import FilterError, check_filter, eligible, left_out
from projects.workspace.access import OWNERS, get_or_404, membership_for
from projects.workspace.actions import Refused
from projects.workspace.models import Project

MAX_SHOWN_FILES = 200


@login_required
@require_http_methods(["GET", "POST"])
def snapshots(request: HttpRequest, slug: str) -> HttpResponse:
    """All versions, and the form for a new one with what it would hold."""
    membership = membership_for(request.user, slug, OWNERS)
    project, problem = membership.project, ""
    posted = {name: request.POST.get(name, "").replace("\x00", "").strip() for name in ("name", "note")}
    if request.method == "POST":
        try:
            document = filter_from(request)
            snapshot = actions.request_snapshot(
                actor=membership.user,
                project=project,
                name=posted["name"][:200],
                note=posted["note"],
                document=document,
            )
            messages.success(request, f"Version {snapshot.number} is being built.")
            return redirect("snapshot", slug, snapshot.number)
        except (Refused, FilterError) as error:
            problem = str(error)
    versions = Snapshot.objects.filter(project=project).select_related("job", "created_by")
    context: dict[str, Any] = {
        **preview_of(project, {}),
        "project": project,
        "membership": membership,
        "snapshots": versions,
        "problem": problem,
        "posted": posted,
        "languages": languages(project),
    }
    return render(request, "snapshots/list.html", context, status=422 if problem else 200)


@login_required
@require_GET
def preview(request: HttpRequest, slug: str) -> HttpResponse:
    """What a snapshot with the chosen filter would hold and leave out."""
    project = membership_for(request.user, slug, OWNERS).project
    try:
        context = preview_of(project, filter_from(request))
    except FilterError as error:
        context = {"problem": str(error)}
    return render(request, "snapshots/_preview.html", {**context, "project": project})


@login_required
@require_GET
def snapshot(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """One version: its state while it is built, then what it holds and every file."""
    membership = membership_for(request.user, slug, OWNERS)
    version = find(membership.project, number, ready=False)
    manifest = version.manifest or {}
    context = {
        "project": membership.project,
        "membership": membership,
        "snapshot": version,
        "manifest": manifest,
        "files": manifest.get("files", [])[:MAX_SHOWN_FILES],
        "bytes": sum(file["bytes"] for file in manifest.get("files", [])),
        "offers": exports.offers(manifest) if manifest else [],
    }
    return render(request, "snapshots/detail.html", context)


@login_required
@require_POST
def verify(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Recomputes every hash of the version, here and now."""
    membership = membership_for(request.user, slug, OWNERS)
    version = find(membership.project, number)
    return render(request, "snapshots/_verified.html", {"report": files.verify(version), "snapshot": version})


@login_required
@require_GET
def export(request: HttpRequest, slug: str, number: int, export_format: str) -> HttpResponseBase:
    """The version in one format, as a download; back to its page with the reason where the format refuses it."""
    membership = membership_for(request.user, slug, OWNERS)
    try:
        return download(membership.project, number, export_format)
    except exports.ExportRefused as error:
        messages.error(request, str(error))
        return redirect("snapshot", slug, number)


def download(project: Project, number: int, export_format: str) -> FileResponse:
    """An export as a file response; raises Http404 for an unknown version or format, ExportRefused."""
    member = exports.export(export_format)
    if member is None:
        raise Http404("No such export format.")
    version = find(project, number)
    name = files.export_name(version, member)
    with tempfile.TemporaryDirectory(prefix="annotator-export-") as scratch:
        path = Path(scratch, name)
        files.exported(version, export_format, path)
        # The open file stays readable; nothing is left behind, whoever breaks the download off.
        return FileResponse(path.open("rb"), as_attachment=True, filename=name)


def find(project: Project, number: int, *, ready: bool = True) -> Snapshot:
    """A version of the project; raises Http404, for one that is not finished too unless ``ready`` is False."""
    versions = Snapshot.objects.select_related("job", "created_by").filter(project=project)
    if ready:
        versions = versions.filter(state=SnapshotState.READY)
    return get_or_404(versions, "snapshot", number=number)


def filter_from(request: HttpRequest) -> dict[str, Any]:
    """The filter that the form describes."""
    data = request.POST if request.method == "POST" else request.GET
    document: dict[str, Any] = {}
    if data.getlist("origin"):
        document["origin"] = data.getlist("origin")
    if data.get("language"):
        document["metadata"] = {"language": data["language"]}
    return check_filter(document)


def preview_of(project: Project, document: dict[str, Any]) -> dict[str, Any]:
    return {"count": eligible(project, document).count(), "left_out": left_out(project, document)}


def languages(project: Project) -> list[str]:
    """The languages that the samples' metadata name, for the filter."""
    found = project.samples.filter(metadata__language__isnull=False).values_list("metadata__language", flat=True)
    return sorted({language for language in found.distinct()[:200] if isinstance(language, str)})
