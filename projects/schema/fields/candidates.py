"""``candidates``: several values of one other type to compare, [{"id": "a", "value": …}, …]."""

from typing import Any

from projects.schema.checks import NAME
from projects.schema.fields.base import Field, FieldType

MAX_CANDIDATES = 26


class Candidates(FieldType):
    slug = "candidates"
    title = "Candidates"
    settings = frozenset({"of"})

    def fault(self, value: object, field: Field) -> tuple[str, str] | None:
        if not isinstance(value, list) or not 2 <= len(value) <= MAX_CANDIDATES:
            return "", f"expected a list of 2 to {MAX_CANDIDATES} candidates"
        seen = set()
        for index, candidate in enumerate(value):
            if not isinstance(candidate, dict) or set(candidate) != {"id", "value"}:
                return f"[{index}]", "expected an object with id and value"
            key = candidate["id"]
            if not isinstance(key, str) or not NAME.fullmatch(key) or key == "tie":
                return f"[{index}].id", "expected a name of a–z, 0–9 and _, not “tie”"
            if key in seen:
                return f"[{index}].id", f"“{key}” is used twice"
            seen.add(key)
            assert field.of is not None
            inner = field.of.fault(candidate["value"], field)
            if inner:
                return f"[{index}].value{inner[0]}", inner[1]
        return None

    def example(self, field: Field) -> Any:
        assert field.of is not None
        return [{"id": key, "value": field.of.example(field)} for key in ("a", "b")]

    def plain_text(self, value: Any, field: Field) -> str:
        assert field.of is not None
        return "\n".join(field.of.plain_text(candidate["value"], field) for candidate in value)


def ids(value: Any) -> list[str]:
    """The candidates' ids in the order of the sample."""
    return [candidate["id"] for candidate in value]


CANDIDATES = Candidates()
