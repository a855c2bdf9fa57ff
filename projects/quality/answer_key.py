"""Known answers: which of a sample's can be compared with what people said, and whether these are the same.

Questions with a right answer (``objective``) alone, and no texts: two people never choose the same.
"""

from collections.abc import Mapping
from typing import Any

from projects.quality.raters import is_text
from projects.quality.stream import Answered
from projects.quality.versions import Versions
from projects.schema import Question
from projects.schema.questions.base import OBJECTIVE, Context


class Known:
    """The present questions that a known answer can be about."""

    def __init__(self, versions: Versions) -> None:
        self.questions = {
            question.name: question
            for question in versions.current.questions
            if question.kind == OBJECTIVE and not any(map(is_text, question.type.series(question)))
        }

    def of(self, sample: Answered) -> dict[str, Any]:
        """Question → what the known answer says, for those that are answers to the present questions."""
        found = {}
        for name, value in (sample.gold or {}).items():
            question = self.questions.get(name)
            if question is None or value is None:
                continue
            context = Context(sample.fields, {}, partial=False)
            kept = question.type.check(question, value, name, context)
            if not context.problems.found:
                found[name] = _said(question, kept)
        return found

    def compare(self, known: Mapping[str, Any], answers: Mapping[str, Any]) -> tuple[int, int]:
        """How many of the known answers somebody was asked for and gave, and how many of these were right."""
        given = [name for name in known if name in answers]
        right = sum(_said(self.questions[name], answers[name]) == known[name] for name in given)
        return len(given), right


def _said(question: Question, value: Any) -> Any:
    """What a value says, however it was shown: its observations."""
    return {(name, suffix): said for name, suffix, said in question.type.observations(question, value)}
