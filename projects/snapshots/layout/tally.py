"""Counting what is in a snapshot while its rows pass by: the measured half of the datasheet."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from projects.formats.columns import JsonText

__all__ = ["NOT_STATED", "Tally"]

NOT_STATED = "not stated"


@dataclass(slots=True)
class Tally:
    """Counts over the gold rows, and over the responses."""

    samples: int = 0
    responses: int = 0
    decisions: Counter[str] = field(default_factory=Counter)
    decision_origins: Counter[str] = field(default_factory=Counter)
    origins: Counter[str] = field(default_factory=Counter)
    licences: Counter[str] = field(default_factory=Counter)
    languages: Counter[str] = field(default_factory=Counter)
    models: Counter[str] = field(default_factory=Counter)
    interfaces: Counter[int] = field(default_factory=Counter)
    annotations: Counter[int] = field(default_factory=Counter)  # samples by how many annotations they have
    annotators: Counter[str] = field(default_factory=Counter)
    consents: set[str] = field(default_factory=set)

    def add_gold(self, row: Mapping[str, Any]) -> None:
        self.samples += 1
        self.decisions[row["decision"]] += 1
        self.decision_origins[row["decision_origin"]] += 1
        self.origins[row.get("origin") or NOT_STATED] += 1
        self.licences[row.get("licence") or NOT_STATED] += 1
        self.interfaces[row["interface"]] += 1
        self.annotations[row["annotations"]] += 1
        if row.get("model"):
            self.models[row["model"]] += 1
        if row.get("consent"):
            self.consents.add(row["consent"])
        self.languages[_language(row.get("metadata"))] += 1

    def add_response(self, row: Mapping[str, Any]) -> None:
        self.responses += 1
        self.annotators[row["annotator"]] += 1

    def add(self, other: "Tally") -> None:
        """The counts of other rows besides."""
        for each in fields(self):
            mine, theirs = getattr(self, each.name), getattr(other, each.name)
            if isinstance(mine, int):
                setattr(self, each.name, mine + theirs)
            else:
                mine.update(theirs)

    def as_json(self) -> dict[str, Any]:
        """Counters as sorted pairs: some count by number, and names in JSON are text."""
        document: dict[str, Any] = {}
        for each in fields(self):
            value = getattr(self, each.name)
            document[each.name] = sorted(value.items()) if isinstance(value, Counter) else value
        return {**document, "consents": sorted(self.consents)}

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> "Tally":
        counts = {name: value for name, value in document.items() if name != "consents"}
        found: dict[str, Any] = {
            name: value if isinstance(value, int) else Counter(dict(value)) for name, value in counts.items()
        }
        return cls(**found, consents=set(document["consents"]))

    def annotations_per_item(self) -> str:
        """How many people annotated a sample, in words."""
        if not self.annotations:
            return "0"
        least, most = min(self.annotations), max(self.annotations)
        mean = sum(number * count for number, count in self.annotations.items()) / self.samples
        return str(least) if least == most else f"{least} to {most}, {mean:.2f} on average"

    def stated_languages(self) -> list[str]:
        return sorted(name for name in self.languages if name != NOT_STATED)


def _language(metadata: Any) -> str:
    if isinstance(metadata, JsonText):
        metadata = metadata.parsed()
    language = metadata.get("language") if isinstance(metadata, dict) else None
    return language if isinstance(language, str) and language else NOT_STATED
