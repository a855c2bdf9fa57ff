"""Samples that wait are put in order anew, and judged anew by the rule, when what is known of people has changed.

Reliabilities and posteriors come from computations over the whole project. When one is done, what a look at each
waiting sample is worth (``worth.py``) is computed again; and a sample that the rule left to a reviewer for want of
confidence (``confidence.py``) is approved if no doubt is left. A few hundred samples at a time are read and computed;
only what has changed is written, each time in a short transaction, so that nobody who submits waits for it.
"""

import time
from collections import Counter
from collections.abc import Sequence
from typing import Any, Final

from django.db.models import Exists, OuterRef, QuerySet

from projects.quality.rest import project_of, rests
from projects.quality.stream import answered_of
from projects.quality.versions import Versions
from projects.review.confidence import Confidence
from projects.review.merge import merge
from projects.review.models import LOOKING, SecondLook
from projects.review.routing import locked, settle
from projects.review.worth import Weights, importance_of, worth
from projects.samples.models import Sample
from projects.samples.states import REVIEWABLE, SampleState
from projects.workspace.audit import change
from projects.workspace.jobs import Progress
from projects.workspace.models import Job, Project
from projects.workspace.prepared import Param, Update, column

ROWS: Final = 200
# Of one transaction: short enough that people who submit meanwhile don't notice.
BATCH: Final = 40
# Of worth: what moves by less is where it was to anybody who reads the list.
_SEEN: Final = 1e-3
WAITING: Final = (*REVIEWABLE, SampleState.REVIEWED)


def run_reorder(job: Job, progress: Progress) -> dict[str, Any]:
    """Job handler ``reorder``: every sample that waits for a reviewer, in flat memory. Done again after a cut it finds
    what is left to do."""
    project = project_of(job)
    if rests(job, progress):
        return {}
    weights, versions = Weights(project), Versions(project)
    counts: Counter[str] = Counter()
    told, after = time.monotonic(), 0
    while found := list(_waiting(project).filter(pk__gt=after).order_by("pk")[:ROWS]):
        counts.update(_again(project, versions, weights, found))
        after = found[-1].pk
        if time.monotonic() - told > 0.5:
            told = time.monotonic()
            progress(counts["samples"], None, f"{counts['samples']:,} samples put in order")
    return dict(counts)


def _waiting(project: Project) -> QuerySet[Sample]:
    routed = Sample.objects.filter(project=project, state__in=WAITING, look__isnull=False)
    return routed.only("state", "look", "look_parts", "disagreement", "metadata")


def _again(project: Project, versions: Versions, weights: Weights, samples: Sequence[Sample]) -> Counter[str]:
    """One batch; says how many were looked at, moved in the list, and approved."""
    given = answered_of(sample.pk for sample in samples)
    doubted = {sample.pk for sample in samples if sample.state == SampleState.LABELED and _doubts(sample)}
    confidence = Confidence(project, versions, doubted)
    fields = dict(Sample.objects.filter(pk__in=doubted).values_list("pk", "fields"))
    moved: list[dict[str, Any]] = []
    freed: list[int] = []
    for sample in samples:
        answers = given.get(sample.pk, [])
        importance = importance_of(project.rules.importance, sample.metadata)
        found = worth(versions, weights, answers, sample.disagreement or 0.0, importance)
        columns, was = found.as_columns(sample.disagreement or 0.0), sample.look or 0.0
        doubts = _doubts(sample)
        if sample.pk in doubted:
            doubts = confidence.doubts(sample.pk, answers, merge(versions, answers, fields[sample.pk]).answers)
            columns["look_parts"]["doubts"] = doubts
            if not doubts:
                freed.append(sample.pk)
        if abs(found.value - was) > _SEEN * max(1.0, was) or doubts != _doubts(sample):
            moved.append({"pk": sample.pk, "state": sample.state, "was": sample.look, **columns})
    counts = Counter(samples=len(samples))
    for start in range(0, len(moved), BATCH):
        with change(None, project):
            counts["moved"] += sum(_MOVED.run(**each) for each in moved[start : start + BATCH])
    for start in range(0, len(freed), BATCH):
        counts.update(_judge(project, freed[start : start + BATCH]))
    return counts


def _doubts(sample: Sample) -> list[Any]:
    return list((sample.look_parts or {}).get("doubts", []))


def _judge(project: Project, samples: Sequence[int]) -> Counter[str]:
    """By the rule as for the first time; but not where a reviewer's decision waits for a second look."""
    looks = SecondLook.objects.filter(sample=OuterRef("pk"), state__in=LOOKING)
    with change(None, project) as log:
        wanted = Sample.objects.filter(~Exists(looks), pk__in=samples, state=SampleState.LABELED, look__isnull=False)
        routes = settle(log, project, locked(wanted.order_by("pk")))
    return Counter({"approved": routes["approved"]})


# Where the answers changed meanwhile the sample's place is that which they gave it, or none yet.
_MOVED = Update(
    lambda: Sample.objects.filter(
        pk=Param("pk"), state=Param("state", column(Sample, "state")), look=Param("was", column(Sample, "look"))
    ),
    look=Param("look", column(Sample, "look")),
    look_parts=Param("look_parts", column(Sample, "look_parts")),
)
