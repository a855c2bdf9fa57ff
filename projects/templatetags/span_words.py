"""Filters for spans of text: as lines of a form, as people read them, and drawn on their text."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any, NamedTuple

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from projects.schema import Question
from projects.schema.questions import choice
from projects.schema.questions.span import quoted, to_line

register = template.Library()
# The design has five colours for options; which colour stands for which is said beside them.
SERIES = 5
LANES = 8


class Quote(NamedTuple):
    """A span in words. ``series`` is the number of its option's colour, ``colour`` the owner's own, if any."""

    words: str
    title: str
    series: int
    colour: str
    start: int
    end: int


class Layer(NamedTuple):
    """One span on the text: whose it is, in which lane below the line it lies."""

    start: int
    end: int
    lane: int
    tag: str
    keys: str
    title: str
    series: int
    colour: str


@register.filter
def span_lines(value: Any) -> str:
    """The spans of an answer, one a line; lines that could not be read stay as they were written."""
    return "\n".join(each if isinstance(each, str) else to_line(each) for each in value or ())


@register.simple_tag
def quotes(question: Question, value: Any, text: str) -> list[Quote]:
    """The spans of an answer as people read them."""
    found = []
    for each in value or ():
        series, colour = _drawn(question, each["label"])
        title = choice.title_of(question.options, each["label"])
        found.append(Quote(quoted(text, each, 120), title, series, colour, each["start"], each["end"]))
    return found


@register.filter
def series_of(place: int) -> int:
    """The number of the colour that the option at a place (from 1) is drawn in."""
    return (place - 1) % SERIES + 1


@register.simple_tag
def overlaid(question: Question, takes: Sequence[Any], text: str) -> SafeString:
    """The text with everybody's spans below its lines, a lane for each answer."""
    layers = []
    for lane, take in enumerate(takes):
        for each in take.value:
            series, colour = _drawn(question, each["label"])
            title = f"{take.names}: {choice.title_of(question.options, each['label'])}"
            place = min(lane, LANES - 1)
            layers.append(Layer(each["start"], each["end"], place, take.names, take.keys, title, series, colour))
    starting: dict[int, list[Layer]] = {}
    for layer in layers:
        starting.setdefault(layer.start, []).append(layer)
    places = sorted({0, len(text), *(place for layer in layers for place in (layer.start, layer.end))})
    parts: list[SafeString] = []
    active: list[Layer] = []
    for start, end in pairwise(places):
        active = [layer for layer in active if layer.end > start] + starting.get(start, [])
        parts.append(_stretch(text[start:end], start, sorted(active)))
    return mark_safe("".join(parts))  # noqa: S308  (format_html has escaped each part)


def _stretch(words: str, start: int, layers: Sequence[Layer]) -> SafeString:
    html = format_html("{}", words)
    for layer in sorted(layers, key=lambda each: (each.lane, each)):
        tag = format_html(' data-tag="{}"', layer.tag) if layer.start == start else ""
        colour = format_html(' data-colour="{}"', layer.colour) if layer.colour else ""
        html = format_html(
            '<span class="marked series-{} lane-{}" data-who="{}" title="{}"{}{}>{}</span>',
            layer.series,
            layer.lane,
            layer.keys,
            layer.title,
            tag,
            colour,
            html,
        )
    return html


def _drawn(question: Question, option_id: str) -> tuple[int, str]:
    for place, option in enumerate(question.options, 1):
        if option.id == option_id:
            return series_of(place), option.colour
    return SERIES, ""
