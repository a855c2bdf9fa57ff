"""``ranking``: candidates from best to worst. Stored: ``[["a"], ["b", "c"]]``, an inner list is a tie."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from typing import Any

from projects.schema import checks
from projects.schema.checks import Problems
from projects.schema.fields.candidates import ids
from projects.schema.questions.base import (
    MISSING,
    SUBJECTIVE,
    Comparison,
    Context,
    Fields,
    Form,
    Observation,
    Question,
    QuestionType,
    Series,
    one,
    whole,
)
from projects.schema.questions.merging import most
from projects.schema.questions.pairs import FIRST, SECOND, TIE, compared, pair_series, seen


class Ranking(QuestionType):
    slug = "ranking"
    title = "Ranking"
    aggregation = "pairs"
    kind = SUBJECTIVE
    settings = frozenset({"tie"})
    on_required = True
    takes_candidates = True
    needs_candidates = True
    takes_distance = False
    script = "js/exclusive.js"

    def parse(self, document: dict[str, Any], path: str, problems: Problems) -> dict[str, Any]:
        return {"tie": checks.flag(document, "tie", path, problems)}

    def check(self, question: Question, value: Any, path: str, context: Context) -> Any:
        assert question.on is not None
        known = ids(context.fields.get(question.on.name, []))
        if not isinstance(value, list) or not all(isinstance(place, list) for place in value):
            context.problems.add(path, "expected a list of places, best first, each a list of candidates")
            return value
        if len(value) > len(known):
            context.problems.add(path, f"expected at most {len(known)} places")
            return value
        placed: set[str] = set()
        for index, place in enumerate(value):
            for key in place:
                if not isinstance(key, str) or key not in known:
                    context.problems.add(f"{path}[{index}]", f"no such candidate: {str(key)[:64]}")
                elif key in placed:
                    context.problems.add(f"{path}[{index}]", f"“{key}” has a place already")
                else:
                    placed.add(key)
            # In a draft two candidates may stand on one place for the moment.
            if len(place) > 1 and not question.tie and not context.partial:
                context.problems.add(f"{path}[{index}]", "two candidates share a place, and ties are not asked for")
        if not context.partial and placed < set(known):
            context.problems.add(path, "give every candidate a place")
        # A draft keeps the places that are still empty, so that those which have a candidate stay what they are.
        return [sorted(map(str, place)) for place in value if place or context.partial]

    def from_form(self, question: Question, data: Form, fields: Fields, shown: Mapping[str, Any]) -> Any:
        assert question.on is not None
        known = ids(fields.get(question.on.name, []))
        places: list[list[str]] = [[] for _ in known]
        for key in known:
            place = whole(one(data, f"q.{question.name}.{key}"))
            if isinstance(place, int) and 1 <= place <= len(known):
                places[place - 1].append(key)
        while places and not places[-1]:
            places.pop()
        return places or MISSING

    def to_form(self, question: Question, value: Any) -> dict[str, list[str]]:
        return {f"q.{question.name}.{key}": [str(place)] for place, keys in enumerate(value, 1) for key in keys}

    def summary(self, question: Question, value: Any) -> str:
        line = " > ".join(" = ".join(place) for place in value if place)
        return line if len(line) < 200 else f"{line[:190]}…"

    def series(self, question: Question) -> tuple[Series, ...]:
        return pair_series(question, tie=question.tie)

    def observations(self, question: Question, value: Any) -> Iterator[Observation]:
        for (one_key, other), relation in _relations(value).items():
            if relation != TIE or question.tie:
                yield seen(question.name, one_key, other, relation)

    def comparisons(self, question: Question, value: Any) -> Iterator[Comparison]:
        return compared(self.observations(question, value))

    def merge(self, question: Question, values: Sequence[Any]) -> Any:
        """The order in which every two candidates stand as most people put them; none where that is undecided or goes
        round in a circle, or where people ranked different candidates."""
        rankings = [_relations(value) for value in values]
        if any(ranking.keys() != rankings[0].keys() for ranking in rankings):
            return MISSING
        agreed = {pair: most([ranking[pair] for ranking in rankings]) for pair in rankings[0]}
        if MISSING in agreed.values():
            return MISSING
        points = dict.fromkeys((key for place in values[0] for key in place), 0)
        for (one_key, other), relation in agreed.items():
            points[one_key] += {FIRST: 2, TIE: 1, SECOND: 0}[relation]
            points[other] += {FIRST: 0, TIE: 1, SECOND: 2}[relation]
        scores = sorted(set(points.values()), reverse=True)
        merged = [sorted(key for key in points if points[key] == score) for score in scores]
        return merged if _relations(merged) == agreed else MISSING


def _relations(value: Sequence[Sequence[str]]) -> dict[tuple[str, str], str]:
    """What a ranking says of every two candidates, in the order of their names."""
    at = {key: index for index, place in enumerate(value) for key in place}
    return {
        (left, right): TIE if at[left] == at[right] else FIRST if at[left] < at[right] else SECOND
        for left, right in combinations(sorted(at), 2)
    }


RANKING = Ranking()
