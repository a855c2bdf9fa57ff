"""The interface: one JSON document of what is shown and what is asked, parsed once and used for every sample."""

import random
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from projects.schema import checks
from projects.schema.checks import Problems
from projects.schema.fields import FIELD_TYPES, Field, field_type
from projects.schema.fields import LATER as LATER_FIELDS
from projects.schema.fields.candidates import ids
from projects.schema.fields.code import LANGUAGES
from projects.schema.problems import Problem, SchemaError
from projects.schema.questions import LATER as LATER_QUESTIONS
from projects.schema.questions import MISSING, Observation, Question, QuestionType, Series, question_type
from projects.schema.questions.base import DISTANCES, OBJECTIVE, SUBJECTIVE, Context, Form

SCHEMA: Final = 1
MAX_FIELDS: Final = 50
MAX_QUESTIONS: Final = 100
# What every question may have besides its type's own settings.
COMMON: Final = ("name", "type", "title", "help", "required", "show_if", "kind", "on")
_INNER: Final = ", ".join(member.slug for member in FIELD_TYPES if "of" not in member.settings)


@dataclass(frozen=True, slots=True)
class Interface:
    """A parsed interface. Immutable; keep one for a document and share it."""

    document: dict[str, Any]
    fields: tuple[Field, ...]
    questions: tuple[Question, ...]

    @classmethod
    def parse(cls, document: object) -> "Interface":
        """Reads a document of schema 1. Raises SchemaError with every problem that was found."""
        problems = Problems()
        if not isinstance(document, dict):
            raise SchemaError([Problem("interface", "expected an object")])
        checks.known_keys(document, ("schema", "fields", "questions"), "interface", problems)
        if not checks.is_int(document.get("schema")) or document["schema"] != SCHEMA:
            problems.add("schema", f"expected {SCHEMA}")
        fields = _parse_fields(document.get("fields"), problems)
        questions = _parse_questions(document.get("questions"), fields, problems)
        if problems.found:
            raise SchemaError(problems.found)
        return cls(document, tuple(fields), tuple(questions))

    def field(self, name: str) -> Field | None:
        return next((field for field in self.fields if field.name == name), None)

    def question(self, name: str) -> Question | None:
        return next((question for question in self.questions if question.name == name), None)

    def has_objective(self, names: Iterable[str]) -> bool:
        """Whether one of these questions has a right answer."""
        return any((question := self.question(name)) and question.kind == OBJECTIVE for name in names)

    def validate_fields(self, fields: object) -> dict[str, Any]:
        """A sample's field values, as they are. Raises SchemaError with paths ``fields.…``."""
        if not isinstance(fields, dict):
            raise SchemaError([Problem("fields", "expected an object")])
        problems, present = [], 0
        for field in self.fields:
            if field.name in fields:
                present += 1
                fault = field.type.fault(fields[field.name], field)
                if fault:
                    problems.append(Problem(f"fields.{field.name}{fault[0]}", fault[1]))
            elif field.required:
                problems.append(Problem(f"fields.{field.name}", "this field is missing"))
        if present < len(fields):
            known = {field.name for field in self.fields}
            problems += [Problem(f"fields.{str(key)[:64]}", "no such field") for key in fields if key not in known]
        if not present and not problems:
            problems.append(Problem("fields", "all fields are missing"))
        if problems:
            raise SchemaError(problems)
        return fields

    def validate_answers(
        self,
        answers: object,
        fields: Mapping[str, Any],
        *,
        partial: bool = False,
        shown: Mapping[str, Any] | None = None,
    ) -> dict[str, Any]:
        """Answers in their stored form. Raises SchemaError with paths ``answers.<question>…``.

        Answers to questions that ``show_if`` hides are left out. ``partial`` lets required answers be missing.
        """
        if not isinstance(answers, dict):
            raise SchemaError([Problem("answers", "expected an object")])
        context = Context(fields, shown or {}, partial)
        names = {question.name for question in self.questions}
        for key in answers:
            if key not in names:
                context.problems.add(f"answers.{str(key)[:64]}", "no such question")
        found: dict[str, Any] = {}
        for question in self.questions:
            if not self.is_shown(question, found, fields):
                continue
            value = answers.get(question.name)
            if value is not None:
                found[question.name] = question.type.check(question, value, f"answers.{question.name}", context)
            elif question.required and not partial:
                context.problems.add(f"answers.{question.name}", "an answer is required")
        if not found and not partial and not context.problems.found:
            context.problems.add("answers", "answer at least one question")
        if context.problems.found:
            raise SchemaError(context.problems.found)
        return found

    def is_shown(self, question: Question, answers: Mapping[str, Any], fields: Mapping[str, Any]) -> bool:
        """Whether the question is asked, given the answers to earlier ones and the fields that the sample has."""
        if question.on is not None and question.on.name not in fields:
            return False
        condition = question.show_if
        if condition is None:
            return True
        value = answers.get(condition["question"])
        if "answered" in condition:
            return bool(condition["answered"]) == (value is not None)
        wanted = condition["is"] if isinstance(condition["is"], list) else [condition["is"]]
        return any(item in wanted for item in (value if isinstance(value, list) else [value]))

    def answers_from_form(self, data: Form, fields: Mapping[str, Any], shown: Mapping[str, Any]) -> dict[str, Any]:
        """What an HTML form answers, unchecked; questions without an answer are absent."""
        found = {
            question.name: question.type.from_form(question, data, fields, shown)
            for question in self.questions
            if question.on is None or question.on.name in fields
        }
        return {name: value for name, value in found.items() if value is not MISSING}

    def shown(self, fields: Mapping[str, Any], rng: random.Random) -> dict[str, Any]:
        """How a sample is shown to one person: the order of candidates by field, the pair by question."""
        order: dict[str, Any] = {}
        for question in self.questions:
            if question.on is None or question.on.name not in fields:
                continue
            fixed = question.type.shown(question, fields, rng)
            if fixed is not None:
                order[question.name] = fixed
                known = ids(fields[question.on.name])
                order.setdefault(question.on.name, [*fixed, *(key for key in known if key not in fixed)])
        for field in self.fields:
            if field.of is not None and field.name in fields and field.name not in order:
                known = ids(fields[field.name])
                order[field.name] = rng.sample(known, len(known))
        return order

    def series(self) -> tuple[Series, ...]:
        """Everything that agreement is computed over, in the order of the questions."""
        return tuple(series for question in self.questions for series in question.type.series(question))

    def observations(self, answers: Mapping[str, Any]) -> Iterator[Observation]:
        """Checked answers as values in the series."""
        for question in self.questions:
            if question.name in answers:
                yield from question.type.observations(question, answers[question.name])

    def observed(self, answers: Mapping[str, Any], fields: Mapping[str, Any]) -> Iterator[Observation]:
        """The same with what the sample's fields tell, as agreement is measured over."""
        for question in self.questions:
            if question.name in answers:
                yield from question.type.observed(question, answers[question.name], fields)


def _parse_fields(value: object, problems: Problems) -> list[Field]:
    found, taken = [], set[str]()
    for path, item in checks.objects(value, "fields", problems, MAX_FIELDS):
        name = checks.name(item, path, problems, taken)
        slug = item.get("type")
        kind = field_type(slug) if isinstance(slug, str) else None
        if kind is None:
            later = (
                "not in this version yet" if isinstance(slug, str) and slug in LATER_FIELDS else "no such field type"
            )
            problems.add(f"{path}.type", later)
            continue
        of = None
        if "of" in kind.settings:
            inner = item.get("of")
            of = field_type(inner) if isinstance(inner, str) else None
            if of is None or "of" in of.settings:
                problems.add(f"{path}.of", f"expected the type of each candidate: {_INNER}")
                of = None
        settings = kind.settings | (of.settings if of else frozenset())
        checks.known_keys(item, ("name", "type", "title", "required", *settings), path, problems)
        language = item.get("language", "") if "language" in settings else ""
        if language != "" and (not isinstance(language, str) or language not in LANGUAGES):
            problems.add(f"{path}.language", f"expected one of {', '.join(LANGUAGES)}")
        title = checks.text(item, "title", path, problems) or name.replace("_", " ").capitalize()
        required = checks.flag(item, "required", path, problems, default=True)
        found.append(Field(name, kind, title, required, of, language))
    return found


def _parse_questions(value: object, fields: list[Field], problems: Problems) -> list[Question]:
    found: list[Question] = []
    taken: set[str] = set()
    for path, item in checks.objects(value, "questions", problems, MAX_QUESTIONS):
        name = checks.name(item, path, problems, taken)
        slug = item.get("type")
        kind = question_type(slug) if isinstance(slug, str) else None
        if kind is None:
            later = isinstance(slug, str) and slug in LATER_QUESTIONS
            problems.add(f"{path}.type", "not in this version yet" if later else "no such question type")
            continue
        extra = ("distance",) if kind.takes_distance else ()
        checks.known_keys(item, (*COMMON, *extra, *kind.settings), path, problems)
        found.append(
            Question(
                name=name,
                type=kind,
                title=checks.text(item, "title", path, problems) or name.replace("_", " ").capitalize(),
                help=checks.text(item, "help", path, problems, checks.MAX_HELP),
                required=checks.flag(item, "required", path, problems),
                kind=_kind(item, kind, path, problems),
                coefficient=_coefficient(item, kind, path, problems),
                on=_on(item, kind, fields, path, problems),
                show_if=_show_if(item, found, path, problems),
                document=item,
                **kind.parse(item, path, problems),
            )
        )
    return found


def _kind(item: dict[str, Any], kind: QuestionType, path: str, problems: Problems) -> str:
    value = item.get("kind", kind.kind)
    if value not in (OBJECTIVE, SUBJECTIVE):
        problems.add(f"{path}.kind", f"expected {OBJECTIVE} or {SUBJECTIVE}")
    return str(value)


def _coefficient(item: dict[str, Any], kind: QuestionType, path: str, problems: Problems) -> str:
    distance = item.get("distance") if kind.takes_distance else None
    if distance is None:
        return kind.coefficient
    if not isinstance(distance, str) or distance not in DISTANCES:
        problems.add(f"{path}.distance", f"expected one of {', '.join(DISTANCES)}")
        return kind.coefficient
    return DISTANCES[distance]


def _on(item: dict[str, Any], kind: QuestionType, fields: list[Field], path: str, problems: Problems) -> Field | None:
    name = item.get("on")
    if name is None:
        if kind.on_required:
            problems.add(f"{path}.on", "name the field that is asked about")
        return None
    field = next((field for field in fields if field.name == name), None)
    if field is None:
        problems.add(f"{path}.on", "no such field")
    elif kind.needs_candidates and field.of is None:
        problems.add(f"{path}.on", f"{kind.slug} asks about a field of candidates")
    elif kind.needs_text and not field.type.is_text:
        problems.add(f"{path}.on", f"{kind.slug} asks about a text, markdown or code field")
    elif kind.needs_timed and not field.type.is_timed:
        problems.add(f"{path}.on", f"{kind.slug} asks about an audio or video field")
    return field


def _show_if(item: dict[str, Any], earlier: list[Question], path: str, problems: Problems) -> dict[str, Any] | None:
    value = item.get("show_if")
    if value is None:
        return None
    where = f"{path}.show_if"
    if not isinstance(value, dict) or set(value) not in ({"question", "answered"}, {"question", "is"}):
        problems.add(where, 'expected {"question": …, "answered": true} or {"question": …, "is": …}')
        return None
    if all(question.name != value["question"] for question in earlier):
        problems.add(f"{where}.question", "expected the name of an earlier question")
    if "answered" in value and not isinstance(value["answered"], bool):
        problems.add(f"{where}.answered", "expected true or false")
    if "is" in value:
        wanted = value["is"] if isinstance(value["is"], list) else [value["is"]]
        if not wanted or not all(isinstance(item, str | int) and not isinstance(item, bool) for item in wanted):
            problems.add(f"{where}.is", "expected a value of that question, or a list of them")
    return value
