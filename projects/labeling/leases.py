"""Periodic: leases past their deadline end, so that nobody's closed laptop holds a sample, and nobody who has left."""

from django.db.models import Exists, OuterRef
from django.utils import timezone

from projects.labeling.models import Assignment, AssignmentState
from projects.labeling.queue import HELD, about, give_back, reclaim_expired
from projects.workspace.audit import Change, change
from projects.workspace.models import Membership, Project


def expire_leases() -> int:
    """Ends late leases of every project, and what people hold who are members no more. Returns how many."""
    late = Assignment.objects.filter(state=AssignmentState.LEASED, deadline__lt=timezone.now())
    ended = 0
    for project in Project.objects.filter(pk__in=late.values("project")):
        with change(None, project) as log:
            ended += reclaim_expired(project, log)
    member = Membership.objects.filter(project=OuterRef("project"), user=OuterRef("annotator"))
    left = Assignment.objects.filter(~Exists(member), state__in=HELD)
    for project in Project.objects.filter(pk__in=left.values("project")):
        with change(None, project) as log:
            ended += sum(_take_over(assignment, log) for assignment in left.filter(project=project)[:200])
    return ended


def _take_over(assignment: Assignment, log: Change) -> bool:
    """Gives the place of somebody who has left to others. What they answered to a returned sample stays theirs."""
    returned = assignment.state == AssignmentState.RETURNED
    after = AssignmentState.SUBMITTED if returned else AssignmentState.EXPIRED
    if not Assignment.objects.filter(pk=assignment.pk, state=assignment.state).update(state=after):
        return False
    give_back(assignment)
    log("assignment.expired", assignment, sample=assignment.sample_id, **about(assignment))
    return True
