"""One person's page in words and drawings, from stored figures alone."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from projects.quality.charts import severity_in_words
from projects.quality.drawings import Lines, Multiple, lines, multiple, titles_by_series
from projects.quality.queries import Portrait
from projects.schema import Interface
from projects.templatetags.quality_words import duration, figure, percent

# What each figure is called, and what it says in one sentence.
WORDS = {
    "agreement": ("Like others' answers", "Mean likeness with others' answers to the same samples; 1 is the same."),
    "severity": ("Severity", "How far the scores lie from the others' to the same samples."),
    "reliability": ("Reliability", "How the scores go with the others' mean, everybody's severity taken off."),
    "gold": ("Known answers", "Share of known answers that were right; judge by the lower end."),
    "position": ("Chose what stood first", "Of two in random order. Without bias the interval holds 50 %."),
    "straight": ("One value throughout", "Share of annotations with one value on every axis."),
    "speed": ("Time per sample", "The middle one; half of all lie between the two."),
}


@dataclass(frozen=True, slots=True)
class Fact:
    """One figure in words; ``reason`` where it is undefined."""

    title: str
    meaning: str
    value: str
    between: str
    of: str
    average: str
    no_average: str
    reason: str


@dataclass(frozen=True, slots=True)
class Drawn:
    """What the page shows."""

    facts: list[Fact]
    straight: str
    multiples: list[Multiple]
    lines: list[Lines]


def portrait_of(interface: Interface, found: Portrait) -> Drawn | None:
    """None where the person has no figures yet."""
    if found.figures is None:
        return None
    figures, group = found.figures, found.group.get("figures", {})
    titles = titles_by_series(interface)
    everybody = found.group.get("distribution", {})
    return Drawn(
        [_fact(interface, name, figures[name], group.get(name, {})) for name in WORDS],
        _in_a_row(figures["straight"]),
        [
            # In the interface's order, which an object would lose in PostgreSQL.
            multiple(title, values, each["distribution"], everybody.get(name, ()))
            for name, (title, values) in titles.items()
            if (each := figures["series"].get(name)) and each["distribution"]
        ],
        _over_time(figures["periods"], found),
    )


def _fact(interface: Interface, name: str, stored: Mapping[str, Any], group: Mapping[str, Any]) -> Fact:
    title, meaning = WORDS[name]

    def say(value: float | None) -> str:
        return "" if value is None else _say(interface, name, value)

    low, high, average = stored["low"], stored["high"], group.get("value")
    return Fact(
        title,
        meaning,
        say(stored["value"]),
        f"{say(low)} to {say(high)}" if low is not None and high is not None else "",
        _of(name, stored["of"]),
        say(average),
        group.get("reason") or "",
        stored["reason"] or "",
    )


def _say(interface: Interface, name: str, value: float) -> str:
    if name == "severity":
        return severity_in_words(interface, value)
    if name == "speed":
        return duration(value / 1000)
    return percent(value) if name in ("gold", "position", "straight") else figure(value)


def _of(name: str, count: int) -> str:
    what = {"agreement": "pair of answers", "position": "choice", "straight": "annotation", "speed": "sample"}
    noun = what.get(name, "answer")
    if not count:
        return ""
    if count == 1:
        return f"1 {noun}"
    return f"{count:,} {'pairs of answers' if noun == 'pair of answers' else noun + 's'}"


def _in_a_row(straight: Mapping[str, Any]) -> str:
    """How many alike annotations came in a row, and how often that happens by chance."""
    if straight["chance"] is None or straight["run"] < 2:
        return ""
    often = "less than 1 %" if straight["chance"] < 0.01 else f"{straight['chance']:.0%}"
    others = (
        f" Others gave one value throughout on {straight['others']:.0%} of the same samples."
        if straight["others"] is not None
        else ""
    )
    return (
        f"At most {straight['run']} of the newest {straight['row']} annotations in a row say the same; "
        f"in random order so many come in {often} of cases.{others}"
    )


def _over_time(periods: list[dict[str, Any]], found: Portrait) -> list[Lines]:
    marks = found.overview.marks if found.overview else []
    shown = (
        ("Like others' answers", "agreement", (0.0, 1.0)),
        ("Severity, in parts of the scale", "severity", (-0.25, 0.25)),
    )
    return [
        lines(title, [(each["start"], each[name], None, None) for each in periods], marks, ends)
        for title, name, ends in shown
        if any(each[name] is not None for each in periods)
    ]
