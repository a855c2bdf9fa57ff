"""Periodic: leases past their deadline end, so that nobody's closed laptop holds a sample."""

from django.utils import timezone

from projects.labeling.models import Assignment, AssignmentState
from projects.labeling.queue import reclaim_expired
from projects.workspace.audit import change
from projects.workspace.models import Project


def expire_leases() -> int:
    """Ends late leases of every project. Returns how many."""
    late = Assignment.objects.filter(state=AssignmentState.LEASED, deadline__lt=timezone.now())
    ended = 0
    for project in Project.objects.filter(pk__in=late.values("project")):
        with change(None, project) as log:
            ended += reclaim_expired(project, log)
    return ended
