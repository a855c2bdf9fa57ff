"""``segment``: parts of a sound or video, each from a moment to a later one, with an option, words, or both. Stored:
``[{"start_ms": 0, "end_ms": 900, "label"?: "id", "text"?: "…"}]``, the earlier first."""

import re
from collections.abc import Iterator, Mapping
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
)

MAX_SEGMENTS: Final = 5_000
MAX_WORDS: Final = 5_000
MAX_MS: Final = 100 * 3_600_000 - 1  # 99:59:59.999, the last moment that every format of captions can write
_KEYS: Final = ("start_ms", "end_ms", "label", "text")
# Hours and minutes may be left out: 75.5, 1:15.5 and 0:01:15.500 are the same moment.
_TIME: Final = re.compile(r"(?:(?:(\d{1,2}):)?(\d{1,3}):)?(\d{1,6})(?:[.,](\d{1,3}))?", re.ASCII)


class Segment(QuestionType):
    slug = "segment"
    title = "Segments of time"
    coefficient = "segment-f1"
    settings = frozenset({"options", "words", "apart"})
    on_required = True
    needs_timed = True
    takes_distance = False
    script = "js/segments.js"

    def parse(self, document: dict[str, Any], path: str, problems: Problems) -> dict[str, Any]:
        return {
            "options": choice.parse_options(document, path, problems) if "options" in document else (),
            "words": checks.flag(document, "words", path, problems, default=True),
            "apart": checks.flag(document, "apart", path, problems),
        }

    def check(self, question: Question, value: Any, path: str, context: Context) -> Any:
        if not isinstance(value, list):
            context.problems.add(path, "expected a list of segments")
            return value
        if len(value) > MAX_SEGMENTS:
            context.problems.add(path, f"at most {MAX_SEGMENTS:,} segments, these are {len(value):,}")
            return value
        before = len(context.problems.found)
        found = [_checked(question, each, f"{path}[{index}]", context) for index, each in enumerate(value)]
        if len(context.problems.found) > before:
            return value
        found.sort(key=_order)
        if not context.partial:
            self._check_whole(question, found, path, context)
        return found

    def _check_whole(self, question: Question, found: list[dict[str, Any]], path: str, context: Context) -> None:
        """What an answer that is not finished may still lack."""
        if question.required and not found:
            context.problems.add(path, "mark at least one segment")
        latest = None
        for index, each in enumerate(found):
            where = f"{path}[{index}]"
            if each["start_ms"] >= each["end_ms"]:
                moment, end = written(each["start_ms"]), written(each["end_ms"])
                context.problems.add(where, f"starts at {moment} and ends at {end}: the end must be later")
            if question.apart and latest is not None and each["start_ms"] < latest["end_ms"]:
                reason = f"overlaps the segment that ends at {written(latest['end_ms'])}"
                context.problems.add(where, f"starts at {written(each['start_ms'])} and {reason}")
            if index and each == found[index - 1]:
                context.problems.add(where, f"the segment from {written(each['start_ms'])} stands there twice")
            if latest is None or each["end_ms"] > latest["end_ms"]:
                latest = each

    def from_form(self, question: Question, data: Form, fields: Fields, shown: Mapping[str, Any]) -> Any:
        value = one(data, f"q.{question.name}")
        if not isinstance(value, str):
            return value
        lines = [line for line in newlines(value).split("\n") if line.strip()]
        return [_from_line(line) for line in lines] or MISSING

    def to_form(self, question: Question, value: Any) -> dict[str, list[str]]:
        return {f"q.{question.name}": ["\n".join(map(to_line, value))]}

    def summary(self, question: Question, value: Any) -> str:
        if not value:
            return "no segments"
        parts = "; ".join(_short(question, each) for each in value[:2])
        more = len(value) - 2
        return f"{parts}; {more} more" if more > 0 else parts

    def series(self, question: Question) -> tuple[Series, ...]:
        return (Series(question.name, question.name, question.title, question.coefficient, None, question.kind),)

    def observations(self, question: Question, value: Any) -> Iterator[Observation]:
        """The segments as the one text that ``segment-f1`` reads: start, end and option of each on a line."""
        lines = (f"{each['start_ms']} {each['end_ms']} {each.get('label', '')}" for each in value)
        yield Observation(question.name, "", "\n".join(lines))


def _order(each: Mapping[str, Any]) -> tuple[int, int, str, str]:
    return each["start_ms"], each["end_ms"], each.get("label", ""), each.get("text", "")


def _checked(question: Question, value: Any, path: str, context: Context) -> dict[str, Any]:
    """One segment in its stored form."""
    problems = context.problems
    if isinstance(value, str):  # a line of a form that is none
        reason = "expected start | end | option | words, with times like 1:02.500"
        problems.add(path, f"“{value[:64]}” is no segment: {reason}")
        return {}
    if not isinstance(value, dict):
        problems.add(path, "expected an object with start_ms and end_ms")
        return {}
    for key in value:
        if key not in _KEYS:
            problems.add(f"{path}.{str(key)[:64]}", f"unknown; known are {', '.join(_KEYS)}")
    found: dict[str, Any] = {}
    for key in ("start_ms", "end_ms"):
        moment: Any = value.get(key)
        if not checks.is_int(moment) or not 0 <= moment <= MAX_MS:
            problems.add(f"{path}.{key}", f"expected a whole number of milliseconds from 0 to {MAX_MS}")
        found[key] = moment
    label, text = value.get("label"), value.get("text")
    if label is not None:
        if not isinstance(label, str) or all(option.id != label for option in question.options):
            known = ", ".join(option.id for option in question.options[:20]) or "none"
            problems.add(f"{path}.label", f"no such option; known are {known}")
        found["label"] = label
    if text is not None:
        if not isinstance(text, str):
            problems.add(f"{path}.text", "expected a text")
        elif not question.words and text.strip():
            problems.add(f"{path}.text", "this question asks for no words")
        elif len(text) > MAX_WORDS:
            problems.add(f"{path}.text", f"at most {MAX_WORDS:,} characters, these are {len(text):,}")
        elif fault := checks.unstorable(text):
            problems.add(f"{path}.text", fault)
        elif text.strip():
            found["text"] = newlines(text).strip()
    return found


def _short(question: Question, each: Mapping[str, Any]) -> str:
    """A segment in few words."""
    words = " ".join(each.get("text", "").split())
    said = words if len(words) <= 30 else f"{words[:29]}…"
    title = choice.title_of(question.options, each["label"])[:20] if "label" in each else ""
    times = f"{written(each['start_ms'])}–{written(each['end_ms'])}"
    return " ".join(part for part in (times, title, said) if part)


def written(ms: int) -> str:
    """A moment as people read it: 1:02.500, and 1:00:02.500 beyond an hour."""
    seconds, rest = divmod(ms, 1000)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}.{rest:03}" if hours else f"{minutes}:{seconds:02}.{rest:03}"


def milliseconds(text: str) -> int | None:
    """The moment that a text names; None where it names none."""
    found = _TIME.fullmatch(text.strip())
    if found is None:
        return None
    hours, minutes, seconds, rest = found.groups()
    return (int(hours or 0) * 3600 + int(minutes or 0) * 60 + int(seconds)) * 1000 + int((rest or "").ljust(3, "0"))


def to_line(each: Mapping[str, Any]) -> str:
    """A segment as a line of the form. Line ends inside the words are written ``\\n``, a backslash twice."""
    words = each.get("text", "").replace("\\", "\\\\").replace("\n", "\\n")
    parts = [written(each["start_ms"]), written(each["end_ms"]), each.get("label", ""), words]
    while not parts[-1]:
        parts.pop()
    return " | ".join(parts)


def _from_line(line: str) -> Any:
    """The segment on a line of the form; the line itself where it holds none."""
    start, end, label, words = [*(part.strip() for part in line.split("|", 3)), "", "", ""][:4]
    first, last = milliseconds(start), milliseconds(end)
    if first is None or last is None:
        return line
    words = re.sub(r"\\(.)", lambda found: "\n" if found[1] == "n" else found[1], words)
    found: dict[str, Any] = {"start_ms": first, "end_ms": last}
    return {**found, **({"label": label} if label else {}), **({"text": words} if words else {})}


SEGMENT = Segment()
