"""What machines suggest, as a person who labels meets it.

What goes with a sample, and how, is fixed when it is leased and kept in the assignment; the annotation takes it from
there. So the record says what the server sent, whatever a browser claims, and later suggestions don't change it:

    {"how": "beside", "questions": {"mood": [{"source": "model-x", "value": "dark", "score": 0.7}]}}

The surest source comes first. ``first``, where suggestions are shown after answering: what was answered before they
were, by question; what is missing there was never seen. ``settled``, in the assignment alone: the filled-in answers
that the person has made their own.

**Withheld** is drawn by a keyed hash of project, person and sample, so nobody can foresee it, asking again draws the
same, and of two people with one sample often one sees them and the other doesn't: what the sample is like cancels out.

Hidden checks and repeats never show any. They are looked for all the same, so that the time tells nothing; the page
without them is that of a sample from which they were withheld, or which has none.
"""

from collections.abc import Collection, Mapping
from typing import Any, Final

from django.utils.crypto import salted_hmac

from projects.labeling.models import Assignment, AssignmentState, Purpose
from projects.samples.models import Sample, Suggestion
from projects.schema import Interface
from projects.workspace.models import Membership
from projects.workspace.prepared import Param, Select

PREFILLED: Final = "prefilled"
BESIDE: Final = "beside"
AFTER: Final = "after"
WITHHELD: Final = "withheld"
OFF: Final = "off"
# How a suggestion can have been met, in words.
MET: Final = {PREFILLED: "filled in", BESIDE: "beside the question", AFTER: "after answering", WITHHELD: "withheld"}

_OF_SAMPLE = Select(lambda: Suggestion.objects.filter(sample=Param("sample")).order_by("question", "source"))


def suggested(membership: Membership, sample: Sample, purpose: str, interface: Interface) -> dict[str, Any] | None:
    """What goes with a lease; None for nothing. One look-up, whatever the purpose."""
    rules = membership.project.rules
    if rules.suggestions == OFF:
        return None
    found = _fitting(list(_OF_SAMPLE.all(sample=sample.pk)), sample, interface)
    withheld = _share(membership, sample) < rules.suggestions_withheld
    if not found or purpose != Purpose.LABEL:
        return None
    return {"how": WITHHELD if withheld else rules.suggestions, "questions": found}


def _share(membership: Membership, sample: Sample) -> float:
    """0 to 1, the same for the same person and sample."""
    place = f"{membership.project_id}/{membership.user_id}/{sample.pk}"
    drawn = salted_hmac("annotator.withheld", place, algorithm="sha256").digest()
    return int.from_bytes(drawn[:7]) / 2**56


def _fitting(rows: list[Suggestion], sample: Sample, interface: Interface) -> dict[str, list[dict[str, Any]]]:
    """By question, the surest first. What was an answer to an earlier form of the question is left out."""
    found: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        question = interface.question(row.question)
        value, problems = question.checked(row.value, sample.fields) if question else (None, ["not asked"])
        if not problems:
            found.setdefault(row.question, []).append({"source": row.source, "value": value, "score": row.score})
    for each in found.values():
        each.sort(key=lambda one: (one["score"] is None, -(one["score"] or 0.0), one["source"]))
    return found


def shows(stored: Mapping[str, Any] | None) -> bool:
    """Whether the person sees, or may come to see, a suggestion beside the sample."""
    return stored is not None and stored["how"] != WITHHELD


def record(stored: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """What the annotation keeps of the assignment's."""
    return None if stored is None else {name: value for name, value in stored.items() if name != "settled"}


def seen(stored: Mapping[str, Any] | None) -> dict[str, list[dict[str, Any]]]:
    """The suggestions that the person may see by now, by question."""
    if not stored or stored["how"] == WITHHELD:
        return {}
    questions: dict[str, list[dict[str, Any]]] = stored["questions"]
    if stored["how"] == AFTER:
        return {name: each for name, each in questions.items() if name in stored.get("first", {})}
    return questions


def waiting(stored: Mapping[str, Any] | None) -> set[str]:
    """The questions whose suggestions are shown once they are answered."""
    if not stored or stored["how"] != AFTER:
        return set()
    return set(stored["questions"]).difference(stored.get("first", ()))


def filled_in(stored: Mapping[str, Any] | None) -> dict[str, Any]:
    """What is filled in for the person, by question: what the surest source says."""
    if not stored or stored["how"] != PREFILLED:
        return {}
    return {name: each[0]["value"] for name, each in stored["questions"].items()}


def is_first(assignment: Assignment) -> bool:
    """Whether the person has submitted nothing of it yet: only then is anything filled in for them."""
    return assignment.state not in (AssignmentState.SUBMITTED, AssignmentState.RETURNED)


def settle(assignment: Assignment, names: Collection[str]) -> bool:
    """Notes which filled-in answers the person has made their own, in memory; whether that is news."""
    known = sorted(set(names).intersection(filled_in(assignment.suggested)))
    stored = assignment.suggested or {}
    if known == stored.get("settled", []):
        return False
    assignment.suggested = {**stored, "settled": known}
    return True
