"""The texts inside a sample's fields, whatever shape they have, and the digest by which equal ones are known.

Fields are read as they are stored and not by the interface, which may have changed since: the digest stays the same.
"""

import hashlib
import unicodedata
from collections.abc import Iterator, Mapping
from typing import Any

# Samples with less text than this are never duplicates: "Yes." says little about who copied whom. In characters.
SHORTEST = 20


def texts(value: Any) -> Iterator[str]:
    """Every text in the value of a field, in a fixed order. Ids of candidates and roles of turns are none."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for each in value:
            yield from texts(each)
    elif isinstance(value, dict):
        if value.keys() == {"id", "value"}:
            yield from texts(value["value"])
        elif value.keys() == {"role", "content"}:
            yield from texts(value["content"])
        else:
            for name in sorted(value):
                yield name
                yield from texts(value[name])
    elif value is not None:
        yield str(value)


def normalised(text: str) -> str:
    """NFKC, letter case and white space aside."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def digest(fields: Mapping[str, Any]) -> str:
    """SHA-256 over the normalised texts of all fields, in hex; empty where they are shorter than ``SHORTEST``.

    White space divides nothing inside a normalised text but single spaces, so the separators can't occur in one.
    """
    hashed, length = hashlib.sha256(), 0
    for name in sorted(fields):
        hashed.update(f"\x1e{name}".encode())
        for text in texts(fields[name]):
            plain = normalised(text)
            length += len(plain)
            hashed.update(f"\x1f{plain}".encode("utf-8", "surrogatepass"))
    return hashed.hexdigest() if length >= SHORTEST else ""
