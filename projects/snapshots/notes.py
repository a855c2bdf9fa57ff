"""What the rows of a version bring to light besides the tables: whose works they are, which consents they rest on."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from typing import Any

from projects.snapshots import layout


class Notes:
    """Taken while the rows of a part pass, kept with the part as JSON, and added up for the version."""

    def __init__(self) -> None:
        self.works: Counter[str] = Counter()
        self.licences: defaultdict[str, set[str]] = defaultdict(set)
        self.consents: dict[str, str] = {}  # when each was given
        self.interfaces: set[int] = set()  # versions
        self.decided: datetime | None = None  # the newest decision

    def take(self, made: Mapping[str, Any]) -> None:
        """A decision with what is known about its sample."""
        if creator := made["credit"] or made["creator"]:
            self.works[creator] += 1
            self.licences[creator].add(made["licence"] or "not stated")
        if made["consent"]:
            self.consents[made["consent"]] = made["consent_given_at"].isoformat()
        self.interfaces.add(made["interface"])
        self._decided(made["decided_at"])

    def add(self, document: Mapping[str, Any]) -> None:
        """What was noted of another part."""
        self.works.update(document["works"])
        for name, licences in document["licences"].items():
            self.licences[name].update(licences)
        self.consents.update(document["consents"])
        self.interfaces.update(document["interfaces"])
        if document["decided"]:
            self._decided(datetime.fromisoformat(document["decided"]))

    def as_json(self) -> dict[str, Any]:
        return {
            "works": dict(self.works),
            "licences": {name: sorted(found) for name, found in self.licences.items()},
            "consents": self.consents,
            "interfaces": sorted(self.interfaces),
            "decided": self.decided.isoformat() if self.decided else None,
        }

    @property
    def published(self) -> date:
        """The day of the newest decision."""
        assert self.decided is not None
        return self.decided.astimezone(UTC).date()

    def credits(self) -> Iterator[layout.Credit]:
        for name, count in sorted(self.works.items()):
            yield layout.Credit(name, count, sorted(self.licences[name]))

    def in_force(self) -> Iterator[dict[str, Any]]:
        """The consents."""
        for reference, given_at in sorted(self.consents.items()):
            yield {"id": reference, "given_at": given_at, "state": "in force"}

    def _decided(self, at: datetime) -> None:
        self.decided = max(self.decided or at, at)
