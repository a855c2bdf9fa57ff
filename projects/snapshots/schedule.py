"""Versions that are built by themselves: when, of what, and how many of them are kept.

The sweep runs beside every worker. A schedule that is due is taken by a conditional UPDATE of its date, in the
transaction that asks for the version: of several workers one does it, and what was missed while nothing ran is done
once at the start.
"""

from datetime import datetime, timedelta
from typing import Any

import structlog
from django.utils import timezone

from projects.snapshots import retention
from projects.snapshots.actions import add_version
from projects.snapshots.delivery_models import Destination, Rhythm, Schedule, ScheduledVersion
from projects.snapshots.filters import check_filter, check_purpose
from projects.snapshots.freshness import same_as
from projects.snapshots.layout import Split
from projects.snapshots.models import Snapshot, SnapshotState
from projects.snapshots.push import request_push
from projects.snapshots.queries import eligible
from projects.workspace.actions import Refused
from projects.workspace.audit import change
from projects.workspace.models import Job, Membership, Project, Role, User

logger = structlog.get_logger(__name__)

MOST_KEPT = 1000


def set_schedule(
    *,
    actor: User,
    project: Project,
    rhythm: str,
    hour: int = 3,
    weekday: int = 0,
    keep: int = 0,
    document: dict[str, Any] | None = None,
    split: dict[str, Any] | None = None,
    purpose: str = "",
    destination: Destination | None = None,
) -> Schedule:
    """Says when versions are built by themselves; they are built in the actor's name. Raises FilterError, SplitError,
    Refused."""
    document = check_filter(document or {})
    check_purpose(purpose)
    parts = Split.parse(split).as_json() if split else None
    if rhythm not in Rhythm.values or not (0 <= hour < 24 and 0 <= weekday < 7 and 0 <= keep <= MOST_KEPT):
        raise Refused(f"A schedule is off, daily or weekly, at an hour from 0 to 23, and keeps up to {MOST_KEPT}.")
    if destination and destination.removed_at:
        raise Refused(f"The destination “{destination.name}” was removed.")
    due = next_due(rhythm, hour, weekday, timezone.now())
    told = {"rhythm": rhythm, "hour": hour, "weekday": weekday, "keep": keep, "filter": document, "purpose": purpose}
    with change(actor, project) as log:
        Project.objects.select_for_update(no_key=True).get(pk=project.pk)
        schedule, _ = Schedule.objects.update_or_create(
            project=project,
            defaults={**told, "split": parts, "destination": destination, "set_by": actor, "due_at": due},
        )
        log("schedule.set", schedule, **told, destination=destination.name if destination else "")
    return schedule


def next_due(rhythm: str, hour: int, weekday: int, after: datetime) -> datetime | None:
    """The next moment at which the clock of the site shows the hour, on the weekday if it is weekly."""
    if rhythm == Rhythm.OFF:
        return None
    zone = timezone.get_default_timezone()
    day = after.astimezone(zone).date()
    while True:
        due = datetime(day.year, day.month, day.day, hour, tzinfo=zone)
        if due > after and (rhythm == Rhythm.DAILY or day.weekday() == weekday):
            return due
        day += timedelta(days=1)


def sweep() -> int:
    """Periodic: asks for the versions that are due, and sees to what follows their building. Returns how many were
    asked for."""
    asked = 0
    due = Schedule.objects.filter(due_at__lte=timezone.now()).select_related("project", "set_by", "destination")
    for schedule in due:
        try:
            asked += _run(schedule)
        except Exception:  # one project's trouble is not the others'
            logger.exception("schedule_failed", project=schedule.project_id)
            _note(schedule, "It could not be run; the log of the worker has the details.")
    settle()
    retention.clear()
    return asked


def _run(schedule: Schedule) -> bool:
    """One schedule that is due; True when a version was asked for."""
    project = schedule.project
    if _is_being_built(project):
        return False  # the next round looks again
    if not Membership.objects.filter(project=project, user=schedule.set_by, role=Role.OWNER).exists():
        return _note(schedule, f"Not built: {schedule.set_by}, who set this up, is not an owner any more.")
    if not eligible(project, schedule.filter, schedule.purpose).exists():
        return _note(schedule, "Not built: there is no approved sample that may leave.")
    if same := same_as(project, schedule.filter, schedule.split, schedule.purpose):
        return _note(schedule, f"Unchanged since version {same.number}.")
    with change(schedule.set_by, project) as log:
        Project.objects.select_for_update().get(pk=project.pk)
        if _is_being_built(project) or not _take(schedule):
            return False
        version = add_version(
            log,
            actor=schedule.set_by,
            project=project,
            note="Built by the schedule.",
            document=schedule.filter,
            split=schedule.split,
            purpose=schedule.purpose,
        )
        ScheduledVersion.objects.create(snapshot=version, destination=schedule.destination)
        Schedule.objects.filter(pk=schedule.pk).update(outcome=f"Version {version.number} was asked for.")
    return True


def _is_being_built(project: Project) -> bool:
    building = Snapshot.objects.filter(project=project, state=SnapshotState.BUILDING, job__state__in=Job.OPEN)
    return building.exists()


def _take(schedule: Schedule, outcome: str = "") -> bool:
    """Moves the schedule on; False when another worker did, or when it was set anew meanwhile."""
    now = timezone.now()
    due = next_due(schedule.rhythm, schedule.hour, schedule.weekday, now)
    mine = Schedule.objects.filter(pk=schedule.pk, due_at=schedule.due_at, rhythm=schedule.rhythm)
    return bool(mine.update(due_at=due, ran_at=now, outcome=outcome))


def _note(schedule: Schedule, outcome: str) -> bool:
    """Nothing was built, for this reason."""
    _take(schedule, outcome[:300])
    return False


def settle() -> None:
    """What follows the building of scheduled versions: one is pushed, and older ones are removed."""
    ended = ScheduledVersion.objects.filter(settled_at=None).exclude(snapshot__job__state__in=Job.OPEN)
    for made in ended.select_related("snapshot__project", "snapshot__created_by", "snapshot__job", "destination"):
        version = made.snapshot
        with change(None, version.project):
            if not ScheduledVersion.objects.filter(pk=made.pk, settled_at=None).update(settled_at=timezone.now()):
                continue
            outcome = f"Version {version.number} was built."
            if not version.is_built:
                outcome = f"Version {version.number} was not built: {version.job.message or version.job.state}"
            elif made.destination:
                outcome = _push(made)
            Schedule.objects.filter(project=version.project_id).update(outcome=outcome[:300])
        schedule = Schedule.objects.filter(project=version.project_id).first()
        if schedule:
            retention.retain(version.project, schedule.keep)


def _push(made: ScheduledVersion) -> str:
    version, destination = made.snapshot, made.destination
    assert destination is not None
    try:
        request_push(actor=version.created_by, snapshot=version, destination=destination)
    except Refused as error:
        return f"Version {version.number} was built, but not pushed: {error}"
    return f"Version {version.number} was built, and is pushed to {destination.name}."
