"""``text``: words of the annotator's own. Stored: the text."""

from collections.abc import Mapping
from typing import Any

from projects.schema import checks
from projects.schema.checks import Problems
from projects.schema.questions.base import MISSING, Context, Fields, Form, Question, QuestionType, newlines, one

LIMIT = 100_000


class Text(QuestionType):
    slug = "text"
    title = "Text"
    coefficient = "edit-similarity"
    settings = frozenset({"max_length"})
    takes_distance = False
    free = True

    def parse(self, document: dict[str, Any], path: str, problems: Problems) -> dict[str, Any]:
        length = document.get("max_length", 20_000)
        if not checks.is_int(length) or not 1 <= length <= LIMIT:
            problems.add(f"{path}.max_length", f"expected a whole number from 1 to {LIMIT}")
            length = 20_000
        return {"max_length": length}

    def check(self, question: Question, value: Any, path: str, context: Context) -> Any:
        if not isinstance(value, str):
            context.problems.add(path, "expected a text")
        elif len(value) > question.max_length:
            context.problems.add(path, f"at most {question.max_length:,} characters, these are {len(value):,}")
        elif reason := checks.unstorable(value):
            context.problems.add(path, reason)
        elif question.required and not value.strip() and not context.partial:
            context.problems.add(path, "write something")
        return value

    def from_form(self, question: Question, data: Form, fields: Fields, shown: Mapping[str, Any]) -> Any:
        value = one(data, f"q.{question.name}")
        if isinstance(value, str):
            value = newlines(value)
            return value if value.strip() else MISSING
        return value

    def summary(self, question: Question, value: Any) -> str:
        text = str(value)
        return text if len(text) <= 80 else text[:79] + "…"


TEXT = Text()
