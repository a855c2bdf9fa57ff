"""What a snapshot holds and what it leaves out, as rows in the order of their keys."""

import json
from array import array
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db import connection
from django.db.models import Count, Max, Q, QuerySet
from django.db.models.expressions import RawSQL
from django.db.models.functions import Collate

from projects.labeling.models import Annotation
from projects.review.models import Adjudication, Verdict
from projects.samples.models import Sample
from projects.samples.states import SampleState
from projects.snapshots.filters import DECISION_ID, filtered
from projects.snapshots.layout import Cuts
from projects.snapshots.models import BUILT, Snapshot, SnapshotState
from projects.snapshots.obstacles import OUTSIDE, Obstacle, first_of, obstacles
from projects.workspace.access import get_or_404
from projects.workspace.models import Project

BATCH = 1000


def eligible(project: Project, document: dict[str, Any], purpose: str = "") -> QuerySet[Sample]:
    """Approved samples inside the filter that may leave; their decision has the alias ``in_force``."""
    samples = filtered(project, document).filter(
        Q(state=SampleState.APPROVED), Q(in_force__decision__in=(Verdict.APPROVE, Verdict.PLURAL))
    )
    return samples.alias(obstacle=first_of(obstacles(project, purpose))).filter(obstacle="")


def reasons(project: Project, document: dict[str, Any], found: list[Obstacle]) -> dict[str, int]:
    """How many of the project's samples each reason keeps back, in the order of the reasons; zero counts are not
    listed, those that may leave are under the empty text."""
    samples = filtered(project, document).order_by()
    by_reason = dict(samples.values_list(first_of(found)).annotate(n=Count("pk")))
    counts = {each: by_reason[each] for each in ("", *(one.reason for one in found)) if by_reason.get(each)}
    outside = Sample.objects.filter(project=project).count() - sum(by_reason.values())
    return counts | ({OUTSIDE.reason: outside} if outside else {})


def left_out(project: Project, document: dict[str, Any], purpose: str = "") -> dict[str, int]:
    """How many samples stay behind for each reason; zero counts are not listed."""
    found = reasons(project, document, obstacles(project, purpose))
    return {reason: count for reason, count in found.items() if reason}


def by_key() -> Collate | str:
    """The order of the bytes of the keys, on every database."""
    return Collate("key", "C") if connection.vendor == "postgresql" else "key"


@dataclass
class Selection:
    """The samples of one build with their decisions, fixed by one statement: what happens meanwhile belongs to the next
    version. Decisions are never changed, only superseded, so the rows behind these ids stay as they are."""

    samples: "array[int]" = field(default_factory=lambda: array("q"))
    decisions: "array[int]" = field(default_factory=lambda: array("q"))
    # Annotations made later are not of this version.
    newest_annotation: int = 0
    # Where its parts end, but the last one.
    cuts: list[int] = field(default_factory=list)
    _cuts: Cuts = field(default_factory=Cuts, repr=False)

    def __len__(self) -> int:
        return len(self.samples)

    def add(self, sample: int, decision: int, key: str) -> None:
        """The sample that comes next in the order of the keys."""
        self.samples.append(sample)
        self.decisions.append(decision)
        if self._cuts.after(key):
            self.cuts.append(len(self))

    def batches(self, size: int = BATCH) -> Iterator[tuple[list[int], list[int]]]:
        """Ids of samples, and of their decisions in the same order."""
        for start in range(0, len(self.samples), size):
            end = start + size
            yield self.samples[start:end].tolist(), self.decisions[start:end].tolist()

    def parts(self) -> Iterator["Selection"]:
        """One selection for each part."""
        start = 0
        for end in (*self.cuts, len(self)):
            if end > start:
                yield Selection(self.samples[start:end], self.decisions[start:end], self.newest_annotation)
            start = end


def select(project: Project, document: dict[str, Any], purpose: str = "") -> Selection:
    """Fixes the selection, ordered by the bytes of the keys on every database."""
    rows = eligible(project, document, purpose).order_by(by_key()).values_list("pk", DECISION_ID, "key")
    newest = Annotation.objects.filter(project=project).aggregate(newest=Max("pk"))["newest"]
    selection = Selection(newest_annotation=newest or 0)
    for sample, decision, key in rows.iterator(chunk_size=5000):
        selection.add(sample, decision, key)
    return selection


# As rows and not as objects: six objects a sample would take longer than all the rest.
_DECIDED = {
    "pk": "pk",
    "sample": "sample_id",
    "key": "sample__key",
    "content_hash": "sample__content_sha256",
    "fields": "sample__fields",
    "metadata": "sample__metadata",
    "spreads": "sample__spreads",
    "imported_at": "sample__created_at",
    "interface": "interface__version",
    "decided_at": "created_at",
    "answers": "answers",
    "decision": "decision",
    "decision_origin": "origin",
    "distribution": "distribution",
    "reason": "reason",
    "reviewer": "reviewer__username",
    "origin": "sample__provenance__origin",
    "model": "sample__provenance__model",
    "prompt": "sample__provenance__prompt",
    "licence": "sample__provenance__licence",
    "source": "sample__provenance__source",
    "creator": "sample__provenance__creator__name",
    "credit": "sample__provenance__creator__credit",
    "consent": "sample__provenance__consent__reference",
    "consent_given_at": "sample__provenance__consent__given_at",
}


def among(ids: list[int]) -> RawSQL:
    """For ``__in``: many ids as one parameter, which is read and planned several times faster than one for each."""
    if connection.vendor == "postgresql":
        return RawSQL("SELECT unnest(%s::bigint[])", [ids])
    return RawSQL("SELECT value FROM json_each(%s)", [json.dumps(ids)])


def decided(decisions: list[int]) -> Iterator[dict[str, Any]]:
    """The decisions with what is known about their samples, in this order."""
    rows = Adjudication.objects.filter(pk__in=among(decisions)).order_by().values_list(*_DECIDED.values())
    by_id = {row[0]: dict(zip(_DECIDED, row, strict=True)) for row in rows}
    return (by_id[pk] for pk in decisions)


def annotations_of(samples: list[int], newest: int) -> dict[int, list[dict[str, Any]]]:
    """The current annotations of a batch up to ``newest``, by sample id, oldest first."""
    columns = "annotator__username", "interface__version", "version", "answers", "comments", "duration_ms", "suggested"
    besides = "sample_id", "assignment__shown", "created_at"
    found: dict[int, list[dict[str, Any]]] = {}
    for row in current_annotations(samples, newest).order_by("pk").values(*besides, *columns):
        found.setdefault(row["sample_id"], []).append(dict(row))
    return found


def annotation_counts(samples: list[int], newest: int) -> dict[int, int]:
    """How many current annotations there are, by sample id."""
    return dict(current_annotations(samples, newest).order_by().values_list("sample_id").annotate(n=Count("pk")))


def current_annotations(samples: list[int], newest: int) -> QuerySet[Annotation]:
    return Annotation.objects.filter(sample__in=among(samples), current=True, pk__lte=newest)


def built(project: Project) -> QuerySet[Snapshot]:
    """The versions whose files are there, newest first."""
    return Snapshot.objects.filter(project=project, state__in=BUILT)


def find(project: Project, number: int, *, ready: bool = True, gone: bool = False) -> Snapshot:
    """A version of the project; raises Http404, for one that is not finished too unless ``ready`` is False, and for one
    whose files were removed or erased unless ``gone`` or not ``ready``."""
    versions = Snapshot.objects.select_related("project", "job", "created_by", "successor", "removal")
    versions = versions.filter(project=project)
    if ready:
        without_files = (SnapshotState.REMOVED, SnapshotState.ERASED)
        versions = versions.filter(state__in=(*BUILT, *without_files) if gone else BUILT)
    return get_or_404(versions, "snapshot", number=number)
