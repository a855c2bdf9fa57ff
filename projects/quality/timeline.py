"""Each question's agreement over time."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from typing import Any, Final

import numpy as np

from projects.measures import Ratings, agreement, ratings_for
from projects.measures.table import Ints
from projects.quality.periods import Calendar
from projects.quality.portion import Answers, Portion, Units
from projects.quality.raters import is_text
from projects.quality.sums import counted
from projects.schema import Series

# An interval a point and series: fewer draws than for the figure over everything.
DRAWS: Final = 200


class Timeline:
    """Each question's agreement, piece by piece. A unit counts where its newest answer lies. Texts are left out."""

    def __init__(self, series: dict[str, Series], calendar: Calendar) -> None:
        self.series = {name: each for name, each in series.items() if not is_text(each)}
        self.calendar = calendar
        self.ratings: dict[str, dict[date, Ratings]] = {name: {} for name in self.series}

    def take(self, portion: Portion) -> None:
        """The samples of one portion."""
        starts = np.array([start.toordinal() for _, start in portion.reader.periods], dtype=np.int64)
        starts = starts[portion.sheets("period")]
        for name, answers in portion.answers.items():
            for units in answers.units if name in self.ratings else ():
                self._units(name, answers, units, starts[units.sheet].max(axis=1), portion)

    def _units(self, name: str, answers: Answers, units: Units, newest: Ints, portion: Portion) -> None:
        patterns, values, people = len(units.patterns), answers.asked.values, portion.reader.people
        known = [[values[code] for code in pattern] for pattern in units.patterns.tolist()]
        given: dict[int, list[tuple[list[Any], int]]] = defaultdict(list)
        met: dict[int, list[int]] = defaultdict(list)
        for key, times in counted(newest * patterns + units.pattern).items():
            given[key // patterns].append((known[key % patterns], times))
        for key in np.unique(newest[:, None] * len(people) + portion.people[units.sheet]).tolist():
            met[key // len(people)].append(people[key % len(people)])
        for piece, each in given.items():
            start = date.fromordinal(piece)
            if start not in self.ratings[name]:
                self.ratings[name][start] = ratings_for(self.series[name].coefficient, self.series[name].values)
            self.ratings[name][start].add_patterns(each, met[piece])

    def rows(self) -> Iterator[dict[str, Any]]:
        """For each series its points in order: value or reason, interval, units with two answers or more."""
        for name, pieces in self.ratings.items():
            coefficient = self.series[name].coefficient
            points = []
            for start in sorted(pieces):
                found = agreement(pieces[start], coefficient, draws=DRAWS, seed=0)
                points.append(
                    {
                        "start": start.isoformat(),
                        "value": found.value,
                        "reason": found.reason,
                        "low": found.low,
                        "high": found.high,
                        "units": found.units,
                    }
                )
            yield {"series": name, "title": self.series[name].title, "coefficient": coefficient, "points": points}
