"""One import line, checked: what will be stored of a sample, or why it can't be taken."""

import hashlib
import re
from typing import Any, Final, NamedTuple

import orjson

from projects.formats.canonical import CanonicalError, canonical
from projects.intake.batches import BadLine
from projects.intake.checks import Objection, objection
from projects.intake.media import Media
from projects.provenance import statement
from projects.provenance.statement import Statement, StatementError
from projects.schema import Interface, SchemaError

MEMBERS: Final = ("key", "fields", "metadata", "provenance", "suggestions", "gold")
_MEMBERS: Final = frozenset(MEMBERS)
KEY_LIMIT: Final = 200  # characters
# C0 and C1 controls, line and paragraph separators, and what reorders text: a key is read by people and is in links.
_UNPRINTABLE: Final = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
# Browsers and proxies make something else of an address with such parts.
_UNADDRESSABLE: Final = frozenset({"", ".", ".."})
_SUGGESTION: Final = frozenset({"question", "value", "source", "score"})


class Proposal(NamedTuple):
    """A machine's proposal for one question. ``value`` is JSON text."""

    question: str
    value: str
    source: str
    score: float | None


class NewSample(NamedTuple):
    """A checked line. ``fields``, ``metadata`` and ``gold`` are JSON text; ``sha256`` is over the content in its
    canonical form, without the key. ``hidden``: an answer to an objective question is known."""

    key: str
    fields: str
    metadata: str
    gold: str | None
    hidden: bool
    sha256: str
    statement: Statement
    suggestions: tuple[Proposal, ...]
    objection: Objection | None


def key_of(data: dict[str, Any]) -> str:
    """The line's key. Raises BadLine."""
    key = data.get("key")
    if not isinstance(key, str) or not key.strip():
        raise BadLine("key: expected a text that is not empty" if "key" in data else "key: missing")
    if len(key) > KEY_LIMIT:
        raise BadLine(f"key: longer than {KEY_LIMIT} characters")
    if _UNPRINTABLE.search(key):
        raise BadLine("key: holds a control character")
    if any(part in _UNADDRESSABLE for part in key.split("/")) or key.endswith("/adjudication"):
        raise BadLine("key: can't be part of an address; slashes must stand between words that are not . or ..")
    return key


class LineChecker:
    """Checks the lines of one import against the project's interface."""

    def __init__(self, interface: Interface, media: Media) -> None:
        self.interface, self.media = interface, media

    def __call__(self, data: dict[str, Any]) -> NewSample:
        """Raises BadLine with every reason that is found at once."""
        key = key_of(data)
        if not data.keys() <= _MEMBERS:
            unknown = next(name for name in data if name not in _MEMBERS)
            raise BadLine(f"{unknown[:80]}: unknown; a line has {', '.join(MEMBERS)}")
        metadata = data.get("metadata")
        if metadata is not None and not isinstance(metadata, dict):
            raise BadLine("metadata: expected an object")
        try:
            fields = self.interface.validate_fields(data.get("fields"))
            said = statement.parse(data.get("provenance"))
            if self.media.fields:
                fields = self.media.rewritten(fields)
            content: dict[str, Any] = {"fields": fields}
            if metadata:
                content["metadata"] = metadata
            if stated := said.stated():
                content["provenance"] = stated
            suggestions = data.get("suggestions")
            if suggestions is not None and suggestions != []:
                content["suggestions"] = self._suggestions(suggestions, fields)
            if data.get("gold") is not None:
                content["gold"] = self._gold(data["gold"], fields)
            sha256 = hashlib.sha256(canonical(content)).hexdigest()
        except SchemaError as error:
            raise BadLine(reasons(error)) from error
        except (StatementError, CanonicalError) as error:
            raise BadLine(str(error)) from error
        return NewSample(
            key,
            orjson.dumps(fields).decode(),
            orjson.dumps(metadata or {}).decode(),
            orjson.dumps(content["gold"]).decode() if "gold" in content else None,
            self.interface.has_objective(content.get("gold", ())),
            sha256,
            said,
            tuple(_proposal(item) for item in content.get("suggestions", ())),
            objection(self.interface, fields),
        )

    def _gold(self, value: Any, fields: dict[str, Any]) -> dict[str, Any]:
        if not isinstance(value, dict) or not value:
            raise BadLine("gold: expected an object with the known answers")
        return self._answers(value, fields, "gold")

    def _suggestions(self, value: Any, fields: dict[str, Any]) -> list[dict[str, Any]]:
        if not isinstance(value, list):
            raise BadLine("suggestions: expected a list")
        by_source: dict[str, dict[str, Any]] = {}
        for index, item in enumerate(value):
            question, source = self._named(item, f"suggestions[{index}]")
            proposed = by_source.setdefault(source, {})
            if question in proposed:
                raise BadLine(f"suggestions[{index}]: {source} suggests an answer to {question} twice")
            proposed[question] = item.get("value")
        # One source's proposals belong together: a question may be asked only after a certain answer to another.
        checked = {source: self._answers(given, fields, "suggestions") for source, given in by_source.items()}
        return [{**item, "value": checked[item["source"]][item["question"]]} for item in value]

    def _named(self, item: Any, path: str) -> tuple[str, str]:
        """Question and source of a suggestion whose form is right."""
        if not isinstance(item, dict) or not item.keys() <= _SUGGESTION:
            raise BadLine(f"{path}: expected an object of question, value, source and score")
        question, source, score = item.get("question"), item.get("source"), item.get("score")
        if not isinstance(question, str) or self.interface.question(question) is None:
            raise BadLine(f"{path}.question: no such question")
        if not isinstance(source, str) or not source.strip() or len(source) > 200:
            raise BadLine(f"{path}.source: expected who made it, at most 200 characters")
        if score is not None and (isinstance(score, bool) or not isinstance(score, int | float)):
            raise BadLine(f"{path}.score: expected a number")
        return question, source

    def _answers(self, value: dict[str, Any], fields: dict[str, Any], path: str) -> dict[str, Any]:
        try:
            found = self.interface.validate_answers(value, fields, partial=True)
        except SchemaError as error:
            raise BadLine(reasons(error, "answers", path)) from error
        for question in value:
            if question not in found:
                raise BadLine(f"{path}.{question}: not asked with these fields and answers")
        return found


def reasons(error: SchemaError, prefix: str = "", path: str = "") -> str:
    """The problems as one line; paths that begin with ``prefix`` begin with ``path`` instead."""
    return "; ".join(
        f"{path + at[len(prefix) :] if prefix and at.startswith(prefix) else at}: {reason}"
        for at, reason in error.problems[:5]
    ) + ("; …" if len(error.problems) > 5 else "")


def _proposal(item: dict[str, Any]) -> Proposal:
    score = item.get("score")
    return Proposal(
        item["question"], orjson.dumps(item["value"]).decode(), item["source"], None if score is None else float(score)
    )
