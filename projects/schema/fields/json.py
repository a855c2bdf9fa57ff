"""``json``: any structured value but null: an object, a list, a text, a number, true or false."""

import json
import math
from typing import Any, Final

from projects.schema.checks import unstorable
from projects.schema.fields.base import Field, FieldType

MAX_DEPTH: Final = 64
MAX_PARTS: Final = 100_000
# Beyond it the readers of JSON no longer agree on what a whole number is.
MAX_WHOLE: Final = 2**53 - 1


class Json(FieldType):
    slug = "json"
    title = "JSON"

    def fault(self, value: object, field: Field) -> tuple[str, str] | None:
        if value is None:
            return "", "expected a JSON value other than null"
        parts = 0
        waiting: list[tuple[str, int, Any]] = [("", 0, value)]
        while waiting:
            path, depth, each = waiting.pop()
            parts += 1
            if parts > MAX_PARTS:
                return "", f"more than {MAX_PARTS:,} values"
            if depth > MAX_DEPTH:
                return "", f"nested deeper than {MAX_DEPTH} levels"
            if isinstance(each, dict):
                for key, inner in each.items():
                    if not isinstance(key, str) or unstorable(key):
                        return path, "has a name that is no storable text"
                    waiting.append((f"{path}.{key[:64]}", depth + 1, inner))
            elif isinstance(each, list):
                waiting.extend((f"{path}[{index}]", depth + 1, inner) for index, inner in enumerate(each))
            elif reason := _fault(each):
                return path, reason
        return None

    def example(self, field: Field) -> Any:
        return {"title": "Tide table", "harbour": {"name": "St Ives", "open": True}, "heights": [0.4, 5.1]}

    def plain_text(self, value: Any, field: Field) -> str:
        return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _fault(value: object) -> str | None:
    """What is wrong with a value that holds no others."""
    if isinstance(value, str):
        return unstorable(value)
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, int):
        return None if abs(value) <= MAX_WHOLE else "a whole number beyond ±(2^53 − 1)"
    if isinstance(value, float):
        return None if math.isfinite(value) else "expected a finite number"
    return "is no JSON value"


JSON = Json()
