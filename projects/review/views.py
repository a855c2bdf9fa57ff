"""The review screens. A decision and the next sample are one round trip: the answer is the next sample's fragment."""

from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.db.models import Exists, OuterRef, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from projects.labeling.thread_views import DESK, thread_context
from projects.labeling.threads import open_questions
from projects.labeling.views import by_question
from projects.review import actions
from projects.review.confidence import in_words
from projects.review.counts import Pages, counts, elsewhere, up_to
from projects.review.desk import Desk, answers_from, desk_for
from projects.review.models import Adjudication, Layer, Look, SecondLook, Verdict
from projects.review.queries import (
    bulk_preview,
    disputed_questions,
    filters,
    next_for,
    next_step_of,
    queue,
    to_sign,
)
from projects.review.record import find
from projects.review.worth import why
from projects.samples.models import Sample
from projects.samples.states import IllegalTransition, SampleState
from projects.samples.views import excerpt
from projects.schema import SchemaError
from projects.workspace.access import DECIDERS, OWNERS, membership_for
from projects.workspace.interfaces import parsed
from projects.workspace.models import Job, Membership, Project

PAGE = 25
# What the form calls a return to other people.
RETURN_TO_OTHERS = "return-others"


@login_required
@require_GET
def review(request: HttpRequest, slug: str) -> HttpResponse:
    """What waits for a decision, those first where a look is worth most."""
    membership = membership_for(request.user, slug, DECIDERS)
    project = membership.project
    state, question = filters(request.GET)
    assert project.interface is not None
    questions = parsed(project.interface).questions
    rows = next_step_of(queue(project, state, question), project, membership.user)
    page, numbers = Pages(rows, PAGE).get_page(request.GET.get("page")), counts(project)
    context: dict[str, Any] = {
        "project": project,
        "membership": membership,
        "page": page,
        "rows": [_row(project, sample) for sample in page],
        "state": state,
        "question": question,
        "questions": questions,
        "query": urlencode({"state": state, "question": question}),
        "counts": numbers,
        "elsewhere": elsewhere(project, membership.user),
        "layered": project.rules.second_reviewer or project.rules.owner_signs or numbers["reviewed"],
        "to_sign": up_to(to_sign(project, membership.user)) if state == SampleState.REVIEWED else 0,
        "start": next_for(project, membership.user, None, state, question),
        "limit": 1 - project.rules.min_agreement,
        # Of very many it takes a moment, so it is shown to those who ask.
        "preview": bulk_preview(project, membership.user)
        if state == SampleState.LABELED and (not numbers[state].more or "preview" in request.GET)
        else None,
        "job": Job.objects.filter(project=project, kind="route", actor=membership.user, state__in=Job.OPEN).first(),
        "undoable": _undoable(membership),
        "asked": open_questions(project).count(),
    }
    return render(request, "review/review.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def review_sample(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """One sample with everybody's answers side by side; POST decides on it."""
    membership = membership_for(request.user, slug, DECIDERS)
    project, sample = membership.project, find(membership.project, key)
    if not sample.is_shown:
        return _gone(request, sample)
    desk = desk_for(project, sample, membership.user)
    if request.method == "GET":
        return _shown(request, membership, desk)
    answers = answers_from(desk, dict(request.POST.lists()))
    desk.reason = request.POST.get("reason", "")
    decision, to = request.POST.get("decision", ""), actions.SAME
    if decision == RETURN_TO_OTHERS:
        decision, to = Verdict.RETURN.value, actions.OTHERS
    if decision not in Verdict.values:
        desk.problems.append("Choose what becomes of this sample.")
        return _shown(request, membership, desk, status=422)
    try:
        made = actions.adjudicate(
            actor=membership.user,
            sample=sample,
            decision=decision,
            answers=answers if decision == Verdict.APPROVE else None,
            reason=desk.reason,
            expected=request.POST.get("expected", ""),
            to=to,
        )
    except (SchemaError, actions.ReasonMissing, actions.NotYours, actions.NobodyElse) as error:
        return _shown(request, membership, _with_problems(desk, error), status=422)
    except (actions.Overtaken, IllegalTransition) as error:
        sample = find(project, key)
        if not sample.is_shown:
            return _gone(request, sample)
        fresh = desk_for(project, sample, membership.user)
        fresh.reason = desk.reason
        return _shown(request, membership, fresh, status=409, overtaken=error)
    return _following(request, membership, sample, made)


def _gone(request: HttpRequest, sample: Sample) -> HttpResponse:
    """To the page of a sample that was withdrawn, which says so: its content is shown to nobody."""
    address = reverse("sample", args=[sample.project.slug, sample.key])
    if not request.headers.get("HX-Request"):
        return redirect(address)
    return HttpResponse(headers={"HX-Redirect": address})


@login_required
@require_POST
def review_undo(request: HttpRequest, slug: str, adjudication_id: int) -> HttpResponse:
    """Takes one's own decision back; its sample is on the desk again."""
    membership = membership_for(request.user, slug, DECIDERS)
    project = membership.project
    try:
        sample = actions.undo(actor=membership.user, project=project, adjudication_id=adjudication_id)
    except Adjudication.DoesNotExist:
        raise Http404("No such decision of yours.") from None
    except (actions.Overtaken, IllegalTransition) as error:
        sample = Adjudication.objects.select_related("sample").get(pk=adjudication_id).sample
        if not sample.is_shown:
            return _gone(request, sample)
        return _shown(request, membership, desk_for(project, sample, membership.user), status=409, overtaken=error)
    if not request.headers.get("HX-Request"):
        return redirect(_address(request, project, sample))
    response = _shown(request, membership, desk_for(project, sample, membership.user), said="Taken back")
    response["HX-Push-Url"] = _address(request, project, sample)
    return response


@login_required
@require_POST
def review_bulk(request: HttpRequest, slug: str) -> HttpResponse:
    """Asks for the approval of all that agree, as the preview on the list says."""
    membership = membership_for(request.user, slug, DECIDERS)
    actions.approve_agreed(actor=membership.user, project=membership.project)
    return redirect(f"{reverse('review', args=[slug])}?state={SampleState.LABELED}")


@login_required
@require_POST
def review_sign(request: HttpRequest, slug: str) -> HttpResponse:
    """Asks for an owner's sign-off of all that waits for it."""
    membership = membership_for(request.user, slug, OWNERS)
    actions.sign_off(actor=membership.user, project=membership.project)
    return redirect(f"{reverse('review', args=[slug])}?state={SampleState.REVIEWED}")


def _row(project: Project, sample: Sample) -> dict[str, Any]:
    sample.project = project
    return {
        "sample": sample,
        "words": excerpt(sample),
        "disputed": disputed_questions(project, sample),
        "why": why(sample.look_parts),
        "doubts": in_words(sample),
    }


def _undoable(membership: Membership) -> Adjudication | None:
    """The person's last decision that can still be taken back."""
    mine = Adjudication.objects.filter(project=membership.project, reviewer=membership.user)
    looks = SecondLook.objects.filter(first=OuterRef("pk"), state=Look.OPEN)
    mine = mine.filter(Q(current=True) | Q(Exists(looks)))
    return mine.select_related("sample").order_by("-pk").first()


def _address(request: HttpRequest, project: Project, sample: Sample) -> str:
    state, question = filters(request.POST or request.GET)
    query = urlencode({"state": state, "question": question} if question else {"state": state})
    return f"{reverse('review-sample', args=[project.slug, sample.key])}?{query}"


def _with_problems(desk: Desk, error: Exception) -> Desk:
    if isinstance(error, actions.ReasonMissing):
        desk.reason_missing = str(error)
        for each in desk.judged:
            if each.question.name in error.questions:
                each.problem = "Overruled here"
        return desk
    if not isinstance(error, SchemaError):
        desk.problems.append(str(error))
        return desk
    problems = by_question(error)
    for each in desk.judged:
        each.problem = problems.pop(each.question.name, "")
    desk.problems += [f"{name}: {reason}" for name, reason in problems.items()]
    return desk


def _context(request: HttpRequest, membership: Membership, sample: Sample | None) -> dict[str, Any]:
    project = membership.project
    state, question = filters(request.POST or request.GET)
    following = next_for(project, membership.user, sample, state, question)
    return {
        "project": project,
        "membership": membership,
        "state": state,
        "question": question,
        "counts": counts(project),
        "doubts": in_words(sample) if sample else [],
        "following": _address(request, project, following) if following else "",
        "undoable": _undoable(membership),
    }


def _shown(request: HttpRequest, membership: Membership, desk: Desk, status: int = 200, **more: Any) -> HttpResponse:
    fragment = bool(request.headers.get("HX-Request"))
    context = {**_context(request, membership, desk.sample), "desk": desk, "fragment": fragment, **more}
    context |= thread_context(membership, desk.sample, DESK)
    template = "review/_desk.html" if fragment else "review/desk.html"
    return render(request, template, context, status=status)


def _done(made: Adjudication) -> str:
    """What a decision came to, in a word or two."""
    if made.awaits:
        return (
            f"{made.get_decision_display()}, waits for another reviewer"
            if made.awaits == Layer.SECOND
            else (f"{made.get_decision_display()}, waits for an owner")
        )
    return str(made.get_decision_display())


def _following(request: HttpRequest, membership: Membership, sample: Sample, made: Adjudication) -> HttpResponse:
    """The next sample, or that there is none."""
    project = membership.project
    state, question = filters(request.POST)
    following = next_for(project, membership.user, sample, state, question)
    address = _address(request, project, following) if following else reverse("review", args=[project.slug])
    if not request.headers.get("HX-Request"):
        return redirect(address)
    said = f"{_done(made)}: {sample.key}"
    if following is None:
        context = {**_context(request, membership, None), "fragment": True, "said": said}
        response = render(request, "review/_finished.html", context)
    else:
        response = _shown(request, membership, desk_for(project, following, membership.user), said=said)
    response["HX-Push-Url"] = address
    return response
