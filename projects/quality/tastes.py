"""What the quality page says of the disagreement on subjective scales: parts as shares of a bar, groups by name."""

from collections.abc import Mapping
from dataclasses import dataclass

from projects.measures.reasons import NO_GROUPS
from projects.quality.models import Taste

_WORDS = {
    "severity": ("Severity", "some people score higher throughout"),
    "groups": ("Groups of taste", "groups of people like the same, and other things than other groups"),
    "own": ("Own taste", "what a person likes that no group shares"),
    "noise": ("Noise", "people who see a sample again answer otherwise"),
    "unsplit": ("Own taste and noise", "can't be told apart until samples are shown again"),
}


@dataclass(frozen=True, slots=True)
class Slice:
    """One part: where it begins and how wide it is, in per cent of the bar. ``slug`` names its colour."""

    slug: str
    title: str
    meaning: str
    start: float
    width: float
    share: float
    value: float
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class Breakdown:
    """One scale. ``slices`` is empty where ``stored.reason`` says why."""

    stored: Taste
    slices: list[Slice]
    groups: list[list[str]]
    no_groups: str


def breakdowns(rows: list[Taste], names: Mapping[int, str]) -> list[Breakdown]:
    """The stored figures in words; ``names`` are those that the reader may see, by the person's id."""
    return [
        Breakdown(
            row,
            _slices(row),
            [sorted(names.get(person, "somebody") for person in group) for group in row.groups],
            "" if row.groups or row.reason else row.parts["groups"]["reason"] or NO_GROUPS,
        )
        for row in rows
    ]


def _slices(row: Taste) -> list[Slice]:
    split = row.parts["noise"]["value"] is not None
    shown = ("severity", "groups", "own", "noise") if split else ("severity", "groups", "unsplit")
    known = [(slug, row.parts[slug]) for slug in shown if row.parts[slug]["share"] is not None]
    # Parts that came out below 0 count as nothing, so the rest may add up to more than the whole.
    whole = sum(part["share"] for _, part in known) or 1.0
    slices, start = [], 0.0
    for slug, part in known:
        width = 100 * part["share"] / whole
        title, meaning = _WORDS[slug]
        slices.append(
            Slice(slug, title, meaning, start, width, part["share"] / whole, part["value"], part["low"], part["high"])
        )
        start += width
    return slices
