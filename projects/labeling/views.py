"""The labelling screen. Every answer to a POST is the fragment that takes the task's place."""

import uuid
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from projects.labeling import actions
from projects.labeling.bulk import why_not
from projects.labeling.models import Assignment
from projects.labeling.offers import offers, settled_in, unlooked
from projects.labeling.suggestions import seen, settle
from projects.labeling.task import Task, history, last_submitted, task_for, why_nothing
from projects.schema import SchemaError
from projects.workspace.access import get_or_404, membership_for
from projects.workspace.interfaces import parsed
from projects.workspace.models import Membership


@login_required
@require_GET
def label(request: HttpRequest, slug: str) -> HttpResponse:
    """The screen with the sample that this person should label now."""
    membership = membership_for(request.user, slug)
    if membership.practises:
        return redirect("practice", slug)
    assignment = actions.next_assignment(membership=membership, resumed=True)
    assert membership.project.interface is not None
    at_once = not why_not(parsed(membership.project.interface))
    return render(request, "labeling/label.html", _context(membership, assignment) | {"at_once": at_once})


@login_required
@require_POST
def submit(request: HttpRequest, slug: str) -> HttpResponse:
    """Stores the answers and gives the next sample: one round trip."""
    membership = membership_for(request.user, slug)
    assignment = _assignment(membership, request.POST.get("assignment", ""))
    task = task_for(assignment, membership.project)
    posted = {name: values for name, values in request.POST.lists() if name.startswith("q.")}
    task.answers = task.interface.answers_from_form(posted, task.values, task.shown)
    settle(assignment, settled_in(posted))
    task.offers = offers(assignment, task.interface)
    task.problems = unlooked(assignment, task.interface, task.answers, settled_in(posted))
    task.submission = str(submission_id(request.POST.get("submission", "")))
    if task.problems:
        return _fragment(request, membership, task, status=422)
    try:
        done = actions.submit(
            membership=membership,
            assignment_id=assignment.pk,
            submission=uuid.UUID(task.submission),
            answers=task.answers,
            comments=task.comments,  # the screen doesn't ask for any: those given elsewhere stay
            duration_ms=milliseconds(request.POST.get("duration_ms", "")),
            first="editing" not in request.POST,
        )
    except SchemaError as error:
        task.problems = by_question(error)
        return _fragment(request, membership, task, status=422)
    except actions.SubmittedElsewhere as error:
        return _conflict(request, membership, str(error), again=assignment.pk)
    except (actions.LeaseLost, actions.SubmissionReused) as error:
        return _conflict(request, membership, str(error))
    return _next(request, membership, done.next, saved="Saved")


@login_required
@require_POST
def skip(request: HttpRequest, slug: str, assignment_id: int) -> HttpResponse:
    membership = membership_for(request.user, slug)
    assignment = _assignment(membership, str(assignment_id))
    reason = " — ".join(filter(None, (request.POST.get("reason", ""), request.POST.get("text", "").strip())))
    try:
        following = actions.skip(membership=membership, assignment_id=assignment.pk, reason=clean(reason))
    except actions.LeaseLost as error:
        return _conflict(request, membership, str(error))
    return _next(request, membership, following, saved="Skipped")


@login_required
@require_POST
def draft(request: HttpRequest, slug: str, assignment_id: int) -> JsonResponse:
    """Autosave. 409 with the stored draft when it was changed elsewhere."""
    membership = membership_for(request.user, slug)
    assignment = _assignment(membership, str(assignment_id))
    task = task_for(assignment, membership.project)
    posted = {name: values for name, values in request.POST.lists() if name.startswith("q.")}
    answers = task.interface.answers_from_form(posted, task.values, task.shown)
    revision = request.POST.get("revision", "")
    if not revision.isascii() or not revision.isdigit() or len(revision) > 9:
        return JsonResponse({"detail": "revision: expected a whole number"}, status=400)
    try:
        saved = actions.save_draft(
            membership=membership,
            assignment_id=assignment.pk,
            revision=int(revision),
            answers=answers,
            settled=settled_in(posted),
        )
    except actions.DraftConflict as conflict:
        stored = task_for(conflict.stored, membership.project)
        return JsonResponse({"revision": stored.revision, "answers": stored.answers}, status=409)
    return JsonResponse({"revision": saved.revision})


@login_required
@require_POST
def reveal(request: HttpRequest, slug: str, assignment_id: int) -> HttpResponse:
    """The suggestions for a question, now that the person has answered it; 204 where that answer is not complete."""
    membership = membership_for(request.user, slug)
    assignment = _assignment(membership, str(assignment_id))
    task = task_for(assignment, membership.project)
    posted = {name: values for name, values in request.POST.lists() if name.startswith("q.")}
    question = task.interface.question(request.POST.get("question", ""))
    answers = task.interface.answers_from_form(posted, task.values, task.shown)
    if question is None or question.name not in answers:
        return HttpResponse(status=204)
    held = actions.reveal(
        membership=membership, assignment_id=assignment.pk, question=question.name, answer=answers[question.name]
    )
    if question.name not in seen(held.suggested):
        return HttpResponse(status=204)
    context = {"task": task, "question": question, "offer": offers(held, task.interface)[question.name]}
    return render(request, "labeling/_suggested.html", context)


@login_required
@require_POST
def discard(request: HttpRequest, slug: str, assignment_id: int) -> HttpResponse:
    membership = membership_for(request.user, slug)
    assignment = _assignment(membership, str(assignment_id))
    fresh = actions.discard_draft(membership=membership, assignment_id=assignment.pk)
    return _next(request, membership, fresh, saved="Discarded")


@login_required
@require_POST
def undo(request: HttpRequest, slug: str) -> HttpResponse:
    """Opens the person's last submission again."""
    membership = membership_for(request.user, slug)
    assignment = last_submitted(membership.user, membership.project)
    if assignment is None:
        return _next(request, membership, actions.next_assignment(membership=membership), saved="Nothing to undo")
    return _next(request, membership, _assignment(membership, str(assignment.pk)), saved="Opened again")


@login_required
@require_GET
def open_again(request: HttpRequest, slug: str, assignment_id: int) -> HttpResponse:
    """One of the person's submissions, open for correction; a page of its own without htmx."""
    membership = membership_for(request.user, slug)
    assignment = _assignment(membership, str(assignment_id))
    if not assignment.sample.is_shown:
        raise Http404("This sample was withdrawn; its content is shown to nobody.")
    if request.headers.get("HX-Request"):
        return _next(request, membership, assignment, saved="Opened again")
    return render(request, "labeling/label.html", _context(membership, assignment))


def by_question(error: SchemaError) -> dict[str, str]:
    """The problems of answers, one message for each question (paths are ``answers.<question>…``)."""
    problems: dict[str, str] = {}
    for problem in error.problems:
        question = problem.path.removeprefix("answers.").split(".")[0].split("[")[0]
        axis = problem.path.rpartition(".")[2].replace("_", " ")
        named = problem.reason if axis == question else f"{axis}: {problem.reason}"
        problems[question] = "; ".join(filter(None, (problems.get(question), named)))
    return problems


def clean(text: str) -> str:
    """Without NUL characters, which no text column of PostgreSQL takes."""
    return text.replace("\x00", "")


def _assignment(membership: Membership, pk: str) -> Assignment:
    if not pk.isascii() or not pk.isdigit() or len(pk) > 18:
        raise Http404("No such assignment.")
    mine = Assignment.objects.select_related("sample", "interface").defer("interface__document")
    mine = mine.filter(annotator=membership.user, project=membership.project)
    return get_or_404(mine, "assignment", pk=int(pk))


def submission_id(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError:
        return uuid.uuid4()


def milliseconds(text: str) -> int | None:
    return min(int(text), 2**31 - 1) if text.isascii() and text.isdigit() and len(text) < 16 else None


def _context(membership: Membership, assignment: Assignment | None, saved: str = "") -> dict[str, Any]:
    project = membership.project
    return {
        "project": project,
        "membership": membership,
        "task": task_for(assignment, project) if assignment else None,
        "reason": None if assignment else why_nothing(membership),
        "position": {"done": membership.submitted, "total": membership.out_of},
        "history": history(membership),
        "saved": saved,
    }


def _next(request: HttpRequest, membership: Membership, assignment: Assignment | None, saved: str) -> HttpResponse:
    context = _context(membership, assignment, saved)
    return render(request, "labeling/_task.html" if assignment else "labeling/_empty.html", context)


def _fragment(request: HttpRequest, membership: Membership, task: Task, status: int) -> HttpResponse:
    context = {**_context(membership, None), "task": task, "reason": None}
    return render(request, "labeling/_task.html", context, status=status)


def _conflict(request: HttpRequest, membership: Membership, detail: str, again: int | None = None) -> HttpResponse:
    context = {**_context(membership, None), "detail": detail, "again": again}
    return render(request, "labeling/_conflict.html", context, status=409)
