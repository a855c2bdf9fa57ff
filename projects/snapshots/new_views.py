"""The page on which a new snapshot is chosen, looked at and asked for."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from projects.snapshots import actions
from projects.snapshots.builder import Row, added, document_of, kinds_of, offered_beside, rows_from
from projects.snapshots.contamination import check_lists
from projects.snapshots.filters import FilterError, check_filter, check_purpose
from projects.snapshots.layout import PARTS, SplitError
from projects.snapshots.models import ContaminationList, Purpose
from projects.snapshots.preview import Preview, preview_of
from projects.workspace.access import OWNERS, membership_for
from projects.workspace.actions import Refused
from projects.workspace.interfaces import parsed
from projects.workspace.models import Membership, Project

# Where the rows are kept: removing one is "remove.3".
REMOVE = "remove."


@dataclass(frozen=True, slots=True)
class Looked:
    """What the form asks for, and what would come of it; or the problem in it."""

    document: dict[str, Any]
    purpose: str
    preview: Preview | None = None
    problem: str = ""


@login_required
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest, slug: str) -> HttpResponse:
    """The form with what it would give. Its buttons add and remove conditions, look, or build; each works without
    JavaScript."""
    membership = membership_for(request.user, slug, OWNERS)
    project, data, problem = membership.project, request.POST, ""
    kinds = kinds_of(project)
    rows, do = rows_from(data, kinds), data.get("do", "")
    fresh = added(rows, kinds.get(data.get("add", ""))) if do == "add" else None
    rows = [row for row in rows if do != f"{REMOVE}{row.number}"] + ([fresh] if fresh else [])
    looked = look(project, data, rows)
    if do == "build" and not looked.problem:
        try:
            return _build(request, membership, looked)
        except (Refused, FilterError, SplitError) as error:
            problem = str(error)
    context = {
        "project": project,
        "membership": membership,
        "rows": rows,
        "fresh": fresh,
        "removed": do.startswith(REMOVE),
        "kinds": offered_beside(rows, list(kinds.values())),
        "purposes": Purpose.choices,
        "groups": groups(project),
        "lists": ContaminationList.objects.filter(project=project),
        "listed": data.getlist("list"),
        "posted": data,
        "looked": looked,
        "problem": problem,
    }
    failed = problem or looked.problem
    return render(request, "snapshots/new.html", context, status=422 if failed else 200)


def _build(request: HttpRequest, membership: Membership, looked: Looked) -> HttpResponse:
    texts = {name: request.POST.get(name, "").replace("\x00", "").strip() for name in ("name", "note")}
    snapshot = actions.request_snapshot(
        actor=membership.user,
        project=membership.project,
        name=texts["name"][:200],
        note=texts["note"].replace("\r\n", "\n")[:10_000],
        document=looked.document,
        purpose=looked.purpose,
        split=split_from(request.POST),
        contamination=lists_from(request.POST, membership.project),
    )
    messages.success(request, f"Version {snapshot.number} is being built.")
    return redirect("snapshot", membership.project.slug, snapshot.number)


@login_required
@require_POST
def preview(request: HttpRequest, slug: str) -> HttpResponse:
    """What a snapshot with the chosen conditions would hold and leave out, as a part of the page."""
    project = membership_for(request.user, slug, OWNERS).project
    looked = look(project, request.POST, rows_from(request.POST, kinds_of(project)))
    return render(request, "snapshots/_looked.html", {"project": project, "looked": looked})


def look(project: Project, data: QueryDict, rows: list[Row]) -> Looked:
    """What the rows and the purpose of a form come to."""
    try:
        purpose = check_purpose(data.get("purpose", ""))
        document = check_filter(document_of(rows))
    except FilterError as error:
        return Looked({}, "", problem=_in_words(str(error), rows))
    return Looked(document, purpose, preview_of(project, document, purpose))


def _in_words(problem: str, rows: list[Row]) -> str:
    """A problem with the row's title in the place of the path."""
    for row in rows:
        if problem.startswith(f"filter.{row.kind.name}"):
            _, _, said = problem.partition(": ")
            return f"{row.kind.title}: {said}"
    return problem


def lists_from(data: QueryDict, project: Project) -> dict[str, Any] | None:
    """The lists that the form says to compare with. Raises Refused."""
    names = [name.replace("\x00", "") for name in data.getlist("list")]
    return check_lists(project, names, leave_out=data.get("overlapping") == "leave-out")


def split_from(data: QueryDict) -> dict[str, Any] | None:
    """The split that the form describes; None where none is wanted. Raises SplitError."""
    if data.get("split") != "on":
        return None
    shares = {part: data.get(part, "").strip() or "0" for part in PARTS}
    if not all(share.isdecimal() and len(share) < 4 for share in shares.values()):
        raise SplitError("The shares of a split are whole percents.")
    return {"shares": {part: int(share) for part, share in shares.items()}, "group": data.get("group", "")}


def groups(project: Project) -> list[tuple[str, str]]:
    """What the samples of a version can be kept together by."""
    assert project.interface is not None
    return [("creator", "creator"), *((f"fields.{each.name}", each.title) for each in parsed(project.interface).fields)]
