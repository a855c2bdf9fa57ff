"""What an import line says about where a sample comes from."""

from typing import Any, Final, NamedTuple

from projects.provenance.licences import LicenceError, normalised
from projects.provenance.models import Origin

# Member of the line's `provenance` and its longest text in characters; None where the column has no limit.
MEMBERS: Final = {
    "origin": 12,
    "model": 200,
    "prompt": None,
    "licence": 200,
    "creator": 200,
    "source": None,
    "consent": 200,
}
_ORIGINS: Final = frozenset(Origin.values)
_UNKNOWN: Final = Origin.UNKNOWN.value
_MISSPELT: Final = {"license": "licence"}


class StatementError(ValueError):
    """A provenance that does not fit; the message names the member."""


class Statement(NamedTuple):
    """One sample's provenance as stated; empty texts where nothing is."""

    origin: str = _UNKNOWN
    model: str = ""
    prompt: str = ""
    licence: str = ""
    creator: str = ""
    source: str = ""
    consent: str = ""

    def stated(self) -> dict[str, str]:
        """Only what was stated, as the line would have it."""
        found = {name: value for name, value in zip(self._fields, self, strict=True) if value}
        if self.origin == _UNKNOWN:
            del found["origin"]
        return found


NOTHING: Final = Statement()


def parse(document: object) -> Statement:
    """Reads a line's ``provenance``. Raises StatementError. Members that are null or empty count as not stated."""
    if document is None:
        return NOTHING
    if not isinstance(document, dict):
        raise StatementError("provenance: expected an object")
    values: dict[str, Any] = {}
    for name, value in document.items():
        if name not in MEMBERS:
            known = f"did you mean {_MISSPELT[name]}?" if name in _MISSPELT else f"known are {', '.join(MEMBERS)}"
            raise StatementError(f"provenance.{name}: unknown; {known}")
        if value is None or value == "":
            continue
        if type(value) is not str:
            raise StatementError(f"provenance.{name}: expected text")
        limit = MEMBERS[name]
        if limit is not None and len(value) > limit and name != "origin":
            raise StatementError(f"provenance.{name}: longer than {limit} characters")
        values[name] = value
    if values.get("origin", _UNKNOWN) not in _ORIGINS:
        raise StatementError(f"provenance.origin: expected one of {', '.join(Origin.values)}")
    if "licence" in values:
        try:
            values["licence"] = normalised(values["licence"])
        except LicenceError as error:
            raise StatementError(f"provenance.licence: {error}") from error
    return Statement(**values)
