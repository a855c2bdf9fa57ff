"""A simulated crowd of which every part of the disagreement is known."""

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np


class Answers(NamedTuple):
    """Parallel arrays, (r, 2) repeats, and each rater's group."""

    units: Any
    raters: Any
    scores: Any
    repeats: Any
    group: Any


@dataclass(frozen=True)
class Crowd:
    """Standard deviations in points. Of ``people`` in ``groups`` of taste, ``each`` answer a unit, and ``again`` is the
    share of answers that is asked for twice. Scores are rounded to whole points from 1 to ``top``, if there is one.
    """

    name: str
    severity: float = 0.0
    taste: float = 0.0
    own: float = 0.0
    noise: float = 0.0
    groups: int = 1
    units: int = 150
    people: int = 12
    each: int = 6
    again: float = 0.1
    top: int | None = None

    def truth(self) -> dict[str, float]:
        """The parts as ``taste_or_noise`` calls them: of two people drawn at random, as they are drawn."""
        apart = 1 - 1 / self.groups
        size = self.people / self.groups
        differ = apart * self.people / (self.people - 1) if size > 1 else 1.0
        return {
            "severity": self.severity**2,
            "groups": differ * self.taste**2,
            "own": self.own**2,
            "noise": self.noise**2,
        }

    def answers(self, seed: int) -> Answers:
        rng = np.random.default_rng(seed)
        group = np.arange(self.people) % self.groups
        # Drawn to the deviation exactly: what is tested is the splitting, not the drawing of twelve people.
        severity = rng.normal(0, 1, self.people)
        severity = (severity - severity.mean()) / severity.std(ddof=1) * self.severity
        worth = rng.normal(0, 1, self.units)
        likes = rng.normal(0, self.taste, (self.units, self.groups))
        own = rng.normal(0, self.own, (self.units, self.people))
        unit = np.repeat(np.arange(self.units), self.each)
        rater = np.concatenate([rng.permutation(self.people)[: self.each] for _ in range(self.units)])
        steady = worth[unit] + severity[rater] + likes[unit, group[rater]] + own[unit, rater]
        twice = np.flatnonzero(rng.random(unit.size) < self.again)
        once = steady + rng.normal(0, self.noise, unit.size)
        second = steady[twice] + rng.normal(0, self.noise, twice.size)
        pairs = np.stack([once[twice], second], axis=1)
        return Answers(unit, rater, self._on_scale(once), self._on_scale(pairs), group)

    def _on_scale(self, scores: Any) -> Any:
        if self.top is None:
            return scores
        return np.clip(np.rint(scores + (1 + self.top) / 2), 1, self.top)


CROWDS = (
    Crowd("noise alone", noise=1.0),
    Crowd("severity and noise", severity=0.8, noise=0.8),
    Crowd("own taste and noise", own=0.8, noise=0.6),
    Crowd("two groups", severity=0.4, taste=0.9, noise=0.6, groups=2),
    Crowd("three groups, everything", severity=0.6, taste=0.9, own=0.4, noise=0.5, groups=3, each=8),
    Crowd("two groups, 1 to 7", severity=0.6, taste=0.9, own=0.4, noise=0.6, groups=2, top=7),
    Crowd("two groups, three a sample", severity=0.5, taste=0.9, noise=0.6, groups=2, each=3, units=300),
)
