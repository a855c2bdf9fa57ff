"""Pages of snapshots: what there is, what a new one would hold, and each version's files."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from projects.snapshots import actions, exports, files
from projects.snapshots.contamination import check_lists
from projects.snapshots.download_views import context_of
from projects.snapshots.layout import PARTS, SplitError
from projects.snapshots.models import ContaminationList, Snapshot
from projects.snapshots.queries import FilterError, built, check_filter, eligible, find, left_out
from projects.snapshots.withdrawal import obstacle
from projects.workspace.access import OWNERS, membership_for
from projects.workspace.actions import Refused
from projects.workspace.interfaces import parsed
from projects.workspace.models import Project

MAX_SHOWN_FILES = 200
MAX_SHOWN_STONES = 20


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
                split=split_from(request),
                contamination=lists_from(request, project),
            )
            messages.success(request, f"Version {snapshot.number} is being built.")
            return redirect("snapshot", slug, snapshot.number)
        except (Refused, FilterError, SplitError) as error:
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
        "groups": groups(project),
        "lists": ContaminationList.objects.filter(project=project),
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
        "obstacle": obstacle(version, membership.user),
        "stone_count": version.tombstones.count(),
        "stones": version.tombstones.select_related("withdrawal")[:MAX_SHOWN_STONES],
        **(context_of(request, version) if version.is_described else {}),
        "others": built(membership.project).exclude(pk=version.pk).defer("manifest"),
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


def filter_from(request: HttpRequest) -> dict[str, Any]:
    """The filter that the form describes."""
    data = request.POST if request.method == "POST" else request.GET
    document: dict[str, Any] = {}
    if data.getlist("origin"):
        document["origin"] = data.getlist("origin")
    if data.get("language"):
        document["metadata"] = {"language": data["language"]}
    return check_filter(document)


def lists_from(request: HttpRequest, project: Project) -> dict[str, Any] | None:
    """The lists that the form says to compare with. Raises Refused."""
    names = [name.replace("\x00", "") for name in request.POST.getlist("list")]
    return check_lists(project, names, leave_out=request.POST.get("overlapping") == "leave-out")


def split_from(request: HttpRequest) -> dict[str, Any] | None:
    """The split that the form describes; None where none is wanted. Raises SplitError."""
    if request.POST.get("split") != "on":
        return None
    shares = {part: request.POST.get(part, "").strip() or "0" for part in PARTS}
    if not all(share.isdecimal() and len(share) < 4 for share in shares.values()):
        raise SplitError("The shares of a split are whole percents.")
    group = request.POST.get("group", "")
    return {"shares": {part: int(share) for part, share in shares.items()}, "group": group}


def groups(project: Project) -> list[tuple[str, str]]:
    """What the samples of a version can be kept together by."""
    assert project.interface is not None
    return [("creator", "creator"), *((f"fields.{each.name}", each.title) for each in parsed(project.interface).fields)]


def preview_of(project: Project, document: dict[str, Any]) -> dict[str, Any]:
    return {"count": eligible(project, document).count(), "left_out": left_out(project, document)}


def languages(project: Project) -> list[str]:
    """The languages that the samples' metadata name, for the filter."""
    found = project.samples.filter(metadata__language__isnull=False).values_list("metadata__language", flat=True)
    return sorted({language for language in found.distinct()[:200] if isinstance(language, str)})
