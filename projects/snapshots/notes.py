"""What the rows of a version bring to light besides the tables: whose works they are, which consents they rest on."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from typing import Any

from projects.snapshots import layout


class Span:
    """The first and the last moment of several."""

    def __init__(self) -> None:
        self.first: datetime | None = None
        self.last: datetime | None = None

    def take(self, at: datetime) -> None:
        self.first = at if self.first is None or at < self.first else self.first
        self.last = at if self.last is None or at > self.last else self.last

    def add(self, document: list[str] | None) -> None:
        """Those of another part."""
        for text in document or ():
            self.take(datetime.fromisoformat(text))

    def as_json(self) -> list[str] | None:
        return [self.first.isoformat(), self.last.isoformat()] if self.first and self.last else None

    @property
    def period(self) -> layout.Period | None:
        """The days, in UTC."""
        if self.first is None or self.last is None:
            return None
        return layout.Period(self.first.astimezone(UTC).date(), self.last.astimezone(UTC).date())


class Notes:
    """Taken while the rows of a part pass, kept with the part as JSON, and added up for the version."""

    def __init__(self) -> None:
        self.works: Counter[str] = Counter()
        self.licences: defaultdict[str, set[str]] = defaultdict(set)
        self.consents: dict[str, str] = {}  # when each was given
        self.interfaces: set[int] = set()  # versions
        self.decided = Span()
        self.imported = Span()
        self.annotated = Span()

    def take(self, made: Mapping[str, Any]) -> None:
        """A decision with what is known about its sample."""
        if creator := made["credit"] or made["creator"]:
            self.works[creator] += 1
            self.licences[creator].add(made["licence"] or "not stated")
        if made["consent"]:
            self.consents[made["consent"]] = made["consent_given_at"].isoformat()
        self.interfaces.add(made["interface"])
        self.decided.take(made["decided_at"])
        self.imported.take(made["imported_at"])

    def take_annotation(self, given: Mapping[str, Any]) -> None:
        """One annotation behind it."""
        self.interfaces.add(given["interface__version"])
        self.annotated.take(given["created_at"])

    def add(self, document: Mapping[str, Any]) -> None:
        """What was noted of another part."""
        self.works.update(document["works"])
        for name, licences in document["licences"].items():
            self.licences[name].update(licences)
        self.consents.update(document["consents"])
        self.interfaces.update(document["interfaces"])
        for name in ("decided", "imported", "annotated"):
            getattr(self, name).add(document[name])

    def as_json(self) -> dict[str, Any]:
        return {
            "works": dict(self.works),
            "licences": {name: sorted(found) for name, found in self.licences.items()},
            "consents": self.consents,
            "interfaces": sorted(self.interfaces),
            "decided": self.decided.as_json(),
            "imported": self.imported.as_json(),
            "annotated": self.annotated.as_json(),
        }

    @property
    def published(self) -> date:
        """The day of the newest decision."""
        decided = self.decided.period
        assert decided is not None
        return decided.last

    def credits(self) -> Iterator[layout.Credit]:
        for name, count in sorted(self.works.items()):
            yield layout.Credit(name, count, sorted(self.licences[name]))

    def in_force(self) -> Iterator[dict[str, Any]]:
        """The consents."""
        for reference, given_at in sorted(self.consents.items()):
            yield {"id": reference, "given_at": given_at, "state": "in force"}
