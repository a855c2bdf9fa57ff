"""What pages of earlier stages tell about versions."""

from typing import Any

from django import template

from projects.snapshots.freshness import freshness
from projects.workspace.models import Membership, Role

register = template.Library()


@register.inclusion_tag("snapshots/_freshness.html")
def dataset_freshness(membership: Membership, approved: int = 0) -> dict[str, Any]:
    """How old the newest version is, and what was approved since; ``approved``: how many there are in all."""
    project = membership.project
    return {
        "project": project,
        "fresh": freshness(project),
        "approved": approved,
        "owner": membership.role == Role.OWNER,
    }
