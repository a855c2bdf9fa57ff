"""What an edit of an interface means for the answers that exist."""

from typing import Any, NamedTuple

from projects.schema.interface import Interface
from projects.schema.questions import Question

# What people read; the answers keep their meaning.
WORDING = frozenset({"title", "help", "required", "show_if", "kind", "distance"})


class Change(NamedTuple):
    """One question's fate: ``kept``, ``changed``, ``added`` or ``removed``, with a sentence for people."""

    question: str
    change: str
    sentence: str


def same_meaning(old: Question, new: Question) -> bool:
    """Whether answers to the one are answers to the other: all that differs is wording."""
    return _asked(old) == _asked(new)


def _asked(question: Question) -> dict[str, Any]:
    return {key: value for key, value in question.document.items() if key not in WORDING}


def compare(old: Interface, new: Interface) -> list[Change]:
    """Question by question, in the new order, removed ones last."""
    changes = []
    for question in new.questions:
        before = old.question(question.name)
        if before is None:
            sentence = f"“{question.title}” is new: samples labelled so far lack it."
            changes.append(Change(question.name, "added", sentence))
        elif same_meaning(before, question):
            changes.append(Change(question.name, "kept", f"Answers to “{question.title}” stay valid."))
        else:
            sentence = f"“{question.title}” changes: earlier answers stay with their version, apart from new ones."
            changes.append(Change(question.name, "changed", sentence))
    for question in old.questions:
        if new.question(question.name) is None:
            sentence = f"“{question.title}” goes: its answers stay with their version."
            changes.append(Change(question.name, "removed", sentence))
    return changes
