"""An interface while it is edited: reading the text, what it would look like, and what it would change."""

import json
import random
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple, NoReturn

from django.db.models import Count, Q
from django.templatetags.static import static

from projects.formats.canonical import CanonicalError
from projects.schema import GALLERY, Change, Field, Problem, SchemaError, compare
from projects.schema import Interface as Parsed
from projects.schema.fields.media import EXAMPLES
from projects.workspace.interfaces import document_sha256, parsed
from projects.workspace.models import Interface, Project

MAX_CHARACTERS = 1_000_000

# What previews show in place of a file that was never sent. Of videos there is none.
_EXAMPLES: Final = {"image": "img/example.svg", "audio": "media/example.wav"}


@dataclass(slots=True)
class Example:
    """A made-up sample, with the names that the templates of fields and questions look for on a task."""

    interface: Parsed
    values: dict[str, Any]
    shown: dict[str, Any]
    asset_urls: dict[str, str]
    answers: dict[str, Any] = field(default_factory=dict)

    @property
    def fields(self) -> list[tuple[Field, Any]]:
        return [(field, self.values[field.name]) for field in self.interface.fields]


class Fate(NamedTuple):
    """What becomes of one question's answers."""

    change: Change
    answers: int


@dataclass(slots=True)
class Effect:
    """What saving a document would do."""

    newest: Interface
    sha256: str
    in_use: bool
    changes: list[Change]
    # Sentences about fields that the samples which are there may not fit.
    warnings: list[str]

    @property
    def changed(self) -> bool:
        return self.sha256 != self.newest.sha256

    @property
    def next_version(self) -> int:
        return self.newest.version + 1 if self.in_use else self.newest.version

    @property
    def lasting(self) -> bool:
        """Whether people should see what it means before it is saved."""
        return self.changed and (self.in_use or bool(self.warnings))


def read_document(text: str) -> tuple[Any, Parsed, str]:
    """(document, what it means, its hash) of a text in JSON. Raises SchemaError."""
    if len(text) > MAX_CHARACTERS:
        raise SchemaError([Problem("interface", f"longer than {MAX_CHARACTERS:,} characters")])
    try:
        document = json.loads(text, parse_constant=_no_constant, object_pairs_hook=_once)
        sha256 = document_sha256(document)
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise SchemaError([Problem(where, f"this is not JSON: {error.msg}")]) from error
    except CanonicalError as error:
        raise SchemaError([Problem("interface", str(error))]) from error
    except RecursionError as error:
        raise SchemaError([Problem("interface", "nested too deeply")]) from error
    except ValueError as error:
        raise SchemaError([Problem("interface", f"this is not JSON: {error}")]) from error
    if _holds_nul(document):
        raise SchemaError([Problem("interface", "holds a NUL character")])
    return document, Parsed.parse(document), sha256


def _holds_nul(value: Any) -> bool:
    if isinstance(value, str):
        return "\x00" in value
    if isinstance(value, dict):
        return any(_holds_nul(key) or _holds_nul(each) for key, each in value.items())
    return isinstance(value, list) and any(map(_holds_nul, value))


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number in JSON")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise ValueError(f"“{key[:80]}” stands twice in one object")
        found[key] = value
    return found


def as_text(document: Any) -> str:
    """The document as people read and edit it."""
    return json.dumps(document, indent=2, ensure_ascii=False)


def example_of(interface: Parsed) -> Example:
    """A sample for the preview: the gallery's where the fields are the same, else made up by the field types."""
    values = {field.name: field.type.example(field) for field in interface.fields}
    for template in GALLERY:
        if template.document["fields"] == interface.document["fields"]:
            values |= template.example
    # Always the same order: the preview must not jump while somebody types.
    shown = interface.shown(values, random.Random(0))  # noqa: S311
    return Example(interface, values, shown, {EXAMPLES[kind]: static(path) for kind, path in _EXAMPLES.items()})


def newest_interface(project: Project) -> Interface:
    newest = project.interfaces.order_by("-version").first()
    assert newest is not None, "a project has an interface from its first moment"
    return newest


def effect_of(project: Project, interface: Parsed, sha256: str) -> Effect:
    """What saving this document would do now."""
    newest = newest_interface(project)
    before = parsed(newest)
    return Effect(
        newest=newest,
        sha256=sha256,
        in_use=newest.assignments.exists(),
        changes=compare(before, interface),
        warnings=_misfits(before, interface) if project.sample_count else [],
    )


def fates(effect: Effect) -> list[Fate]:
    """Every question's change with the number of answers that it concerns."""
    counts = effect.newest.annotations.filter(current=True).aggregate(
        **{
            f"n{index}": Count("pk", filter=Q(answers__has_key=change.question))
            for index, change in enumerate(effect.changes)
        }
    )
    return [Fate(change, counts[f"n{index}"]) for index, change in enumerate(effect.changes)]


def _misfits(before: Parsed, after: Parsed) -> list[str]:
    """What the samples that are there already would lack or have too much."""
    found = []
    for new in after.fields:
        old = before.field(new.name)
        if old is None and new.required:
            found.append(f"The field “{new.name}” is new and required: the samples that are there don't have it.")
        elif old is not None and (old.type, old.of) != (new.type, new.of):
            found.append(f"The field “{new.name}” has another type: the samples that are there hold the old one.")
    gone = (field.name for field in before.fields if after.field(field.name) is None)
    return found + [f"The field “{name}” goes: what the samples hold there isn't shown any more." for name in gone]
