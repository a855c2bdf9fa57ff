"""What a reviewer's look at a sample is expected to be worth: the order in which disputes are shown.

    worth = importance × disagreement × trust, the product of the last two at most 1

- **Disagreement** is the sample's, as ``outcome.py`` has it.
- **Trust** is how far apart the answers are when each pair of people counts by the product of their reliabilities,
  over how far apart they are when all pairs count alike. It is 1 where all are equally reliable. Where one who is
  seldom like others stands against several who usually are, it is below 1: their answer is likely the right one, and a
  look would change little. Where those who are usually like others stand apart, it is above 1.
- **Reliability** of a person is their stored likeness with others (``quality.models.Reliability``), drawn towards the
  project's mean as if by ``PRIOR`` more pairs of answers: who has answered little is taken for average.
- **Importance** is what the policy's ``importance`` names, 1 where it names nothing or the sample has no such number.

It says nothing about who is right. It is computed when the sample is routed, and again when reliabilities are
(``reorder.py``).
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any, Final

from projects.measures import disagreement
from projects.quality.models import Reliability
from projects.quality.stream import Given
from projects.quality.versions import Versions
from projects.schema import Series
from projects.workspace.models import Project
from projects.workspace.policy import metadata_key

PRIOR: Final = 20  # pairs of answers
LARGEST: Final = 1e6  # importance
REMEMBERED: Final = 5_000  # distances of two values


@dataclass(frozen=True, slots=True)
class Worth:
    """``value`` is what samples are put in order by."""

    value: float
    importance: float
    trust: float

    def as_columns(self, disagreement: float) -> dict[str, Any]:
        """The sample's columns."""
        parts = {"disagreement": disagreement, "importance": self.importance, "trust": self.trust}
        return {"look": self.value, "look_parts": parts}


class Weights:
    """How much each person's answers count in a project, and how far apart two values of a series are."""

    def __init__(self, project: Project) -> None:
        self._apart: dict[tuple[str, Any, Any], float] = {}
        rows = Reliability.objects.filter(project=project, agreement__isnull=False)
        known = [(row.annotator_id, row.agreement or 0.0, row.pairs) for row in rows]
        total = sum(pairs for _, _, pairs in known)
        self.mean = sum(alike * pairs for _, alike, pairs in known) / total if total else 1.0
        self._of = {person: (alike * pairs + self.mean * PRIOR) / (pairs + PRIOR) for person, alike, pairs in known}

    def __getitem__(self, person: int) -> float:
        return self._of.get(person, self.mean)

    def apart(self, series: Series, one: Any, other: Any) -> float:
        """0 to 1; kept, as of scales and labels the same two come again and again."""
        if one == other:
            return 0.0
        key = (series.name, one, other)
        if key not in self._apart:
            if len(self._apart) >= REMEMBERED:
                self._apart.clear()
            self._apart[key] = disagreement(series.coefficient, [one, other], series.values) or 0.0
        return self._apart[key]


def worth(
    versions: Versions,
    weights: Weights,
    given: Sequence[Given],
    disagreement_of_sample: float,
    importance: float = 1.0,
) -> Worth:
    """Judges the current annotations of one sample, in whatever order they come."""
    trust = _trust(versions, weights, given)
    return Worth(importance * min(1.0, disagreement_of_sample * trust), importance, trust)


def importance_of(place: str, metadata: Mapping[str, Any]) -> float:
    """The number that the policy's ``importance`` names; 1 where there is none of 0 or more."""
    found = metadata.get(metadata_key(place)) if place else None
    if isinstance(found, bool) or not isinstance(found, int | float) or not found >= 0:
        return 1.0
    return float(min(found, LARGEST))


def _trust(versions: Versions, weights: Weights, given: Sequence[Given]) -> float:
    units: dict[tuple[str, str], dict[int, Any]] = defaultdict(dict)
    for one in given:
        for series, item, value in versions.observations(one.interface_id, one.answers):
            units[series, item][one.annotator_id] = value
    by_name = {series.name: series for series in versions.current.series()}
    remarks = {question.name for question in versions.current.questions if question.is_remark}
    plain = weighted = 0.0
    for (name, _), values in sorted(units.items()):
        asked = by_name[name]
        if asked.question in remarks or len(values) < 2:
            continue
        apart, counted, all_weights, pairs = 0.0, 0.0, 0.0, 0
        for (one_person, one), (other_person, other) in combinations(sorted(values.items()), 2):
            weight, far = weights[one_person] * weights[other_person], weights.apart(asked, one, other)
            apart += far
            counted += weight * far
            all_weights += weight
            pairs += 1
        plain += apart / pairs
        weighted += counted / all_weights if all_weights else apart / pairs
    return weighted / plain if plain else 1.0


def why(look_parts: Mapping[str, Any] | None) -> str:
    """The line that says what a sample's place in the list is made of; empty where it was not looked at yet."""
    if not look_parts:
        return ""
    said = [f"{look_parts['disagreement']:.2f} apart"]
    trust, importance = look_parts["trust"], look_parts["importance"]
    if trust < 1 - SHOWN:
        said.append(f"× {trust:.2f}: who stands apart is otherwise less like others")
    elif trust > 1 + SHOWN:
        said.append(f"× {trust:.2f}: those who stand apart are otherwise much like others")
    if importance != 1:
        said.append(f"× {importance:g} by importance")
    return " ".join(said)


SHOWN: Final = 0.005
