"""Parsed interfaces, kept in memory: a document of one hash never changes."""

from functools import lru_cache

from projects.formats.canonical import content_hash
from projects.schema import Interface as Parsed
from projects.workspace.models import Interface


@lru_cache(maxsize=256)
def _by_hash(sha256: str, interface_id: int) -> Parsed:
    document = Interface.objects.values_list("document", flat=True).get(pk=interface_id)
    return Parsed.parse(document)


def parsed(interface: Interface) -> Parsed:
    """The interface document as the pure package reads it."""
    return _by_hash(interface.sha256, interface.pk)


def document_sha256(document: object) -> str:
    return content_hash(document)
