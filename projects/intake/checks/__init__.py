"""Intake checks: one file each, in the order in which they are asked. The first that objects quarantines the sample."""

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from projects.intake.checks.base import Check
from projects.intake.checks.empty import Empty
from projects.intake.checks.too_long import TooLong
from projects.intake.content import Part, parts
from projects.schema import Interface

__all__ = ["CHECKS", "Check", "Objection", "objection"]

CHECKS: Final[tuple[Check, ...]] = (Empty(), TooLong())


class Objection(NamedTuple):
    check: str
    reason: str


def objection(interface: Interface, fields: Mapping[str, Any]) -> Objection | None:
    """The first objection to a sample's fields, None when it may be labelled."""
    found: list[Part] = list(parts(interface, fields))
    for check in CHECKS:
        if reason := check.reason(found):
            return Objection(check.slug, reason)
    return None
