"""``multilabel``: any number of options. Stored: ``["id", …]`` in the order of the options."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from projects.schema.checks import Problems
from projects.schema.questions import choice
from projects.schema.questions.base import MISSING, Context, Fields, Form, Observation, Question, QuestionType


class MultiLabel(QuestionType):
    slug = "multilabel"
    title = "Several choices"
    at_once = True
    aggregation = "sets"
    coefficient = "alpha-masi"
    settings = frozenset({"options"})
    takes_distance = False

    def parse(self, document: dict[str, Any], path: str, problems: Problems) -> dict[str, Any]:
        return {"options": choice.parse_options(document, path, problems)}

    def check(self, question: Question, value: Any, path: str, context: Context) -> Any:
        ids = [option.id for option in question.options]
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            context.problems.add(path, "expected a list of options")
            return value
        chosen = set(value)
        if chosen - set(ids):
            context.problems.add(path, f"no such option: {sorted(chosen - set(ids))[0][:64]}")
        elif len(chosen) != len(value):
            context.problems.add(path, "an option stands there twice")
        elif question.required and not value and not context.partial:
            context.problems.add(path, "choose at least one option")
        return [option_id for option_id in ids if option_id in chosen]

    def from_form(self, question: Question, data: Form, fields: Fields, shown: Mapping[str, Any]) -> Any:
        values = [value for value in data.get(f"q.{question.name}", ()) if value]
        return values or MISSING

    def summary(self, question: Question, value: Any) -> str:
        return ", ".join(choice.title_of(question.options, item) for item in value) or "none"

    def merge(self, question: Question, values: Sequence[Any]) -> Any:
        """What more than half chose; none where an option was chosen by exactly half."""
        votes = Counter(option_id for value in values for option_id in value)
        if any(2 * count == len(values) for count in votes.values()):
            return MISSING
        chosen = [option.id for option in question.options if 2 * votes[option.id] > len(values)]
        return MISSING if question.required and not chosen else chosen

    def observations(self, question: Question, value: Any) -> Iterator[Observation]:
        yield Observation(question.name, "", tuple(value))


MULTILABEL = MultiLabel()
