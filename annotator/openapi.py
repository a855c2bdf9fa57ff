"""What the API's description says of every operation: a refusal comes back as a problem document (RFC 9457)."""

from typing import Any

PROBLEM = {
    "type": "object",
    "properties": {
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "errors": {"type": "object", "additionalProperties": True, "description": "The reasons, by member."},
    },
    "required": ["title", "status", "detail"],
    "additionalProperties": True,
}
REFUSED = {
    "description": "Refused; the document says why.",
    "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
}


def add_problems(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """A postprocessing hook of drf-spectacular."""
    result.setdefault("components", {}).setdefault("schemas", {})["Problem"] = PROBLEM
    for operations in result["paths"].values():
        for operation in operations.values():
            operation["responses"].setdefault("4XX", REFUSED)
    return result
