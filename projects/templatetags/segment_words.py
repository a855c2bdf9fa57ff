"""Filters for segments of time: as lines of a form, and as people read them."""

from typing import Any

from django import template

from projects.schema import Question
from projects.schema.questions import choice
from projects.schema.questions.segment import to_line, written

register = template.Library()


@register.filter
def segment_lines(value: Any) -> str:
    """The segments of an answer, one a line; lines that could not be read stay as they were written."""
    return "\n".join(each if isinstance(each, str) else to_line(each) for each in value or ())


@register.filter
def moment(ms: int) -> str:
    """``1:02.500``."""
    return written(ms)


@register.filter
def option_title(option_id: str, question: Question) -> str:
    """What an option is called."""
    return choice.title_of(question.options, option_id)
