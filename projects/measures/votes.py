"""One answer out of several: the most frequent, where there is one."""

from collections import Counter
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from projects.measures.bulk import coded, coded_answers, last_of_each
from projects.measures.table import Ints
from projects.measures.values import Value, frozen, in_order


@dataclass(frozen=True)
class Majority:
    """``winners``: the most frequent values, two or more in a tie and none without answers. ``lead``: votes of the
    first over the second, 0 in a tie; ``votes`` those of a winner, ``answers`` all.
    """

    winners: tuple[Any, ...]
    votes: int
    lead: int
    answers: int

    @property
    def value(self) -> Any:
        """The one winner, or None: a tie is a tie, and no order of arrival decides it."""
        return self.winners[0] if len(self.winners) == 1 else None


def majority(answers: Iterable[Any]) -> Majority:
    """Of one unit's answers, one a person in any order. None is no answer."""
    counts = Counter(given for answer in answers if (given := frozen(answer)) is not None)
    ranked = counts.most_common()
    if not ranked:
        return Majority((), 0, 0, 0)
    most = ranked[0][1]
    winners, _ = in_order([value for value, votes in ranked if votes == most], None)
    second = ranked[1][1] if len(ranked) > 1 else 0
    return Majority(tuple(winners), most, most - second, counts.total())


def settled(units: Iterable[Iterable[Any]], lead: int) -> bool:
    """The lead rule of adaptive overlap: whether in each unit the first answer has ``lead`` votes more than the second.

    Each unit's answers as ``majority`` takes them; without units nothing is left to settle. On real crowds a lead of 3
    within 10 answers, or of 2 within 5, saves nearly half of them for at most a hundredth of the accuracy
    (``benchmarks.adaptive``); stopping on an unsupervised posterior instead believes whoever came first.
    """
    return all(majority(answers).lead >= lead for answers in units)


@dataclass(frozen=True)
class Votes:
    """Who gave which value to which unit, each once: codes (n,) that point into the three lists of names."""

    units: list[Hashable]
    raters: list[Hashable]
    values: list[Value]
    unit: Ints
    rater: Ints
    code: Ints


def votes(
    units: ArrayLike, raters: ArrayLike, answers: ArrayLike | Sequence[Any], values: Iterable[Any] | None = None
) -> Votes:
    """From parallel arrays (n,), in order of time: of several answers of a rater to a unit the last counts, once.

    A missing answer (None, NaN) takes earlier ones back. ``values``: what could be answered, whether it was or not.
    """
    unit_names, unit = coded(units)
    rater_names, rater = coded(raters)
    labels, code = coded_answers(answers)
    if not unit.shape == rater.shape == code.shape or unit.ndim != 1:
        raise ValueError("units, raters and answers must be of one length")
    last = last_of_each(unit * max(1, len(rater_names)) + rater)
    if last is not None:
        unit, rater, code = unit[last], rater[last], code[last]
    there = code >= 0
    if not there.all():
        unit, rater, code = unit[there], rater[there], code[there]
    known = list(dict.fromkeys([*labels, *(value for point in values or () if (value := frozen(point)) is not None)]))
    ordered, _ = in_order(known, None if values is None else list(values))
    places = {value: place for place, value in enumerate(ordered)}
    recode = np.array([places[label] for label in labels], dtype=np.int64)
    return Votes(unit_names, rater_names, ordered, unit, rater, recode[code] if labels else code)
