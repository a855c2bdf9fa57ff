"""Pages of snapshots: what there is, and each version's files."""

import json

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from projects.snapshots import exports
from projects.snapshots.download_views import context_of
from projects.snapshots.models import Snapshot
from projects.snapshots.push_views import pushes_of
from projects.snapshots.queries import built, find
from projects.snapshots.verify_views import verifications
from projects.snapshots.withdrawal import obstacle
from projects.workspace.access import OWNERS, membership_for

MAX_SHOWN_FILES = 200
MAX_SHOWN_STONES = 20
MAX_SHOWN_PUSHES = 10


@login_required
@require_GET
def snapshots(request: HttpRequest, slug: str) -> HttpResponse:
    """All versions, newest first."""
    membership = membership_for(request.user, slug, OWNERS)
    versions = Snapshot.objects.filter(project=membership.project).select_related("job", "created_by")
    context = {"project": membership.project, "membership": membership, "snapshots": versions}
    return render(request, "snapshots/list.html", context)


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
        "filter": json.dumps(version.filter, ensure_ascii=False) if version.filter else "",
        "files": manifest.get("files", [])[:MAX_SHOWN_FILES],
        "bytes": sum(file["bytes"] for file in manifest.get("files", [])),
        "obstacle": obstacle(version, membership.user),
        "stone_count": version.tombstones.count(),
        "stones": version.tombstones.select_related("withdrawal")[:MAX_SHOWN_STONES],
        **(context_of(request, version) if version.is_described else {}),
        "verification": verifications(version).first(),
        "pushes": pushes_of(version)[:MAX_SHOWN_PUSHES],
        "others": built(membership.project).exclude(pk=version.pk).defer("manifest"),
        "offers": exports.offers(manifest) if manifest else [],
    }
    return render(request, "snapshots/detail.html", context)
