"""The screen for several samples at once. Every answer to a POST is the fragment that takes its place."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from projects.labeling import bulk
from projects.labeling.bulk import Item
from projects.labeling.task import task_for, why_nothing
from projects.labeling.views import by_question, milliseconds, submission_id
from projects.schema import SchemaError
from projects.workspace.access import membership_for
from projects.workspace.interfaces import parsed
from projects.workspace.models import Membership


@login_required
@never_cache
@require_GET
def bulk_page(request: HttpRequest, slug: str) -> HttpResponse:
    """A page of samples; with ``again`` those that were just submitted, to be answered otherwise. Why not, where the
    interface asks for more than a choice."""
    membership = membership_for(request.user, slug)
    if membership.practises:
        return redirect("practice", slug)
    project = membership.project
    assert project.interface is not None
    reasons = bulk.why_not(parsed(project.interface))
    if reasons:
        context = {"project": project, "membership": membership, "reasons": reasons}
        return render(request, "labeling/bulk_not.html", context)
    again = numbers(request.GET.getlist("again"))
    if again:
        tasks = [task_for(each, project) for each in bulk.mine(membership, again, project)]
        return _show(request, membership, [Item(task, picked=True) for task in tasks])
    return _show(request, membership, bulk.page(membership=membership))


@login_required
@require_POST
def bulk_submit(request: HttpRequest, slug: str) -> HttpResponse:
    """Gives one answer to all that were marked, and shows the next page; what failed stays on it with its reason."""
    membership = membership_for(request.user, slug)
    project = membership.project
    assert project.interface is not None
    if bulk.why_not(parsed(project.interface)):
        return redirect("label-bulk", slug)
    picked = numbers(request.POST.getlist("pick"))
    submissions = {pk: submission_id(request.POST.get(f"submission.{pk}", "")) for pk in picked[: bulk.SIZE]}
    again = frozenset(numbers(request.POST.getlist("again")))
    posted = {name: values for name, values in request.POST.lists() if name.startswith("q.")}
    given, problems = bulk.Given(), {}
    try:
        given = bulk.submit(
            membership=membership,
            submissions=submissions,
            again=again,
            posted=posted,
            duration_ms=milliseconds(request.POST.get("duration_ms", "")),
        )
    except SchemaError as error:
        problems = by_question(error)
    items = bulk.page(membership=membership)
    _keep(items, membership, again - set(given.saved), [*given.failed, *(picked if problems else ())])
    for item in items:
        pk = item.task.assignment_id
        item.problem = given.failed.get(pk, "")
        item.picked = bool(problems) and pk in picked
        if problems and pk in submissions:
            item.task.submission = str(submissions[pk])
    return _show(request, membership, items, given=given, problems=problems, posted=posted)


def _keep(items: list[Item], membership: Membership, again: frozenset[int] | set[int], tried: list[int]) -> None:
    """What was to be corrected, and what failed, stays on the page."""
    there = {item.task.assignment_id for item in items}
    missing = [pk for pk in {*again, *tried} if pk not in there]
    for assignment in bulk.mine(membership, missing, membership.project):
        items.insert(0, Item(task_for(assignment, membership.project)))


def _show(
    request: HttpRequest,
    membership: Membership,
    items: list[Item],
    *,
    given: bulk.Given | None = None,
    problems: dict[str, str] | None = None,
    posted: dict[str, list[str]] | None = None,
) -> HttpResponse:
    project = membership.project
    assert project.interface is not None
    interface = parsed(project.interface)
    answers = interface.answers_from_form(posted, {}, {}) if problems and posted else _common(items)
    context: dict[str, Any] = {
        "project": project,
        "membership": membership,
        "items": items,
        "questions": bulk.questions_at_once(interface),
        "answers": answers,
        "asset_urls": {},
        "given": given,
        "failed": [item for item in items if item.problem],
        "gone": len(given.failed) - sum(bool(item.problem) for item in items) if given else 0,
        "problems": problems or {},
        "position": {"done": membership.submitted, "total": membership.out_of},
        "reason": None if items else why_nothing(membership),
    }
    status = 422 if problems else 200
    name = "labeling/_bulk.html" if request.headers.get("HX-Request") else "labeling/bulk.html"
    return render(request, name, context, status=status)


def _common(items: list[Item]) -> dict[str, Any]:
    """What all marked samples say already, so that a correction begins with it."""
    given = [item.task.answers for item in items if item.picked]
    if not given:
        return {}
    return {name: value for name, value in given[0].items() if all(each.get(name) == value for each in given)}


def numbers(texts: list[str]) -> list[int]:
    """Those that are ids."""
    return [int(text) for text in texts if text.isascii() and text.isdigit() and len(text) < 19]
