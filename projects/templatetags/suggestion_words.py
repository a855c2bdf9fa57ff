"""Filters for what became of suggestions."""

from django import template

from projects.labeling.suggestions import MET

register = template.Library()


@register.filter
def met(how: str) -> str:
    """How people met a suggestion, in words."""
    return MET[how].capitalize()
