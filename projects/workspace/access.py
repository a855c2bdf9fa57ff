"""The only way from (user, slug or id) to an object.

A stranger gets 404, so that nothing tells whether a project exists; a member without the role gets 403.
"""

from typing import TypeVar

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.http import Http404

from projects.workspace.models import Job, Membership, Project, Role, User
from projects.workspace.prepared import Param, Select

M = TypeVar("M", bound=Model)

ANYONE = (Role.OWNER, Role.REVIEWER, Role.ANNOTATOR)
DECIDERS = (Role.OWNER, Role.REVIEWER)
OWNERS = (Role.OWNER,)

_MEMBERSHIP = Select(
    lambda: (
        Membership.objects.select_related("project", "project__interface")
        # Long texts are read when a page asks for them, not on every request.
        .defer("project__guidelines", "project__interface__document")
        .filter(project__slug=Param("slug"), user=Param("user"))
        .order_by()[:1]
    )
)


def membership_for(user: User | AnonymousUser, slug: str, roles: tuple[Role, ...] = ANYONE) -> Membership:
    """The person's membership in the project; raises Http404 for strangers and PermissionDenied for a wrong role."""
    if not user.is_authenticated:
        raise Http404("No such project.")
    membership = _MEMBERSHIP.first(slug=slug, user=user.pk)
    if membership is None:
        raise Http404("No such project.")
    # The request's own object, with what it has loaded already.
    membership.user = user
    if membership.role not in roles:
        raise PermissionDenied(f"This needs the role {' or '.join(roles)}; yours is {membership.role}.")
    return membership


def project_for(user: User | AnonymousUser, slug: str, roles: tuple[Role, ...] = ANYONE) -> Project:
    """The project, if this person has one of the roles in it."""
    return membership_for(user, slug, roles).project


def job_for(user: User | AnonymousUser, job_id: int, roles: tuple[Role, ...] = DECIDERS) -> Job:
    """A job, if the person asked for it or has one of the roles in its project."""
    if not user.is_authenticated:
        raise Http404("No such job.")
    job = Job.objects.select_related("project").filter(pk=job_id, project__memberships__user=user).first()
    if job is None or job.project is None:
        raise Http404("No such job.")
    if job.actor_id != user.pk:
        membership_for(user, job.project.slug, roles)
    return job


def get_or_404(queryset: QuerySet[M], what: str, **lookup: object) -> M:
    """One object of a project that the caller already holds; raises Http404 saying what was not found."""
    found = queryset.filter(**lookup).first()
    if found is None:
        raise Http404(f"No such {what}.")
    return found
