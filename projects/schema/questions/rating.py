"""``rating``: a point on a scale. Stored: the whole number."""

from collections.abc import Mapping, Sequence
from typing import Any

from projects.schema import checks
from projects.schema.checks import Problems
from projects.schema.questions.base import (
    SUBJECTIVE,
    Context,
    Fields,
    Form,
    Point,
    Question,
    QuestionType,
    one,
    whole,
)
from projects.schema.questions.merging import middle


class Rating(QuestionType):
    slug = "rating"
    title = "Rating"
    at_once = True
    aggregation = "scores"
    kind = SUBJECTIVE
    coefficient = "alpha-ordinal"
    averages = True
    settings = frozenset({"scale", "anchors"})

    def parse(self, document: dict[str, Any], path: str, problems: Problems) -> dict[str, Any]:
        scale = checks.scale(document, path, problems)
        return {"scale": scale, "points": points(scale, checks.anchors(document, scale, path, problems))}

    def check(self, question: Question, value: Any, path: str, context: Context) -> Any:
        check_point(question.scale, value, path, context)
        return value

    def from_form(self, question: Question, data: Form, fields: Fields, shown: Mapping[str, Any]) -> Any:
        return whole(one(data, f"q.{question.name}"))

    def summary(self, question: Question, value: Any) -> str:
        return f"{value} of {question.scale[1]}"

    def merge(self, question: Question, values: Sequence[Any]) -> Any:
        return middle(values)


def points(scale: tuple[int, int], anchors: dict[int, str]) -> tuple[Point, ...]:
    """Every point of the scale with its anchor, empty where there is none."""
    return tuple(Point(value, anchors.get(value, "")) for value in range(scale[0], scale[1] + 1))


def check_point(scale: tuple[int, int], value: Any, path: str, context: Context) -> None:
    if not checks.is_int(value) or not scale[0] <= value <= scale[1]:
        context.problems.add(path, f"expected a whole number from {scale[0]} to {scale[1]}")


RATING = Rating()
