"""``verdict``: "this is it" or not, before any analysis. Stored: ``"yes"``, ``"no"`` or ``"unsure"``."""

from collections.abc import Mapping, Sequence
from typing import Any

from projects.schema.checks import Problems
from projects.schema.questions.base import (
    SUBJECTIVE,
    Context,
    Fields,
    Form,
    Option,
    Question,
    QuestionType,
    one,
)
from projects.schema.questions.merging import most

OPTIONS = (Option("yes", "Yes", key="y"), Option("no", "No", key="n"), Option("unsure", "Unsure"))


class Verdict(QuestionType):
    slug = "verdict"
    title = "Verdict"
    aggregation = "labels"
    kind = SUBJECTIVE

    def parse(self, document: dict[str, Any], path: str, problems: Problems) -> dict[str, Any]:
        return {"options": OPTIONS}

    def check(self, question: Question, value: Any, path: str, context: Context) -> Any:
        if value not in ("yes", "no", "unsure"):
            context.problems.add(path, "expected yes, no or unsure")
        return value

    def from_form(self, question: Question, data: Form, fields: Fields, shown: Mapping[str, Any]) -> Any:
        return one(data, f"q.{question.name}")

    def summary(self, question: Question, value: Any) -> str:
        return str(value).capitalize()

    def merge(self, question: Question, values: Sequence[Any]) -> Any:
        return most(values)


VERDICT = Verdict()
