"""What the quality page draws: figures placed on an axis, counts as bars, people in words. In per cent of the width."""

from dataclasses import dataclass

from projects.measures import Estimate, coefficient, gold_score
from projects.quality.models import Agreement, Reliability
from projects.schema import Interface, Question

# A coefficient corrected for chance may be below 0; the axis goes as far down as something does, in these steps.
STEP = 0.25
SAME = 0.05  # points of a scale, under which nobody is more or less severe


@dataclass(frozen=True, slots=True)
class Bar:
    title: str
    count: int
    share: float


@dataclass(frozen=True, slots=True)
class Row:
    """One series in words."""

    stored: Agreement
    title: str
    question: str
    coefficient: str
    unit: str
    extras: list[tuple[str, float | None]]
    interval_reason: str
    other_versions: int
    bars: list[Bar]
    subjective: bool


@dataclass(frozen=True, slots=True)
class Mark:
    """Where a row's dot and interval go; None where it has none."""

    row: Row
    at: float | None
    low: float | None
    high: float | None

    @property
    def width(self) -> float:
        return (self.high or 0.0) - (self.low or 0.0)


@dataclass(frozen=True, slots=True)
class Chart:
    marks: list[Mark]
    ticks: list[tuple[float, float]]
    zero: float


@dataclass(frozen=True, slots=True)
class Standing:
    """One person in words."""

    name: str
    stored: Reliability
    address: str
    severity: str
    seconds: float | None
    gold: Estimate


def rows_of(interface: Interface, stored: list[Agreement]) -> list[Row]:
    """The stored figures with the words of the present interface."""
    questions = {question.name: question for question in interface.questions}
    alone = {name: sum(row.question == name for row in stored) == 1 for name in questions}
    return [_row(row, questions.get(row.question), alone.get(row.question, True)) for row in stored]


def _row(stored: Agreement, question: Question | None, alone: bool) -> Row:
    extras = dict(stored.extras)
    interval_reason, others = extras.pop("interval_reason", ""), extras.pop("other_versions", 0)
    titles = titles_of(question)
    total = sum(count for _, count in stored.distribution) or 1
    return Row(
        stored=stored,
        title=stored.title,
        question="" if alone or question is None else question.title,
        coefficient=coefficient(stored.coefficient).title,
        unit="items" if question and question.on_candidates else "samples",
        extras=[(coefficient(slug).title, value) for slug, value in extras.items()],
        interval_reason=interval_reason,
        other_versions=others,
        bars=[
            Bar(titles.get(str(value), str(value)), count, 100 * count / total) for value, count in stored.distribution
        ],
        subjective=bool(question and question.kind == "subjective"),
    )


def titles_of(question: Question | None) -> dict[str, str]:
    """What a question's values are called, by the value as text."""
    if question is None:
        return {}
    titles = {option.id: option.title for option in question.options}
    return titles | {str(point.value): f"{point.value} {point.anchor}".strip() for point in question.points}


def chart_of(rows: list[Row]) -> Chart:
    """Dots and intervals on one axis that ends at 1 and begins at 0, or lower where a figure does."""
    values = [value for row in rows for value in (row.stored.value, row.stored.low) if value is not None]
    bottom = 0.0
    while values and bottom > max(-1.0, min(values)):
        bottom -= STEP
    bottom = max(-1.0, bottom)

    def place(value: float | None) -> float | None:
        return None if value is None else round(100 * (max(bottom, value) - bottom) / (1 - bottom), 2)

    marks = [Mark(row, place(row.stored.value), place(row.stored.low), place(row.stored.high)) for row in rows]
    steps = round((1 - bottom) / STEP)
    ticks = [(bottom + number * STEP, 100 * number / steps) for number in range(steps + 1)]
    return Chart(marks, ticks, place(0.0) or 0.0)


def standing_of(interface: Interface, name: str, stored: Reliability, address: str) -> Standing:
    """A person's figures; severity in points where all scales are of one length, else in per cent of the scale."""
    seconds = None if stored.median_ms is None else stored.median_ms / 1000
    gold = gold_score(stored.gold_right, stored.gold_asked)
    return Standing(name, stored, address, severity_in_words(interface, stored.severity), seconds, gold)


def severity_in_words(interface: Interface, share: float | None) -> str:
    """In points where all scales are of one length, else in per cent of the scale; empty where undefined."""
    if share is None:
        return ""
    lengths = {question.scale[1] - question.scale[0] for question in interface.questions if any(question.scale)}
    if len(lengths) == 1:
        points = share * lengths.pop()
        if abs(points) < SAME:
            return "as the others"
        return f"{abs(points):.1f} points {'higher' if points > 0 else 'lower'}"
    if abs(share) < SAME / 4:
        return "as the others"
    return f"{abs(share):.0%} of the scale {'higher' if share > 0 else 'lower'}"
