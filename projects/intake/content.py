"""The parts of a sample's fields, whatever holds them: a field of candidates has as many as it has candidates."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from projects.schema import Interface
from projects.schema.fields import Field, FieldType
from projects.schema.fields.image import Image


class Part(NamedTuple):
    """One value of one type: a field's, or one candidate's."""

    field: Field
    type: FieldType
    value: Any


def parts(interface: Interface, fields: Mapping[str, Any]) -> Iterator[Part]:
    """The parts of checked field values, in the interface's order."""
    for field in interface.fields:
        if field.name not in fields:
            continue
        value = fields[field.name]
        if field.of is None:
            yield Part(field, field.type, value)
        else:
            for candidate in value:
                yield Part(field, field.of, candidate["value"])


def is_media(kind: FieldType) -> bool:
    """Whether the values of a type name a media file."""
    return isinstance(kind, Image)


def structured(interface: Interface) -> frozenset[str]:
    """The fields whose values are lists or objects: in a table their cells hold JSON."""
    return frozenset(field.name for field in interface.fields if not field.type.is_text and not is_media(field.type))
