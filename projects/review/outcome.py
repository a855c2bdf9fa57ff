"""What the answers to one sample come to: how far apart they are, what they merge to, what the policy makes of it.

Alpha is a property of a question over a set and never decides about one sample; samples are routed by the spread of
their own answers.

- **Spread** of a unit (one series of one sample, or of one of its candidates) is ``measures.disagreement``: 0 where all
  say the same, 1 where they could not be further apart; undefined for fewer than two answers.
- **Disagreement of the sample** is the mean of its defined spreads, 0 where none is defined. The mean, because the
  widest of several axes is nearly always 1 among five people, and could not put the worst samples first.
- **Remarks** (texts that nobody has to write) count for nothing here: two people never choose the same words.
- **Agreed** means that no single spread is above ``1 - min_agreement``, and that the answers merge to one (merge.py).
- **Confirmed** means that at least half of the people who annotated the sample answered each question that has a
  merged answer, and that there are at least two people: a rule adopts nothing that one person alone said.

The policy's ``approve``:

- ``agreement``: agreed and confirmed → approved by rule. Not agreed → disputed. Else (a single annotation, or an
  optional answer of a minority) it waits for a reviewer, undisputed.
- ``overlap``: approved by rule with the merged answers; disputed where they can't be merged (a tie, differing texts).
- ``review``: waits for a reviewer; not agreed → disputed, so that it is looked at first.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from projects.measures import disagreement
from projects.quality.stream import Given
from projects.quality.versions import Versions
from projects.review.merge import merge

# Spreads are compared with the policy's threshold up to the noise of floating point.
TOLERANCE = 1e-9
Route = Literal["approved", "disputed", "stays"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """``spreads``: the widest spread of each question that at least two people answered."""

    people: int
    disagreement: float
    spreads: dict[str, float]
    answers: dict[str, Any]
    undecided: tuple[str, ...]
    confirmed: bool

    def agreed(self, min_agreement: float) -> bool:
        limit = 1 - min_agreement + TOLERANCE
        return not self.undecided and all(spread <= limit for spread in self.spreads.values())

    def route(self, approve: str, min_agreement: float) -> Route:
        """What the policy makes of a labelled sample."""
        if approve == "overlap":
            return "disputed" if self.undecided else "approved"
        if not self.agreed(min_agreement):
            return "disputed" if self.people > 1 else "stays"
        return "approved" if approve == "agreement" and self.confirmed else "stays"


def weigh(versions: Versions, given: Sequence[Given], fields: Mapping[str, Any]) -> Outcome:
    """Judges the current annotations of one sample."""
    units: dict[tuple[str, str], list[Any]] = defaultdict(list)
    for one in given:
        for series, suffix, value in versions.observations(one.interface_id, one.answers):
            units[series, suffix].append(value)
    by_name = {series.name: series for series in versions.current.series()}
    remarks = {question.name for question in versions.current.questions if question.is_remark}
    found: list[float] = []
    spreads: dict[str, float] = {}
    for (name, _), values in units.items():
        asked = by_name[name]
        if asked.question in remarks:
            continue
        spread = disagreement(asked.coefficient, values, asked.values)
        if spread is not None:
            found.append(spread)
            spreads[asked.question] = max(spread, spreads.get(asked.question, 0.0))
    merged = merge(versions, given, fields)
    half = len(given) / 2
    return Outcome(
        people=len(given),
        disagreement=sum(found) / len(found) if found else 0.0,
        spreads=spreads,
        answers=merged.answers,
        undecided=merged.undecided,
        confirmed=len(given) > 1 and all(people >= half for people in merged.people.values()),
    )
