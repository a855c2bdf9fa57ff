"""Pushing a version to a destination: a job that can be cut off at any moment and goes on where it was.

What is there already with the same hash is not sent again, and the manifest comes last, so that what is not all there
does not look like a version. At the end the place is read back.
"""

import time
from typing import Any

from django.utils import timezone

from projects.snapshots import files, layout
from projects.snapshots.delivery_models import Destination, Push, Schedule
from projects.snapshots.models import Snapshot
from projects.snapshots.targets import Target, TargetError, Where, target
from projects.snapshots.withdrawal import obstacle
from projects.workspace.actions import Refused
from projects.workspace.audit import change
from projects.workspace.jobs import JobFailed, Progress, request_job
from projects.workspace.models import Job, Membership, Project, Role, User

TELL_EVERY = 0.5  # seconds
NAMED = 3


def add_destination(
    *,
    actor: User,
    project: Project,
    name: str,
    kind: str,
    address: str,
    revision: str = "",
    private: bool = True,
) -> Destination:
    """A place that the project's versions can be pushed to. Raises Refused where the settings don't allow it."""
    name, member = name.strip()[:60], target(kind)
    if not name:
        raise Refused("A destination needs a name.")
    if member is None:
        raise Refused(f"There is no kind of destination called “{kind}”.")
    try:
        where = member.check(Where(address.strip(), revision.strip(), private))
    except TargetError as error:
        raise Refused(str(error)) from error
    if len(where.address) > 500 or len(where.revision) > 100:
        raise Refused("The address is too long.")
    with change(actor, project) as log:
        Project.objects.select_for_update(no_key=True).get(pk=project.pk)
        if project.destinations.filter(name=name, removed_at=None).exists():
            raise Refused(f"There is a destination called “{name}” already.")
        made = Destination.objects.create(
            project=project,
            name=name,
            kind=kind,
            address=where.address,
            revision=where.revision,
            private=where.private,
            created_by=actor,
        )
        log("destination.added", made, name=name, kind=kind, address=where.address, private=where.private)
    return made


def remove_destination(*, actor: User, destination: Destination) -> None:
    """Nothing is pushed there any more; what is there stays there. Raises Refused when it was removed already."""
    with change(actor, destination.project) as log:
        if not Destination.objects.filter(pk=destination.pk, removed_at=None).update(removed_at=timezone.now()):
            raise Refused("This destination was removed already.")
        Schedule.objects.filter(destination=destination).update(destination=None)
        log("destination.removed", destination, name=destination.name)


def request_push(*, actor: User, snapshot: Snapshot, destination: Destination) -> Push:
    """Asks for the version to be sent. Raises Refused for a superseded version that the actor hasn't acknowledged, or
    while it is on its way there already."""
    with change(actor, snapshot.project) as log:
        Project.objects.select_for_update(no_key=True).get(pk=snapshot.project_id)
        snapshot.refresh_from_db(fields=["state"])
        if against := _against(snapshot, destination, actor):
            raise Refused(against)
        if Push.objects.filter(snapshot=snapshot, destination=destination, job__state__in=Job.OPEN).exists():
            raise Refused(f"Version {snapshot.number} is on its way to {destination.name} already.")
        args = {"version": snapshot.number, "destination": destination.name}
        job = request_job(kind="push", project=snapshot.project, actor=actor, args=args)
        asked = Push.objects.create(snapshot=snapshot, destination=destination, job=job, asked_by=actor)
        log("push.requested", asked, number=snapshot.number, destination=destination.name)
    return asked


def _against(snapshot: Snapshot, destination: Destination, actor: User) -> str:
    """Why the version may not go there; empty where nothing is against it."""
    if destination.project_id != snapshot.project_id or destination.removed_at:
        return f"The destination “{destination.name}” was removed."
    if not snapshot.is_built:
        return f"Version {snapshot.number} has no files."
    if not Membership.objects.filter(project=snapshot.project_id, user=actor, role=Role.OWNER).exists():
        return f"{actor} is not an owner of the project any more."
    return obstacle(snapshot, actor)


def run_push(job: Job, progress: Progress) -> dict[str, Any]:
    """Job handler ``push``."""
    asked = Push.objects.select_related("snapshot__project", "destination", "asked_by").get(job=job)
    try:
        return _Sending(asked, progress).run()
    except TargetError as error:
        raise JobFailed(str(error)) from error


class _Sending:
    def __init__(self, asked: Push, progress: Progress) -> None:
        self.asked, self.progress = asked, progress
        self.snapshot, self.destination = asked.snapshot, asked.destination
        self.told, self.done, self.total = 0.0, 0, 0

    def run(self) -> dict[str, Any]:
        self._still_allowed()
        member = target(self.destination.kind)
        assert member is not None
        where = Where(self.destination.address, self.destination.revision, self.destination.private)
        place = member(where, self.snapshot.number)
        with files.local(self.snapshot) as folder:
            manifest = layout.read_manifest(folder)
            self.total = len(manifest.files) + 1
            done = place.send(folder, manifest, self._tell, self._still_allowed)
            self._prove(place, place.problems(folder, manifest, self._tell))
        result = {"version": self.snapshot.number, "to": place.place, "sent": done.sent, "already there": done.kept}
        with change(self.asked.asked_by, self.snapshot.project) as log:
            Push.objects.filter(pk=self.asked.pk).update(
                finished_at=timezone.now(), place=place.place[:700], sent=done.sent, kept=done.kept
            )
            told = {"destination": self.destination.name, "place": place.place}
            log("snapshot.pushed", self.asked, number=self.snapshot.number, **told)
            self.progress.finish(result)
        return result

    def _still_allowed(self) -> None:
        """Samples may have been withdrawn while files were on their way."""
        self.snapshot.refresh_from_db(fields=["state", "superseded_at", "successor"])
        self.destination.refresh_from_db(fields=["removed_at"])
        if against := _against(self.snapshot, self.destination, self.asked.asked_by):
            raise JobFailed(against)

    def _tell(self, what: str, done: int | None = None) -> None:
        self.done = self.done if done is None else done
        if time.monotonic() - self.told > TELL_EVERY:
            self.told = time.monotonic()
            self.progress(self.done, self.total, what)

    def _prove(self, place: Target, problems: list[layout.Problem]) -> None:
        if problems:
            place.retract()
            named = "; ".join(f"{each.path} {each.reason}" for each in problems[:NAMED])
            raise TargetError(f"What is at {place.place} is not the version: {named}.")
