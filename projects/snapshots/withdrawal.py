"""Withdrawing samples: they leave the project for good, and the versions that hold them are superseded.

Nothing edits a version. It is marked, its download needs an owner's word, and another version is built in its place.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import partial
from typing import NamedTuple

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from projects.formats.canonical import canonical
from projects.labeling.actions import end_assignments
from projects.samples.models import Sample
from projects.samples.states import SampleState
from projects.snapshots import cache
from projects.snapshots.actions import add_version
from projects.snapshots.layout.checks import referenced_assets
from projects.snapshots.models import BUILT, Acknowledgement, Snapshot, SnapshotState, Tombstone, Withdrawal
from projects.snapshots.queries import eligible
from projects.snapshots.succession import holders
from projects.workspace.actions import Refused
from projects.workspace.audit import Change, change
from projects.workspace.jobs import request_job, request_once
from projects.workspace.models import Job, Project, User

BATCH = 500
LONGEST_REASON = 2000  # characters


class _Leaving(NamedTuple):
    pk: int
    key: str
    content_sha256: str
    media: list[str]


@dataclass
class Withdrawn:
    """What a withdrawal did."""

    withdrawal: Withdrawal
    superseded: list[Snapshot] = field(default_factory=list)
    successors: list[Snapshot] = field(default_factory=list)

    def sentence(self) -> str:
        count = self.withdrawal.samples
        said = [f"{count:,} sample{'s were' if count != 1 else ' was'} withdrawn."]
        if self.superseded:
            said.append(f"Superseded: {_named(self.superseded)}.")
        if self.successors:
            said.append(f"Being built instead: {_named(self.successors)}.")
        elif self.superseded:
            said.append("Nothing is left that a version in its place could hold.")
        return " ".join(said)


def _named(versions: Iterable[Snapshot]) -> str:
    numbers = sorted(version.number for version in versions)
    return f"version{'s' if len(numbers) > 1 else ''} {', '.join(map(str, numbers))}"


def withdraw(*, actor: User, project: Project, samples: QuerySet[Sample], reason: str, subject: str = "") -> Withdrawn:
    """Withdraws the samples, whatever state they are in: leases and drafts end, tombstones name the versions that hold
    them, those in force are superseded, and a successor without them is asked for. This can't be taken back.

    Raises Refused without a reason, or when there is nothing to withdraw.
    """
    reason = reason.strip()[:LONGEST_REASON]
    if not reason:
        raise Refused("Say why: later versions quote the reason where they name what was withdrawn.")
    samples = samples.filter(project=project).exclude(state=SampleState.WITHDRAWN)
    while True:
        # Files are read before anything is locked; then nothing may have come in between.
        versions = list(Snapshot.objects.filter(project=project, state__in=BUILT).order_by("number"))
        leaving = _leaving(samples)
        if not leaving:
            raise Refused("There is nothing to withdraw: no such samples, or they were withdrawn already.")
        held = holders(versions, [sample.key for sample in leaving])
        with change(actor, project) as log:
            Project.objects.select_for_update(no_key=True).get(pk=project.pk)
            built = set(Snapshot.objects.filter(project=project, state__in=BUILT).values_list("pk", flat=True))
            if built == {version.pk for version in versions} and _lock(samples, leaving):
                return _withdraw(log, actor, project, leaving, reason, subject, versions, held)


def _leaving(samples: QuerySet[Sample]) -> list[_Leaving]:
    rows = samples.order_by("pk").values_list("pk", "key", "content_sha256", "fields")
    return [
        _Leaving(pk, key, sha256, sorted(set(referenced_assets(fields)))) for pk, key, sha256, fields in rows.iterator()
    ]


def _lock(samples: QuerySet[Sample], leaving: list[_Leaving]) -> bool:
    """Takes the samples' rows, as whoever submits or decides does first; False where they are others by now."""
    locked = samples.select_for_update(of=("self",)).order_by("pk").values_list("pk", "content_sha256")
    return list(locked) == [(sample.pk, sample.content_sha256) for sample in leaving]


def _withdraw(
    log: Change,
    actor: User,
    project: Project,
    leaving: list[_Leaving],
    reason: str,
    subject: str,
    versions: list[Snapshot],
    held: dict[int, set[str]],
) -> Withdrawn:
    done = Withdrawn(
        Withdrawal.objects.create(
            project=project, subject=subject[:300], reason=reason, samples=len(leaving), created_by=actor
        )
    )
    holding = [version for version in versions if version.pk in held]
    numbers: dict[str, list[int]] = {}
    for version in holding:
        for key in held[version.pk]:
            numbers.setdefault(key, []).append(version.number)
    for start in range(0, len(leaving), BATCH):
        part = leaving[start : start + BATCH]
        pks = [sample.pk for sample in part]
        # The table of states lets a sample be withdrawn from any other state.
        Sample.objects.filter(pk__in=pks).update(state=SampleState.WITHDRAWN, open_slots=0, awaited=0)
        end_assignments(pks)
        for sample in part:
            log("sample.withdrawn", Sample(pk=sample.pk), reason=reason, versions=numbers.get(sample.key, []))
    _bury(done.withdrawal, leaving, holding, held)
    log(
        "samples.withdrawn",
        done.withdrawal,
        samples=len(leaving),
        of=subject[:300],
        reason=reason,
        versions=[version.number for version in holding],
    )
    done.superseded = _supersede(log, done.withdrawal, holding, held)
    done.successors = _succeed(log, actor, project, done.superseded, len(leaving))
    request_once(project, agreement=0)
    request_job(kind="erase-media", project=project, actor=actor, args={"withdrawal": done.withdrawal.pk})
    for version in holding:
        transaction.on_commit(partial(cache.drop, version))
    return done


def _bury(withdrawal: Withdrawal, leaving: list[_Leaving], holding: list[Snapshot], held: dict[int, set[str]]) -> None:
    stones = [
        Tombstone(
            sample_id=each.pk,
            withdrawal=withdrawal,
            key=each.key,
            content_sha256=each.content_sha256,
            media=each.media,
        )
        for each in leaving
    ]
    Tombstone.objects.bulk_create(stones, batch_size=BATCH)
    through = Tombstone.versions.through
    through.objects.bulk_create(
        (
            through(tombstone_id=stone.pk, snapshot_id=version.pk)
            for version in holding
            for stone in stones
            if stone.key in held[version.pk]
        ),
        batch_size=BATCH,
    )


def _supersede(
    log: Change, withdrawal: Withdrawal, holding: list[Snapshot], held: dict[int, set[str]]
) -> list[Snapshot]:
    """Marks the versions; those that were in force until now are returned."""
    now = timezone.now()
    in_force = [version for version in holding if version.state == SnapshotState.READY]
    for version in holding:
        # Also where it was superseded before: who acknowledged that has not seen this.
        Snapshot.objects.filter(pk=version.pk).update(state=SnapshotState.SUPERSEDED, superseded_at=now)
        version.state, version.superseded_at = SnapshotState.SUPERSEDED, now
        log("snapshot.superseded", version, number=version.number, withdrawn=len(held[version.pk]))
    return in_force


def _succeed(log: Change, actor: User, project: Project, superseded: list[Snapshot], count: int) -> list[Snapshot]:
    """One version for each filter and purpose of those that were in force; one that is on its way already will do."""
    found: list[Snapshot] = []
    newest = {_asked(version): version for version in sorted(superseded, key=lambda version: version.number)}
    waiting = Snapshot.objects.filter(project=project, state=SnapshotState.BUILDING, job__state__in=Job.OPEN)
    for asked, version in newest.items():
        successor = next((each for each in waiting if _asked(each) == asked), None)
        if successor is None and eligible(project, version.filter, version.purpose).exists():
            note = f"In place of version {version.number}, without {count:,} withdrawn sample{'s'[: count != 1]}."
            successor = add_version(
                log,
                actor=actor,
                project=project,
                name=version.name,
                note=note,
                document=version.filter,
                purpose=version.purpose,
                split=version.split,
                contamination=version.contamination,
            )
        if successor:
            replaced = [each.pk for each in superseded if _asked(each) == asked]
            Snapshot.objects.filter(pk__in=replaced).update(successor=successor)
            found.append(successor)
    return found


def _asked(version: Snapshot) -> tuple[bytes, str]:
    """What a version was asked to hold."""
    return canonical(version.filter), version.purpose


def acknowledge(*, actor: User, snapshot: Snapshot, reason: str) -> Acknowledgement:
    """The actor may fetch a superseded version, until another of its samples is withdrawn. Raises Refused."""
    reason = reason.strip()[:LONGEST_REASON]
    if snapshot.state == SnapshotState.ERASED:
        raise Refused(obstacle(snapshot, actor))
    if snapshot.state != SnapshotState.SUPERSEDED:
        raise Refused("This version is in force; it can be fetched as it is.")
    if not reason:
        raise Refused("Say what the superseded version is needed for.")
    with change(actor, snapshot.project) as log:
        made = Acknowledgement.objects.create(snapshot=snapshot, user=actor, reason=reason)
        log("snapshot.acknowledged", snapshot, number=snapshot.number, reason=reason)
    return made


def obstacle(snapshot: Snapshot, user: User | None) -> str:
    """Why this version may not be given to this person, or by a link (None); empty where nothing is against it."""
    if snapshot.state == SnapshotState.ERASED:
        return f"Version {snapshot.number} held withdrawn samples, so its files were erased; its manifest is kept."
    if snapshot.state != SnapshotState.SUPERSEDED:
        return ""
    if user and snapshot.acknowledgements.filter(user=user, created_at__gte=snapshot.superseded_at).exists():
        return ""
    count = snapshot.tombstones.count()
    held = f"{count:,} of its samples {'was' if count == 1 else 'were'} withdrawn"
    instead = f"; version {snapshot.successor.number} is in its place" if snapshot.successor else ""
    return f"Version {snapshot.number} is superseded: {held}{instead}."
