"""Filters for what machines read as well: programs, and structured values."""

import json
from functools import lru_cache
from html import escape
from typing import Any, Final

from django import template
from django.utils.safestring import SafeString, mark_safe
from pygments import highlight
from pygments.formatters.html import HtmlFormatter
from pygments.lexers import get_lexer_by_name

register = template.Library()
# Longer programs are shown without colours, larger trees as text: a page should not take a second to make.
MAX_HIGHLIGHTED: Final = 50_000
MAX_NODES: Final = 2_000
# Trees up to this size begin unfolded; of larger ones the outermost level is.
UNFOLDED: Final = 60
# Classes and no styles: the colours are the design's own, in both themes.
_FORMATTER: Final = HtmlFormatter(nowrap=True)


@register.filter
def highlighted(code: Any, language: str) -> SafeString:
    """The code as HTML: every character as it stands, what the language makes of it as classes."""
    text = str(code)
    if not language or len(text) > MAX_HIGHLIGHTED:
        return mark_safe(escape(text))  # noqa: S308  (escaped)
    return mark_safe(_highlight(text, language))  # noqa: S308  (the formatter escapes)


@lru_cache(maxsize=256)
def _highlight(text: str, language: str) -> str:
    return str(highlight(text, get_lexer_by_name(language, stripnl=False, ensurenl=False), _FORMATTER))


@register.filter
def json_tree(value: Any) -> SafeString:
    """A JSON value as a tree that folds; a very large one as text."""
    nodes = _count(value, MAX_NODES)
    if nodes > MAX_NODES:
        text = escape(json.dumps(value, ensure_ascii=False, indent=2))
        return mark_safe(f'<pre class="code" tabindex="0" dir="ltr">{text}</pre>')  # noqa: S308  (escaped)
    depth = 99 if nodes <= UNFOLDED else 1
    return mark_safe(f'<div class="code tree">{_node("", value, depth)}</div>')  # noqa: S308  (each part is escaped)


def _count(value: Any, enough: int) -> int:
    """How many values a tree has, counted until it is known that they are too many."""
    waiting, count = [value], 0
    while waiting and count <= enough:
        each = waiting.pop()
        count += 1
        if isinstance(each, dict):
            waiting.extend(each.values())
        elif isinstance(each, list):
            waiting.extend(each)
    return count


def _node(name: str, value: Any, unfolded: int) -> str:
    """One value under its name, as it is written in JSON."""
    label = f'<bdi class="tree__name">{escape(name)}</bdi>: ' if name else ""
    if isinstance(value, dict) and value:
        inner = [_node(key, each, unfolded - 1) for key, each in value.items()]
        return _fold(f"{label}{{{_size(inner)}}}", inner, unfolded)
    if isinstance(value, list) and value:
        inner = [_node("", each, unfolded - 1) for each in value]
        return _fold(f"{label}[{_size(inner)}]", inner, unfolded)
    kind = "s" if isinstance(value, str) else "m" if type(value) in (int, float) else "k"
    return f'{label}<bdi class="{kind}">{escape(json.dumps(value, ensure_ascii=False), quote=False)}</bdi>'


def _size(inner: list[str]) -> str:
    return f'<span class="muted">{len(inner)}</span>'


def _fold(summary: str, inner: list[str], unfolded: int) -> str:
    items = "".join(f"<li>{each}</li>" for each in inner)
    return f"<details{' open' if unfolded > 0 else ''}><summary>{summary}</summary><ul>{items}</ul></details>"
