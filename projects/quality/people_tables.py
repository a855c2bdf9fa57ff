"""Every table of the quality pages as data: shown behind its chart, and downloaded as CSV from the same rows."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import combinations
from typing import Any, NamedTuple

from projects.quality.models import Agreement, Overview, Taste
from projects.quality.queries import Pairs, Portrait, Seen

ESTIMATE = ("value", "low", "high", "of", "reason")
# A person's figures: how each is stored, and what people call it.
FIGURES = {
    "agreement": "Like others' answers",
    "severity": "Severity, in parts of the scale",
    "reliability": "Reliability",
    "gold": "Known answers right",
    "position": "Chose what stood first",
    "straight": "One value throughout",
    "speed": "Median time, ms",
}


class Table(NamedTuple):
    """``rows`` hold texts, numbers and None, as many as ``header``."""

    slug: str
    title: str
    header: tuple[str, ...]
    rows: Iterable[Sequence[Any]]


def agreement(rows: Iterable[Agreement]) -> Table:
    header = (
        "series",
        "title",
        "coefficient",
        "value",
        "low",
        "high",
        "reason",
        "units",
        "raters",
        "answers",
        "single",
    )
    return Table(
        "agreement",
        "Agreement per question",
        header,
        [
            (
                *(row.series, row.title, row.coefficient, row.value, row.low, row.high, row.reason or None),
                *(row.units, row.raters, row.answers, row.single_units),
            )
            for row in rows
        ],
    )


def answers(rows: Iterable[Agreement]) -> Table:
    found = [(row.series, str(value), count) for row in rows for value, count in row.distribution]
    return Table("answers", "What was answered", ("series", "answer", "times"), found)


def taste(rows: Iterable[Taste]) -> Table:
    found = [
        (
            row.series,
            name,
            part["share"],
            part["value"],
            part["low"],
            part["high"],
            part["reason"] or row.reason or None,
        )
        for row in rows
        for name, part in row.parts.items()
    ]
    return Table("taste", "Taste or noise", ("series", "part", "share", "variance", "low", "high", "reason"), found)


def people(seen: Iterable[Seen]) -> Table:
    header = ("person", "samples", *(f"{name}_{part}" for name in FIGURES for part in ESTIMATE))
    return Table("people", "People", header, map(_person, seen))


def _person(each: Seen) -> tuple[Any, ...]:
    stored = each.row.figures
    parts = (stored.get(name, {}).get(part) for name in FIGURES for part in ESTIMATE)
    return (each.name, each.row.annotations, *parts)


def likeness(found: Pairs) -> Table:
    """Every two people: those who share nothing too, and the table says so."""

    def rows() -> Iterator[tuple[Any, ...]]:
        for one, other in combinations(range(len(found.people)), 2):
            names = (found.people[one].name, found.people[other].name)
            row = found.cells.get((one, other))
            yield (*names, row.alike, row.answers, row.samples, None) if row else (*names, None, 0, 0, "no overlap")

    return Table(
        "likeness",
        "How alike two people answer",
        ("person", "other", "likeness", "answers", "samples", "reason"),
        rows(),
    )


def distributions(seen: Iterable[Seen], series: str = "") -> Table:
    """Everybody's answers, or those in one series."""
    rows = (
        (each.name, *row)
        for each in seen
        for row in _distribution(each.row.figures.get("series", {}))
        if not series or row[0] == series
    )
    return Table("distributions", "What each person answered", ("person", "series", "answer", "times"), rows)


def _distribution(series: Mapping[str, Any]) -> Iterator[tuple[Any, ...]]:
    for name, each in series.items():
        for value, count in each["distribution"]:
            yield name, str(value), count


PERIOD = ("annotations", "agreement", "pairs", "severity", "shared")


def people_over_time(seen: Iterable[Seen]) -> Table:
    rows = (
        (each.name, period["start"], *(period[name] for name in PERIOD))
        for each in seen
        for period in each.row.figures.get("periods", ())
    )
    return Table("people-over-time", "Each person over time", ("person", "from", *PERIOD), rows)


def agreement_over_time(overview: Overview | None) -> Table:
    parts = ("start", "value", "low", "high", "units", "reason")
    rows = [
        (each["series"], each["coefficient"], *(point[part] for part in parts))
        for each in (overview.timeline if overview else ())
        for point in each["points"]
    ]
    header = ("series", "coefficient", "from", "value", "low", "high", "units", "reason")
    return Table("agreement-over-time", "Agreement over time", header, rows)


def changes(overview: Overview | None) -> Table:
    rows = [(mark["at"], mark["what"]) for mark in (overview.marks if overview else ())]
    return Table("changes", "What changed when", ("at", "what"), rows)


def disputes(overview: Overview | None) -> list[Table]:
    """By question, by two answers, and by kind of sample."""
    stored = overview.disputes if overview else {}
    by_question = [
        (row["question"], row["samples"], row["disputed"], row["disputed"] / row["samples"], row["spread"])
        for row in stored.get("questions", ())
    ]
    by_pair = [
        (row["series"], _text(row["one"]), _text(row["other"]), row["times"], row["share"])
        for row in stored.get("pairs", ())
    ]
    by_kind = [
        (row["group"], row["value"], row["samples"], row["disputed"], row["disputed"] / row["samples"])
        for row in stored.get("groups", ())
    ]
    return [
        Table(
            "disputes-by-question",
            "Disputes by question",
            ("question", "samples", "disputed", "share", "mean spread"),
            by_question,
        ),
        Table(
            "disputes-by-answers",
            "Answers that stand against each other",
            ("series", "answer", "other answer", "times", "share of pairs"),
            by_pair,
        ),
        Table(
            "disputes-by-kind",
            "Disputes by metadata and source",
            ("kind", "value", "samples", "disputed", "share"),
            by_kind,
        ),
    ]


def _text(value: Any) -> str:
    return ", ".join(map(str, value)) or "none" if isinstance(value, list) else str(value)


def of_person(found: Portrait) -> list[Table]:
    """The tables of one person's page: their own figures and the average, nobody else's."""
    figures = found.figures or {}
    group = found.group.get("figures", {})
    rows = [
        (
            title,
            *(figures[name][part] for part in ESTIMATE),
            *(group.get(name, {}).get(part) for part in ("value", "people")),
        )
        for name, title in FIGURES.items()
        if name in figures
    ]
    series = figures.get("series", {})
    everybody = found.group.get("distribution", {})
    return [
        Table("figures", "Figures", ("figure", *ESTIMATE, "average", "people"), rows),
        Table("series", "By question", _SERIES, [_in_series(name, each) for name, each in series.items()]),
        Table(
            "distribution",
            "What was answered",
            ("series", "answer", "times", "everybody"),
            [(*row, _times(everybody.get(row[0], ()), row[1])) for row in _distribution(series)],
        ),
        Table(
            "over-time",
            "Over time",
            ("from", *PERIOD),
            [(period["start"], *(period[name] for name in PERIOD)) for period in figures.get("periods", ())],
        ),
    ]


_SERIES = ("series", "answers", "severity", "shared", "likeness", "pairs", "reliability", "low", "high", "of", "reason")


def _in_series(name: str, each: Mapping[str, Any]) -> tuple[Any, ...]:
    trust = each["reliability"] or {}
    return (
        *(name, each["answers"], each["severity"], each["shared"], each["agreement"], each["pairs"]),
        *(trust.get(part) for part in ESTIMATE),
    )


def _times(distribution: Iterable[Sequence[Any]], answer: str) -> int | None:
    """How often everybody gave an answer; None where that is not shown."""
    return next((count for value, count in distribution if str(value) == answer), None)
