"""``label``: one of several options. Stored: ``"id"``."""

from collections.abc import Mapping, Sequence
from typing import Any

from projects.schema.checks import Problems
from projects.schema.questions import choice
from projects.schema.questions.base import Context, Fields, Form, Question, QuestionType, one
from projects.schema.questions.merging import most


class Label(QuestionType):
    slug = "label"
    title = "One choice"
    at_once = True
    aggregation = "labels"
    settings = frozenset({"options"})

    def parse(self, document: dict[str, Any], path: str, problems: Problems) -> dict[str, Any]:
        return {"options": choice.parse_options(document, path, problems)}

    def check(self, question: Question, value: Any, path: str, context: Context) -> Any:
        if not isinstance(value, str) or all(option.id != value for option in question.options):
            context.problems.add(path, "choose one of the options")
        return value

    def from_form(self, question: Question, data: Form, fields: Fields, shown: Mapping[str, Any]) -> Any:
        return one(data, f"q.{question.name}")

    def summary(self, question: Question, value: Any) -> str:
        return choice.title_of(question.options, value)

    def merge(self, question: Question, values: Sequence[Any]) -> Any:
        return most(values)


LABEL = Label()
