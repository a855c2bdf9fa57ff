"""Pages where an owner edits what is shown and what is asked."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from projects.schema import SchemaError, compare
from projects.schema.describe import describe
from projects.workspace import actions
from projects.workspace.access import OWNERS, get_or_404, membership_for
from projects.workspace.interface_edit import (
    as_text,
    effect_of,
    example_of,
    fates,
    newest_interface,
    read_document,
)
from projects.workspace.interfaces import parsed
from projects.workspace.models import Interface, Membership, Project

# Longer documents are compared question by question only: the word diff takes the square of the length.
MAX_DIFF = 20_000


@login_required
@require_http_methods(["GET", "POST"])
def interface(request: HttpRequest, slug: str) -> HttpResponse:
    """The editor. A save that changes what answers mean is shown first, and done when it is confirmed."""
    membership = membership_for(request.user, slug, OWNERS)
    if request.method == "GET":
        newest = newest_interface(membership.project)
        return _page(request, membership, as_text(newest.document), newest.sha256)
    # Browsers send line ends as CR LF.
    text, base = request.POST.get("document", "").replace("\r\n", "\n"), request.POST.get("base", "")
    try:
        document, meaning, sha256 = read_document(text)
    except SchemaError as error:
        return _page(request, membership, text, base, problems=error.problems, status=422)
    effect = effect_of(membership.project, meaning, sha256)
    if effect.changed and effect.newest.sha256 != base:
        return _conflict(request, membership, text, base)
    if request.POST.get("intent") == "look" or (effect.lasting and request.POST.get("confirmed") != sha256):
        ask = effect if effect.lasting and request.POST.get("intent") != "look" else None
        return _page(request, membership, text, base, ask=ask)
    try:
        saved = actions.save_interface(
            actor=membership.user, project=membership.project, document=document, base_sha256=base
        )
    except actions.Stale:
        return _conflict(request, membership, text, base)
    messages.success(request, _outcome(effect.newest, saved, effect.changed))
    return redirect("interface", slug)


def _outcome(before: Interface, saved: Interface, changed: bool) -> str:
    if not changed:
        return f"Nothing to save: version {saved.version} is the same."
    if saved.version == before.version:
        return f"Saved as version {saved.version}. Nobody has labelled with it yet, so it keeps its number."
    return f"Version {saved.version} is in use from the next sample on."


def _conflict(request: HttpRequest, membership: Membership, text: str, base: str) -> HttpResponse:
    """Somebody saved in between: both are kept, and a second save goes over theirs knowingly."""
    newest = newest_interface(membership.project)
    return _page(request, membership, text, newest.sha256, theirs=newest, status=409)


def _page(
    request: HttpRequest, membership: Membership, text: str, base: str, *, status: int = 200, **more: Any
) -> HttpResponse:
    project = membership.project
    newest = newest_interface(project)
    ask, theirs = more.get("ask"), more.get("theirs")
    context = {
        "project": project,
        "membership": membership,
        "text": text,
        "base": base,
        "newest": newest,
        "saved": newest.document,
        "types": describe(),
        "versions": project.interfaces.select_related("created_by").defer("document"),
        "fates": fates(ask) if ask else [],
        **(_differing(as_text(theirs.document), text, "theirs_text") if theirs else {}),
        **_looks(project, text),
        **more,
    }
    return render(request, "workspace/interface.html", context, status=status)


def _differing(before: str, after: str, name: str) -> dict[str, Any]:
    """The two texts of a word diff, and whether they are short enough for one."""
    return {name: before, "after": after, "differing": len(before) + len(after) <= MAX_DIFF}


def _looks(project: Project, text: str) -> dict[str, Any]:
    """The preview of a text and what saving it would do, or its problems."""
    try:
        _, meaning, sha256 = read_document(text)
    except SchemaError as error:
        return {"problems": error.problems}
    return {"task": example_of(meaning), "effect": effect_of(project, meaning, sha256)}


@login_required
@require_POST
def interface_preview(request: HttpRequest, slug: str) -> HttpResponse:
    """What the text in the editor means. Nothing is saved."""
    project = membership_for(request.user, slug, OWNERS).project
    context = {"project": project, "swap": True, **_looks(project, request.POST.get("document", ""))}
    if effect := context.get("effect"):
        context["newest"] = effect.newest
    return render(request, "workspace/interface_preview.html", context)


@login_required
@require_GET
def interface_version(request: HttpRequest, slug: str, version: int) -> HttpResponse:
    """One version to read, and what the next one changed."""
    membership = membership_for(request.user, slug, OWNERS)
    project = membership.project
    shown = get_or_404(project.interfaces.select_related("created_by"), "version", version=version)
    following = project.interfaces.filter(version__gt=version).order_by("version").first()
    text = as_text(shown.document)
    context: dict[str, Any] = {
        "project": project,
        "membership": membership,
        "shown": shown,
        "following": following,
        "text": text,
        "task": example_of(parsed(shown)),
        "used": shown.annotations.filter(current=True).count(),
    }
    if following:
        context["changes"] = compare(parsed(shown), parsed(following))
        context |= _differing(text, as_text(following.document), "text")
    return render(request, "workspace/interface_version.html", context)
