"""The query builder: rows of a form on one side, a filter document on the other."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.http import QueryDict

from projects.provenance.models import Creator, Origin, Provenance
from projects.review.models import Verdict
from projects.snapshots.filters import LARGEST, FilterError
from projects.workspace.interfaces import parsed
from projects.workspace.models import Project

MOST_ROWS = 50
# More than so many are typed in, not ticked.
MOST_CHOICES = 30
# Samples that are looked at for the names that their metadata have.
LOOKED_AT = 200
METADATA = "metadata"
ANSWERS = "answers"
IS, MISSING = "is", "missing"


@dataclass(frozen=True, slots=True)
class Kind:
    """What a row can ask. ``name`` is the filter's key, with the question's name after a point for answers; ``input``
    says how the row looks: checks, lines, text, share, count, day or metadata."""

    name: str
    title: str
    input: str
    choices: tuple[tuple[str, str], ...] = ()
    hint: str = ""

    @property
    def repeatable(self) -> bool:
        return self.name == METADATA


@dataclass(slots=True)
class Row:
    """One condition as the form has it. ``values`` are the ticked choices, or all that was typed as one text."""

    number: int
    kind: Kind
    values: list[str] = field(default_factory=list)
    key: str = ""
    how: str = IS

    @property
    def text(self) -> str:
        return self.values[0] if self.values else ""

    @property
    def lines(self) -> list[str]:
        if self.kind.input == "checks":
            return self.values
        return [line.strip() for line in self.text.splitlines() if line.strip()]


def kinds_of(project: Project) -> dict[str, Kind]:
    """Every kind of row that fits the project, by name."""
    assert project.interface is not None
    found = [
        Kind(METADATA, "Metadata", METADATA, tuple((name, name) for name in _metadata_names(project))),
        Kind("origin", "Origin", "checks", tuple((str(value), str(word)) for value, word in Origin.choices)),
        _listed("licence", "Licence", _licences(project)),
        _listed("creator", "Creator", _creators(project)),
        *(
            Kind(
                f"{ANSWERS}.{question.name}",
                f"Answer: {question.title}",
                "checks",
                tuple((option.id, option.title) for option in question.options),
            )
            for question in parsed(project.interface).questions
            if question.options
        ),
        Kind("decision", "Decision", "checks", ((Verdict.APPROVE.value, "Approved"), (Verdict.PLURAL.value, "Plural"))),
        Kind("decided_by", "Decided by", "checks", (("rule", "The project's rule"), ("reviewer", "A reviewer"))),
        Kind("min_agreement", "Agreement of at least", "share", hint="From 0 to 1; it takes two answers to agree."),
        Kind("min_annotations", "Annotations, at least", "count"),
        Kind("key_prefix", "Key begins with", "text"),
        Kind("approved_since", "Approved since", "day", hint="The day begins at midnight, UTC."),
    ]
    return {kind.name: kind for kind in found}


def _listed(name: str, title: str, values: list[tuple[str, str]]) -> Kind:
    if len(values) > MOST_CHOICES:
        return Kind(name, title, "lines", hint="One a line.")
    return Kind(name, title, "checks", tuple(values), "" if values else "No sample names one.")


def _licences(project: Project) -> list[tuple[str, str]]:
    used = Provenance.objects.filter(sample__project=project).order_by()
    return [(each, each or "none") for each in sorted(used.values_list("licence", flat=True).distinct())]


def _creators(project: Project) -> list[tuple[str, str]]:
    names = Creator.objects.filter(project=project).order_by("name").values_list("name", flat=True)
    return [(name, name) for name in names[: MOST_CHOICES + 1]]


def _metadata_names(project: Project) -> list[str]:
    some = project.samples.order_by("position").values_list("metadata", flat=True)[:LOOKED_AT]
    return sorted({name for metadata in some for name in metadata})[:MOST_CHOICES]


def rows_from(data: QueryDict, kinds: dict[str, Kind]) -> list[Row]:
    """The rows of a sent form, in order; what is no row of this project is left out."""
    rows = []
    for number in data.getlist("row")[:MOST_ROWS]:
        kind = kinds.get(data.get(f"{number}.kind", ""))
        if kind and number.isdecimal() and len(number) < 6:
            values = [_plain(value) for value in data.getlist(f"{number}.value")]
            key = _plain(data.get(f"{number}.name", "")).strip()
            how = MISSING if data.get(f"{number}.is") == MISSING else IS
            rows.append(Row(int(number), kind, values, key, how))
    return rows


def added(rows: list[Row], kind: Kind | None) -> Row | None:
    """The row that is added for a kind; None where there is one, or no such kind."""
    if kind is None or len(rows) >= MOST_ROWS or kind in offered_beside(rows, [kind], taken=True):
        return None
    return Row(max((row.number for row in rows), default=0) + 1, kind)


def offered_beside(rows: list[Row], kinds: list[Kind], *, taken: bool = False) -> list[Kind]:
    """The kinds that can still be added beside these rows; with ``taken`` those that can't."""
    used = {row.kind.name for row in rows if not row.kind.repeatable}
    return [kind for kind in kinds if (kind.name in used) is taken]


def document_of(rows: list[Row]) -> dict[str, Any]:
    """The filter that the rows describe, unchecked; an empty row counts for nothing. Raises FilterError for what a
    document can't say."""
    document: dict[str, Any] = {}
    for row in rows:
        for key, name, value in _said(row):
            if name is None:
                document[key] = value
                continue
            if name in document.setdefault(key, {}):
                raise FilterError(f"filter.{key}: two conditions on {name}; put what it may be into one")
            document[key][name] = value
    return document


def _said(row: Row) -> Iterator[tuple[str, str | None, Any]]:
    key, _, question = row.kind.name.partition(".")
    if key == METADATA:
        if row.key and row.how == MISSING:
            yield key, row.key, None
        elif row.key and row.lines:
            yield key, row.key, [value for line in row.lines for value in _readings(line)]
        elif row.lines:
            raise FilterError("filter.metadata: say which name the values are of")
    elif question:
        if row.values:
            yield key, question, row.values
    elif row.kind.input in ("checks", "lines"):
        if row.lines:
            yield key, None, row.lines
    elif row.text.strip():
        yield key, None, _number(row)


def _number(row: Row) -> Any:
    """What was typed as the number that it should be; as text where it is none, for the check to refuse."""
    text = row.text.strip()
    convert = {"share": float, "count": int}.get(row.kind.input)
    try:
        return convert(text) if convert and text.isascii() and len(text) < 20 else text
    except ValueError:
        return text


def _readings(line: str) -> list[str | int | bool]:
    """What is typed has no kind: 5 may be a text or a number, and true a text or a truth value."""
    readings: list[str | int | bool] = [line]
    if line.isascii() and line.removeprefix("-").isdigit() and len(line) < 17 and abs(int(line)) <= LARGEST:
        readings.append(int(line))
    elif line in ("true", "false"):
        readings.append(line == "true")
    return readings


def _plain(text: str) -> str:
    return text.replace("\x00", "")
