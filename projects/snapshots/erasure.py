"""Erasing what was withdrawn: media files that nothing else uses, content for good, a superseded version's files.

Each is a job that may be cut off anywhere and done again: what is gone is passed over, and the audit log says it once.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import F, QuerySet, Sum, TextField
from django.db.models.functions import Cast
from django.utils import timezone

from projects.intake import uploads
from projects.intake.duplicates import forget
from projects.intake.models import Import
from projects.labeling.models import Annotation, Assignment
from projects.labeling.practice import forget_practice
from projects.provenance.models import Provenance
from projects.quality.models import Aggregated
from projects.review.models import Adjudication, Overruling
from projects.samples import assets
from projects.samples.comment_models import Comment
from projects.samples.models import Asset, Sample, Suggestion
from projects.samples.states import SampleState
from projects.snapshots import build, cache, files
from projects.snapshots.layout.checks import referenced_assets
from projects.snapshots.models import Snapshot, SnapshotState, Tombstone, Withdrawal
from projects.workspace.actions import Refused
from projects.workspace.audit import change
from projects.workspace.jobs import Progress, request_job
from projects.workspace.models import Job, JobState, Project, User

BATCH = 500
WAIT = 2  # seconds


def erase_content(*, actor: User, withdrawal: Withdrawal) -> Job:
    """Asks for the content of all samples of a withdrawal to be erased for good. Raises Refused where it was."""
    with change(actor, withdrawal.project) as log:
        Withdrawal.objects.select_for_update(of=("self",)).get(pk=withdrawal.pk)
        if not withdrawal.tombstones.filter(erased_at=None).exists():
            raise Refused("The content of these samples was erased already.")
        asked = Job.objects.filter(kind="erase-content", state__in=Job.OPEN, args={"withdrawal": withdrawal.pk})
        if job := asked.first():
            return job
        log("withdrawal.erasing", withdrawal, samples=withdrawal.samples)
        return request_job(
            kind="erase-content", project=withdrawal.project, actor=actor, args={"withdrawal": withdrawal.pk}
        )


def erase_version(*, actor: User, snapshot: Snapshot) -> Job:
    """The version can't be fetched from now on, by nobody; its files but the manifest are removed by a job. Raises
    Refused unless it is superseded."""
    with change(actor, snapshot.project) as log:
        mine = Snapshot.objects.filter(pk=snapshot.pk, state=SnapshotState.SUPERSEDED)
        if not mine.update(state=SnapshotState.ERASED, erased_at=timezone.now()):
            state = Snapshot.objects.values_list("state", flat=True).get(pk=snapshot.pk)
            if state == SnapshotState.ERASED:
                raise Refused("The files of this version were erased already.")
            raise Refused("Only a superseded version can be erased: this one is in force.")
        log("snapshot.erasing", snapshot, number=snapshot.number, root=snapshot.root)
        transaction.on_commit(lambda: cache.drop(snapshot))
        return request_job(
            kind="erase-version", project=snapshot.project, actor=actor, args={"number": snapshot.number}
        )


def run_erase_version(job: Job, progress: Progress) -> dict[str, Any]:
    """Job handler ``erase-version``."""
    snapshot = Snapshot.objects.select_related("project").get(project=job.project, number=job.args["number"])
    assert snapshot.manifest is not None
    files.strip(snapshot)
    if not build.clear_shelf(snapshot.project):
        progress.postpone(WAIT)
        return {}
    cache.drop(snapshot)  # a download that was under way may have kept its export since
    listed = snapshot.manifest["files"]
    result = {"number": snapshot.number, "files": len(listed), "bytes": sum(entry["bytes"] for entry in listed)}
    with change(job.actor, snapshot.project) as log:
        log("snapshot.erased", snapshot, **result, root=snapshot.root)
        progress.finish(result)
    return result


def run_erase_content(job: Job, progress: Progress) -> dict[str, Any]:
    """Job handler ``erase-content``: batch by batch, each with its audit rows."""
    withdrawal = Withdrawal.objects.select_related("project").get(pk=job.args["withdrawal"])
    project, total, done = withdrawal.project, withdrawal.samples, 0
    left = withdrawal.tombstones.filter(erased_at=None).order_by("pk")
    while part := list(left[:BATCH]):
        with change(job.actor, project) as log:
            _empty([stone.sample_id for stone in part])
            forget(project, [stone.sample_id for stone in part])
            Tombstone.objects.filter(pk__in=[stone.pk for stone in part]).update(erased_at=timezone.now())
            for stone in part:
                log("sample.erased", Sample(pk=stone.sample_id), content_hash=stone.content_sha256)
            done += len(part)
            progress(done, total, "erasing content")
    # The files that people sent hold the same content.
    sent = Import.objects.filter(project=project, created_at__lt=withdrawal.created_at, job__state=JobState.DONE)
    for source in sent.exclude(upload="").exclude(upload__startswith="/"):  # a path: not ours
        uploads.forget(source.upload)
    result = {"samples": total}
    with change(job.actor, project) as log:
        log("withdrawal.erased", withdrawal, samples=total, uploads=sent.count())
        progress.finish(result)
    return result


def _empty(samples: Sequence[int]) -> None:
    """Takes the content out of withdrawn samples, and what people wrote about it. Key, hash, creator, consent and who
    did what when stay."""
    withdrawn = Sample.objects.filter(pk__in=samples, state=SampleState.WITHDRAWN)
    ids = list(withdrawn.select_for_update().order_by("pk").values_list("pk", flat=True))
    withdrawn.update(fields={}, metadata={}, gold=None, spreads=None)
    Suggestion.objects.filter(sample__in=ids).delete()
    Aggregated.objects.filter(sample__in=ids).delete()
    Provenance.objects.filter(sample__in=ids).update(model="", prompt="", source="")
    Assignment.objects.filter(sample__in=ids).update(draft=None, note="", skip_reason="", suggested=None)
    Annotation.everything.filter(sample__in=ids).update(answers={}, comments={}, suggested=None)
    Adjudication.objects.filter(sample__in=ids).update(answers={}, distribution={}, reason="")
    Overruling.objects.filter(sample__in=ids).update(reply="", settled_reason="")
    Comment.objects.filter(sample__in=ids).update(text="")
    forget_practice(ids)


def run_erase_media(job: Job, progress: Progress) -> dict[str, Any]:
    """Job handler ``erase-media``: the files that withdrawn samples named and that no other sample of the project uses
    leave the project; those that no project has leave the storage.

    Marked first, then looked for, then removed where the mark still stands: an import that names such a file meanwhile
    takes the mark away (``assets.claim``). Versions in force hold no withdrawn sample, so what they need is named by a
    sample that is not withdrawn.
    """
    withdrawal = Withdrawal.objects.select_related("project").get(pk=job.args["withdrawal"])
    if _must_wait(job, withdrawal.project):
        progress.postpone(WAIT)
        return {}
    return _Media(job, progress, withdrawal).run()


def _must_wait(job: Job, project: Project) -> bool:
    """A version that was begun before the withdrawal may still copy the files; and two erasures would take each other's
    marks for their own."""
    building = Snapshot.objects.filter(project=project, state=SnapshotState.BUILDING, job__state__in=Job.OPEN)
    earlier = Job.objects.filter(project=project, kind=job.kind, state__in=Job.OPEN, pk__lt=job.pk)
    return building.exists() or earlier.exists()


class _Media:
    def __init__(self, job: Job, progress: Progress, withdrawal: Withdrawal) -> None:
        self.job, self.progress, self.withdrawal = job, progress, withdrawal
        self.project = withdrawal.project

    def run(self) -> dict[str, Any]:
        # What an attempt that was cut off had taken out of the project.
        self._delete([(sha256, size) for sha256, size in self.job.checkpoint.get("pending", ())])
        named = {sha256 for media in self.withdrawal.tombstones.values_list("media", flat=True) for sha256 in media}
        for part in _parts(sorted(named)):
            with transaction.atomic():
                assets.hold_alone()
                self._mine(part).update(doomed=True)
        used = self._used(named)
        for part in _parts(sorted(named - used)):
            self._delete(self._take_out(part))
        for part in _parts(sorted(used)):
            self._mine(part).update(doomed=False)
        return self._finish(len(used))

    def _mine(self, hashes: Sequence[str]) -> QuerySet[Asset]:
        return Asset.objects.filter(project=self.project, sha256__in=hashes)

    def _used(self, named: set[str]) -> set[str]:
        """Those that a sample names which was not withdrawn."""
        found: set[str] = set()
        if not named:
            return found
        samples = Sample.objects.filter(project=self.project).exclude(state=SampleState.WITHDRAWN).order_by()
        with_media = samples.annotate(text=Cast("fields", TextField())).filter(text__contains="sha256:")
        for number, fields in enumerate(with_media.values_list("fields", flat=True).iterator(chunk_size=BATCH)):
            if number % BATCH == 0:
                self.progress(number, None, "looking for samples with the same media")
            found.update(named.intersection(referenced_assets(fields)))
        return found

    def _take_out(self, hashes: Sequence[str]) -> list[tuple[str, int]]:
        """Takes the files out of the project unless somebody named them again; from here on nobody can."""
        with change(self.job.actor, self.project) as log:
            assets.hold_alone()
            doomed = self._mine(hashes).filter(doomed=True)
            gone = list(doomed.order_by("sha256").values_list("sha256", "size"))
            for asset in doomed.order_by("sha256"):
                log("asset.removed", asset, sha256=asset.sha256, size=asset.size, withdrawal=self.withdrawal.pk)
            doomed.delete()
            self.progress(0, None, "erasing media", checkpoint={"pending": gone})
        return gone

    def _delete(self, pending: Sequence[tuple[str, int]]) -> None:
        """Erases the bytes of what no project has any more. A file that is gone already is as good as erased now."""
        if not pending:
            return
        with change(self.job.actor, self.project) as log:
            assets.hold_alone()
            kept = set(
                Asset.objects.filter(sha256__in=[sha256 for sha256, _ in pending]).values_list("sha256", flat=True)
            )
            gone = [(sha256, size) for sha256, size in pending if sha256 not in kept]
            for sha256, size in gone:
                default_storage.delete(Asset(sha256=sha256).path)
                log("media.erased", self.withdrawal, sha256=sha256, size=size)
            Withdrawal.objects.filter(pk=self.withdrawal.pk).update(
                media_files=F("media_files") + len(gone),
                media_bytes=F("media_bytes") + sum(size for _, size in gone),
            )
            self.progress(0, None, "erasing media", checkpoint={"pending": []})

    def _finish(self, used: int) -> dict[str, Any]:
        with change(self.job.actor, self.project):
            mine = Withdrawal.objects.filter(pk=self.withdrawal.pk)
            mine.update(media_done_at=timezone.now())
            found = mine.aggregate(files=Sum("media_files"), bytes=Sum("media_bytes"))
            result = {"files": found["files"], "bytes": found["bytes"], "used_elsewhere": used}
            self.progress.finish(result)
        return result


def _parts(hashes: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(hashes), BATCH):
        yield hashes[start : start + BATCH]
