"""``text`` and ``markdown``: words, as they are or rendered."""

from typing import Any

from projects.schema.checks import unstorable
from projects.schema.fields.base import Field, FieldType

MAX_CHARACTERS = 1_000_000


class Text(FieldType):
    slug = "text"
    title = "Text"
    is_text = True

    def fault(self, value: object, field: Field) -> tuple[str, str] | None:
        if type(value) is not str:
            return "", "expected a text"
        if len(value) > MAX_CHARACTERS:
            return "", f"longer than {MAX_CHARACTERS:,} characters"
        reason = unstorable(value)
        return ("", reason) if reason else None

    def example(self, field: Field) -> Any:
        return "The letter came on a Tuesday, in the rain, forty years after my grandmother had stopped waiting for it."

    def plain_text(self, value: Any, field: Field) -> str:
        return str(value)


class Markdown(Text):
    slug = "markdown"
    title = "Markdown"

    def example(self, field: Field) -> Any:
        return "The letter came on a **Tuesday**, in the rain.\n\n> Forty years after she had stopped waiting for it."


TEXT = Text()
MARKDOWN = Markdown()
