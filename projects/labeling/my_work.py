"""What somebody has done in a project: their own counts, their time and, to take away, their own answers.

Nothing here tells an answer to a hidden check or to a blind repeat from any other. Both count wherever a label counts,
at once and in the same way. What was given out twice is told only when the sample is closed; and while a project
repeats samples, nobody can look an answer up that may be asked for again.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median
from typing import Any, Final

import orjson
from django.db.models import Count, Q, QuerySet, Sum
from django.db.models.functions import TruncDate
from django.http import StreamingHttpResponse
from django.utils import timezone

from projects.labeling.hidden import RECENT
from projects.labeling.models import Annotation, Assignment, AssignmentState, Origin, Purpose
from projects.samples.states import CLOSED, SampleState
from projects.workspace.models import Membership

DAYS: Final = 14
TIMED: Final = 500  # newest answers whose middle time is told
BATCH: Final = 1000
_LINE = ("pk", "sample__key", "interface__version", "version", "current", "answers", "comments", "duration_ms")


@dataclass(frozen=True, slots=True)
class Day:
    """``seconds``: at work, corrections included."""

    date: date
    samples: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Work:
    """Counts of samples and times in seconds; ``usual``: the middle time of a sample, None where none was measured."""

    samples: int
    today: int
    skipped: int
    corrected: int
    seconds: float
    usual: float | None
    days: list[Day]


def work_of(membership: Membership) -> Work:
    """What the member has labelled in the project, on its pages or by its API."""
    given = _given(membership).filter(origin=Origin.LABELED)
    found = given.aggregate(
        samples=Count("pk", filter=Q(version=1)),
        corrected=Count("pk", filter=Q(version__gt=1)),
        milliseconds=Sum("duration_ms"),
    )
    today = timezone.localdate()
    lately = given.filter(created_at__gte=timezone.now() - timedelta(days=DAYS)).annotate(day=TruncDate("created_at"))
    days = [
        Day(day, samples, (milliseconds or 0) / 1000)
        for day, samples, milliseconds in lately.values("day")
        .annotate(samples=Count("pk", filter=Q(version=1)), milliseconds=Sum("duration_ms"))
        .order_by("-day")
        .values_list("day", "samples", "milliseconds")
    ]
    timed = given.filter(current=True, duration_ms__isnull=False).order_by("-pk")
    times = [each for each in timed.values_list("duration_ms", flat=True)[:TIMED] if each is not None]
    skipped = Assignment.objects.filter(
        annotator=membership.user_id, project=membership.project_id, state=AssignmentState.SKIPPED
    )
    return Work(
        samples=found["samples"],
        today=next((each.samples for each in days if each.date == today), 0),
        skipped=skipped.count(),
        corrected=found["corrected"],
        seconds=(found["milliseconds"] or 0) / 1000,
        usual=median(times) / 1000 if times else None,
        days=days,
    )


def own_annotations(membership: Membership) -> Iterator[bytes]:
    """The member's annotations as NDJSON, in the order in which they were given, in portions of up to ``BATCH`` lines.

    Keyset reading: memory doesn't grow with them, and no cursor stays open while a slow reader takes its time.
    """
    last = 0
    mine = _to_take_away(membership).order_by("pk")
    while rows := list(mine.filter(pk__gt=last).values_list(*_LINE, "created_at")[:BATCH]):
        last = rows[-1][0]
        yield b"".join(map(_line, rows))


def own_annotations_file(membership: Membership) -> StreamingHttpResponse:
    """The same as a download."""
    response = StreamingHttpResponse(own_annotations(membership), content_type="application/x-ndjson")
    response["Content-Disposition"] = f'attachment; filename="{membership.project.slug}-my-annotations.jsonl"'
    return response


def _line(row: tuple[Any, ...]) -> bytes:
    _, key, interface, version, current, answers, comments, duration, created = row
    body = {"sample": key, "interface": interface, "version": version, "current": current, "answers": answers}
    if comments:
        body["comments"] = comments
    if duration is not None:
        body["duration_ms"] = duration
    return orjson.dumps(body | {"created_at": created}, option=orjson.OPT_APPEND_NEWLINE)


def _given(membership: Membership) -> QuerySet[Annotation]:
    return Annotation.everything.filter(annotator=membership.user_id, project=membership.project_id)


def _to_take_away(membership: Membership) -> QuerySet[Annotation]:
    given = _given(membership)
    # A repeat that they have in hand or may still open: whatever they said before stays out of their sight.
    again = Assignment.objects.filter(
        annotator=membership.user_id, project=membership.project_id, purpose=Purpose.REPEAT
    )
    shown = given.exclude(sample__state=SampleState.WITHDRAWN)
    shown = shown.exclude(sample__in=again.exclude(state=AssignmentState.SUBMITTED).values("sample"))
    shown = shown.exclude(Q(purpose=Purpose.REPEAT) & ~Q(sample__state__in=CLOSED))
    if membership.project.rules.repeat_rate:
        # By the sample: of one that was corrected lately, the first answer tells as much as the last.
        shown = shown.exclude(sample__in=given.order_by("-pk").values("sample")[:RECENT])
    return shown
