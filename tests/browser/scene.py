"""What tests of the browser put in place before they look."""

import json
import time
import urllib.request
import uuid
from typing import Any

from django.db.models import Q
from django.utils import timezone
from rest_framework.authtoken.models import Token

from projects.labeling import actions
from projects.models import Project, User
from projects.review.routing import sweep
from projects.workspace import jobs
from tests.factories import membership
from tests.live import Product


def answers(verdict: str, rating: int) -> dict[str, Any]:
    """What somebody says about a piece, for the creative-writing interface."""
    axes = ("novelty", "surprise", "value", "craft", "resonance", "specificity")
    return {"works": verdict, "creativity": dict.fromkeys(axes, rating)}


def label_all(project: Project, person: User, given: dict[str, Any], limit: int = 100) -> None:
    """The person answers every sample that they are given in the same way."""
    member = membership(project, person)
    assignment = actions.next_assignment(membership=member)
    while assignment and limit:
        limit -= 1
        assignment = actions.submit(
            membership=member,
            assignment_id=assignment.pk,
            submission=uuid.uuid4(),
            answers=given,
            then_next=limit > 0,
        ).next


def route() -> None:
    """Labelled samples become disputed or wait for a decision."""
    sweep()
    jobs.run_due()


def send(product: Product, person: User, path: str, body: bytes, kind: str = "application/json") -> dict[str, Any]:
    """A request of the API, for what has to be stored where the server stores it."""
    token, _ = Token.objects.get_or_create(user=person)
    headers = {"Authorization": f"Token {token.key}", "Content-Type": kind}
    request = urllib.request.Request(f"{product.url}/api/v1/{path}", body, headers, method="POST")
    with urllib.request.urlopen(request, timeout=20) as reply:
        return dict(json.load(reply))


def wait_for_jobs(project: Project, seconds: float = 30) -> None:
    """Until the server's worker has nothing to do for the project that is due."""
    end = time.monotonic() + seconds
    while project.jobs.filter(Q(state="queued", run_after__lt=timezone.now()) | Q(state="running")).exists():
        assert time.monotonic() < end, list(project.jobs.values_list("kind", "state", "message"))
        time.sleep(0.1)
