"""A few hundred samples as columns of numbers: annotations, and the answers to each series by unit.

A **unit** is a sample, or one candidate of it, in one series. What its answers say of people and of agreement depends
on its **pattern** alone, the values in ascending order, and far fewer patterns than units occur; so whatever takes a
portion in works by pattern, and adds up over annotations ("sheets") with NumPy.
"""

import math
import zlib
from array import array
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from projects.measures.table import Floats, Ints
from projects.quality.periods import Calendar
from projects.quality.raters import Likenesses, is_scale, is_text, length_of
from projects.quality.stream import Answered, Given
from projects.samples.states import FINAL
from projects.schema import Observation, Series

_SHEET: Final = ("sample", "person", "period", "number", "code", "speed", "asked", "right", "chosen", "first")
SPEED_STEP: Final = 100  # milliseconds


class Asked:
    """A series, and its different values by code in the order in which they were met."""

    def __init__(self, place: int, series: Series) -> None:
        self.place = place
        self.series = series
        self.text = is_text(series)
        self.scale = is_scale(series)
        self.length = length_of(series) if self.scale else 0.0
        self.likenesses = Likenesses(series)
        self.codes: dict[Any, int] = {}
        self.values: list[Any] = []

    def code(self, value: Any) -> int:
        found = self.codes.get(value)
        if found is None:
            found = self.codes[value] = len(self.values)
            self.values.append(value)
        return found


class Reader:
    """Numbers people, pieces of their time and values, the same for all portions of a project."""

    def __init__(self, series: Mapping[str, Series], calendar: Calendar) -> None:
        self.asked = {name: Asked(place, each) for place, (name, each) in enumerate(series.items())}
        self.calendar = calendar
        # The person's id by number, and the number by id; the same for pieces of a person's time.
        self.people: list[int] = []
        self._people: dict[int, int] = {}
        self.periods: list[tuple[int, date]] = []
        self._periods: dict[tuple[int, date], int] = {}

    def person(self, pk: int) -> int:
        """The number of a person."""
        found = self._people.get(pk)
        if found is None:
            found = self._people[pk] = len(self.people)
            self.people.append(pk)
        return found

    def period(self, person: int, start: date) -> int:
        """The number of a piece of a person's time."""
        key = (person, start)
        found = self._periods.get(key)
        if found is None:
            found = self._periods[key] = len(self.periods)
            self.periods.append(key)
        return found


@dataclass(slots=True)
class _Column:
    """Answers as they come: of which unit, on which sheet, which code. ``texts`` in place of codes for free texts."""

    unit: "array[int]" = field(default_factory=lambda: array("q"))
    sheet: "array[int]" = field(default_factory=lambda: array("q"))
    code: "array[int]" = field(default_factory=lambda: array("q"))
    texts: list[Any] = field(default_factory=list)


class Units(NamedTuple):
    """Units of one series that have n answers each: m of them, with k different patterns."""

    unit: Ints  # (m,)
    sheet: Ints  # (m, n)
    code: Ints  # (m, n), ascending; for free texts their places in ``Answers.texts``
    pattern: Ints  # (m,) the place among the patterns
    patterns: Ints  # (k, n)


class Beside(NamedTuple):
    """Answers beside the others to their unit, over all units with two answers or more.

    ``sheet`` (a,), ``others`` (a,) how many there are, ``alike`` (a,) the sum of their likenesses, and on a scale
    ``apart`` (a,) the value less their mean.
    """

    sheet: Ints
    others: Floats
    alike: Floats
    apart: Floats | None


class Answers(NamedTuple):
    """All answers to one series."""

    asked: Asked
    units: list[Units]
    texts: list[Any]
    # Beside ``units``: of each pattern how alike every two of its answers are (k, pairs), in the order of
    # ``np.triu_indices``; None of free texts and single answers.
    likes: list[Floats | None]
    beside: Beside | None


class Portion:
    """Takes samples in; then its figures can be read, and no more samples come."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader
        self.samples: list[Answered] = []
        self._sheet: dict[str, array[int]] = {name: array("q") for name in _SHEET}
        self._columns = {name: _Column() for name in reader.asked}
        self._units: dict[tuple[int, str], int] = {}

    def begin(self, sample: Answered) -> None:
        """The sheets that follow are about this sample."""
        self.samples.append(sample)

    def add(self, one: Given, seen: Iterable[Observation], **known: int) -> None:
        """One person's annotation; ``known``: known answers that were ``asked`` for and ``right``, choices between two
        that were ``chosen`` and how many fell on the ``first``."""
        here, sheet, said = len(self.samples) - 1, len(self._sheet["sample"]), []
        units, asked = self._units, self.reader.asked
        for name, suffix, value in seen:
            series, column = asked[name], self._columns[name]
            unit = units.setdefault((here, suffix), len(units))
            if series.text:
                column.code.append(len(column.texts))
                column.texts.append(value)
            else:
                code = series.code(value)
                column.code.append(code)
                said.append((series.place, code))
            column.unit.append(unit)
            column.sheet.append(sheet)
        person = self.reader.person(one.annotator_id)
        row = {
            "sample": here,
            "person": person,
            "period": self.reader.period(person, self.reader.calendar.start(one.created_at)),
            "number": one.annotation_id,
            # Suffixes are candidates' ids, which differ from sample to sample: what is alike is the values.
            "code": hash(tuple(said)),
            "speed": one.duration_ms // SPEED_STEP if one.duration_ms else -1,
            **known,
        }
        for name, column_of_sheets in self._sheet.items():
            column_of_sheets.append(row[name])

    def sheets(self, name: str) -> Ints:
        """(sheets,) one column of ``_SHEET``."""
        return np.asarray(self._sheet[name])

    @cached_property
    def people(self) -> Ints:
        """(sheets,) the numbers of those who filled them."""
        return self.sheets("person")

    @cached_property
    def final(self) -> NDArray[np.bool_]:
        """(sheets,) whether the sample is closed."""
        closed = np.array([sample.state in FINAL for sample in self.samples], dtype=bool)
        return closed[self.sheets("sample")]

    @cached_property
    def sample_of(self) -> Ints:
        """(units,) the place of each one's sample."""
        return np.fromiter((here for here, _ in self._units), np.int64, len(self._units))

    @cached_property
    def names(self) -> list[str]:
        """Of units: the same in every portion and series."""
        return [f"{self.samples[here].sample_id} {suffix}" for here, suffix in self._units]

    @cached_property
    def marks(self) -> Ints:
        """(units,) a number that each one's name comes to."""
        return np.fromiter((zlib.crc32(name.encode()) for name in self.names), np.int64, len(self._units))

    @cached_property
    def answers(self) -> dict[str, Answers]:
        """By series, those that were answered."""
        return {name: _read(self.reader.asked[name], column) for name, column in self._columns.items() if column.unit}

    @cached_property
    def flat(self) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        """(sheets,) which of them rate something on several scales, and which of these give one value throughout."""
        size, units = len(self._sheet["sample"]), len(self._units)
        several, uneven = np.zeros(size, dtype=bool), np.zeros(size, dtype=bool)
        rated, values = [], []
        for name, asked in self.reader.asked.items():
            if asked.scale and self._columns[name].unit:
                column = self._columns[name]
                rated.append(np.asarray(column.sheet) * units + np.asarray(column.unit))
                values.append(np.asarray(asked.values)[np.asarray(column.code)])
        if len(rated) > 1:
            keys, points = np.concatenate(rated), np.concatenate(values)
            order = np.argsort(keys, kind="stable")
            keys, points = keys[order], points[order]
            starts = np.flatnonzero(np.diff(keys, prepend=-1))
            sheet, times = keys[starts] // units, np.diff(np.append(starts, keys.size))
            several[sheet[times > 1]] = True
            uneven[sheet[np.minimum.reduceat(points, starts) != np.maximum.reduceat(points, starts)]] = True
        return several, several & ~uneven


def _read(asked: Asked, column: _Column) -> Answers:
    unit, sheet, code = (np.asarray(each) for each in (column.unit, column.sheet, column.code))
    found = list(_units(unit, sheet, code, None if asked.text else len(asked.values)))
    every: list[Floats | None] = []
    besides: list[tuple[Ints, Floats, Floats, Floats]] = []
    for units in found:
        n = units.sheet.shape[1]
        if asked.text or n < 2:
            every.append(None)
            continue
        likes, alike, apart = _compared(asked, units.patterns)
        every.append(likes)
        others = np.full(units.sheet.size, n - 1.0)
        besides.append((units.sheet.ravel(), others, alike[units.pattern].ravel(), apart[units.pattern].ravel()))
    beside = None
    if besides:
        sheets, others, alike, apart = (np.concatenate(each) for each in zip(*besides, strict=True))
        beside = Beside(sheets, others, alike, apart if asked.scale else None)
    return Answers(asked, found, column.texts, every, beside)


def _units(unit: Ints, sheet: Ints, code: Ints, values: int | None) -> Iterator[Units]:
    """By size. ``values``: how many codes there are; None where every answer is one of its own."""
    order = np.argsort(unit, kind="stable")
    starts = np.flatnonzero(np.diff(unit[order], prepend=-1))
    sizes = np.diff(np.append(starts, unit.size))
    for size in np.unique(sizes).tolist():
        at = order[starts[sizes == size, None] + np.arange(size)]
        at = np.take_along_axis(at, np.argsort(code[at], axis=1, kind="stable"), axis=1)
        codes = code[at]
        if values is None:
            yield Units(unit[at[:, 0]], sheet[at], codes, np.arange(len(codes)), codes)
            continue
        if size * math.log2(max(2, values)) < 62:
            keys = codes @ (values ** np.arange(size - 1, -1, -1, dtype=np.int64))
            _, first, pattern = np.unique(keys, return_index=True, return_inverse=True)
        else:
            _, first, pattern = np.unique(codes, axis=0, return_index=True, return_inverse=True)
        yield Units(unit[at[:, 0]], sheet[at], codes, pattern.ravel(), codes[first])


def _compared(asked: Asked, patterns: Ints) -> tuple[Floats, Floats, Floats]:
    """Of each pattern: how alike every two of its answers are (k, pairs), each one's likenesses added up (k, n), and
    on a scale its value less the mean of the others' (k, n)."""
    n, values = patterns.shape[1], len(asked.values)
    left, right = np.triu_indices(n, 1)
    keys, place = np.unique(patterns[:, left] * values + patterns[:, right], return_inverse=True)
    of, known = asked.likenesses.of, asked.values
    each = np.array([of(known[key // values], known[key % values]) for key in keys.tolist()])
    likes = each[place.reshape(len(patterns), left.size)]
    square = np.zeros((len(patterns), n, n))
    square[:, left, right] = likes
    alike = square.sum(axis=1) + square.sum(axis=2)
    apart = np.zeros(patterns.shape)
    if asked.scale:
        points = np.asarray(known, dtype=float)[patterns]
        apart = points - (points.sum(axis=1, keepdims=True) - points) / (n - 1)
    return likes, alike, apart
