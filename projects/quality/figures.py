"""The figures of each row of an aggregate, by its shape. Undefined ones are None; ``COLUMNS`` has a row's columns."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from projects.measures import disagreement, majority
from projects.quality.gathered import Gathered, Unit
from projects.quality.models import Aggregate, Aggregated, Shape
from projects.quality.stream import Answered
from projects.quality.versions import Versions
from projects.schema import Question, Series

# Of each shape the figures in the order of a table's columns.
COLUMNS: Final[dict[str, tuple[str, ...]]] = {
    Shape.LABELS: ("majority", "votes", "lead", "likely", "probability", "counts"),
    Shape.SETS: ("majority", "likely", "probability", "counts"),
    Shape.SHARES: ("spread", "counts"),
    Shape.SCORES: ("mean", "value", "low", "high", "part"),
    Shape.STRENGTHS: ("value", "low", "high"),
}
# Of a scale where nothing says how certain a score is: before all others.
UNKNOWN: Final = 1e9

Figures = tuple[dict[str, Any], float]
Figured = Callable[[Unit, Sequence[Any]], Figures]


@dataclass(frozen=True, slots=True)
class Solved:
    """``of`` makes a unit's figures and its place of its values, given once by each person; ``rows`` are those of
    sources, which belong to no sample."""

    reason: str | None
    facts: dict[str, Any]
    of: Figured | None = None
    rows: Mapping[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class Made:
    """A series on its way to be stored."""

    aggregate: Aggregate
    question: Question
    series: Series
    solved: Solved
    rows: int = 0

    @property
    def by_sample(self) -> bool:
        return self.solved.of is not None

    def own_rows(self) -> Iterator[Aggregated]:
        """Rows that belong to no sample."""
        for item, score in self.solved.rows.items():
            self.rows += 1
            figures = {"value": score.value, "low": score.low, "high": score.high}
            yield Aggregated(
                aggregate=self.aggregate, item=item, answers=score.comparisons, sort=score.value, figures=figures
            )

    def row(self, unit: Unit, values: Sequence[Any]) -> Aggregated:
        """The row of one unit."""
        assert self.solved.of is not None
        figures, sort = self.solved.of(unit, values)
        self.rows += 1
        sample, item = unit
        return Aggregated(
            aggregate=self.aggregate, sample_id=sample, item=item, answers=len(values), sort=sort, figures=figures
        )


def rows_of_sample(
    by_question: Mapping[str, Sequence[Made]], sample: Answered, versions: Versions
) -> Iterator[Aggregated]:
    """A row for each series of the sample, or for each candidate."""
    units: dict[tuple[str, str], dict[int, Any]] = defaultdict(dict)
    for one in sample.given:
        for name, item, value in versions.observations(one.interface_id, one.answers):
            units[name, item][one.annotator_id] = value
    for each in (each for held in by_question.values() for each in held):
        for (name, item), values in units.items():
            if name == each.series.name:
                yield each.row((sample.sample_id, item), list(values.values()))


def solved(shape: Shape, gathered: Gathered) -> Solved:
    """What the measures say about a series."""
    return _SOLVERS[shape](gathered)


def _labels(gathered: Gathered) -> Solved:
    found = gathered.opinions()

    def figures(unit: Unit, values: Sequence[Any]) -> Figures:
        most, opinion = majority(values), found.units.get(unit)
        kept = {
            "majority": most.value,
            "votes": most.votes,
            "lead": most.lead,
            "likely": opinion.value if opinion else None,
            "probability": opinion.probability if opinion else None,
            "counts": _counts(values, gathered.series.values),
        }
        sure = most.votes / most.answers if opinion is None else opinion.posterior
        if opinion and opinion.probability is not None:
            sure = opinion.probability
        return kept, 1.0 - sure

    return Solved(found.reason, found.facts, figures)


def _sets(gathered: Gathered) -> Solved:
    by_option, reason, facts = gathered.memberships()
    question = gathered.question

    def figures(unit: Unit, values: Sequence[Any]) -> Figures:
        votes = Counter(option for value in values for option in value)
        half = any(2 * count == len(values) for count in votes.values())
        chosen = [option.id for option in question.options if 2 * votes[option.id] > len(values)]
        said = {option: units[unit] for option, units in by_option.items() if unit in units}
        decided = bool(said) and all(each.value is not None for each in said.values())
        known = [each.probability for each in said.values() if each.probability is not None]
        kept = {
            "majority": None if half else chosen,
            "likely": [option for option, each in said.items() if each.value] if decided else None,
            "probability": min(known) if said and len(known) == len(said) else None,
            "counts": [[option.id, votes[option.id]] for option in question.options if votes[option.id]],
        }
        sure = min((each.posterior for each in said.values()), default=None)
        if sure is None:
            sure = min((max(votes[each.id], len(values) - votes[each.id]) for each in question.options), default=0)
            sure /= len(values)
        return kept, 1.0 - (min(known) if kept["probability"] is not None else sure)

    return Solved(reason, facts, figures)


def _shares(gathered: Gathered) -> Solved:
    series = gathered.series

    def figures(_: Unit, values: Sequence[Any]) -> Figures:
        spread = disagreement(series.coefficient, values, series.values)
        flat = [one for value in values for one in (value if isinstance(value, tuple) else (value,))]
        return {"spread": spread, "counts": _counts(flat, series.values)}, -1.0 if spread is None else spread

    return Solved(None, {}, figures)


def _scores(gathered: Gathered) -> Solved:
    units, parts, reason = gathered.scores()

    def figures(unit: Unit, values: Sequence[Any]) -> Figures:
        kept: dict[str, Any] = {"mean": sum(values) / len(values), "value": None, "low": None, "high": None}
        score, part = units.get(unit, (None, None))
        kept["part"] = part
        if score is None or score.low is None or score.high is None:
            return kept | ({} if score is None else {"value": score.value}), UNKNOWN
        return kept | {"value": score.value, "low": score.low, "high": score.high}, score.high - score.low

    return Solved(reason, {"parts": parts}, figures)


def _strengths(gathered: Gathered) -> Solved:
    rows, reason, parts = gathered.strengths()
    facts = {"unnamed": gathered.unnamed, "apart": [part[:20] for part in parts[:10]]}
    return Solved(reason, facts, rows=rows)


def _counts(values: Sequence[Any], scale: Sequence[Any] | None) -> list[list[Any]]:
    """[value, times] of what was given, in the scale's order; pairs, as an object would lose it in PostgreSQL."""
    counts = Counter(values)
    known = [value for value in scale or () if value in counts]
    return [[value, counts[value]] for value in [*known, *sorted(counts.keys() - set(known), key=str)]]


_SOLVERS: Final[dict[str, Callable[[Gathered], Solved]]] = {
    Shape.LABELS: _labels,
    Shape.SETS: _sets,
    Shape.SHARES: _shares,
    Shape.SCORES: _scores,
    Shape.STRENGTHS: _strengths,
}
