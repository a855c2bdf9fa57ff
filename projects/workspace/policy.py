"""A project's policy: who approves a sample, and what a sample needs before it may leave."""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any, Final

APPROVE: Final = ("review", "agreement", "overlap")
REQUIRE: Final = ("licence", "consent", "creator")
ALLOWS: Final = ("none", "research", "commercial")
_OWN = re.compile(r"(?:DocumentRef-[A-Za-z0-9.-]+:)?LicenseRef-[A-Za-z0-9.-]{1,150}")
MOST_LICENCES = 200


class PolicyError(ValueError):
    """The policy document is malformed; the message says where."""


@dataclass(frozen=True, slots=True)
class Policy:
    """The rules in force, with defaults.

    ``approve``: ``review`` (a reviewer decides on every sample), ``agreement`` (samples whose answers agree to at least
    ``min_agreement`` are approved by rule, the rest become disputes) or ``overlap`` (all that reached their overlap).
    ``require``: what a sample's provenance needs before it enters a snapshot. An ended consent is always left out.
    ``licences``: the widest purpose that each licence of the project's own (``LicenseRef-…``) allows.
    ``lease_minutes``: how long a sample stays with one person. ``reveal_annotators``: reviewers see real names.
    ``review_own``: reviewers may decide on samples that they annotated themselves.
    """

    approve: str = "review"
    min_agreement: float = 0.8
    require: tuple[str, ...] = ("licence",)
    lease_minutes: int = 60
    reveal_annotators: bool = False
    review_own: bool = False
    licences: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def parse(cls, document: object) -> "Policy":
        """Reads a policy document; raises PolicyError naming the key that does not fit."""
        if not isinstance(document, dict):
            raise PolicyError("policy: expected an object")
        known = {each.name for each in fields(cls)}
        for key in document:
            if key not in known:
                raise PolicyError(f"policy.{key}: unknown; known are {', '.join(sorted(known))}")
        values: dict[str, Any] = dict(document)
        if values.get("approve", "review") not in APPROVE:
            raise PolicyError(f"policy.approve: expected one of {', '.join(APPROVE)}")
        share = values.get("min_agreement", 0.8)
        if isinstance(share, bool) or not isinstance(share, int | float) or not 0 <= share <= 1:
            raise PolicyError("policy.min_agreement: expected a number from 0 to 1")
        values["min_agreement"] = float(share)
        require = values.get("require", ["licence"])
        if not isinstance(require, list | tuple) or any(item not in REQUIRE for item in require):
            raise PolicyError(f"policy.require: expected a list of {', '.join(REQUIRE)}")
        values["require"] = tuple(require)
        minutes = values.get("lease_minutes", 60)
        if isinstance(minutes, bool) or not isinstance(minutes, int) or not 1 <= minutes <= 7 * 24 * 60:
            raise PolicyError("policy.lease_minutes: expected whole minutes from 1 to 10080")
        for flag in ("reveal_annotators", "review_own"):
            if not isinstance(values.get(flag, False), bool):
                raise PolicyError(f"policy.{flag}: expected true or false")
        _check_licences(values.get("licences", {}))
        return cls(**values)

    def as_dict(self) -> dict[str, Any]:
        """The document with every default written out, as stored beside each decision."""
        return {**asdict(self), "require": list(self.require)}


def _check_licences(licences: object) -> None:
    if not isinstance(licences, dict):
        raise PolicyError("policy.licences: expected an object")
    if len(licences) > MOST_LICENCES:
        raise PolicyError(f"policy.licences: expected at most {MOST_LICENCES}")
    for name, allowed in licences.items():
        if not isinstance(name, str) or not _OWN.fullmatch(name):
            raise PolicyError(f"policy.licences: “{str(name)[:60]}” is no name like LicenseRef-house")
        if allowed not in ALLOWS:
            raise PolicyError(f"policy.licences.{name}: expected one of {', '.join(ALLOWS)}")
