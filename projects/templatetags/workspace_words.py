"""Words for what the workspace stores as names: jobs and their results, audit rows."""

import json
from typing import Any

from django import template

from projects.workspace.models import Job
from projects.workspace.notices import MOST_COUNTED, unread_count

register = template.Library()
# Long texts and lists have pages of their own.
MAX_VALUE = 80


@register.filter
def job_title(job: Job) -> str:
    """import-annotations → Import annotations."""
    return job.kind.replace("-", " ").capitalize()


@register.simple_tag
def unread(user: Any) -> str:
    """How many notifications somebody has not read: nothing for none, and 99+ for very many."""
    count = unread_count(user) if user.is_authenticated else 0
    return "" if not count else f"{MOST_COUNTED}+" if count > MOST_COUNTED else str(count)


@register.filter
def number(value: int) -> str:
    """1204 → 1,204."""
    return f"{value:,}"


@register.filter
def percentage(share: float) -> str:
    """0.413 → 41 %."""
    return f"{share:.0%}".replace("%", " %")


@register.filter
def facts(values: Any) -> list[tuple[str, str]]:
    """The plain values of a result, or of an audit row's JSON text, as (name, value) in words."""
    if isinstance(values, str):
        values = json.loads(values)
    if not isinstance(values, dict):
        return []
    return [(name.replace("_", " "), _in_words(value)) for name, value in values.items() if value not in (None, "")]


def _in_words(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, dict):
        text = ", ".join(f"{name.replace('_', ' ')} {_in_words(inner)}" for name, inner in value.items())
    elif isinstance(value, list):
        text = ", ".join(_in_words(inner) for inner in value)
    else:
        text = str(value)
    return text if len(text) <= MAX_VALUE else f"{text[:MAX_VALUE]}…"
