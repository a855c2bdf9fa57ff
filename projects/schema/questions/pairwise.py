"""``pairwise``: the better of two. Stored: ``{"winner": id or "tie", "shown": [left, right], "strength"?: 1..3}``."""

import random
from collections.abc import Iterator, Mapping, Sequence
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
    one,
    whole,
)
from projects.schema.questions.merging import middle, most

TIE = "tie"
STRENGTHS = {1: "A little", 2: "Clearly", 3: "By far"}


class Pairwise(QuestionType):
    slug = "pairwise"
    title = "Comparison of two"
    aggregation = "pairs"
    kind = SUBJECTIVE
    settings = frozenset({"tie", "strength", "shuffle"})
    on_required = True
    takes_candidates = True
    needs_candidates = True
    takes_distance = False
    strengths = STRENGTHS

    def parse(self, document: dict[str, Any], path: str, problems: Problems) -> dict[str, Any]:
        return {
            "tie": checks.flag(document, "tie", path, problems),
            "strength": checks.flag(document, "strength", path, problems),
            "shuffle": checks.flag(document, "shuffle", path, problems, default=True),
        }

    def check(self, question: Question, value: Any, path: str, context: Context) -> Any:
        if not isinstance(value, dict):
            context.problems.add(path, "expected an object with the winner")
            return value
        for key in value:
            if key not in ("winner", "shown", "strength"):
                context.problems.add(f"{path}.{str(key)[:64]}", "unknown; known are winner, shown and strength")
        shown = value.get("shown", context.shown.get(question.name) or self._pair(question, context.fields))
        assert question.on is not None
        known = ids(context.fields.get(question.on.name, []))
        fits = isinstance(shown, list) and len(shown) == 2 and all(isinstance(item, str) for item in shown)
        if not fits or len(set(shown)) != 2 or not set(shown) <= set(known):
            context.problems.add(f"{path}.shown", "expected the two candidates that were shown, left one first")
            return value
        allowed = [*shown, TIE] if question.tie else shown
        if value.get("winner") not in allowed:
            context.problems.add(f"{path}.winner", f"expected one of {', '.join(allowed)}")
        found = {"winner": value.get("winner"), "shown": list(shown)}
        strength = value.get("strength")
        if strength is not None:
            if not question.strength:
                context.problems.add(f"{path}.strength", "this question does not ask for it")
            elif not checks.is_int(strength) or strength not in STRENGTHS:
                context.problems.add(f"{path}.strength", "expected a whole number from 1 to 3")
            found["strength"] = strength
        return found

    def from_form(self, question: Question, data: Form, fields: Fields, shown: Mapping[str, Any]) -> Any:
        winner = one(data, f"q.{question.name}.winner")
        if winner is MISSING:
            return MISSING
        value = {"winner": winner, "shown": list(shown.get(question.name) or self._pair(question, fields))}
        strength = whole(one(data, f"q.{question.name}.strength"))
        return value if strength is MISSING or winner == TIE else {**value, "strength": strength}

    def summary(self, question: Question, value: Any) -> str:
        return "Tie" if value["winner"] == TIE else f"{value['winner']} is better"

    def merge(self, question: Question, values: Sequence[Any]) -> Any:
        """The winner of most, by the middle strength of those who say so; none when people saw different pairs."""
        winner = most([value["winner"] for value in values])
        if winner is MISSING or len({frozenset(value["shown"]) for value in values}) > 1:
            return MISSING
        strengths = [value["strength"] for value in values if value["winner"] == winner and "strength" in value]
        merged = {"winner": winner, "shown": sorted(values[0]["shown"])}
        return {**merged, "strength": middle(strengths)} if strengths else merged

    def observations(self, question: Question, value: Any) -> Iterator[Observation]:
        # The pair tells units of one sample apart; its order is undone, so that sides don't count.
        pair = "|".join(sorted(value["shown"]))
        yield Observation(question.name, pair, value["winner"])

    def comparisons(self, question: Question, value: Any) -> Iterator[Comparison]:
        first, second = sorted(value["shown"])
        yield Comparison(first, second, 0.5 if value["winner"] == TIE else float(value["winner"] == first))

    def chose_first(self, question: Question, value: Any) -> bool | None:
        if not question.shuffle or value["winner"] == TIE:
            return None
        return bool(value["winner"] == value["shown"][0])

    def shown(self, question: Question, fields: Fields, rng: random.Random) -> Any:
        return self._pair(question, fields, rng if question.shuffle else None)

    def _pair(self, question: Question, fields: Fields, rng: random.Random | None = None) -> list[str]:
        assert question.on is not None
        known = ids(fields.get(question.on.name, []))
        return rng.sample(known, 2) if rng and len(known) >= 2 else known[:2]


PAIRWISE = Pairwise()
