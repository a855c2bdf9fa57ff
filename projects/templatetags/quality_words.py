"""Figures as people read them, and as SVG needs them."""

from datetime import datetime
from typing import Any

from django import template
from django.utils import timezone
from django.utils.timesince import timesince

register = template.Library()
MINUTE = 60
HOUR = 3600


@register.filter
def figure(value: float | None, digits: int = 2) -> str:
    """Rounded, with a true minus sign."""
    if value is None:
        return "–"
    text = f"{value:.{digits}f}"
    return f"−{text[1:]}" if text.startswith("-") and float(text) else text.removeprefix("-")


@register.filter
def cell(value: Any) -> str:
    """What stands in a cell of a table: numbers rounded, nothing as a dash."""
    if isinstance(value, float):
        return figure(value, 3)
    return "–" if value is None or value == "" else f"{value:,}" if isinstance(value, int) else str(value)


@register.filter
def is_number(value: Any) -> bool:
    return isinstance(value, int | float)


@register.filter
def css(value: float) -> str:
    """A number for an attribute, whatever the reader's language."""
    return f"{value:.2f}"


@register.filter
def percent(share: float | None) -> str:
    return "–" if share is None else f"{share:.0%}"


@register.filter
def ago(at: datetime) -> str:
    """How long it is since then, in the largest unit."""
    if (timezone.now() - at).total_seconds() < MINUTE:
        return "just now"
    return f"{timesince(at, depth=1)} ago"


@register.filter
def duration(seconds: float | None) -> str:
    """90 → 1 min 30 s."""
    if seconds is None:
        return "–"
    whole = round(seconds)
    if whole < MINUTE:
        return f"{seconds:.0f} s" if whole else "under 1 s"
    if whole < HOUR:
        return f"{whole // MINUTE} min {whole % MINUTE} s"
    return f"{whole // HOUR} h {whole % HOUR // MINUTE} min"
