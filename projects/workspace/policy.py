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
SOURCE_IS_ID: Final = "id"
_METADATA: Final = "metadata."
MOST_PEOPLE: Final = 100
MOST_HIDDEN: Final = 0.5  # of what a person is given: checks and repeats, or without suggestions
SUGGESTIONS: Final = ("prefilled", "beside", "after", "off")
MOST_PRACTICE: Final = 100


class PolicyError(ValueError):
    """The policy document is malformed; the message says where."""


@dataclass(frozen=True, slots=True)
class Overlap:
    """As many people a sample as its answers need: ``min`` at first, and more, up to ``max``, until on each objective
    question the first answer leads the second by ``lead``."""

    min: int
    max: int
    lead: int


@dataclass(frozen=True, slots=True)
class Practice:
    """New annotators first label ``samples`` with known answers, and are admitted when the share of their answers that
    are right reaches ``threshold``, 0 to 1."""

    samples: int
    threshold: float


@dataclass(frozen=True, slots=True)
class Policy:
    """The rules in force, with defaults.

    ``approve``: ``review`` (a reviewer decides on every sample), ``agreement`` (samples whose answers agree to at least
    ``min_agreement`` are approved by rule, the rest become disputes) or ``overlap`` (all that reached their overlap).
    ``min_confidence``: nothing is approved by rule before the calibrated posterior of its answer to each objective
    question with given answers reaches this; 0 asks for none.
    ``require``: what a sample's provenance needs before it enters a snapshot. An ended consent is always left out.
    ``licences``: the widest purpose that each licence of the project's own (``LicenseRef-…``) allows.
    ``lease_minutes``: how long a sample stays with one person. ``reveal_annotators``: reviewers see real names.
    ``importance``: ``metadata.KEY``, a number of 0 or more by which a look at the sample counts; 1 where it is missing.
    ``sources``: where candidates come from, for strengths over all samples: ``id`` if their ids mean the same in every
    sample, or ``metadata.KEY``, an object of names by id. Empty: nobody says.
    ``review_own``: reviewers may decide on samples that they annotated themselves.
    ``second_reviewer``: what a reviewer approves waits for another one. ``owner_signs``: everything that is approved,
    by rule too, waits for an owner. ``second_look_rate``: the share, 0 to 1, of reviewers' decisions that another
    reviewer makes as well without seeing the first.
    ``overlap``: None for the same number of people for each sample.
    ``gold_rate`` and ``repeat_rate``: shares of what a person is given that are samples of known answers, and samples
    that they answered before; 0 to 0.5, and not above that together.
    ``suggestions``: what a machine proposes is filled in (``prefilled``), stands ``beside`` the question, is shown
    ``after`` the person has answered it, or never (``off``). ``suggestions_withheld``: the share, 0 to 0.5, of the
    samples that a person is given without them.
    ``practice``: what new annotators do first of all; None where they begin at once.
    """

    approve: str = "review"
    min_agreement: float = 0.8
    min_confidence: float = 0.0
    require: tuple[str, ...] = ("licence",)
    lease_minutes: int = 60
    reveal_annotators: bool = False
    review_own: bool = False
    second_reviewer: bool = False
    owner_signs: bool = False
    second_look_rate: float = 0.0
    importance: str = ""
    sources: str = ""
    licences: Mapping[str, str] = field(default_factory=dict)
    overlap: Overlap | None = None
    gold_rate: float = 0.0
    repeat_rate: float = 0.0
    suggestions: str = "beside"
    suggestions_withheld: float = 0.0
    practice: Practice | None = None

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
        for name, usual in (("min_agreement", 0.8), ("min_confidence", 0.0), ("second_look_rate", 0.0)):
            share = values.get(name, usual)
            if isinstance(share, bool) or not isinstance(share, int | float) or not 0 <= share <= 1:
                raise PolicyError(f"policy.{name}: expected a number from 0 to 1")
            values[name] = float(share)
        require = values.get("require", ["licence"])
        if not isinstance(require, list | tuple) or any(item not in REQUIRE for item in require):
            raise PolicyError(f"policy.require: expected a list of {', '.join(REQUIRE)}")
        values["require"] = tuple(require)
        minutes = values.get("lease_minutes", 60)
        if isinstance(minutes, bool) or not isinstance(minutes, int) or not 1 <= minutes <= 7 * 24 * 60:
            raise PolicyError("policy.lease_minutes: expected whole minutes from 1 to 10080")
        for flag in ("reveal_annotators", "review_own", "second_reviewer", "owner_signs"):
            if not isinstance(values.get(flag, False), bool):
                raise PolicyError(f"policy.{flag}: expected true or false")
        _check_place("importance", values.get("importance", ""), ())
        _check_place("sources", values.get("sources", ""), (SOURCE_IS_ID,))
        _check_licences(values.get("licences", {}))
        values["overlap"] = _overlap(values.get("overlap"))
        for name in ("gold_rate", "repeat_rate", "suggestions_withheld"):
            values[name] = _rate(values.get(name, 0), name)
        if values["gold_rate"] + values["repeat_rate"] > MOST_HIDDEN:
            raise PolicyError("policy.repeat_rate: with gold_rate more than half of what people are given")
        if values.get("suggestions", "beside") not in SUGGESTIONS:
            raise PolicyError(f"policy.suggestions: expected one of {', '.join(SUGGESTIONS)}")
        values["practice"] = _practice(values.get("practice"))
        return cls(**values)

    def as_dict(self) -> dict[str, Any]:
        """The document with every default written out, as stored beside each decision."""
        return {**asdict(self), "require": list(self.require)}


def metadata_key(place: str) -> str:
    """KEY of ``metadata.KEY``."""
    return place.removeprefix(_METADATA)


def _check_place(name: str, place: object, words: tuple[str, ...]) -> None:
    if place == "" or place in words:
        return
    if not isinstance(place, str) or not place.startswith(_METADATA) or not 0 < len(metadata_key(place)) <= 200:
        raise PolicyError(f"policy.{name}: expected {', '.join([*words, f'{_METADATA}KEY'])} or nothing")


def _overlap(value: object) -> Overlap | None:
    if value is None:
        return None
    if not isinstance(value, dict) or value.keys() != {"min", "max", "lead"}:
        raise PolicyError("policy.overlap: expected an object of min, max and lead")
    for name, number in value.items():
        if isinstance(number, bool) or not isinstance(number, int) or not 1 <= number <= MOST_PEOPLE:
            raise PolicyError(f"policy.overlap.{name}: expected a whole number from 1 to {MOST_PEOPLE}")
    if value["max"] <= value["min"]:
        raise PolicyError("policy.overlap.max: expected more than min")
    if value["lead"] > value["max"]:
        raise PolicyError("policy.overlap.lead: never reached by so few people as max")
    return Overlap(**value)


def _practice(value: object) -> Practice | None:
    if value is None:
        return None
    if not isinstance(value, dict) or value.keys() != {"samples", "threshold"}:
        raise PolicyError("policy.practice: expected an object of samples and threshold")
    samples, threshold = value["samples"], value["threshold"]
    if isinstance(samples, bool) or not isinstance(samples, int) or not 1 <= samples <= MOST_PRACTICE:
        raise PolicyError(f"policy.practice.samples: expected a whole number from 1 to {MOST_PRACTICE}")
    if isinstance(threshold, bool) or not isinstance(threshold, int | float) or not 0 <= threshold <= 1:
        raise PolicyError("policy.practice.threshold: expected a number from 0 to 1")
    return Practice(samples, float(threshold))


def _rate(value: object, name: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= MOST_HIDDEN:
        raise PolicyError(f"policy.{name}: expected a number from 0 to {MOST_HIDDEN}")
    return float(value)


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
