"""What pages of earlier stages tell about what was found in samples."""

from typing import Any

from django import template

from projects.intake.findings import is_anything_open
from projects.workspace.models import Project, Role

register = template.Library()


@register.inclusion_tag("intake/_open_findings.html")
def open_findings(project: Project, role: str) -> dict[str, Any]:
    """A notice that leads to the open findings, where there are any."""
    return {"project": project, "any": role != Role.ANNOTATOR and is_anything_open(project)}
