"""Reads of what was found in samples: findings by kind, their place in the text, duplicates, and what is waiting."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from django.db.models import Count, QuerySet

from projects.intake.models import Finding, Screening
from projects.intake.personal import BY_SLUG, FINDERS, Finder
from projects.intake.texts import texts
from projects.samples.models import Sample
from projects.samples.states import SampleState
from projects.workspace.models import Project

AROUND = 60  # characters of text on each side of a place
_SHOWN = 3  # places of one finding


class Excerpt(NamedTuple):
    """A place in a text with what stands around it."""

    before: str
    found: str
    after: str


class Kind(NamedTuple):
    """A kind of personal data, with how many open findings there are."""

    finder: Finder
    open: int


def findings(project: Project, *, kind: str = "", cleared: bool = False) -> QuerySet[Finding]:
    """The open findings of a project, or the cleared ones, by their key; none of samples that were withdrawn."""
    found = Finding.objects.filter(project=project, cleared_at__isnull=not cleared)
    found = found.exclude(sample__state=SampleState.WITHDRAWN)
    return (found.filter(kind=kind) if kind else found).order_by("pk")


def kinds(project: Project) -> list[Kind]:
    """The kinds of which something is open."""
    counts = dict(findings(project).order_by().values_list("kind").annotate(n=Count("pk")))
    return [Kind(finder, counts[finder.slug]) for finder in FINDERS if counts.get(finder.slug)]


def is_anything_open(project: Project) -> bool:
    return findings(project).order_by().exists()


def duplicates(project: Project) -> QuerySet[Screening]:
    """The samples that say what another one says, by their key in the table; none that left the project."""
    found = Screening.objects.filter(project=project, duplicate_of__isnull=False)
    found = found.exclude(sample__state__in=(SampleState.WITHDRAWN, SampleState.REJECTED))
    return found.select_related("sample", "duplicate_of").order_by("pk")


def title_of(kind: str) -> str:
    """A kind in words; its slug where no finder has it any more."""
    return BY_SLUG[kind].title if kind in BY_SLUG else kind


def excerpts(finding: Finding) -> list[Excerpt]:
    """The first places of a finding, found again in the sample's text: nothing of them is stored."""
    if finding.kind not in BY_SLUG or not finding.sample.is_shown:
        return []
    found = _places(finding.sample, finding.field, BY_SLUG[finding.kind])
    return [each for each, _ in zip(found, range(_SHOWN), strict=False)]


def _places(sample: Sample, field: str, finder: Finder) -> Iterator[Excerpt]:
    for text in texts(sample.fields.get(field)):
        for start, end in finder.find(text):
            before, after = text[max(0, start - AROUND) : start], text[end : end + AROUND]
            if start > AROUND:  # begin and end with whole words, where there are any
                before = "… " + (before.partition(" ")[2] or before)
            if end + AROUND < len(text):
                after = (after.rpartition(" ")[0] or after) + " …"
            yield Excerpt(before, text[start:end], after)


def as_json(finding: Finding) -> dict[str, Any]:
    """A finding for programs: where and what kind, never what it says."""
    return {
        "id": finding.pk,
        "key": finding.sample.key,
        "field": finding.field,
        "kind": finding.kind,
        "count": finding.count,
        "cleared_at": finding.cleared_at.isoformat() if finding.cleared_at else None,
        "cleared_by": finding.cleared_by.username if finding.cleared_by else None,
    }
