"""The comments on a sample: a page and a fragment, for who labels (their part) and who reviews (everything)."""

import uuid
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from projects.labeling import threads
from projects.samples import comments
from projects.samples.comment_models import Comment
from projects.samples.models import Sample
from projects.workspace.access import DECIDERS, get_or_404, membership_for
from projects.workspace.actions import Refused
from projects.workspace.models import Membership, Role

# Where the fragment stands: alone or over the labelling screen, on the sample's page, over the review desk.
MINE, ALL, DESK = "mine", "all", "desk"
PAGE = 50


@login_required
@require_http_methods(["GET", "POST"])
def thread(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """The comments on one sample; by POST does what the form says with them."""
    membership = membership_for(request.user, slug)
    place = _place(request, membership)
    sample = threads.sample_for(membership, key)
    context = thread_context(membership, sample, place)
    if request.method == "GET":
        return _shown(request, context)
    try:
        _written(request, membership, sample, place)
    except Refused as error:
        more = {"problem": str(error), "typed": request.POST.get("text", ""), "about": request.POST.get("comment", "")}
        return _shown(request, context | more, status=422)
    if not request.headers.get("HX-Request"):
        return redirect(_page(sample, place))
    return _shown(request, thread_context(membership, sample, place))


@login_required
@require_GET
def questions(request: HttpRequest, slug: str) -> HttpResponse:
    """What people have asked about samples and nobody has settled."""
    membership = membership_for(request.user, slug, DECIDERS)
    page = Paginator(threads.open_questions(membership.project), PAGE).get_page(request.GET.get("page"))
    context = {"project": membership.project, "membership": membership, "page": page}
    return render(request, "labeling/questions.html", context)


def thread_context(membership: Membership, sample: Sample, place: str) -> dict[str, Any]:
    """What ``samples/_thread.html`` shows."""
    mine = place == MINE
    found = threads.threads(membership, sample, mine=mine)
    return {
        "project": membership.project,
        "membership": membership,
        "sample": sample,
        "place": place,
        "threads": found,
        "waiting": sum(each.waits for each in found),
        "may_begin": not mine or threads.is_given(membership, sample),
        "client_id": str(uuid.uuid4()),
    }


def _place(request: HttpRequest, membership: Membership) -> str:
    """An annotator has a part of it; others everything, unless they ask for the part that is theirs."""
    place = (request.POST if request.method == "POST" else request.GET).get("place", "")
    if membership.role == Role.ANNOTATOR:
        if place in (ALL, DESK):
            raise PermissionDenied("Only owners and reviewers read all the comments on a sample.")
        return MINE
    return place if place in (MINE, DESK) else ALL


def _written(request: HttpRequest, membership: Membership, sample: Sample, place: str) -> None:
    """Does what the form asks for. Raises Refused, Http404."""
    post = request.POST
    do, text, mine = post.get("do", ""), post.get("text", ""), place == MINE
    if do == "begin":
        if mine and not threads.is_given(membership, sample):
            raise Refused("You can ask about samples that were given to you.")
        question = mine or "question" in post
        comments.begin(
            membership=membership,
            sample=sample,
            text=text,
            client_id=_uuid(post.get("client_id", "")),
            question=question,
            as_annotator=mine,
        )
        return
    number = post.get("comment", "")
    pk = int(number) if number.isascii() and number.isdigit() and len(number) < 19 else 0
    readable = threads.readable(membership, sample, mine).select_related("sample", "parent", "author")
    comment = get_or_404(readable, "comment", pk=pk)
    do_to(membership, comment, do, text, post.get("client_id", ""), as_annotator=mine)


def do_to(
    membership: Membership, comment: Comment, do: str, text: str = "", client_id: str = "", as_annotator: bool = False
) -> Comment:
    """One of the verbs, done to a comment that the person can read. Raises Refused."""
    if do == "answer":
        return comments.answer(
            membership=membership, parent=comment, text=text, client_id=_uuid(client_id), as_annotator=as_annotator
        )
    if do == "edit":
        return comments.edit(membership=membership, comment=comment, text=text)
    if do == "remove":
        comments.remove(membership=membership, comment=comment)
    elif do in ("settle", "reopen"):
        comments.settle(membership=membership, comment=comment, settled=do == "settle")
    else:
        raise Refused("do: expected begin, answer, edit, remove, settle or reopen.")
    return comment


def _uuid(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError:
        raise Refused("client_id: expected a UUID.") from None


def _page(sample: Sample, place: str) -> str:
    names = {MINE: "thread", ALL: "sample", DESK: "review-sample"}
    address = reverse(names[place], args=[sample.project.slug, sample.key])
    return f"{address}?place=mine" if place == MINE else f"{address}#comments-title"


def _shown(request: HttpRequest, context: dict[str, Any], status: int = 200) -> HttpResponse:
    template = "samples/_thread.html" if request.headers.get("HX-Request") else "labeling/thread.html"
    return render(request, template, context, status=status)
