"""Drawings of the people's pages: lines over time, a grid of likenesses, bars beside everybody's. All in numbers that
SVG takes: per cent of the width, pixels of the height."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import pairwise
from typing import Any, Final

from projects.quality.charts import STEP, Bar, titles_of
from projects.quality.queries import Pairs
from projects.schema import Interface

HEIGHT: Final = 120
TOP: Final = 18  # room for the words of marks
CELL: Final = 46
# Names beside and above the grid, in pixels.
LABEL: Final = 132
LONGEST: Final = 16
# How far the last name above leans out.
SLANT: Final = 72
# More people than a reader tells apart are in the table and the API alone.
MOST_DRAWN: Final = 30
SHADES: Final = 10
MOST_BARS: Final = 12


@dataclass(frozen=True, slots=True)
class Point:
    """``x`` in per cent, ``y`` in pixels; the interval's ends too, None where there is none."""

    x: float
    y: float
    low: float | None
    high: float | None
    text: str


@dataclass(frozen=True, slots=True)
class Mark:
    """Something changed here."""

    x: float
    what: str
    number: int


@dataclass(frozen=True, slots=True)
class Lines:
    """One figure over time. ``steps`` joins neighbouring points: x, y, x, y."""

    title: str
    points: list[Point]
    steps: list[tuple[float, float, float, float]]
    marks: list[Mark]
    ticks: list[tuple[float, float]]
    first: str
    last: str
    height: int = HEIGHT + TOP

    @property
    def summary(self) -> str:
        """For those who hear it."""
        return "; ".join(point.text for point in self.points) or "no figures"


def lines(
    title: str,
    points: Sequence[tuple[str, float | None, float | None, float | None]],
    marks: Sequence[Mapping[str, str]],
    ends: tuple[float, float],
) -> Lines:
    """``points``: start of the piece of time, value or None, low, high. ``ends``: least and most that the axis shows;
    it reaches further where a value does."""
    values = [each for point in points for each in point[1:] if each is not None]
    bottom = math.floor(min([ends[0], *values]) / STEP) * STEP
    top = math.ceil(max([ends[1], *values]) / STEP) * STEP
    days = [date.fromisoformat(point[0]).toordinal() for point in points]
    changed = [(datetime.fromisoformat(mark["at"]).date().toordinal(), mark["what"]) for mark in marks]
    first, last = (min(days), max(days)) if days else (0, 0)

    def across(day: int) -> float:
        # A single point stands in the middle; the others leave room for the axis.
        return 50.0 if first == last else 12 + 85 * (day - first) / (last - first)

    def down(value: float | None) -> float | None:
        return None if value is None else TOP + HEIGHT * (1 - (value - bottom) / (top - bottom))

    placed = [
        Point(across(day), y, down(low), down(high), f"{start}: {value:.2f}")
        if value is not None and (y := down(value)) is not None
        else None
        for day, (start, value, low, high) in zip(days, points, strict=True)
    ]
    # Where nothing can be said in between, nothing is joined.
    steps = [(one.x, one.y, other.x, other.y) for one, other in pairwise(placed) if one and other]
    # What changed after the last point began stands at the edge.
    shown = [
        Mark(across(day) if day <= last else 98.0, what, number)
        for number, (day, what) in enumerate(changed, 1)
        if first != last and first <= day
    ]
    middle = 0.0 if bottom < 0 < top else (bottom + top) / 2
    ticks = [(value, down(value) or 0.0) for value in (bottom, middle, top)]
    drawn = [point for point in placed if point]
    return Lines(title, drawn, steps, shown, ticks, points[0][0] if points else "", points[-1][0] if points else "")


@dataclass(frozen=True, slots=True)
class Cell:
    """Two people. ``shade`` 0 (apart) to 9 (alike); None where they share nothing, or are one."""

    x: int
    y: int
    shade: int | None
    text: str
    under: str
    words: str


@dataclass(frozen=True, slots=True)
class Grid:
    """Everybody across and down."""

    cells: list[Cell]
    across: list[tuple[int, str]]
    down: list[tuple[int, str]]
    width: int
    height: int
    left_out: int
    cell: int = CELL
    label: int = LABEL


def grid(found: Pairs) -> Grid:
    """The heat map of whom answers like whom, each pair on both sides of the diagonal."""
    shown = found.people[:MOST_DRAWN]
    cells = []
    for row, one in enumerate(shown):
        for column, other in enumerate(shown):
            if row == column:
                continue
            stored = found.cells.get((min(row, column), max(row, column)))
            names = f"{one.name} and {other.name}"
            x, y = LABEL + column * CELL, LABEL + row * CELL
            if stored is None:
                cells.append(Cell(x, y, None, "none", "", f"{names}: no overlap"))
                continue
            shade = min(SHADES - 1, max(0, int(stored.alike * SHADES)))
            words = f"{names}: {stored.alike:.2f} over {stored.answers} answers to {stored.samples} samples"
            cells.append(Cell(x, y, shade, f"{stored.alike:.2f}", f"n {stored.samples}", words))
    places = [(LABEL + place * CELL + CELL // 2, _short(each.name)) for place, each in enumerate(shown)]
    size = LABEL + len(shown) * CELL
    return Grid(cells, places, places, size + SLANT, size, found.left_out + len(found.people) - len(shown))


def _short(name: str) -> str:
    return name if len(name) <= LONGEST else f"{name[: LONGEST - 1]}…"


@dataclass(frozen=True, slots=True)
class Beside:
    """One value: how often this person gave it and how often everybody did, in per cent of each one's answers."""

    title: str
    count: int
    share: float
    everybody: float | None


@dataclass(frozen=True, slots=True)
class Multiple:
    """One small chart: a person's answers, or everybody's on one question."""

    title: str
    bars: list[Beside]
    note: str = ""
    address: str = field(default="")


def multiple(
    title: str, titles: Mapping[str, str], own: Iterable[Sequence[Any]], everybody: Iterable[Sequence[Any]], **more: str
) -> Multiple:
    """[value, count] of a person beside everybody's; ``titles`` say what values are called."""
    mine = {str(value): count for value, count in own}
    theirs = {str(value): count for value, count in everybody}
    total, whole = sum(mine.values()), sum(theirs.values())
    bars = [
        Beside(
            titles.get(value, value),
            mine.get(value, 0),
            100 * mine.get(value, 0) / total if total else 0.0,
            100 * theirs.get(value, 0) / whole if whole else None,
        )
        for value in dict.fromkeys([*theirs, *mine])
    ]
    return Multiple(title, bars, **more)


def dispute_bars(stored: Mapping[str, Any], interface: Interface) -> list[list[Bar]]:
    """For each of ``tables.disputes`` what is most disputed: titles, how many samples or answers, the share of them."""
    titles = titles_by_series(interface)
    questions = {question.name: question.title for question in interface.questions}

    def named(series: str, value: Any) -> str:
        known = titles.get(series, ("", {}))[1]
        return (
            ", ".join(known.get(str(one), str(one)) for one in (value if isinstance(value, list) else [value]))
            or "none"
        )

    by_question = [
        Bar(questions.get(row["question"], row["question"]), row["disputed"], 100 * row["disputed"] / row["samples"])
        for row in stored.get("questions", ())
    ]
    by_answers = [
        Bar(
            f"{titles.get(row['series'], (row['series'],))[0]}: {named(row['series'], row['one'])} and "
            f"{named(row['series'], row['other'])}",
            row["times"],
            100 * row["share"],
        )
        for row in stored.get("pairs", ())
    ]
    by_kind = [
        Bar(
            f"{row['group'].removeprefix('metadata.')}: {row['value']}",
            row["disputed"],
            100 * row["disputed"] / row["samples"],
        )
        for row in stored.get("groups", ())
    ]
    return [bars[:MOST_BARS] for bars in (by_question, by_answers, by_kind)]


def titles_by_series(interface: Interface) -> dict[str, tuple[str, dict[str, str]]]:
    """Series → its title, and what its values are called."""
    return {
        series.name: (series.title, titles_of(interface.question(series.question))) for series in interface.series()
    }
