"""``best_worst``: the best and the worst of several. Stored: ``{"best": id, "worst": id, "shown": [id, …]}``."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from typing import Any

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
)
from projects.schema.questions.merging import most
from projects.schema.questions.pairs import FIRST, SECOND, compared, pair_series, seen

ENDS = ("best", "worst")


class BestWorst(QuestionType):
    slug = "best_worst"
    title = "Best and worst"
    aggregation = "pairs"
    kind = SUBJECTIVE
    on_required = True
    takes_candidates = True
    needs_candidates = True
    takes_distance = False
    script = "js/exclusive.js"

    def parse(self, document: dict[str, Any], path: str, problems: Problems) -> dict[str, Any]:
        return {}

    def check(self, question: Question, value: Any, path: str, context: Context) -> Any:
        if not isinstance(value, dict):
            context.problems.add(path, "expected an object with best and worst")
            return value
        for key in value:
            if key not in (*ENDS, "shown"):
                context.problems.add(f"{path}.{str(key)[:64]}", "unknown; known are best, worst and shown")
        shown = value.get("shown", self._order(question, context.fields, context.shown))
        assert question.on is not None
        known = ids(context.fields.get(question.on.name, []))
        fits = isinstance(shown, list) and len(shown) > 1 and all(isinstance(item, str) for item in shown)
        if not fits or len(set(shown)) != len(shown) or not set(shown) <= set(known):
            context.problems.add(f"{path}.shown", "expected the candidates that were shown, in their order")
            return value
        found: dict[str, Any] = {}
        for end in ENDS:
            if end not in value and context.partial:
                continue
            if value.get(end) not in shown:
                context.problems.add(f"{path}.{end}", f"expected one of {', '.join(shown)}")
            found[end] = value.get(end)
        if found.get("best") is not None and found.get("best") == found.get("worst") and not context.partial:
            context.problems.add(f"{path}.worst", "the best can't be the worst too")
        return {**found, "shown": list(shown)}

    def from_form(self, question: Question, data: Form, fields: Fields, shown: Mapping[str, Any]) -> Any:
        picked = {end: one(data, f"q.{question.name}.{end}") for end in ENDS}
        found = {end: key for end, key in picked.items() if key is not MISSING}
        return {**found, "shown": self._order(question, fields, shown)} if found else MISSING

    def summary(self, question: Question, value: Any) -> str:
        return ", ".join(f"{end} {value[end]}" for end in ENDS if end in value)

    def series(self, question: Question) -> tuple[Series, ...]:
        return pair_series(question, tie=False)

    def observations(self, question: Question, value: Any) -> Iterator[Observation]:
        """The best is better than all others, and all others are better than the worst; the rest is not known."""
        best, worst = value.get("best"), value.get("worst")
        for left, right in combinations(sorted(value["shown"]), 2):
            if left == best or right == worst:
                yield seen(question.name, left, right, FIRST)
            elif right == best or left == worst:
                yield seen(question.name, left, right, SECOND)

    def comparisons(self, question: Question, value: Any) -> Iterator[Comparison]:
        return compared(self.observations(question, value))

    def merge(self, question: Question, values: Sequence[Any]) -> Any:
        """The best of most and the worst of most; none when people saw different candidates."""
        best, worst = (most([value.get(end) for value in values]) for end in ENDS)
        if {best, worst} & {MISSING, None} or best == worst or len({frozenset(value["shown"]) for value in values}) > 1:
            return MISSING
        return {"best": best, "worst": worst, "shown": sorted(values[0]["shown"])}

    def _order(self, question: Question, fields: Fields, shown: Mapping[str, Any]) -> list[str]:
        """All candidates in the order in which this person sees them."""
        assert question.on is not None
        return list(shown.get(question.on.name) or ids(fields.get(question.on.name, [])))


BEST_WORST = BestWorst()
