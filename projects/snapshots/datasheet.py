"""The prose of a project's datasheet: what owners wrote, and what the figures say already beside each question."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import Count, Max, Min
from django.utils import timezone

from projects.formats.canonical import canonical
from projects.labeling.models import Annotation
from projects.provenance.models import Consent, ConsentState, Creator, Provenance
from projects.quality.models import Agreement, Reliability
from projects.samples.states import SampleState
from projects.snapshots.layout.prose import QUESTIONS
from projects.snapshots.models import Datasheet, Tombstone
from projects.workspace.actions import Refused
from projects.workspace.audit import change
from projects.workspace.models import Project, User

LONGEST = 10_000  # characters of one answer
NAMED = 4  # of a list, before "and … more"


class AnswerError(ValueError):
    """Answers that don't fit; `problems` are sentences by question."""

    def __init__(self, problems: Mapping[str, str]) -> None:
        self.problems = dict(problems)
        super().__init__("; ".join(f"{name}: {problem}" for name, problem in self.problems.items()))


class Stale(Refused):
    """Somebody else wrote in between; `newest` is what stands there now."""

    def __init__(self, newest: Datasheet) -> None:
        super().__init__(f"The datasheet was changed by {newest.changed_by} in the meantime.")
        self.newest = newest


def sheet(project: Project) -> Datasheet:
    """What stands there; an empty one, not saved, where nobody has written yet."""
    found = Datasheet.objects.select_related("changed_by").filter(project=project).first()
    return found or Datasheet(project=project)


def write(*, actor: User, project: Project, answers: Mapping[str, Any], revision: int | None = None) -> Datasheet:
    """Replaces all answers; an empty one is no answer. ``revision`` is the one that the writer has seen.

    Raises AnswerError, and Stale when there is a later revision that says something else.
    """
    wanted = _checked(answers)
    with change(actor, project) as log:
        Project.objects.select_for_update().get(pk=project.pk)
        found = sheet(project)
        if found.answers == wanted:
            return found
        if revision is not None and revision != found.revision:
            raise Stale(found)
        changed = [name for name in QUESTIONS if wanted.get(name) != found.answers.get(name)]
        found.answers, found.revision = wanted, found.revision + 1
        found.changed_by, found.changed_at = actor, timezone.now()
        found.save()
        log(
            "datasheet.changed",
            found,
            revision=found.revision,
            changed=changed,
            answered=len(wanted),
            answers_sha256=hashlib.sha256(canonical(wanted)).hexdigest(),
        )
    return found


def _checked(answers: Mapping[str, Any]) -> dict[str, str]:
    problems: dict[str, str] = {}
    for name, text in answers.items():
        if name not in QUESTIONS:
            problems[name] = "there is no such question"
        elif not isinstance(text, str) or "\x00" in text:
            problems[name] = "expected text"
        elif len(text) > LONGEST:
            problems[name] = f"longer than {LONGEST:,} characters"
    if problems:
        raise AnswerError(problems)
    given = {name: answers[name].replace("\r\n", "\n").strip() for name in QUESTIONS if name in answers}
    return {name: text for name, text in given.items() if text}


def measured(project: Project) -> dict[str, list[str]]:
    """What every version says without the owner, as sentences by question. Questions that no figure touches are
    missing."""
    works = Provenance.objects.filter(sample__project=project, sample__state=SampleState.APPROVED).order_by()
    origins: Counter[str] = Counter()
    licences: Counter[str] = Counter()
    for origin, licence, count in works.values_list("origin", "licence").annotate(n=Count("pk")):
        origins[origin] += count
        licences[licence or "none stated"] += count
    approved = project.samples.filter(state=SampleState.APPROVED).order_by()
    spoken = approved.values_list("metadata__language").annotate(n=Count("pk"))
    languages = Counter({str(name or "not stated"): count for name, count in spoken})
    return {
        "collection": [
            _listed("Origin of approved samples", origins.most_common()),
            _listed("Languages", languages.most_common()),
            _days("Imported", project.samples.aggregate(first=Min("created_at"), last=Max("created_at"))),
        ],
        "creators": _creators(project, licences),
        "rights": [f"{Tombstone.objects.filter(withdrawal__project=project).count()} samples withdrawn so far."],
        **_people(project),
        "biases": [_listed("Languages", languages.most_common()), *_agreement(project)],
    }


def _creators(project: Project, licences: Counter[str]) -> list[str]:
    consents = Consent.objects.filter(project=project)
    ended = consents.filter(state=ConsentState.ENDED).count()
    named = Creator.objects.filter(project=project).count()
    return [
        f"{named} creators are named; {consents.count()} consents, {ended} of them ended.",
        _listed("Licences of approved samples", licences.most_common()),
    ]


def _people(project: Project) -> dict[str, list[str]]:
    given = Annotation.objects.filter(project=project, current=True)
    people = Reliability.objects.filter(project=project)
    medians = sorted(median for median in people.values_list("median_ms", flat=True) if median is not None)
    count = given.values("annotator").distinct().count()
    seconds = f" Half of them take less than {medians[len(medians) // 2] / 1000:.0f} s a sample." if medians else ""
    told = [
        f"{count} people gave {given.count()} annotations.{seconds}",
        _days("Annotated", given.aggregate(first=Min("created_at"), last=Max("created_at"))),
    ]
    return {"annotators": told, "demographics": told[:1]}


def _agreement(project: Project) -> Iterable[str]:
    rows = Agreement.objects.filter(project=project, value__isnull=False).order_by("value")
    if lowest := rows.first():
        yield f"Least agreement: {lowest.title}, {lowest.coefficient} {lowest.value:.2f}."


def _days(what: str, found: Mapping[str, Any]) -> str:
    if found["first"] is None:
        return f"{what}: nothing yet."
    return f"{what} from {found['first'].date().isoformat()} to {found['last'].date().isoformat()}."


def _listed(what: str, found: list[tuple[str, int]]) -> str:
    if not found:
        return f"{what}: nothing yet."
    named = ", ".join(f"{name} {count:,}" for name, count in found[:NAMED])
    more = f" and {len(found) - NAMED} more" if len(found) > NAMED else ""
    return f"{what}: {named}{more}."
