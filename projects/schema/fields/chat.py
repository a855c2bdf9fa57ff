"""``chat``: turns of a conversation, [{"role": "user", "content": "…"}, …]."""

from typing import Any

from projects.schema.checks import unstorable
from projects.schema.fields.base import Field, FieldType

ROLES = ("system", "user", "assistant", "tool")
MAX_TURNS = 1000


class Chat(FieldType):
    slug = "chat"
    title = "Conversation"

    def fault(self, value: object, field: Field) -> tuple[str, str] | None:
        if not isinstance(value, list) or not value or len(value) > MAX_TURNS:
            return "", f"expected a list of 1 to {MAX_TURNS} turns"
        for index, turn in enumerate(value):
            if not isinstance(turn, dict) or set(turn) - {"name"} != {"role", "content"}:
                return f"[{index}]", "expected an object with role and content"
            if turn["role"] not in ROLES:
                return f"[{index}].role", f"expected one of {', '.join(ROLES)}"
            for key in ("content", "name"):
                text = turn.get(key, "")
                if not isinstance(text, str):
                    return f"[{index}].{key}", "expected a text"
                if reason := unstorable(text):
                    return f"[{index}].{key}", reason
        return None

    def example(self, field: Field) -> Any:
        return [
            {"role": "user", "content": "How long does a letter take to cross the sea?"},
            {"role": "assistant", "content": "By ship about two weeks; by air two or three days."},
        ]

    def plain_text(self, value: Any, field: Field) -> str:
        return "\n".join(str(turn["content"]) for turn in value)


CHAT = Chat()
