"""Projects and jobs for programs."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import api_view
from rest_framework.exceptions import PermissionDenied, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from projects.schema import SchemaError
from projects.workspace import queries
from projects.workspace.access import ANYONE, DECIDERS, job_for, membership_for
from projects.workspace.actions import Refused, create_project
from projects.workspace.http import CursorPagination
from projects.workspace.models import Job, Membership, Project, Role, User
from projects.workspace.policy import PolicyError
from projects.workspace.repeatable import repeatable


class ProjectRequest(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=200)
    slug = serializers.SlugField(max_length=80, required=False)
    interface = serializers.DictField()
    guidelines = serializers.CharField(required=False, allow_blank=True, max_length=200_000)
    overlap = serializers.IntegerField(min_value=1, max_value=100, default=1)
    policy = serializers.DictField(required=False)


class ProjectBody(serializers.Serializer[Any]):
    slug = serializers.CharField()
    name = serializers.CharField()
    role = serializers.CharField()
    overlap = serializers.IntegerField()
    interface = serializers.IntegerField(help_text="The interface's version.")


class ProjectDetail(ProjectBody):
    guidelines = serializers.CharField(allow_blank=True)
    policy = serializers.DictField()
    document = serializers.DictField(help_text="The interface document.")
    counts = serializers.DictField(
        child=serializers.IntegerField(), required=False, help_text="Samples by state; for owners and reviewers."
    )


class ProjectPage(serializers.Serializer[Any]):
    next = serializers.CharField(allow_null=True)
    previous = serializers.CharField(allow_null=True)
    results = ProjectBody(many=True)


class JobBody(serializers.Serializer[Any]):
    job = serializers.IntegerField()
    kind = serializers.CharField()
    state = serializers.CharField()
    done = serializers.IntegerField()
    total = serializers.IntegerField(allow_null=True)
    message = serializers.CharField(allow_blank=True)
    result = serializers.DictField(allow_null=True)


@extend_schema(methods=["GET"], operation_id="list_projects", request=None, responses={200: ProjectPage})
@extend_schema(methods=["POST"], operation_id="create_project", request=ProjectRequest, responses={201: ProjectDetail})
@api_view(["GET", "POST"])
@repeatable
def projects(request: Request) -> Response:
    """Lists your projects, or makes one with you as its owner."""
    if request.method == "GET":
        pages = CursorPagination()
        mine = Membership.objects.filter(user=request.user.pk).select_related("project__interface")
        rows = pages.paginate_queryset(mine.defer("project__guidelines", "project__interface__document"), request)
        return pages.get_paginated_response([_body(membership) for membership in rows or ()])
    user = request.user
    if not isinstance(user, User) or user.is_placeholder:
        raise PermissionDenied("Only people who can sign in may create projects.")
    body = ProjectRequest(data=request.data)
    body.is_valid(raise_exception=True)
    data = body.validated_data
    try:
        project = create_project(
            actor=user,
            name=data["name"],
            slug=data.get("slug", ""),
            interface=data["interface"],
            guidelines=data.get("guidelines", ""),
            overlap=data["overlap"],
            policy=data.get("policy"),
        )
    except SchemaError as error:
        raise ValidationError({f"interface.{problem.path}": [problem.reason] for problem in error.problems}) from error
    except PolicyError as error:
        raise ValidationError({"policy": [str(error)]}) from error
    except Refused as error:
        raise ValidationError({"slug": [str(error)]}) from error
    return Response(_detail(membership_for(user, project.slug)), status=201)


@extend_schema(operation_id="project", request=None, responses={200: ProjectDetail})
@api_view(["GET"])
def project(request: Request, slug: str) -> Response:
    """One project; with the number of samples in each state for those who decide."""
    return Response(_detail(membership_for(request.user, slug, ANYONE)))


@extend_schema(operation_id="job", request=None, responses={200: JobBody})
@api_view(["GET"])
def job(request: Request, job_id: int) -> Response:
    """How far a background job has come, and its result at the end."""
    return Response(job_body(job_for(request.user, job_id, DECIDERS)))


def job_body(found: Job) -> dict[str, Any]:
    return {
        "job": found.pk,
        "kind": found.kind,
        "state": found.state,
        "done": found.done,
        "total": found.total,
        "message": found.message,
        "result": found.result,
    }


def _body(membership: Membership) -> dict[str, Any]:
    project = membership.project
    return {
        "slug": project.slug,
        "name": project.name,
        "role": membership.role,
        "overlap": project.overlap,
        "interface": project.interface.version if project.interface else 0,
    }


def _detail(membership: Membership) -> dict[str, Any]:
    found = Project.objects.select_related("interface").get(pk=membership.project_id)
    body = _body(membership) | {
        "guidelines": found.guidelines,
        "policy": found.rules.as_dict(),
        "document": found.interface.document if found.interface else {},
    }
    if membership.role != Role.ANNOTATOR:
        by_state = queries.progress_of(found).by_state
        body["counts"] = {state: by_state.get(state, 0) for state, *_ in queries.STATES}
    return body
