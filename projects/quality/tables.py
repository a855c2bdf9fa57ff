"""Aggregates as tables for people: headings, cells in words, and sentences on what a table rests on."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from projects.quality.aggregation import NO_SOURCES
from projects.quality.answers import row_json
from projects.quality.figures import COLUMNS
from projects.quality.models import Aggregate, Aggregated, Shape
from projects.samples.models import Sample
from projects.schema import Question
from projects.schema.fields.candidates import ids
from projects.templatetags.annotator_text import candidate
from projects.templatetags.quality_words import figure, percent

HEADINGS: Final = {
    "majority": "Majority",
    "votes": "Votes",
    "lead": "Lead",
    "likely": "Likeliest",
    "probability": "Probability",
    "counts": "Answers",
    "spread": "Spread",
    "mean": "Plain mean",
    "value": "Corrected",
    "low": "95 % interval",
    "part": "Part",
}
_STRENGTHS: Final = {"value": "Strength"}
NUMBERS: Final = ("votes", "lead", "probability", "spread", "mean", "value", "low", "part")

_MEANING: Final = {
    Shape.LABELS: "Majority: what most people said; a tie is a tie. Likeliest: what follows when everybody's way of "
    "erring, learnt from all answers, is weighed in (Dawid and Skene). The least certain come first.",
    Shape.SETS: "Majority: the options that more than half chose. Likeliest: the same option by option, with "
    "everybody's way of erring weighed in (Dawid and Skene); its probability is that of the least certain option.",
    Shape.SHARES: "People may differ here, so no winner is named: how the answers are distributed is the answer. The "
    "widest spread comes first.",
    Shape.SCORES: "Corrected: what the average person would give. Everybody's severity is taken off, and "
    "those whose scores fit the others' count for more. The widest intervals come first.",
    Shape.STRENGTHS: "Strength: in logits around the mean of all (Bradley and Terry); one that is 1 stronger is "
    "chosen 73 % of the time. A tie is half a win for each. Comparisons of one ranking hang together, so intervals are "
    "a little too narrow.",
}


@dataclass(frozen=True, slots=True)
class Cell:
    heading: str
    text: str
    number: bool = False
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One row: ``sample`` is None for a source of candidates."""

    sample: Sample | None
    item: str
    answers: int
    cells: list[Cell]
    reason: str


def headings(aggregate: Aggregate) -> list[tuple[str, bool]]:
    """Titles of the columns between the name and the number of answers, and which hold numbers."""
    return [(_heading(aggregate, name), name in NUMBERS) for name in _columns(aggregate)]


def lines(aggregate: Aggregate, question: Question | None, found: list[Aggregated]) -> Iterator[Line]:
    """The rows of one page."""
    for row in found:
        said = row_json(aggregate, row)
        cells = [
            Cell(_heading(aggregate, name), words(question, name, said), name in NUMBERS)
            for name in _columns(aggregate)
        ]
        yield Line(row.sample, _item(question, row), row.answers, cells, said["reason"] or "")


def words(question: Question | None, name: str, said: Mapping[str, Any]) -> str:
    """One figure in words; a dash where it is undefined."""
    value = said[name]
    if name == "low":
        return "–" if value is None else f"{figure(value)} to {figure(said['high'])}"
    if value is None:
        return "tie" if name == "majority" and said["reason"].startswith("a tie") else "–"
    if name == "counts":
        return ", ".join(f"{_title(question, each)} {times}" for each, times in value) or "none chosen"
    if name == "probability":
        # Nothing is certain here, so rounding mustn't say so.
        return ">99%" if value > 0.995 else str(percent(value))
    if isinstance(value, float):
        return str(figure(value))
    if isinstance(value, list):
        return ", ".join(_title(question, each) for each in value) or "none"
    return _title(question, value)


def meaning(aggregate: Aggregate) -> str:
    """What the columns say."""
    return _MEANING[Shape(aggregate.shape)]


def notes(aggregate: Aggregate) -> list[str]:
    """What the table rests on, and how far it goes."""
    facts, said = aggregate.facts, []
    shape = aggregate.shape
    if shape in (Shape.LABELS, Shape.SETS) and facts.get("enough") is False:
        said.append("Fewer than 200 samples or 10 answers a person: go by the majority.")
    if facts.get("claimed") is not None and facts.get("accuracy") is not None:
        said.append(
            f"Probabilities are calibrated on {facts['known']} known answers (gold, and what reviewers decided one by "
            f"one): the model was sure to {facts['claimed']:.0%} where {facts['accuracy']:.0%} were right. Where those "
            "samples are harder or easier than the rest, so are the figures."
        )
    elif shape in (Shape.LABELS, Shape.SETS) and aggregate.reason:
        said.append(f"No probability is shown: {aggregate.reason}.")
    if shape == Shape.SCORES and facts.get("parts", 0) > 1:
        said.append(
            f"{facts['parts']} parts that no chain of shared samples joins: corrected scores of one part can't be "
            "compared with those of another."
        )
    elif shape == Shape.SCORES and aggregate.reason:
        said.append(f"No corrected score: {aggregate.reason}.")
    if shape == Shape.STRENGTHS:
        said += _of_strengths(aggregate)
    return said


def _of_strengths(aggregate: Aggregate) -> list[str]:
    facts = aggregate.facts
    if aggregate.reason == NO_SOURCES:
        return [
            "No strengths: a candidate's id names it within its sample alone, so nothing says which candidates of two "
            "samples belong together. Where ids mean the same everywhere, or the metadata holds what candidates come "
            "from, an owner names that in the settings under “Where candidates come from”."
        ]
    said = [f"No strengths: {aggregate.reason}."] if aggregate.reason else []
    if facts.get("apart"):
        said.append("Never compared with each other: " + " | ".join(", ".join(part) for part in facts["apart"]) + ".")
    if facts.get("unnamed"):
        said.append(
            f"{facts['unnamed']:,} comparisons are left out: their samples don't say what a candidate comes from."
        )
    return said


def _columns(aggregate: Aggregate) -> list[str]:
    hidden = {"high"} | ({"part"} if aggregate.facts.get("parts", 0) < 2 else set())
    return [name for name in COLUMNS[aggregate.shape] if name not in hidden]


def _heading(aggregate: Aggregate, name: str) -> str:
    return _STRENGTHS.get(name, HEADINGS[name]) if aggregate.shape == Shape.STRENGTHS else HEADINGS[name]


def _title(question: Question | None, value: Any) -> str:
    options = question.options if question else ()
    return next((option.title for option in options if option.id == value), str(value))


def _item(question: Question | None, row: Aggregated) -> str:
    if not row.item or row.sample is None:
        return row.item
    held = row.sample.fields.get(question.on.name, []) if question and question.on and question.on.of else []
    known = ids(held)
    return candidate(known.index(row.item)) if row.item in known else row.item


@dataclass(frozen=True, slots=True)
class Said:
    """What one series of a sample comes to, as a short line. ``item``: which candidate; ``title`` is the series'."""

    title: str
    item: str
    text: str


def said_of(question: Question, rows: Sequence[tuple[Aggregate, Aggregated]]) -> list[Said]:
    """Of the rows of one question of one sample: what reviewers are told beside the answers."""
    found = []
    for aggregate, row in rows:
        said = row_json(aggregate, row)
        if aggregate.shape in (Shape.LABELS, Shape.SETS):
            text = f"likeliest {words(question, 'likely', said)}"
            text += f", {words(question, 'probability', said)}" if said["probability"] is not None else ""
            text = f"majority {words(question, 'majority', said)} · {text}"
        elif aggregate.shape == Shape.SCORES:
            text = f"mean {words(question, 'mean', said)} · corrected {words(question, 'value', said)}"
            text += f" ({words(question, 'low', said)})" if said["low"] is not None else ""
        else:
            continue
        found.append(Said(aggregate.title, _item(question, row), text))
    return found
