"""The job that builds a version: rows from the database, files by ``layout``, the version's state at the very end.

Killed at any moment it leaves a version that does not exist yet: its folder is built under a hidden name, and the row
says ``ready`` only in the transaction that ends the job. Whoever takes the job over begins again.
"""

import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.files.storage import default_storage
from django.db.models import Q
from django.utils import timezone

from projects.provenance.models import Consent, ConsentState
from projects.quality.models import Agreement
from projects.review.models import Adjudication
from projects.samples.models import Asset, Sample
from projects.samples.states import SampleState
from projects.snapshots import contamination, files, layout, pseudonyms
from projects.snapshots.datasheet import periods, sheet
from projects.snapshots.layout.checks import referenced_assets
from projects.snapshots.models import Snapshot, SnapshotState
from projects.snapshots.queries import (
    Selection,
    annotation_counts,
    annotations_of,
    decided,
    facts,
    left_out,
    select,
)
from projects.snapshots.succession import earlier_is_being_built, parent_of, tombstones
from projects.workspace import audit
from projects.workspace.audit import change
from projects.workspace.jobs import JobFailed, Progress
from projects.workspace.models import Interface, Job, Project

TELL_EVERY = 0.5  # seconds
WAIT = 2  # seconds
ASSETS_AT_ONCE = 500


def run_snapshot(job: Job, progress: Progress) -> dict[str, Any]:
    """Job handler ``snapshot``."""
    snapshot = Snapshot.objects.select_related("project", "created_by").get(job=job)
    if earlier_is_being_built(snapshot):  # it is this one's parent
        progress.postpone(WAIT)
        return {}
    try:
        while True:
            selection = select(snapshot.project, snapshot.filter, snapshot.purpose)
            if not selection:
                raise JobFailed("There is no approved sample that may leave any more: a snapshot would be empty.")
            with contamination.screened(snapshot, selection, progress) as (selection, found):
                manifest = _Build(snapshot, selection, progress, found).run()
            if result := _publish(job, snapshot, selection, manifest, progress):
                return result
            files.remove(snapshot)  # a consent ended meanwhile: once more, without its samples
    except layout.SnapshotError as error:
        _failed(snapshot)
        raise JobFailed(f"The samples don't make a snapshot: {error}") from error
    except JobFailed:
        _failed(snapshot)
        raise


def _publish(
    job: Job, snapshot: Snapshot, selection: Selection, manifest: layout.Manifest, progress: Progress
) -> dict[str, Any] | None:
    """The version's files are in place: says so, and ends the job. None when something in it may not leave any more."""
    project = snapshot.project
    result = {"snapshot": snapshot.number, "samples": len(selection), "root": manifest.root}
    with change(job.actor, project) as log:
        Project.objects.select_for_update(no_key=True).get(pk=project.pk)
        # Consents are locked by whoever ends one, so none ends between this look and the commit.
        list(Consent.objects.select_for_update().filter(project=project, state=ConsentState.GIVEN).values_list("pk"))
        if _may_not_leave(selection):
            return None
        Snapshot.objects.filter(pk=snapshot.pk).update(
            state=SnapshotState.READY, manifest=manifest.document, root=manifest.root, finished_at=timezone.now()
        )
        log("snapshot.built", snapshot, **result)
        progress.finish(result)
    return result


def _may_not_leave(selection: Selection) -> bool:
    ended = Q(provenance__consent__state=ConsentState.ENDED) | Q(state=SampleState.WITHDRAWN)
    return any(Sample.objects.filter(ended, pk__in=samples).exists() for samples, _ in selection.batches())


def _failed(snapshot: Snapshot) -> None:
    Snapshot.objects.filter(pk=snapshot.pk, state=SnapshotState.BUILDING).update(
        state=SnapshotState.FAILED, finished_at=timezone.now()
    )


class _Build:
    """One attempt. What the gold rows bring to light is collected while they pass."""

    def __init__(
        self, snapshot: Snapshot, selection: Selection, progress: Progress, found: contamination.Found | None
    ) -> None:
        self.snapshot, self.selection, self.progress, self.found = snapshot, selection, progress, found
        self.project = snapshot.project
        self.key = pseudonyms.key_of(snapshot)
        self.assets: set[str] = set()
        self.works: Counter[str] = Counter()
        self.licences: defaultdict[str, set[str]] = defaultdict(set)
        self.consents: dict[str, datetime] = {}
        self.pseudonyms: dict[str, str] = {}
        self.told = 0.0

    def run(self) -> layout.Manifest:
        with parent_of(self.snapshot) as parent, files.building(self.snapshot) as target:
            return self._write(target, self._spec(parent))

    def _write(self, target: Path, spec: layout.SnapshotSpec) -> layout.Manifest:
        return layout.write_snapshot(target, spec, self._gold(), self._responses(), self._assets(), progress=self._tell)

    def _spec(self, parent: layout.Parent | None) -> layout.SnapshotSpec:
        project, snapshot = self.project, self.snapshot
        published, interfaces = facts(self.selection)
        assert published is not None
        head = audit.head(project)
        imported, annotated = periods(self.selection)
        versions = Interface.objects.filter(pk__in=interfaces).values_list("version", "document")
        return layout.SnapshotSpec(
            project=project.slug,
            title=project.name,
            number=snapshot.number,
            published=published,
            interfaces=dict(versions),
            policy=project.rules.as_dict(),
            filter=snapshot.filter,
            purpose=snapshot.purpose,
            parent=parent,
            audit=layout.AuditHead(head["seq"], head["sha256"]),
            name=snapshot.name,
            note=snapshot.note,
            version=layout.FIRST,
            prose=sheet(project).answers,
            imported=imported,
            annotated=annotated,
            split=layout.Split.parse(snapshot.split) if snapshot.split else None,
            tombstones=list(tombstones(project)),
            guidelines=project.guidelines,
            left_out=left_out(project, snapshot.filter, snapshot.purpose) | (self.found.left_out if self.found else {}),
            contamination=self.found.told if self.found else None,
            pseudonym_epoch=snapshot.pseudonym_epoch,
            credits=self._credits(),
            consents=self._consents(),
            agreement=[_figure(row) for row in Agreement.objects.filter(project=project)],
        )

    def _tell(self, done: int, message: str) -> None:
        if time.monotonic() - self.told > TELL_EVERY:
            self.told = time.monotonic()
            self.progress(min(done, len(self.selection)), len(self.selection), message)

    def _gold(self) -> Iterator[dict[str, Any]]:
        for samples, decisions in self.selection.batches():
            counts = annotation_counts(samples, self.selection.newest_annotation)
            for made in decided(decisions):
                yield self._gold_row(made, counts.get(made["sample"], 0))

    def _gold_row(self, made: dict[str, Any], annotations: int) -> dict[str, Any]:
        creator = made["credit"] or made["creator"]
        if creator:
            self.works[creator] += 1
            self.licences[creator].add(made["licence"] or "not stated")
        if made["consent"]:
            self.consents[made["consent"]] = made["consent_given_at"]
        self.assets.update(referenced_assets(made["fields"]))
        return {
            "key": made["key"],
            "content_hash": made["content_hash"],
            "interface": made["interface"],
            "fields": made["fields"],
            "metadata": made["metadata"] or None,
            "answers": made["answers"],
            "decision": made["decision"],
            "decision_origin": made["decision_origin"],
            "decided_by": self._pseudonym(made["reviewer"]) if made["reviewer"] else None,
            "reason": made["reason"] or None,
            "soft_labels": made["distribution"] or None,
            "disagreement": made["spreads"] or None,
            "annotations": annotations,
            "origin": made["origin"] or "unknown",
            "model": made["model"] or None,
            "model_prompt": made["prompt"] or None,
            "licence": made["licence"] or None,
            "creator": creator,
            "source": made["source"] or None,
            "consent": made["consent"],
        }

    def _pseudonym(self, username: str) -> str:
        if username not in self.pseudonyms:
            self.pseudonyms[username] = layout.pseudonym(self.key, username)
        return self.pseudonyms[username]

    def _responses(self) -> Iterator[dict[str, Any]]:
        for samples, decisions in self.selection.batches():
            given = annotations_of(samples, self.selection.newest_annotation)
            keys = dict(Adjudication.objects.filter(pk__in=decisions).values_list("sample_id", "sample__key"))
            for sample in samples:
                for position, row in enumerate(given.get(sample, ()), start=1):
                    yield {
                        "key": keys[sample],
                        "annotator": self._pseudonym(row["annotator__username"]),
                        "position": position,
                        "interface": row["interface__version"],
                        "version": row["version"],
                        "answers": row["answers"],
                        "comments": row["comments"] or None,
                        "shown": row["assignment__shown"] or None,
                        "duration_ms": row["duration_ms"],
                    }

    def _assets(self) -> Iterator[layout.Asset]:
        wanted = sorted(self.assets)
        for start in range(0, len(wanted), ASSETS_AT_ONCE):
            found = Asset.objects.filter(project=self.project, sha256__in=wanted[start : start + ASSETS_AT_ONCE])
            for asset in found.order_by("sha256"):
                yield layout.Asset(asset.sha256, asset.content_type, _opener(asset.path))

    def _credits(self) -> Iterator[layout.Credit]:
        for name, count in sorted(self.works.items()):
            yield layout.Credit(name, count, sorted(self.licences[name]))

    def _consents(self) -> Iterator[dict[str, Any]]:
        for reference, given_at in sorted(self.consents.items()):
            yield {"id": reference, "given_at": given_at.isoformat(), "state": "in force"}


def _opener(path: str) -> Any:
    return lambda: default_storage.open(path, "rb")


def _figure(row: Agreement) -> layout.AgreementFigure:
    return replace(
        layout.AgreementFigure(row.title, row.coefficient, row.value, row.units, row.raters, row.answers),
        low=row.low,
        high=row.high,
        reason=row.reason,
    )
