"""A person's own work on one page: counts, time, what came back and why, likeness with others, what to take away."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from projects.labeling.hidden import RECENT
from projects.labeling.models import Assignment, AssignmentState
from projects.labeling.my_work import own_annotations_file, work_of
from projects.labeling.task import history
from projects.quality.portraits import portrait_of
from projects.quality.queries import own_portrait
from projects.review.overruled import came_back
from projects.workspace.access import membership_for
from projects.workspace.interfaces import parsed

NEWEST = 3  # decisions whose reasons stand here; the others have a page


@login_required
@require_GET
def my_work(request: HttpRequest, slug: str) -> HttpResponse:
    membership = membership_for(request.user, slug)
    project = membership.project
    assert project.interface is not None
    portrait = own_portrait(membership)
    drawn = portrait_of(parsed(project.interface), portrait)
    back = came_back(project, membership.user)
    returned = Assignment.objects.filter(project=project, annotator=membership.user, state=AssignmentState.RETURNED)
    context: dict[str, Any] = {
        "project": project,
        "membership": membership,
        "work": work_of(membership),
        "history": history(membership),
        "returned": returned.count(),
        "overruled": back.count(),
        "back": back[:NEWEST],
        "likeness": drawn.facts[0] if drawn else None,
        "decided": portrait.figures["annotations"] if portrait.figures else 0,
        "held_back": RECENT if project.rules.repeat_rate else 0,
    }
    return render(request, "review/my_work.html", context)


@login_required
@require_GET
def my_annotations(request: HttpRequest, slug: str) -> StreamingHttpResponse:
    """Every annotation of one's own as a file."""
    return own_annotations_file(membership_for(request.user, slug))
