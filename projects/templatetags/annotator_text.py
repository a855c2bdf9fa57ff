"""Tags and filters for what people wrote: fields, questions, answers, diffs."""

import json
from collections.abc import Callable
from typing import Any

import nh3
from django import template
from django.template import Context
from django.template.loader import get_template
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt

from projects.schema import Field, Question
from projects.schema.diff import Part
from projects.schema.diff import word_diff as diff_words
from projects.schema.questions.correction import original_text

register = template.Library()
# The preset without raw HTML; what it makes is cleaned again, so that neither of the two is trusted alone.
_VERSE = MarkdownIt("js-default", {"breaks": True, "linkify": False})
_PROSE = MarkdownIt("js-default", {"breaks": False, "linkify": False})
_TAGS = {"p", "br", "strong", "em", "s", "code", "pre", "blockquote", "ul", "ol", "li", "a", "hr", "table", "thead"}
_TAGS |= {"tbody", "tr", "th", "td", "h1", "h2", "h3", "h4", "h5", "h6"}


@register.filter
def markdown(text: Any) -> SafeString:
    """What creators wrote, as safe HTML: where they broke a line, it is broken."""
    return _safe(_VERSE, text)


@register.filter
def guidelines(text: Any) -> SafeString:
    """What owners wrote, as safe HTML, in ordinary Markdown: lines of a paragraph run on."""
    return _safe(_PROSE, text)


def _safe(reader: MarkdownIt, text: Any) -> SafeString:
    """Links open nothing by themselves and say so to search engines."""
    html = nh3.clean(
        reader.render(str(text or "")),
        tags=_TAGS,
        attributes={"a": {"href", "title"}, "ol": {"start"}},
        url_schemes={"http", "https", "mailto"},
        link_rel="nofollow noopener noreferrer",
    )
    return mark_safe(html)  # noqa: S308  (nh3 has cleaned it)


@register.filter
def get_item(mapping: Any, key: Any) -> Any:
    """``mapping[key]``, or None."""
    return mapping.get(key) if hasattr(mapping, "get") else None


@register.filter
def as_json(value: Any) -> str:
    """The value as JSON text, for a data attribute (escaped by the template)."""
    return json.dumps(value, ensure_ascii=False)


@register.filter
def word_diff(new: Any, old: Any) -> list[Part]:
    """{{ corrected|word_diff:original }}: the parts of the diff."""
    return diff_words(str(old), str(new))


@register.filter
def summary(value: Any, question: Question) -> str:
    """An answer as one short line."""
    return question.type.summary(question, value)


@register.filter
def place_of(value: Any, key: str) -> int | None:
    """The candidate's place in a ranking, from 1."""
    return next((place for place, keys in enumerate(value or (), 1) if key in keys), None)


@register.filter
def ranked(value: Any, names: Any) -> str:
    """A ranking in the names that the candidates have here."""
    order = {key: place for place, key in enumerate(names or {})}
    places = (sorted(keys, key=lambda key: order.get(key, len(order))) for keys in value or () if keys)
    return ", then ".join(" = ".join((names or {}).get(key, key) for key in keys) for keys in places)


@register.filter
def event(action: str) -> str:
    """An action of the audit log as a sample's history tells it: ``sample.approved`` → ``Approved``."""
    return action.rpartition(".")[2].replace("_", " ").capitalize()


@register.filter
def letter(index: int) -> str:
    """0 → A, 1 → B: neutral names for candidates and people."""
    return chr(ord("A") + int(index)) if 0 <= int(index) < 26 else str(int(index) + 1)


def candidate(index: int) -> str:
    """0 → Candidate 1: what a candidate is called before everybody but the person who answers, who sees letters."""
    return f"Candidate {index + 1}"


@register.simple_tag(takes_context=True)
def field_view(context: Context, field: Field, value: Any) -> str:
    """A field of a sample, by the template of its type."""
    return _render(
        context,
        f"fields/{field.type.slug}.html",
        field=field,
        value=value,
        candidates=_candidates(context, field, value),
        numbered=_numbered(context),
    )


@register.simple_tag(takes_context=True)
def candidate_view(context: Context, field: Field, value: Any) -> str:
    """One candidate's value, by the template of the candidates' type."""
    assert field.of is not None
    return _render(context, f"fields/{field.of.slug}.html", field=field, value=value)


@register.simple_tag(takes_context=True)
def question_input(context: Context, question: Question, **overrides: Any) -> str:
    """A question to answer. Answers, fields and order come from ``task`` in the context, or by name."""
    return _render(context, f"questions/{question.type.slug}/input.html", **_for_question(context, question, overrides))


@register.simple_tag(takes_context=True)
def question_read(context: Context, question: Question, value: Any, **overrides: Any) -> str:
    """An answer to look at."""
    values = _for_question(context, question, {"value": value, **overrides})
    return _render(context, f"questions/{question.type.slug}/read.html", **values)


@register.simple_tag(takes_context=True)
def question_overlay(context: Context, question: Question, takes: Any) -> str:
    """Everybody's answers on one text, for the types that can show them so. ``takes`` as the reviewers' desk has them:
    ``names``, ``keys`` and ``value`` of each."""
    if not question.type.overlay:
        return ""
    values = {**_for_question(context, question, {}), "takes": takes}
    return _render(context, f"questions/{question.type.slug}/overlay.html", **values)


def _for_question(context: Context, question: Question, overrides: dict[str, Any]) -> dict[str, Any]:
    task = context.get("task")
    fields = overrides.get("fields", getattr(task, "values", None) or context.get("fields") or {})
    shown = overrides.get("shown", getattr(task, "shown", None) or context.get("shown") or {})
    answers = getattr(task, "answers", None) or context.get("answers") or {}
    value = overrides.get("value", answers.get(question.name))
    found: dict[str, Any] = {
        "question": question,
        "fields": fields,
        "shown": shown,
        "value": value,
        "disabled": overrides.get("disabled", False),
    }
    if question.on_candidates:
        assert question.on is not None
        known = [candidate["id"] for candidate in fields.get(question.on.name, [])]
        order = [key for key in shown.get(question.on.name, known) if key in known] or known
        name = _namer(context)
        found["candidates"] = [(name(index), key) for index, key in enumerate(order)]
        found["places"] = range(1, len(order) + 1)
        found["pair"] = shown.get(question.name) or order[:2]
        found["names"] = {key: name(index) for index, key in enumerate(order)}
    if question.type.needs_text:
        found["original"] = original_text(question, fields)
    return found


def _candidates(context: Context, field: Field, value: Any) -> list[tuple[str, Any]]:
    """The candidates as (name, candidate), in the order in which this person sees them."""
    if field.of is None or not isinstance(value, list):
        return []
    task = context.get("task")
    shown = getattr(task, "shown", None) or context.get("shown") or {}
    by_id = {candidate["id"]: candidate for candidate in value}
    order = [key for key in shown.get(field.name, by_id) if key in by_id] or list(by_id)
    name = _namer(context)
    return [(name(index), by_id[key]) for index, key in enumerate(order)]


def _namer(context: Context) -> Callable[[int], str]:
    return candidate if _numbered(context) else letter


def _numbered(context: Context) -> bool:
    """Whoever answers sees letters in an order of their own; where others look on, numbers say which candidate is
    which, in the sample's own order."""
    return bool(getattr(context.get("task"), "numbered", False) or context.get("numbered"))


def _render(context: Context, name: str, **values: Any) -> str:
    task = context.get("task")
    urls = getattr(task, "asset_urls", None) or context.get("asset_urls") or {}
    return get_template(name).render({"asset_urls": urls, "task": task, **values})
