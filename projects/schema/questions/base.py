"""What every question type tells about itself, and the question that an interface holds."""

import random
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from projects.schema.checks import Problems
from projects.schema.fields import Field

Fields = Mapping[str, Any]
Form = Mapping[str, Sequence[str]]
OBJECTIVE: Final = "objective"
SUBJECTIVE: Final = "subjective"


class _Missing:
    def __repr__(self) -> str:
        return "MISSING"


# No answer was given in a form.
MISSING: Final = _Missing()

DISTANCES: Final = {"nominal": "alpha-nominal", "ordinal": "alpha-ordinal", "interval": "alpha-interval"}


class Series(NamedTuple):
    """What agreement is computed over: a question, or one axis of a rubric."""

    name: str
    question: str
    title: str
    # A member of ``measures.COEFFICIENTS``.
    coefficient: str
    # The values in the order of the scale; None for free text.
    values: tuple[Any, ...] | None
    kind: str


class Observation(NamedTuple):
    """One answer's value in a series. ``suffix`` tells units of one sample apart (a candidate's id, else empty)."""

    series: str
    suffix: str
    value: Any


class Comparison(NamedTuple):
    """What one answer says of two candidates; ``won``: 1 the first is better, 0 the second, 0.5 neither."""

    first: str
    second: str
    won: float


class Point(NamedTuple):
    value: int
    anchor: str


@dataclass(frozen=True, slots=True)
class Option:
    id: str
    title: str
    colour: str = ""
    key: str = ""


@dataclass(frozen=True, slots=True)
class Axis:
    name: str
    title: str
    help: str
    points: tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class Question:
    """One question of an interface, parsed. What a type does not use is empty."""

    name: str
    type: "QuestionType"
    title: str
    help: str
    required: bool
    kind: str
    coefficient: str
    on: Field | None
    show_if: dict[str, Any] | None
    document: dict[str, Any]
    options: tuple[Option, ...] = ()
    scale: tuple[int, int] = (0, 0)
    points: tuple[Point, ...] = ()
    axes: tuple[Axis, ...] = ()
    reasons: tuple[str, ...] = ()
    tie: bool = False
    strength: bool = False
    shuffle: bool = True
    max_length: int = 20_000
    # Whether segments have words, and whether they must not overlap.
    words: bool = True
    apart: bool = False
    # Whether spans may overlap.
    overlap: bool = False

    @property
    def on_candidates(self) -> bool:
        return self.on is not None and self.on.of is not None

    @property
    def is_remark(self) -> bool:
        """Words that nobody had to write: they are kept beside the answers, and no single one is wanted of them."""
        return self.type.free and not self.required

    def checked(self, value: Any, fields: Fields) -> tuple[Any, list[str]]:
        """A complete answer about a sample of these fields in its stored form, and why it is none: empty where it is.
        Whether the question is asked at all (``show_if``) is another matter."""
        if self.on is not None and self.on.name not in fields:
            return value, [f"{self.name}: the sample has no {self.on.name}"]
        context = Context(fields, {}, partial=False)
        found = self.type.check(self, value, self.name, context)
        return found, [f"{path}: {reason}" for path, reason in context.problems.found]

    def same(self, one: Any, other: Any) -> bool:
        """Whether two answers say the same; the order in which candidates stood and the reasons for an edit don't
        count."""
        if one == other:
            return True
        return set(self.type.observations(self, one)) == set(self.type.observations(self, other))


@dataclass(slots=True)
class Context:
    """What a value is checked against."""

    fields: Fields
    shown: Mapping[str, Any]
    partial: bool
    problems: Problems = field(default_factory=Problems)


class QuestionType(ABC):
    """One kind of question. ``slug`` is stored in interface documents and never changes."""

    slug: str
    title: str
    kind: str = OBJECTIVE
    coefficient: str = "alpha-nominal"
    # Settings besides those that every question has.
    settings: frozenset[str] = frozenset()
    # Whether ``on`` must name a field, and whether that must or may hold candidates or
    # text.
    on_required: bool = False
    takes_candidates: bool = False
    needs_candidates: bool = False
    needs_text: bool = False
    # Whether ``on`` must name a field with a time line.
    needs_timed: bool = False
    takes_distance: bool = True
    # Whether the answer that others merge to is their middle, which takes all of them into account: then it overrules
    # nobody, while a majority overrules the minority.
    averages: bool = False
    # How the answers of many people to many samples are looked at together (``quality.aggregation``): labels, sets,
    # scores, pairs; empty where each stands for itself.
    aggregation: str = ""
    # Whether everybody's answers can be shown on one text: questions/<slug>/overlay.html.
    overlay: bool = False
    # A static file that the labelling screen loads for its input.
    script: str = ""
    # Words of one's own, which two people never choose alike.
    free: bool = False
    # Whether one answer can be given to several samples at once: it is chosen, and from what is the same for all.
    at_once: bool = False

    @abstractmethod
    def parse(self, document: dict[str, Any], path: str, problems: Problems) -> dict[str, Any]:
        """Reads the type's own settings into attributes of Question, noting problems."""

    @abstractmethod
    def check(self, question: Question, value: Any, path: str, context: Context) -> Any:
        """The value in its stored form; notes what does not fit in ``context.problems``."""

    @abstractmethod
    def from_form(self, question: Question, data: Form, fields: Fields, shown: Mapping[str, Any]) -> Any:
        """The answer that an HTML form holds, unchecked; MISSING where none was given."""

    def to_form(self, question: Question, value: Any) -> dict[str, list[str]]:
        """What a form holds that gives this answer: the other way round."""
        return dict(_named(f"q.{question.name}", value))

    @abstractmethod
    def summary(self, question: Question, value: Any) -> str:
        """A checked value as one short line for people."""

    def series(self, question: Question) -> tuple[Series, ...]:
        """The series that this question's answers feed."""
        values: tuple[Any, ...] = tuple(option.id for option in question.options)
        values = values or tuple(point.value for point in question.points)
        name, title = question.name, question.title
        return (Series(name, name, title, question.coefficient, values or None, question.kind),)

    def observations(self, question: Question, value: Any) -> Iterator[Observation]:
        """A checked value as observations in this question's series."""
        yield Observation(question.name, "", value)

    def observed(self, question: Question, value: Any, fields: Fields) -> Iterator[Observation]:
        """The same, with what the sample's fields tell about it: for measures that look beyond the one sample."""
        return self.observations(question, value)

    def comparisons(self, question: Question, value: Any) -> Iterator[Comparison]:
        """A checked value as comparisons of two candidates, where the type makes any."""
        yield from ()

    def chose_first(self, question: Question, value: Any) -> bool | None:
        """Of two that were shown in random order: whether a checked value prefers the first. None for a tie, and where
        nobody chose between two or the order was not random."""
        return None

    def merge(self, question: Question, values: Sequence[Any]) -> Any:
        """The one answer that several people's checked answers (one at least) come to; MISSING where none follows."""
        return values[0] if all(value == values[0] for value in values) else MISSING

    def shown(self, question: Question, fields: Fields, rng: random.Random) -> Any:
        """What this question fixes about the way a sample is shown to one person; None for nothing."""
        return None


def _named(name: str, value: Any) -> Iterator[tuple[str, list[str]]]:
    """A value in a form's names: ``{"depth": {"empathy": 3}}`` is ``q.depth.empathy`` 3."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _named(f"{name}.{key}", item)
    else:
        yield name, [str(item) for item in (value if isinstance(value, list) else [value])]


def one(data: Form, name: str) -> Any:
    """The single value of a form's input; MISSING where it is absent or empty."""
    values = data.get(name) or ()
    return values[-1] if values and values[-1] != "" else MISSING


def whole(value: Any) -> Any:
    """A form's text as a whole number where it is one; otherwise as it came, for the check to refuse."""
    if isinstance(value, str) and value.isascii() and value.removeprefix("-").isdigit() and len(value) < 12:
        return int(value)
    return value


def newlines(value: str) -> str:
    """Browsers send line ends as CR LF; what people typed has one character."""
    return value.replace("\r\n", "\n").replace("\r", "\n")
