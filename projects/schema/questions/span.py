"""``span``: parts of a text, each from a character to a later one, with an option. Stored, the earlier first:
``[{"start": 3, "end": 9, "label": "id"}]`` in Unicode code points of the field's text; the end is not part of it. That
nothing is to be marked, ``[]``, is an answer like any."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any, Final

from projects.schema import checks
from projects.schema.checks import Problems
from projects.schema.questions import choice
from projects.schema.questions.base import (
    MISSING,
    Context,
    Fields,
    Form,
    Observation,
    Question,
    QuestionType,
    Series,
    newlines,
    one,
    whole,
)
from projects.schema.questions.correction import original_text

MAX_SPANS: Final = 5_000
_KEYS: Final = ("start", "end", "label")
Range = tuple[int, int]


class Span(QuestionType):
    slug = "span"
    title = "Marked words"
    coefficient = "span-alpha"
    settings = frozenset({"options", "overlap"})
    on_required = True
    needs_text = True
    takes_distance = False
    overlay = True
    script = "js/spans.js"

    def parse(self, document: dict[str, Any], path: str, problems: Problems) -> dict[str, Any]:
        return {
            "options": choice.parse_options(document, path, problems),
            "overlap": checks.flag(document, "overlap", path, problems),
        }

    def check(self, question: Question, value: Any, path: str, context: Context) -> Any:
        if not isinstance(value, list):
            context.problems.add(path, "expected a list of spans")
            return value
        if len(value) > MAX_SPANS:
            context.problems.add(path, f"at most {MAX_SPANS:,} spans, these are {len(value):,}")
            return value
        before = len(context.problems.found)
        text = original_text(question, context.fields)
        ids = {option.id for option in question.options}
        for index, each in enumerate(value):
            _check_one(each, f"{path}[{index}]", len(text), ids, context.problems)
        if len(context.problems.found) > before:
            return value
        found = sorted(({key: each[key] for key in _KEYS} for each in value), key=_order)
        if not context.partial:
            self._check_whole(question, found, text, path, context.problems)
        return found

    def _check_whole(
        self, question: Question, found: list[dict[str, Any]], text: str, path: str, problems: Problems
    ) -> None:
        """What an answer that is not finished may still lack."""
        latest = None
        for index, each in enumerate(found):
            where = f"{path}[{index}]"
            if index and each == found[index - 1]:
                problems.add(where, f"“{quoted(text, each)}” stands there twice with the same option")
            elif latest is not None and not question.overlap and each["start"] < latest["end"]:
                problems.add(where, f"“{quoted(text, each)}” overlaps “{quoted(text, latest)}”: spans may not overlap")
            if latest is None or each["end"] > latest["end"]:
                latest = each

    def from_form(self, question: Question, data: Form, fields: Fields, shown: Mapping[str, Any]) -> Any:
        value = one(data, f"q.{question.name}")
        lines = [line for line in newlines(value).split("\n") if line.strip()] if value is not MISSING else []
        if not lines:  # that there is nothing to mark is an answer, which somebody has to give
            return MISSING if one(data, f"q.{question.name}.none") is MISSING else []
        return [_from_line(line) for line in lines]

    def to_form(self, question: Question, value: Any) -> dict[str, list[str]]:
        name = f"q.{question.name}"
        return {name: ["\n".join(map(to_line, value))]} if value else {f"{name}.none": ["yes"]}

    def summary(self, question: Question, value: Any) -> str:
        if not value:
            return "no spans"
        parts = ", ".join(_short(question, each) for each in value[:3])
        more = len(value) - 3
        return f"{parts}; {more} more" if more > 0 else parts

    def merge(self, question: Question, values: Sequence[Any]) -> Any:
        """The spans that more than half marked alike. None follows where half or more put an option on a character and
        no such span has it: they marked something there, and differ in its ends."""
        people = len(values)
        votes = Counter(_order(each) for value in values for each in value)
        chosen = sorted(each for each, times in votes.items() if 2 * times > people)
        for option in {label for _, _, label in votes}:
            covers = [_flat((start, end) for start, end, label in chosen if label == option)]
            marked = [
                _flat((each["start"], each["end"]) for each in value if each["label"] == option) for value in values
            ]
            if any(2 * times >= people and not covered for times, covered in _depths(marked, covers)):
                return MISSING
        return [{"start": start, "end": end, "label": label} for start, end, label in chosen]

    def series(self, question: Question) -> tuple[Series, ...]:
        return (Series(question.name, question.name, question.title, question.coefficient, None, question.kind),)

    def observations(self, question: Question, value: Any) -> Iterator[Observation]:
        """The spans as the one text that ``measures.spans`` reads: start, end and option of each on a line."""
        yield Observation(question.name, "", "\n".join(map(_observed, value)))

    def observed(self, question: Question, value: Any, fields: Fields) -> Iterator[Observation]:
        """With the length of the text before them."""
        lines = [f"of {len(original_text(question, fields))}", *map(_observed, value)]
        yield Observation(question.name, "", "\n".join(lines))


def quoted(text: str, each: Mapping[str, Any], most: int = 40) -> str:
    """The words of a span, on one line and not too long."""
    words = " ".join(text[each["start"] : each["end"]].split())
    return words if len(words) <= most else f"{words[: most - 1]}…"


def to_line(each: Mapping[str, Any]) -> str:
    """A span as a line of the form."""
    return f"{each['start']} | {each['end']} | {each['label']}"


def _observed(each: Mapping[str, Any]) -> str:
    return f"{each['start']} {each['end']} {each['label']}"


def _order(each: Mapping[str, Any]) -> tuple[int, int, str]:
    return each["start"], each["end"], each["label"]


def _check_one(value: Any, path: str, length: int, ids: set[str], problems: Problems) -> None:
    if isinstance(value, str):  # a line of a form that is none
        problems.add(path, f"“{value[:64]}” is no span: expected start | end | option, like 3 | 9 | {min(ids)}")
        return
    if not isinstance(value, dict):
        problems.add(path, "expected an object with start, end and label")
        return
    for key in value:
        if key not in _KEYS:
            problems.add(f"{path}.{str(key)[:64]}", f"unknown; known are {', '.join(_KEYS)}")
    start: Any = value.get("start")
    end: Any = value.get("end")
    label = value.get("label")
    fits = True
    for key, place in (("start", start), ("end", end)):
        if not checks.is_int(place) or not 0 <= place <= length:
            problems.add(f"{path}.{key}", f"expected a whole number from 0 to {length}, the characters of the text")
            fits = False
    if fits and start >= end:
        problems.add(path, f"starts at {start} and ends at {end}: the end must be later")
    if not isinstance(label, str) or label not in ids:
        known = ", ".join(sorted(ids)[:20])
        problems.add(f"{path}.label", f"no such option; known are {known}")


def _short(question: Question, each: Mapping[str, Any]) -> str:
    return f"{choice.title_of(question.options, each['label'])[:30]} {each['start']}–{each['end']}"


def _from_line(line: str) -> Any:
    """The span on a line of the form; the line itself where it holds none."""
    parts = [part.strip() for part in line.split("|")]
    if len(parts) != 3:
        return line
    start, end, label = whole(parts[0]), whole(parts[1]), parts[2]
    return line if isinstance(start, str) or isinstance(end, str) else {"start": start, "end": end, "label": label}


def _flat(ranges: Iterable[Range]) -> list[Range]:
    """Ranges that may overlap as ranges that don't."""
    found: list[Range] = []
    for start, end in sorted(ranges):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return found


def _depths(marked: list[list[Range]], covers: list[list[Range]]) -> Iterator[tuple[int, bool]]:
    """Stretch by stretch, in how many of the first a character lies, and whether it lies in one of the second."""
    steps: Counter[int] = Counter()
    inside: Counter[int] = Counter()
    for counts, groups in ((steps, marked), (inside, covers)):
        for start, end in (each for group in groups for each in group):
            counts[start] += 1
            counts[end] -= 1
    depth = covered = 0
    for place, _ in pairwise(sorted({*steps, *inside})):
        depth += steps[place]
        covered += inside[place]
        yield depth, covered > 0


SPAN = Span()
