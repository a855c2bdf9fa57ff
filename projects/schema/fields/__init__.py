"""Field types: what a sample can show. One file each, one line here."""

from projects.schema.fields.base import Field, FieldType
from projects.schema.fields.candidates import CANDIDATES
from projects.schema.fields.chat import CHAT
from projects.schema.fields.code import CODE
from projects.schema.fields.json import JSON
from projects.schema.fields.media import AUDIO, IMAGE, VIDEO
from projects.schema.fields.text import MARKDOWN, TEXT

FIELD_TYPES: tuple[FieldType, ...] = (TEXT, MARKDOWN, CODE, CHAT, IMAGE, AUDIO, VIDEO, JSON, CANDIDATES)
# In the contract, and not in this version: none now.
LATER: tuple[str, ...] = ()


def field_type(slug: str) -> FieldType | None:
    """The member of that slug."""
    return next((member for member in FIELD_TYPES if member.slug == slug), None)


__all__ = ["FIELD_TYPES", "LATER", "Field", "FieldType", "field_type"]
