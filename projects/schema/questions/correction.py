"""``correction``: the sample's text, mended. Stored: ``{"text", "base_sha256", "reasons"}``; the diff is derived."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from projects.schema import checks
from projects.schema.checks import Problems
from projects.schema.questions.base import (
    MISSING,
    Context,
    Fields,
    Form,
    Observation,
    Question,
    QuestionType,
    newlines,
    one,
)

MAX_REASONS = 100
MAX_CHARACTERS = 1_000_000


class Correction(QuestionType):
    slug = "correction"
    title = "Correction"
    coefficient = "edit-similarity"
    settings = frozenset({"reasons"})
    on_required = True
    needs_text = True
    takes_distance = False

    def parse(self, document: dict[str, Any], path: str, problems: Problems) -> dict[str, Any]:
        reasons = document.get("reasons", [])
        fits = isinstance(reasons, list) and len(reasons) <= MAX_REASONS
        if not fits or not all(_fits(reason) for reason in reasons):
            problems.add(f"{path}.reasons", f"expected a list of at most {MAX_REASONS} short texts")
            reasons = []
        elif len(set(reasons)) != len(reasons):
            problems.add(f"{path}.reasons", "a reason stands there twice")
        return {"reasons": tuple(reasons)}

    def check(self, question: Question, value: Any, path: str, context: Context) -> Any:
        if not isinstance(value, dict) or not isinstance(value.get("text"), str):
            context.problems.add(path, "expected an object with the corrected text")
            return value
        for key in value:
            if key not in ("text", "base_sha256", "reasons"):
                context.problems.add(f"{path}.{str(key)[:64]}", "unknown; known are text, base_sha256 and reasons")
        if len(value["text"]) > MAX_CHARACTERS:
            context.problems.add(f"{path}.text", f"at most {MAX_CHARACTERS:,} characters")
        if reason := checks.unstorable(value["text"]):
            context.problems.add(f"{path}.text", reason)
        base = base_sha256(question, context.fields)
        if value.get("base_sha256", base) != base:
            context.problems.add(f"{path}.base_sha256", "the correction was made on another text than this sample's")
        reasons = value.get("reasons", [])
        if not isinstance(reasons, list) or not all(reason in question.reasons for reason in reasons):
            context.problems.add(f"{path}.reasons", f"known are {', '.join(question.reasons) or 'none'}")
            reasons = []
        return {
            "text": value["text"],
            "base_sha256": base,
            "reasons": [reason for reason in question.reasons if reason in reasons],
        }

    def from_form(self, question: Question, data: Form, fields: Fields, shown: Mapping[str, Any]) -> Any:
        value = one(data, f"q.{question.name}.text")
        if value is MISSING:
            return MISSING
        original = original_text(question, fields)
        text = newlines(value)
        if text == newlines(original):
            text = original
        reasons = [reason for reason in data.get(f"q.{question.name}.reasons", ()) if reason]
        if text == original and not reasons and not question.required:
            return MISSING  # the box holds the original from the start: untouched is no answer
        return {"text": text, "base_sha256": base_sha256(question, fields), "reasons": reasons}

    def summary(self, question: Question, value: Any) -> str:
        text = value["text"] if len(value["text"]) <= 80 else value["text"][:79] + "…"
        return f"{text} ({', '.join(value['reasons'])})" if value.get("reasons") else text

    def merge(self, question: Question, values: Sequence[Any]) -> Any:
        """The correction that all made; its reasons are everybody's."""
        if any(value["text"] != values[0]["text"] for value in values):
            return MISSING
        given = {reason for value in values for reason in value.get("reasons", ())}
        return {**values[0], "reasons": [reason for reason in question.reasons if reason in given]}

    def observations(self, question: Question, value: Any) -> Iterator[Observation]:
        yield Observation(question.name, "", value["text"])


def _fits(reason: object) -> bool:
    return isinstance(reason, str) and 0 < len(reason) <= 100 and checks.unstorable(reason) is None


def original_text(question: Question, fields: Fields) -> str:
    """The text that is corrected."""
    assert question.on is not None
    return str(fields.get(question.on.name, ""))


def base_sha256(question: Question, fields: Fields) -> str:
    """SHA-256 of the original text in UTF-8."""
    return hashlib.sha256(original_text(question, fields).encode()).hexdigest()


CORRECTION = Correction()
