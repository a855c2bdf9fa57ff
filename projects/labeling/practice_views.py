"""Practice: one sample after another with its known answers at once, and the owner's page about it."""

import uuid
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import F
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from projects.labeling import practice
from projects.labeling.actions import SubmissionReused
from projects.labeling.answer_key import Known
from projects.labeling.practice_models import PracticeAnswer, PracticeRound
from projects.labeling.task import asset_urls
from projects.labeling.views import by_question, milliseconds, submission_id
from projects.samples.models import Sample
from projects.samples.states import SampleState
from projects.samples.views import excerpt
from projects.schema import Interface, Question, SchemaError
from projects.workspace.access import OWNERS, get_or_404, membership_for
from projects.workspace.actions import Refused
from projects.workspace.interfaces import parsed
from projects.workspace.models import Membership, Project, Role

PAGE = 20
UNFIT = 422


@dataclass(slots=True)
class Exercise:
    """What the page needs to show one practice sample."""

    sample_key: str
    interface: Interface
    values: dict[str, Any]
    shown: dict[str, Any]
    asset_urls: dict[str, str]
    answers: dict[str, Any] = field(default_factory=dict)
    problems: dict[str, str] = field(default_factory=dict)
    submission: str = field(default_factory=lambda: str(uuid.uuid4()))

    @property
    def fields(self) -> list[tuple[Any, Any]]:
        return [(field, self.values[field.name]) for field in self.interface.fields if field.name in self.values]


class Judged(NamedTuple):
    """One question of a practice sample. ``known`` None where no answer is right or wrong; ``given`` where none was."""

    question: Question
    given: Any
    known: Any
    right: bool
    why: str


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def practise(request: HttpRequest, slug: str) -> HttpResponse:
    """The sample to practise on now, or where the person stands; a POST is an answer, which is judged at once."""
    membership = membership_for(request.user, slug)
    if request.method == "POST":
        return _answer(request, membership)
    return _page(request, membership)


def _answer(request: HttpRequest, membership: Membership) -> HttpResponse:
    project, key = membership.project, request.POST.get("key", "")
    sample = get_or_404(Sample.objects.filter(project=project, practice_sample__isnull=False), "sample", key=key)
    task = _exercise(membership, sample)
    posted = {name: values for name, values in request.POST.lists() if name.startswith("q.")}
    task.answers = task.interface.answers_from_form(posted, task.values, task.shown)
    submission = submission_id(request.POST.get("submission", ""))
    task.submission = str(submission)
    try:
        made = practice.answer(
            membership=membership,
            key=key,
            submission=submission,
            answers=task.answers,
            duration_ms=milliseconds(request.POST.get("duration_ms", "")),
        )
    except SchemaError as error:
        task.problems = by_question(error)
        return _page(request, membership, task)
    except (Refused, SubmissionReused) as error:
        messages.error(request, str(error))
        return redirect("practice", project.slug)
    return redirect("practice-result", project.slug, made.pk)


def _page(request: HttpRequest, membership: Membership, task: Exercise | None = None) -> HttpResponse:
    project = membership.project
    turn = practice.next_turn(membership=membership)
    if task is None and turn.sample is not None:
        task = _exercise(membership, turn.sample)
    rounds = PracticeRound.objects.filter(project=project, annotator=membership.user).order_by("-number")
    context = {
        "project": project,
        "membership": membership,
        "task": task,
        "round": turn.round,
        "rounds": rounds,
        "last": rounds.exclude(state="open").first(),
    }
    return render(request, "labeling/practice.html", context, status=UNFIT if task and task.problems else 200)


def _exercise(membership: Membership, sample: Sample) -> Exercise:
    assert membership.project.interface is not None
    interface = parsed(membership.project.interface)
    shown = practice.shown_to(membership.user, sample, interface)
    urls = asset_urls(membership.project, sample.fields)
    return Exercise(sample.key, interface, sample.fields, shown, urls)


@login_required
@never_cache
@require_GET
def practice_result(request: HttpRequest, slug: str, answer_id: int) -> HttpResponse:
    """What the person answered to one practice sample, what is known, and why."""
    membership = membership_for(request.user, slug)
    project = membership.project
    mine = PracticeAnswer.objects.select_related("round", "sample__practice_sample", "interface")
    mine = mine.filter(round__project=project, round__annotator=membership.user)
    given = get_or_404(mine.exclude(sample__state=SampleState.WITHDRAWN), "answer", pk=answer_id)
    interface = parsed(given.interface)
    task = Exercise(
        given.sample.key,
        interface,
        given.sample.fields,
        practice.shown_to(membership.user, given.sample, interface),
        asset_urls(project, given.sample.fields),
    )
    context = {
        "project": project,
        "membership": membership,
        "task": task,
        "given": given,
        "round": given.round,
        "judged": judged(given, interface),
    }
    return render(request, "labeling/practice_result.html", context)


def judged(given: PracticeAnswer, interface: Interface) -> list[Judged]:
    """Every question that was asked, or whose explanation says why it should not have been."""
    chosen = getattr(given.sample, "practice_sample", None)
    why = chosen.explanations if chosen else {}
    rows = []
    for question in interface.questions:
        known, answer = given.known.get(question.name), given.answers.get(question.name)
        if not interface.is_shown(question, given.answers, given.sample.fields):
            continue
        right = known is not None and answer is not None and question.same(answer, known)
        rows.append(Judged(question, answer, known, right, why.get(question.name, "")))
    return rows


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def practice_samples(request: HttpRequest, slug: str) -> HttpResponse:
    """For owners: which samples of known answers are for practice and why these are right, and who practises."""
    membership = membership_for(request.user, slug, OWNERS)
    project = membership.project
    if request.method == "POST":
        return _choose(request, membership)
    assert project.interface is not None
    interface = parsed(project.interface)
    key = Known(interface)
    hidden = Sample.objects.filter(project=project, state=SampleState.HIDDEN).select_related("practice_sample")
    page = Paginator(hidden.order_by(F("practice_sample").asc(nulls_last=True), "position"), PAGE).get_page(
        request.GET.get("page")
    )
    context = {
        "project": project,
        "membership": membership,
        "rules": project.rules.practice,
        "page": page,
        "rows": [_row(sample, interface, key) for sample in page],
        "usable": len(practice.usable(project)),
        "people": people(project),
        "longest": practice.LONGEST_REASON,
    }
    return render(request, "labeling/practice_samples.html", context)


def _row(sample: Sample, interface: Interface, key: Known) -> dict[str, Any]:
    chosen = getattr(sample, "practice_sample", None)
    known = key.of(sample.fields, sample.gold)
    why = chosen.explanations if chosen else {}
    return {
        "sample": sample,
        "words": excerpt(sample),
        "chosen": chosen is not None,
        "known": [
            (each, known[each.name], why.get(each.name, "")) for each in interface.questions if each.name in known
        ],
        "others": [(each, why.get(each.name, "")) for each in interface.questions if each.name not in known],
    }


def people(project: Project) -> list[dict[str, Any]]:
    """Annotators with where they stand, those who practise first."""
    members = project.memberships.filter(role=Role.ANNOTATOR, user__is_placeholder=False).select_related("user")
    rounds = practice.practised(project)
    rows = [
        {"member": each, "practises": each.practises, "rounds": rounds.get(each.user_id, [])}
        for each in members.order_by("joined_at", "pk")
    ]
    return sorted(rows, key=lambda row: not row["practises"])


def _choose(request: HttpRequest, membership: Membership) -> HttpResponse:
    key = request.POST.get("key", "")
    why = {
        name.removeprefix("why."): str(text).replace("\r\n", "\n")
        for name, text in request.POST.items()
        if name.startswith("why.")
    }
    try:
        practice.choose(
            actor=membership.user,
            project=membership.project,
            key=key,
            use=request.POST.get("do") != "remove",
            explanations=why or None,
        )
    except Sample.DoesNotExist:
        raise Http404("No such sample of known answers.") from None
    except Refused as error:
        messages.error(request, str(error))
    else:
        messages.success(request, "Saved.")
    back = redirect("practice-samples", membership.project.slug)
    number = request.POST.get("page", "")
    if number.isascii() and number.isdigit():
        back["Location"] += f"?page={number}"
    return back


@login_required
@require_POST
def practice_person(request: HttpRequest, slug: str, user_id: int) -> HttpResponse:
    """Admits somebody by hand, or sends them back to practice."""
    membership = membership_for(request.user, slug, OWNERS)
    project = membership.project
    person = get_or_404(Membership.objects.select_related("user"), "member", project=project, user=user_id).user
    try:
        if request.POST.get("do") == "admit":
            practice.admit(actor=membership.user, project=project, user=person)
            messages.success(request, f"{person} may label now.")
        else:
            practice.send_back(actor=membership.user, project=project, user=person)
            messages.success(request, f"{person} practises before labelling on.")
    except Refused as error:
        messages.error(request, str(error))
    return redirect("members" if request.POST.get("from") == "members" else "practice-samples", slug)


@login_required
@require_POST
def practice_everybody(request: HttpRequest, slug: str) -> HttpResponse:
    """Sends all annotators back who have begun already."""
    membership = membership_for(request.user, slug, OWNERS)
    try:
        sent, left = practice.send_everybody_back(actor=membership.user, project=membership.project)
    except Refused as error:
        messages.error(request, str(error))
    else:
        rest = f" {left} have seen too many of the samples: choose more for them." if left else ""
        messages.success(request, f"{sent} {'person practises' if sent == 1 else 'people practise'} first now.{rest}")
    return redirect("practice-samples", slug)
