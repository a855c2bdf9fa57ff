"""The parts of a sample's fields, whatever holds them: a field of candidates has as many as it has candidates."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from projects.schema import Interface
from projects.schema.fields import Field, FieldType


class Part(NamedTuple):
    """One value of one type: a field's, or one candidate's. ``text`` is the value as plain text."""

    field: Field
    type: FieldType
    text: str


def parts(interface: Interface, fields: Mapping[str, Any]) -> Iterator[Part]:
    """The parts of checked field values, in the interface's order."""
    for field in interface.fields:
        if field.name not in fields:
            continue
        value = fields[field.name]
        if field.of is None:
            yield Part(field, field.type, field.type.plain_text(value, field))
        else:
            for candidate in value:
                yield Part(field, field.of, field.of.plain_text(candidate["value"], field))


def structured(interface: Interface) -> frozenset[str]:
    """The fields whose values are lists or objects: in a table their cells hold JSON."""
    return frozenset(field.name for field in interface.fields if not field.type.is_text and not field.type.is_media)
