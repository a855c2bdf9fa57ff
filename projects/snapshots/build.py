"""The job that builds a version: it fixes what belongs to it, hands out the parts, and puts them together.

Every worker may make parts (``parts.py``). This job makes those that nobody else is making, so one worker alone builds
a version too. Killed at any moment it leaves a version that does not exist yet: its folder is put together under a
hidden name, and the row says ``ready`` only in the transaction that ends the job. Whoever takes the job over goes on
with the parts that are missing.
"""

import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from typing import Any

from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Q, Sum
from django.utils import timezone

from projects.intake.duplicates import settle
from projects.provenance.models import Consent, ConsentState
from projects.quality.models import Agreement
from projects.samples.models import Asset, Sample
from projects.samples.states import SampleState
from projects.snapshots import contamination, files, layout, shelf
from projects.snapshots.datasheet import sheet
from projects.snapshots.models import Snapshot, SnapshotState
from projects.snapshots.notes import Notes
from projects.snapshots.parts import KIND, ids_of, overlaps_of
from projects.snapshots.queries import built, left_out, select
from projects.snapshots.succession import earlier_is_being_built, parent_of, tombstones
from projects.workspace import audit, jobs
from projects.workspace.audit import change
from projects.workspace.jobs import JobFailed, JobLost, Progress
from projects.workspace.models import Interface, Job, JobState, Project

TELL_EVERY = 0.5  # seconds
WAIT = 2  # seconds
LOOK_EVERY = 0.2  # seconds
LOOK_AHEAD = 16  # parts
ESTIMATE_AFTER = 3  # seconds
ASSETS_AT_ONCE = 500


def run_snapshot(job: Job, progress: Progress) -> dict[str, Any]:
    """Job handler ``snapshot``."""
    snapshot = Snapshot.objects.select_related("project", "created_by").get(job=job)
    if earlier_is_being_built(snapshot):  # it is this one's parent
        progress.postpone(WAIT)
        return {}
    build = _Build(snapshot, job, progress)
    try:
        while True:
            if not job.checkpoint:
                build.plan()
            build.make_parts()
            manifest = build.put_together()
            if result := build.publish(manifest):
                _tidy(snapshot.project)
                return result
            files.remove(snapshot)  # a consent ended meanwhile: once more, without its samples
            build.forget()
    except layout.SnapshotError as error:
        _failed(snapshot)
        raise JobFailed(f"The samples don't make a snapshot: {error}") from error
    except JobFailed:
        _failed(snapshot)
        raise
    except JobLost:
        if Job.objects.filter(pk=job.pk, state=JobState.CANCELLED).exists():
            _failed(snapshot)
        raise


def _failed(snapshot: Snapshot) -> None:
    Snapshot.objects.filter(pk=snapshot.pk, state=SnapshotState.BUILDING).update(
        state=SnapshotState.FAILED, finished_at=timezone.now()
    )
    _tidy(snapshot.project)


def _tidy(project: Project) -> None:
    """Only the parts of the newest version stay."""
    newest = built(project).select_related("job").defer("manifest").first()
    shelf.keep_only(project.pk, set(newest.job.checkpoint.get("fingerprints", ())) if newest else set())


def clear_shelf(project: Project) -> bool:
    """Removes the parts that only versions without files had; False while a version that needs them is being built."""
    with transaction.atomic():
        Project.objects.select_for_update().get(pk=project.pk)  # nobody asks for a version meanwhile
        waiting = Snapshot.objects.filter(project=project, state=SnapshotState.BUILDING, job__state__in=Job.OPEN)
        if waiting.exists():
            return False
        _tidy(project)
    return True


class _Build:
    """One attempt. What the next one needs when it is cut off is the job's checkpoint: the name of the plan
    (``build``), how many samples and parts, and what the manifest says of the moment in which they were chosen."""

    def __init__(self, snapshot: Snapshot, job: Job, progress: Progress) -> None:
        self.snapshot, self.job, self.progress = snapshot, job, progress
        self.project = snapshot.project
        self.fingerprints: list[str] = []
        self.told = 0.0
        self.pace: tuple[float, int] | None = None  # when this attempt began, and what was done then

    def plan(self) -> None:
        """Fixes the samples and asks for the parts."""
        project, snapshot, build = self.project, self.snapshot, secrets.token_hex(8)
        self.progress(0, None, "Choosing the samples")
        settle(project)  # of duplicates whose original was decided against, one may leave
        head, chosen = audit.head(project), timezone.now()
        selection = select(project, snapshot.filter, snapshot.purpose)
        if not selection:
            raise JobFailed("There is no approved sample that may leave any more: a snapshot would be empty.")
        stay = left_out(project, snapshot.filter, snapshot.purpose)
        with contamination.screened(snapshot, selection, self.progress) as (selection, found):
            if found:
                shelf.put_down(overlaps_of(project.pk, build), found.told.keys)
        parts = 0
        for part in selection.parts():
            shelf.write_ids(ids_of(project.pk, build, parts), part.samples, part.decisions)
            parts += 1
        checkpoint = {
            "build": build,
            "chosen": chosen.isoformat(),
            "samples": len(selection),
            "parts": parts,
            "audit": head,
            "left_out": stay | (found.left_out if found else {}),
            "overlaps": found.told.report if found else None,
        }
        with transaction.atomic():
            self._parts().exclude(state=JobState.RUNNING).delete()  # of a build that was cancelled
            asked = [
                Job(
                    kind=KIND,
                    project=project,
                    args={
                        "snapshot": self.snapshot.pk,
                        "build": build,
                        "number": number,
                        "newest": selection.newest_annotation,
                    },
                )
                for number in range(parts)
            ]
            made = Job.objects.bulk_create(asked)
            self.progress(0, len(selection), "Making shards", checkpoint=checkpoint)
            if len(made) > 1:
                for each in made:
                    transaction.on_commit(partial(jobs.wake, each.pk))
        self.job.checkpoint = checkpoint

    def forget(self) -> None:
        """What was planned is of no use any more."""
        self.progress(0, None, "A consent has ended: once more", checkpoint={})
        self.job.checkpoint = {}
        self.pace = None

    def _parts(self) -> Any:
        return Job.objects.filter(project=self.project, kind=KIND)

    def _mine(self) -> Any:
        return self._parts().filter(args__build=self.job.checkpoint["build"])

    def make_parts(self) -> None:
        """Makes what nobody else is making, and waits for the others."""
        while True:
            parts = self._mine()
            if failed := parts.filter(state__in=(JobState.FAILED, JobState.CANCELLED)).first():
                raise JobFailed(failed.message)
            self._tell(at_once=True)
            free = Q(state=JobState.QUEUED, run_after__lte=timezone.now())
            abandoned = Q(state=JobState.RUNNING, lease_until__lt=timezone.now())
            some = list(parts.filter(free | abandoned).order_by("pk").values_list("pk", flat=True)[:LOOK_AHEAD])
            for pk in some:
                jobs.run(pk, watch=self._watch)
                self._tell(at_once=True)
            if not some:
                if not parts.filter(state__in=Job.OPEN).exists():
                    break
                time.sleep(LOOK_EVERY)
        self.fingerprints = [
            result["fingerprint"] for result in self._mine().order_by("pk").values_list("result", flat=True)
        ]
        assert len(self.fingerprints) == self.job.checkpoint["parts"]

    def _watch(self, done: int, total: int | None, message: str) -> None:
        self._tell()

    def _tell(self, *, at_once: bool = False) -> None:
        """How far the parts are, whoever makes them; raises JobLost when the build was cancelled."""
        now = time.monotonic()
        if now - self.told < TELL_EVERY and not at_once:
            return
        ended = self._mine().filter(state=JobState.DONE)
        ready, total = ended.count(), self.job.checkpoint["samples"]
        done = self._mine().aggregate(done=Sum("done"))["done"] or 0
        if self.pace is None:
            self.pace = now, done
        message = f"Making shards: {ready:,} of {self.job.checkpoint['parts']:,} are there{self._left(now, done)}"
        # A build that gets on is not one to give up, however often its worker was cut off.
        gets_on = {"attempts": 1} if done > self.pace[1] else {}
        self.progress(min(done, total), total, message, **gets_on)
        self.told = now

    def _left(self, now: float, done: int) -> str:
        assert self.pace is not None
        began, before = self.pace
        if now - began < ESTIMATE_AFTER or done <= before:
            return ""
        seconds = (self.job.checkpoint["samples"] - done) * (now - began) / (done - before)
        if seconds < 60:
            return "; less than a minute left"
        return f"; about {round(seconds / 60)} min left"

    def put_together(self) -> layout.Manifest:
        """The version's folder from its parts."""
        whole, notes = layout.Whole(), Notes()
        for fingerprint in self.fingerprints:
            part = shelf.find(self.project.pk, fingerprint)
            if part is None:
                raise JobFailed("A shard of the version has been lost or damaged on its way; build it again.")
            whole.add(part)
            notes.add(part.noted)
            self._say("Putting the shards together")

        def fetch(number: int, entry: layout.FileEntry, path: Any) -> None:
            shelf.fetch(self.project.pk, self.fingerprints[number], entry, path)

        with self._told() as told, parent_of(self.snapshot) as parent, files.building(self.snapshot) as target:
            spec = self._spec(notes, parent, told)
            assets = self._assets(sorted(whole.assets))
            return layout.write_snapshot(target, spec, whole, fetch, assets, progress=self._say)

    @contextmanager
    def _told(self) -> Iterator[layout.Contamination | None]:
        """What the comparison with lists of texts found when the samples were chosen."""
        kept = self.job.checkpoint
        if kept["overlaps"] is None:
            yield None
            return
        with shelf.taken(overlaps_of(self.project.pk, kept["build"])) as keys:
            yield layout.Contamination(kept["overlaps"], keys)

    def _say(self, message: str) -> None:
        if time.monotonic() - self.told > TELL_EVERY:
            self.told = time.monotonic()
            total = self.job.checkpoint["samples"]
            self.progress(total, total, message)

    def _spec(
        self, notes: Notes, parent: layout.Parent | None, told: layout.Contamination | None
    ) -> layout.SnapshotSpec:
        project, snapshot, kept = self.project, self.snapshot, self.job.checkpoint
        versions = Interface.objects.filter(project=project, version__in=notes.interfaces)
        return layout.SnapshotSpec(
            project=project.slug,
            title=project.name,
            number=snapshot.number,
            published=notes.published,
            interfaces=dict(versions.values_list("version", "document")),
            policy=project.rules.as_dict(),
            filter=snapshot.filter,
            purpose=snapshot.purpose,
            parent=parent,
            audit=layout.AuditHead(kept["audit"]["seq"], kept["audit"]["sha256"]),
            name=snapshot.name,
            note=snapshot.note,
            version=layout.FIRST,
            prose=sheet(project).answers,
            imported=notes.imported.period,
            annotated=notes.annotated.period,
            split=layout.Split.parse(snapshot.split) if snapshot.split else None,
            tombstones=list(tombstones(project)),
            guidelines=project.guidelines,
            left_out=kept["left_out"],
            contamination=told,
            pseudonym_epoch=snapshot.pseudonym_epoch,
            credits=list(notes.credits()),
            consents=list(notes.in_force()),
            agreement=[_figure(row) for row in Agreement.objects.filter(project=project)],
        )

    def _assets(self, wanted: list[str]) -> Iterator[layout.Asset]:
        for start in range(0, len(wanted), ASSETS_AT_ONCE):
            found = Asset.objects.filter(project=self.project, sha256__in=wanted[start : start + ASSETS_AT_ONCE])
            for asset in found.order_by("sha256"):
                yield layout.Asset(asset.sha256, asset.content_type, _opener(asset.path))

    def publish(self, manifest: layout.Manifest) -> dict[str, Any] | None:
        """The version's files are in place: says so, and ends the job. None when something in it may not leave any
        more."""
        project, kept = self.project, self.job.checkpoint
        result = {"snapshot": self.snapshot.number, "samples": kept["samples"], "root": manifest.root}
        with change(self.job.actor, project) as log:
            Project.objects.select_for_update(no_key=True).get(pk=project.pk)
            # Consents are locked by whoever ends one, so none ends between this look and the commit.
            given = Consent.objects.select_for_update().filter(project=project, state=ConsentState.GIVEN)
            list(given.values_list("pk"))
            if self._may_not_leave():
                return None
            Snapshot.objects.filter(pk=self.snapshot.pk).update(
                state=SnapshotState.READY, manifest=manifest.document, root=manifest.root, finished_at=timezone.now()
            )
            log("snapshot.built", self.snapshot, **result)
            self._mine().delete()
            self.progress(kept["samples"], kept["samples"], checkpoint=kept | {"fingerprints": self.fingerprints})
            self.progress.finish(result)
        return result

    def _may_not_leave(self) -> bool:
        samples = Sample.objects.filter(project=self.project).order_by()
        gone = set(samples.filter(state=SampleState.WITHDRAWN).values_list("pk", flat=True))
        gone.update(samples.filter(provenance__consent__state=ConsentState.ENDED).values_list("pk", flat=True))
        return bool(gone) and any(not gone.isdisjoint(samples) for samples in self._samples())

    def _samples(self) -> Iterator[list[int]]:
        """The ids of the samples of each part."""
        for number in range(self.job.checkpoint["parts"]):
            yield shelf.read_ids(ids_of(self.project.pk, self.job.checkpoint["build"], number), 2)[0].tolist()


def _opener(path: str) -> Any:
    return lambda: default_storage.open(path, "rb")


def _figure(row: Agreement) -> layout.AgreementFigure:
    return replace(
        layout.AgreementFigure(row.title, row.coefficient, row.value, row.units, row.raters, row.answers),
        low=row.low,
        high=row.high,
        reason=row.reason,
    )
