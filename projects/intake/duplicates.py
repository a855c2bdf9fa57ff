"""Which of several samples with one text is the original: an approved one, else the first that may still be approved.

``Screening.duplicate_of`` is what was found last. A sample is kept out of versions only while its original is approved,
so what is stored must follow the states: ``settle`` does that, before a version is built and every now and then.
"""

from collections.abc import Iterable

from django.db.models import Case, IntegerField, Q, QuerySet, Value, When

from projects.intake.models import Finding, Screening
from projects.samples.states import SampleState
from projects.workspace.audit import change
from projects.workspace.models import Project

GONE = (SampleState.REJECTED, SampleState.WITHDRAWN)
_AT_ONCE = 200
_ORDER = Case(
    When(sample__state=SampleState.APPROVED, then=Value(0)),
    When(sample__state__in=GONE, then=Value(2)),
    default=Value(1),
    output_field=IntegerField(),
)


def regroup(project: Project, digests: Iterable[str]) -> int:
    """Says anew which sample is the original of each digest, in the caller's transaction, which holds the project's
    row. Returns how many samples are described otherwise than before."""
    changed = 0
    for digest in set(digests) - {""}:
        group = Screening.objects.filter(project=project, digest=digest)
        head = group.order_by(_ORDER, "sample__position", "pk").values_list("pk", flat=True).first()
        if head is not None:
            changed += group.filter(pk=head).exclude(duplicate_of=None).update(duplicate_of=None)
            changed += group.exclude(pk=head).exclude(duplicate_of=head).update(duplicate_of=head)
    return changed


def settle(project: Project) -> int:
    """Promotes another sample wherever the original is not approved (any more) and another one is, or may be. Returns
    how many samples are described otherwise than before."""
    changed = 0
    while digests := list(_outdated().filter(project=project).values_list("digest", flat=True).distinct()[:_AT_ONCE]):
        with change(None, project) as log:
            Project.objects.select_for_update(no_key=True).get(pk=project.pk)
            moved = regroup(project, digests)
            if not moved:  # somebody else was quicker
                break
            log("duplicates.settled", project, texts=len(digests), samples=moved)
            changed += moved
    return changed


def sweep() -> int:
    """Periodic: settles every project where an original was decided against. Returns how many projects."""
    ids = set(_outdated().values_list("project", flat=True).distinct())
    return sum(bool(settle(project)) for project in Project.objects.filter(pk__in=ids))


def forget(project: Project, samples: Iterable[int]) -> None:
    """Takes away what was found in samples whose content is another one now, or gone; in the caller's transaction."""
    ids = list(samples)
    digests = list(Screening.objects.filter(duplicate_of__in=ids).values_list("digest", flat=True).distinct())
    Finding.objects.filter(sample__in=ids).delete()
    Screening.objects.filter(pk__in=ids).delete()
    regroup(project, digests)


def _outdated() -> QuerySet[Screening]:
    kept = Screening.objects.filter(duplicate_of__isnull=False).exclude(duplicate_of__state=SampleState.APPROVED)
    promoted = Q(sample__state=SampleState.APPROVED)
    return kept.filter(promoted | Q(duplicate_of__state__in=GONE) & ~Q(sample__state__in=GONE)).order_by()
