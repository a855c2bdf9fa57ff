"""What everybody's figures come to on the average, so that one person's can be read beside them."""

from collections.abc import Mapping
from typing import Any, Final

from projects.measures import reasons

# Of two, the average would tell each the other's figure.
LEAST_PEOPLE: Final = 3
FIGURES: Final = ("agreement", "severity", "reliability", "gold", "position", "straight", "speed")


def averages(people: Mapping[int, Mapping[str, Any]], distribution: Mapping[str, Any]) -> dict[str, Any]:
    """For each figure its mean over the people who have one, each counting once, and how many they are.

    ``people``: ``Crowd.figures``. With fewer than three of them there is none, and the reason instead.
    """
    found = {}
    for name in FIGURES:
        values = [person[name]["value"] for person in people.values() if person[name]["value"] is not None]
        enough = len(values) >= LEAST_PEOPLE
        found[name] = {
            "value": sum(values) / len(values) if enough else None,
            "reason": None if enough else reasons.FEW_PEOPLE,
            "people": len(values),
        }
    shown = len(people) >= LEAST_PEOPLE
    return {"figures": found, "people": len(people), "distribution": dict(distribution) if shown else {}}
