"""Which samples a snapshot is asked for: a JSON document whose conditions must all hold.

A condition is one member of ``CONDITIONS``: what its value has to look like, and what it asks of a sample.
"""

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from django.db.models import FilteredRelation, Q, QuerySet, Value
from django.db.models.functions import Left
from django.db.models.lookups import Exact, In, IsNull

from projects.provenance.models import Origin
from projects.review.models import DecisionOrigin, Verdict
from projects.samples.models import Sample
from projects.snapshots.json_sql import HoldsAny, Member
from projects.snapshots.models import Purpose
from projects.workspace.models import Project

MOST_VALUES = 1000  # of one condition
MOST_NAMES = 50  # of metadata, or of questions
LARGEST = 2**53 - 1  # beyond it JSON readers disagree
# The decision in force, by its alias.
DECISION_ID: str = "in_force__pk"
DECISIONS = (Verdict.APPROVE.value, Verdict.PLURAL.value)
DECIDERS = ("rule", "reviewer")
_TOLERANCE = 1e-9  # 1 - 0.8 is not 0.2


class FilterError(ValueError):
    """The filter does not fit; the message names the path."""


@dataclass(frozen=True, slots=True)
class Condition:
    """One key of a filter. ``check`` raises FilterError; ``holds`` is what it asks of a sample."""

    name: str
    check: Callable[[str, Any], None]
    holds: Callable[[Any], Q]


def check_filter(document: object) -> dict[str, Any]:
    """The document, when it is a filter; docs/snapshots.md has every condition. Raises FilterError."""
    if not isinstance(document, dict):
        raise FilterError("filter: expected an object")
    for key, value in document.items():
        if key not in CONDITIONS:
            raise FilterError(f"filter.{str(key)[:60]}: unknown; known are {', '.join(CONDITIONS)}")
        CONDITIONS[key].check(f"filter.{key}", value)
    return document


def check_purpose(purpose: str) -> str:
    """The purpose, when it is one or not stated. Raises FilterError."""
    if purpose not in ("", *Purpose.values):
        raise FilterError(f"purpose: known are {', '.join(Purpose.values)}")
    return purpose


def filtered(project: Project, document: dict[str, Any]) -> QuerySet[Sample]:
    """The project's samples that a checked filter lets through, whatever their state; with their decision in force
    under the alias ``in_force``."""
    in_force = FilteredRelation("adjudications", condition=Q(adjudications__current=True))  # one at most
    samples = Sample.objects.filter(project=project).alias(in_force=in_force)
    for key, value in document.items():
        samples = samples.filter(CONDITIONS[key].holds(value))
    return samples


# What values look like


def _text(path: str, value: Any) -> None:
    if not isinstance(value, str):
        raise FilterError(f"{path}: expected a text")
    if "\x00" in value or any("\ud800" <= character <= "\udfff" for character in value):
        raise FilterError(f"{path}: holds characters that can't be searched")


def _scalar(path: str, value: Any) -> None:
    if isinstance(value, str):
        _text(path, value)
    elif not isinstance(value, int) or abs(value) > LARGEST:
        raise FilterError(f"{path}: expected a text, a whole number, or true or false")


def _list(path: str, value: Any, member: Callable[[str, Any], None]) -> None:
    if not isinstance(value, list):
        raise FilterError(f"{path}: expected a list of texts")
    if len(value) > MOST_VALUES:
        raise FilterError(f"{path}: expected at most {MOST_VALUES} values")
    for number, each in enumerate(value):
        member(f"{path}[{number}]", each)


def _texts(path: str, value: Any) -> None:
    _list(path, value, _text)


def _some_of(known: Iterable[str]) -> Callable[[str, Any], None]:
    allowed = tuple(known)

    def check(path: str, value: Any) -> None:
        _texts(path, value)
        if not set(value) <= set(allowed):
            raise FilterError(f"{path}: known are {', '.join(allowed)}")

    return check


def _named(check: Callable[[str, Any], None]) -> Callable[[str, Any], None]:
    def check_all(path: str, value: Any) -> None:
        if not isinstance(value, dict):
            raise FilterError(f"{path}: expected an object")
        if len(value) > MOST_NAMES:
            raise FilterError(f"{path}: expected at most {MOST_NAMES} names")
        for name, each in value.items():
            _text(path, name)
            check(f"{path}.{name}", each)

    return check_all


def _wanted(path: str, value: Any) -> None:
    if isinstance(value, list):
        _list(path, value, _scalar)
    elif value is not None:
        _scalar(path, value)


def _share(path: str, value: Any) -> None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value) or not 0 <= value <= 1:
        raise FilterError(f"{path}: expected a number from 0 to 1")


def _count(path: str, value: Any) -> None:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= 10_000:
        raise FilterError(f"{path}: expected a whole number from 0 to 10000")


def _day(path: str, value: Any) -> None:
    _text(path, value)
    try:
        _moment(value)
    except (ValueError, OverflowError) as error:
        raise FilterError(f"{path}: expected a day like 2026-11-21, or a moment like 2026-11-21T08:00:00Z") from error


def _moment(value: str) -> datetime:
    """A day begins at midnight, UTC; so is a moment that names no zone."""
    moment = datetime.fromisoformat(value)
    if len(value) == len("2026-11-21"):
        moment = datetime.combine(date.fromisoformat(value), datetime.min.time())
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)


# What they ask


def _metadata(value: dict[str, Any]) -> Q:
    found = Q()
    for name, wanted in value.items():
        held = Member("metadata", name)
        if wanted is None:
            found &= Q(IsNull(held, True))
        elif isinstance(wanted, list):
            found &= Q(In(held, [Member.tagged(each) for each in wanted]))
        else:
            found &= Q(Exact(held, Member.tagged(wanted)))
    return found


def _answers(value: dict[str, list[str]]) -> Q:
    found = Q()
    for question, wanted in value.items():
        found &= Q(HoldsAny("in_force__answers", question, wanted))
    return found


def _decided_by(value: list[str]) -> Q:
    rule = Q(in_force__origin__in=[DecisionOrigin.AGREEMENT, DecisionOrigin.OVERLAP])
    asked = {"rule": rule, "reviewer": Q(in_force__origin=DecisionOrigin.REVIEWER)}
    found = Q(pk__in=[])
    for each in value:
        found |= asked[each]
    return found


def _is_one_of(column: str) -> Callable[[Any], Q]:
    return lambda value: Q(**{f"{column}__in": value})


CONDITIONS = {
    each.name: each
    for each in (
        Condition("metadata", _named(_wanted), _metadata),
        Condition("origin", _some_of(Origin.values), _is_one_of("provenance__origin")),
        Condition("licence", _texts, _is_one_of("provenance__licence")),
        Condition("creator", _texts, _is_one_of("provenance__creator__name")),
        Condition("decision", _some_of(DECISIONS), _is_one_of("in_force__decision")),
        Condition("decided_by", _some_of(DECIDERS), _decided_by),
        Condition("min_agreement", _share, lambda value: Q(disagreement__lte=1 - value + _TOLERANCE)),
        Condition("min_annotations", _count, lambda value: Q(answered__gte=value)),
        Condition("answers", _named(_texts), _answers),
        # LIKE would ignore letter case on SQLite.
        Condition("key_prefix", _text, lambda value: Q(Exact(Left("key", len(value)), Value(value))) if value else Q()),
        Condition("approved_since", _day, lambda value: Q(in_force__created_at__gte=_moment(value))),
    )
}
