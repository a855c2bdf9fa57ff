"""Who gave which value to which unit, taken in as a stream and kept in flat memory."""

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple, Self

import numpy as np
from numpy.typing import ArrayLike

from projects.measures.bulk import blocks_of, blocks_of_table
from projects.measures.table import Block, Marks, Table, table_of
from projects.measures.values import Value, frozen, in_order

Unit = Hashable
Rater = Hashable


class Digest(NamedTuple):
    """All that is kept of a unit of texts: answers, share of equal pairs, mean similarity of pairs (0..1); of spans,
    two answers or more, what they come to character by character too."""

    size: int
    same: float
    similar: float
    marks: Marks | None = None


class Ratings:
    """Ratings of one question, unit by unit.

    ``values`` is the scale in its declared order; without one, numbers go by size and other values have no order.

    Open units hold every (rater, value); ``close_unit`` turns a unit into its pattern and forgets who and what. Whoever
    streams closes each unit when it is over (or hands over whole units with ``add_unit``), and memory depends on the
    number of different patterns and not of units. A unit must not come back after it was closed: it would count twice.
    Units that are still open count too, as they stand.

    ``digest`` takes the values of a unit and answers what is kept of it instead of its values; see ``ratings_for``.
    """

    def __init__(
        self, values: Sequence[Any] | None = None, *, digest: Callable[[Sequence[Value]], Digest] | None = None
    ) -> None:
        self.declared = None if values is None else tuple(values)
        self.digest = digest
        self._open: dict[Unit, dict[Rater, Value]] = {}
        self._raters: set[Rater] = set()
        self._codes: dict[Value, int] = {}
        self._patterns: Counter[tuple[int, ...]] = Counter()
        self._digests: Counter[Digest] = Counter()
        self._blocks: list[Block] = []

    @classmethod
    def from_arrays(
        cls, units: ArrayLike, raters: ArrayLike, answers: ArrayLike, values: Sequence[Any] | None = None
    ) -> Self:
        """Parallel arrays (n,) of what ``add`` would be called with, in order; millions at once.

        Missing answers (None, NaN) are left out. Units are complete: they can't be added to later.
        """
        ratings = cls(values)
        labels, people, ratings._blocks = blocks_of(units, raters, answers)
        ratings._codes = {label: code for code, label in enumerate(labels)}
        ratings._raters = set(people)
        return ratings

    @classmethod
    def from_table(cls, table: ArrayLike, values: Sequence[Any] | None = None) -> Self:
        """Numbers (units, raters), NaN where there is no answer; raters are columns. Units are complete, as above."""
        ratings = cls(values)
        labels, people, ratings._blocks = blocks_of_table(table)
        ratings._codes = {label: code for code, label in enumerate(labels)}
        ratings._raters = set(people)
        return ratings

    def add(self, unit: Unit, rater: Rater, value: Any) -> None:
        """One answer. A person's later value of the same unit takes the place of the earlier; None takes it back."""
        given = frozen(value)
        people = self._open.setdefault(unit, {})
        if given is None:
            people.pop(rater, None)
        else:
            people[rater] = given

    def add_unit(self, answers: Mapping[Any, Any]) -> None:
        """A whole unit, rater → value, opened and closed at once. None is no answer."""
        given = {rater: kept for rater, value in answers.items() if (kept := frozen(value)) is not None}
        self._take(given, self._patterns, self._digests, self._raters)

    def add_patterns(self, units: Iterable[tuple[Iterable[Any], int]], raters: Iterable[Rater]) -> None:
        """Whole units at once, as ``add_unit`` where nobody asks who gave which answer: the answers of a unit and how
        many units have just these; and everybody who gave any. Not where only digests are kept."""
        codes = self._codes
        for answers, times in units:
            given = [codes.setdefault(kept, len(codes)) for value in answers if (kept := frozen(value)) is not None]
            if given:
                self._patterns[tuple(sorted(given))] += times
        self._raters.update(raters)

    def close_unit(self, unit: Unit) -> None:
        """The unit is complete: keeps its pattern alone. A unit that nobody answered is nothing."""
        self._take(self._open.pop(unit, {}), self._patterns, self._digests, self._raters)

    def close(self) -> None:
        """Closes every open unit."""
        for unit in list(self._open):
            self.close_unit(unit)

    def _take(
        self,
        given: Mapping[Rater, Value],
        patterns: Counter[tuple[int, ...]],
        digests: Counter[Digest],
        raters: set[Rater],
    ) -> None:
        if not given:
            return
        raters.update(given)
        if self.digest is not None:
            digests[self.digest(tuple(given.values()))] += 1
            return
        codes = self._codes
        patterns[tuple(sorted([codes.setdefault(value, len(codes)) for value in given.values()]))] += 1

    def _state(self) -> tuple[Counter[tuple[int, ...]], Counter[Digest], set[Rater]]:
        """Patterns, digests and raters with the open units as they stand."""
        if not self._open:
            return self._patterns, self._digests, self._raters
        state = Counter(self._patterns), Counter(self._digests), set(self._raters)
        for given in self._open.values():
            self._take(given, *state)
        return state

    def _sizes(self) -> Counter[int]:
        """Number of answers of a unit → units."""
        patterns, digests, _ = self._state()
        sizes: Counter[int] = Counter()
        for pattern, times in patterns.items():
            sizes[len(pattern)] += times
        for digest, times in digests.items():
            sizes[digest.size] += times
        for block in self._blocks:
            sizes[block.codes.shape[1]] += int(block.times.sum())
        return sizes

    @property
    def units(self) -> int:
        """Units with two answers or more: those that agreement is about."""
        return sum(units for size, units in self._sizes().items() if size > 1)

    @property
    def single_units(self) -> int:
        """Units with one answer: they can't agree or disagree."""
        return self._sizes()[1]

    @property
    def answers(self) -> int:
        """All answers, one for each person and unit, those of single units included."""
        return sum(size * units for size, units in self._sizes().items())

    @property
    def raters(self) -> int:
        """People who gave an answer."""
        return len(self._state()[2])

    def distribution(self) -> dict[Any, int]:
        """How often each value was given, in the scale's order, with declared values that nobody gave at 0.

        For sets of labels: how often each label was chosen. Empty where only digests are kept.
        """
        counts: Counter[Value] = Counter()
        blocks = self._all_blocks()  # first: open units may bring new values
        labels = list(self._codes)
        for block in blocks:
            for code, times in enumerate(_given(block, len(labels))):
                _count(counts, labels[code], int(times))
        for point in self.declared or ():
            counts.setdefault(frozen(point), 0)
        return {value: counts[value] for value in in_order(counts, self.declared)[0]}

    def _all_blocks(self) -> list[Block]:
        by_size: dict[int, list[tuple[int, ...]]] = {}
        patterns = self._state()[0]
        for pattern in patterns:
            by_size.setdefault(len(pattern), []).append(pattern)
        return self._blocks + [
            Block(np.array(rows, dtype=np.int64), np.array([patterns[row] for row in rows], dtype=np.int64))
            for rows in by_size.values()
        ]

    def table(self) -> Table:
        """The counts that coefficients are computed from; the same whatever order things came in."""
        if self.digest is None:
            blocks = self._all_blocks()  # first, as above
            return table_of(blocks, list(self._codes), self.declared)
        kept = sorted((digest, times) for digest, times in self._state()[1].items() if digest.size > 1)
        marks = tuple(digest.marks for digest, _ in kept if digest.marks is not None)
        nothing = np.empty(0, dtype=np.int64)
        return Table(
            values=(),
            ordered=False,
            declared=self.declared,
            sizes=np.array([digest.size for digest, _ in kept], dtype=float),
            times=np.array([times for _, times in kept], dtype=np.int64),
            pattern=nothing,
            code=nothing,
            count=nothing.astype(float),
            singles=nothing,
            similar=np.array([digest.similar for digest, _ in kept], dtype=float),
            same=np.array([digest.same for digest, _ in kept], dtype=float),
            marks=marks if len(marks) == len(kept) else None,
        )


def _given(block: Block, values: int) -> Iterable[float]:
    weights = np.broadcast_to(block.times[:, None], block.codes.shape)
    return np.bincount(block.codes.ravel(), weights.ravel(), minlength=values)


def _count(counts: Counter[Value], value: Value, times: int) -> None:
    for one in value if isinstance(value, frozenset) else (value,):
        counts[one] += times
