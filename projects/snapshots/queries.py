"""What a snapshot holds and what it leaves out, as rows in the order of their keys."""

from array import array
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from django.db import connection
from django.db.models import Count, Max, Q, QuerySet
from django.db.models.functions import Collate

from projects.labeling.models import Annotation
from projects.provenance.models import ConsentState, Origin
from projects.review.models import Adjudication, Verdict
from projects.samples.models import Sample
from projects.samples.states import SampleState
from projects.snapshots.models import BUILT, DESCRIBED, Snapshot
from projects.workspace.access import get_or_404
from projects.workspace.models import Project

BATCH = 1000
FILTER_KEYS = ("metadata", "origin", "licence")


class FilterError(ValueError):
    """The filter does not fit; the message names the key."""


def check_filter(document: object) -> dict[str, Any]:
    """A filter: {"metadata": {"language": "en"}, "origin": ["human"], "licence": ["CC-BY-4.0"]}; all must hold."""
    if not isinstance(document, dict):
        raise FilterError("filter: expected an object")
    for key, value in document.items():
        if key not in FILTER_KEYS:
            raise FilterError(f"filter.{key}: unknown; known are {', '.join(FILTER_KEYS)}")
        if key == "metadata":
            if not isinstance(value, dict) or not all(isinstance(v, str | int | bool) for v in value.values()):
                raise FilterError("filter.metadata: expected an object of texts, whole numbers or true and false")
            if any("\x00" in str(name) + str(v) or "__" in name for name, v in value.items()):
                raise FilterError("filter.metadata: a name or text holds characters that can't be searched")
        elif not isinstance(value, list) or not all(isinstance(v, str) and "\x00" not in v for v in value):
            raise FilterError(f"filter.{key}: expected a list of texts")
        elif key == "origin" and not set(value) <= set(Origin.values):
            raise FilterError(f"filter.origin: known are {', '.join(Origin.values)}")
    return document


def filtered(project: Project, document: dict[str, Any]) -> QuerySet[Sample]:
    """The project's samples that a checked filter lets through, whatever their state."""
    samples = Sample.objects.filter(project=project)
    for name, value in document.get("metadata", {}).items():
        samples = samples.filter(**{f"metadata__{name}": value})
    if "origin" in document:
        samples = samples.filter(provenance__origin__in=document["origin"])
    if "licence" in document:
        samples = samples.filter(provenance__licence__in=document["licence"])
    return samples


def obstacles(project: Project) -> dict[str, Q]:
    """Why an approved sample may not leave, most telling first; the first that applies is the reason counted."""
    require = project.rules.require
    found = {"consent ended": Q(provenance__consent__state=ConsentState.ENDED)}
    if "licence" in require:
        found["licence missing"] = Q(provenance__licence="") | Q(provenance=None)
    if "consent" in require:
        found["consent missing"] = Q(provenance__consent=None)
    if "creator" in require:
        found["creator missing"] = Q(provenance__creator=None)
    return found


def eligible(project: Project, document: dict[str, Any]) -> QuerySet[Sample]:
    """Approved samples inside the filter that may leave."""
    samples = filtered(project, document).filter(
        state=SampleState.APPROVED,
        adjudications__current=True,
        adjudications__decision__in=(Verdict.APPROVE, Verdict.PLURAL),
    )
    for condition in obstacles(project).values():
        samples = samples.exclude(condition)
    return samples


def left_out(project: Project, document: dict[str, Any]) -> dict[str, int]:
    """How many samples stay behind for each reason; zero counts are not listed."""
    samples = filtered(project, document)
    reasons: dict[str, int] = {}
    states = dict(samples.values_list("state").annotate(n=Count("pk")).order_by())
    for state in (s for s in SampleState if s != SampleState.APPROVED):
        if states.get(state):
            reasons[f"not approved: {SampleState(state).label.lower()}"] = states[state]
    remaining = samples.filter(state=SampleState.APPROVED)
    for reason, condition in obstacles(project).items():
        count = remaining.filter(condition).count()
        if count:
            reasons[reason] = count
        remaining = remaining.exclude(condition)
    outside = Sample.objects.filter(project=project).count() - sum(states.values())
    if outside:
        reasons["outside the filter"] = outside
    return reasons


@dataclass
class Selection:
    """The samples of one build with their decisions, fixed by one statement: what happens meanwhile belongs to the next
    version. Decisions are never changed, only superseded, so the rows behind these ids stay as they are."""

    samples: "array[int]" = field(default_factory=lambda: array("q"))
    decisions: "array[int]" = field(default_factory=lambda: array("q"))
    # Annotations made later are not of this version.
    newest_annotation: int = 0

    def __len__(self) -> int:
        return len(self.samples)

    def batches(self) -> Iterator[tuple[list[int], list[int]]]:
        """Ids of samples, and of their decisions in the same order."""
        for start in range(0, len(self.samples), BATCH):
            end = start + BATCH
            yield self.samples[start:end].tolist(), self.decisions[start:end].tolist()


def select(project: Project, document: dict[str, Any]) -> Selection:
    """Fixes the selection, ordered by the bytes of the keys on every database."""
    key = Collate("key", "C") if connection.vendor == "postgresql" else "key"
    rows = eligible(project, document).order_by(key).values_list("pk", "adjudications__pk")
    newest = Annotation.objects.filter(project=project).aggregate(newest=Max("pk"))["newest"]
    selection = Selection(newest_annotation=newest or 0)
    for sample, decision in rows.iterator(chunk_size=5000):
        selection.samples.append(sample)
        selection.decisions.append(decision)
    return selection


def facts(selection: Selection) -> tuple[date | None, set[int]]:
    """The day of the newest decision, and the ids of the interfaces that decisions and annotations were made under."""
    newest: datetime | None = None
    interfaces: set[int] = set()
    for samples, decisions in selection.batches():
        rows = Adjudication.objects.filter(pk__in=decisions)
        latest = rows.aggregate(newest=Max("created_at"))["newest"]
        newest = max(newest or latest, latest)
        interfaces.update(rows.order_by().values_list("interface", flat=True).distinct())
        given = _current(samples, selection.newest_annotation)
        interfaces.update(given.order_by().values_list("interface", flat=True).distinct())
    return newest.astimezone(UTC).date() if newest else None, interfaces


# As rows and not as objects: six objects a sample would take longer than all the rest.
_DECIDED = {
    "pk": "pk",
    "sample": "sample_id",
    "key": "sample__key",
    "content_hash": "sample__content_sha256",
    "fields": "sample__fields",
    "metadata": "sample__metadata",
    "spreads": "sample__spreads",
    "interface": "interface__version",
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


def decided(decisions: list[int]) -> Iterator[dict[str, Any]]:
    """The decisions with what is known about their samples, in this order."""
    rows = Adjudication.objects.filter(pk__in=decisions).order_by().values_list(*_DECIDED.values())
    by_id = {row[0]: dict(zip(_DECIDED, row, strict=True)) for row in rows}
    return (by_id[pk] for pk in decisions)


def annotations_of(samples: list[int], newest: int) -> dict[int, list[dict[str, Any]]]:
    """The current annotations of a batch up to ``newest``, by sample id, oldest first."""
    columns = "annotator__username", "interface__version", "version", "answers", "comments", "duration_ms"
    found: dict[int, list[dict[str, Any]]] = {}
    for row in _current(samples, newest).order_by("pk").values("sample_id", "assignment__shown", *columns):
        found.setdefault(row["sample_id"], []).append(dict(row))
    return found


def annotation_counts(samples: list[int], newest: int) -> dict[int, int]:
    """How many current annotations there are, by sample id."""
    return dict(_current(samples, newest).order_by().values_list("sample_id").annotate(n=Count("pk")))


def _current(samples: list[int], newest: int) -> QuerySet[Annotation]:
    return Annotation.objects.filter(sample__in=samples, current=True, pk__lte=newest)


def built(project: Project) -> QuerySet[Snapshot]:
    """The versions whose files are there, newest first."""
    return Snapshot.objects.filter(project=project, state__in=BUILT)


def find(project: Project, number: int, *, ready: bool = True, erased: bool = False) -> Snapshot:
    """A version of the project; raises Http404, for one that is not finished too unless ``ready`` is False, and for one
    whose files were erased unless ``erased`` or not ``ready``."""
    versions = Snapshot.objects.select_related("project", "job", "created_by", "successor").filter(project=project)
    if ready:
        versions = versions.filter(state__in=DESCRIBED if erased else BUILT)
    return get_or_404(versions, "snapshot", number=number)
