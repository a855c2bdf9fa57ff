"""Checked lines become samples: new ones, the same ones, others under a key that is taken."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple

import orjson
from django.db import connection
from django.db.models import F
from django.utils import timezone

from projects.formats.readers import Line
from projects.intake import screening
from projects.intake.batches import Stored
from projects.intake.content import structured
from projects.intake.duplicates import forget
from projects.intake.lines import LineChecker, NewSample
from projects.intake.media import Media
from projects.intake.models import Import
from projects.intake.rejected import CONFLICT, Rejected
from projects.provenance.ledger import Ledger
from projects.samples.models import Sample, Suggestion
from projects.samples.states import SampleState, after
from projects.schema import Interface
from projects.workspace.audit import Change
from projects.workspace.db import allocate_ids, insert_rows
from projects.workspace.models import Project

REPLACE = "replace"
_COLUMNS = (
    *("id", "project", "key", "fields", "metadata", "gold", "content_sha256"),
    *("state", "open_slots", "answered", "awaited", "position", "created_at"),
)
_CHECKED = after(SampleState.IMPORTED, "checked")
_QUARANTINED = after(SampleState.IMPORTED, "quarantined")
_HIDDEN = after(SampleState.IMPORTED, "hidden")
_UNSEEN = (SampleState.IMPORTED, SampleState.QUARANTINED, SampleState.READY, SampleState.HIDDEN)
# States of assignments whose people have seen the content and may still answer; skipping tells that they won't.
_BEGUN_BY = ("leased", "submitted", "expired", "returned")

_TAKEN = "another sample has this key, with other content"
_BEGUN = "another sample has this key, with other content, and people have begun to label it"


class _Known(NamedTuple):
    """A sample that has the key already; ``pk`` None for one of this very batch."""

    pk: int | None
    sha256: str


class SampleLoader:
    """What an import of samples does with each line. Kept for one run of one job."""

    action = "samples.imported"

    def __init__(self, source: Import, interface: Interface, media: Media, on_conflict: str) -> None:
        self.project = source.project
        self.outcomes: Sequence[str] = ("created", "unchanged", "conflict", "invalid")
        self.replacing = on_conflict == REPLACE
        if self.replacing:
            self.outcomes = ("created", "replaced", "unchanged", "conflict", "invalid")
        self.structured: Collection[str] = structured(interface)
        self.media = media
        self.ledger = Ledger(self.project)
        self.prepare = LineChecker(interface, media)

    def store(self, lines: Sequence[tuple[Line, NewSample]], project: Project, log: Change) -> Stored:
        self.media.save()
        stored = Stored()
        known = self._known([sample.key for _, sample in lines])
        fresh: dict[str, NewSample] = {}
        changed: list[tuple[Line, NewSample, int]] = []
        for line, sample in lines:
            have = known.get(sample.key)
            if have is None:
                known[sample.key] = _Known(None, sample.sha256)
                fresh[sample.key] = sample
                stored.counts["created"] += 1
            elif have.sha256 == sample.sha256:
                stored.counts["unchanged"] += 1
            elif not self.replacing:
                stored.rejected.append(Rejected(line, CONFLICT, _TAKEN))
            elif have.pk is None:  # two lines of this batch: the later one stands
                known[sample.key] = _Known(None, sample.sha256)
                fresh[sample.key] = sample
                stored.counts["replaced"] += 1
            else:
                known[sample.key] = _Known(have.pk, sample.sha256)
                changed.append((line, sample, have.pk))
        if changed:
            self._replace(changed, project, stored, log)
        if fresh:
            stored.told |= self._insert(list(fresh.values()), project, log)
        return stored

    def finish(self, log: Change) -> None:
        """The queue is the table itself; what is new is looked at for personal data and duplicates."""
        screening.request(self.project)

    def _known(self, keys: list[str]) -> dict[str, _Known]:
        if not keys:
            return {}
        # As plain SQL: the ORM would take longer over a thousand parameters than the database over the answer.
        sql = f"SELECT key, id, content_sha256 FROM {Sample._meta.db_table} WHERE project_id = %s AND key IN "  # noqa: S608
        with connection.cursor() as cursor:
            cursor.execute(f"{sql}({', '.join(['%s'] * len(keys))})", [self.project.pk, *keys])
            return {key: _Known(pk, sha256) for key, pk, sha256 in cursor.fetchall()}

    def _insert(self, samples: list[NewSample], project: Project, log: Change) -> dict[str, Any]:
        ids = allocate_ids(Sample, len(samples))
        now = connection.ops.adapt_datetimefield_value(timezone.now())
        insert_rows(
            Sample,
            _COLUMNS,
            (
                (pk, project.pk, s.key, s.fields, s.metadata, s.gold, s.sha256, *_start(s, project), 0, 0, pk, now)
                for pk, s in zip(ids, samples, strict=True)
            ),
        )
        added = dict(zip(ids, samples, strict=True))
        self.ledger.insert({pk: sample.statement for pk, sample in added.items()}, log)
        _suggest(added)
        _note_objections(added, log)
        Project.objects.filter(pk=project.pk).update(sample_count=F("sample_count") + len(samples))
        states = Counter(_start(sample, project)[0] for sample in samples)
        return {"first": samples[0].key, "last": samples[-1].key, "ids": [ids[0], ids[-1]], "states": dict(states)}

    def _replace(
        self, changed: list[tuple[Line, NewSample, int]], project: Project, stored: Stored, log: Change
    ) -> None:
        """Puts other content in the place of samples that nobody has worked on; the rest are conflicts."""
        ids = {pk for _, _, pk in changed}
        # Locked before looking who works on them, so that none of them is handed out in between.
        unseen = Sample.objects.select_for_update().filter(pk__in=ids, state__in=_UNSEEN)
        before = dict(unseen.values_list("pk", "content_sha256"))
        begun = Sample.objects.filter(pk__in=ids, assignments__state__in=_BEGUN_BY).values_list("pk", flat=True)
        for pk in set(begun):
            before.pop(pk, None)
        latest: dict[int, NewSample] = {}
        for line, sample, pk in changed:
            if pk in before:
                latest[pk] = sample
                stored.counts["replaced"] += 1
            else:
                stored.rejected.append(Rejected(line, CONFLICT, _BEGUN))
        for pk, sample in latest.items():
            state, slots = _start(sample, project)
            Sample.objects.filter(pk=pk).update(
                fields=orjson.loads(sample.fields),
                metadata=orjson.loads(sample.metadata),
                gold=None if sample.gold is None else orjson.loads(sample.gold),
                content_sha256=sample.sha256,
                state=state,
                open_slots=slots,
            )
            log("sample.replaced", Sample(pk=pk), before=before[pk], after=sample.sha256, state=state)
        forget(project, latest)
        Suggestion.objects.filter(sample__in=list(latest)).delete()
        _suggest(latest)
        self.ledger.replace({pk: sample.statement for pk, sample in latest.items()}, log)
        _note_objections(latest, log)
        if latest:
            stored.told["replaced_ids"] = sorted(latest)


def _start(sample: NewSample, project: Project) -> tuple[str, int]:
    """State and open slots of a sample that the checks have looked at."""
    if sample.objection is not None:
        return _QUARANTINED, 0
    return (_HIDDEN, 0) if sample.hidden else (_CHECKED, project.overlap)


def _suggest(samples: Mapping[int, NewSample]) -> None:
    rows = [
        (pk, proposal.question, proposal.value, proposal.source, proposal.score)
        for pk, sample in samples.items()
        for proposal in sample.suggestions
    ]
    if rows:
        insert_rows(Suggestion, ("sample", "question", "value", "source", "score"), rows)


def _note_objections(samples: Mapping[int, NewSample], log: Change) -> None:
    for pk, sample in samples.items():
        if sample.objection is not None:
            log("sample.quarantined", Sample(pk=pk), check=sample.objection.check, reason=sample.objection.reason)
