"""What can be done with snapshots: ask for one. Building is a job (``build.py``)."""

from typing import Any

from django.db.models import Max

from projects.snapshots.filters import check_filter, check_purpose
from projects.snapshots.layout import Split
from projects.snapshots.models import Snapshot, SnapshotState
from projects.snapshots.queries import eligible
from projects.workspace.actions import Refused
from projects.workspace.audit import Change, change
from projects.workspace.jobs import request_job
from projects.workspace.models import Job, Project, User


def request_snapshot(
    *,
    actor: User,
    project: Project,
    name: str = "",
    note: str = "",
    document: dict[str, Any] | None = None,
    purpose: str = "",
    split: dict[str, Any] | None = None,
    contamination: dict[str, Any] | None = None,
) -> Snapshot:
    """Numbers a new version and asks for it to be built; ``document`` is the filter, ``contamination`` what
    ``contamination.check_lists`` made. Raises FilterError, SplitError, and Refused when it would be empty or another
    version is still being built."""
    document = check_filter({} if document is None else document)
    check_purpose(purpose)
    parts = Split.parse(split).as_json() if split else None
    if not eligible(project, document, purpose).exists():
        raise Refused("There is no approved sample that may leave: a snapshot would be empty.")
    with change(actor, project) as log:
        Project.objects.select_for_update().get(pk=project.pk)
        mine = Snapshot.objects.filter(project=project)
        if mine.filter(state=SnapshotState.BUILDING, job__state__in=Job.OPEN).exists():
            raise Refused("A snapshot of this project is being built; wait until it is there.")
        return add_version(
            log,
            actor=actor,
            project=project,
            name=name,
            note=note,
            document=document,
            purpose=purpose,
            split=parts,
            contamination=contamination,
        )


def add_version(
    log: Change,
    *,
    actor: User,
    project: Project,
    name: str = "",
    note: str = "",
    document: dict[str, Any],
    purpose: str = "",
    split: dict[str, Any] | None = None,
    contamination: dict[str, Any] | None = None,
) -> Snapshot:
    """Numbers a new version in the caller's transaction, who holds the project's row, and asks for it to be built."""
    newest = Snapshot.objects.filter(project=project).aggregate(newest=Max("number"))["newest"]
    number = (newest or 0) + 1
    job = request_job(kind="snapshot", project=project, actor=actor, args={"number": number})
    snapshot = Snapshot.objects.create(
        project=project,
        number=number,
        name=name,
        note=note,
        filter=document,
        purpose=purpose,
        split=split,
        contamination=contamination,
        pseudonym_epoch=Project.objects.values_list("pseudonym_epoch", flat=True).get(pk=project.pk),
        job=job,
        created_by=actor,
    )
    more = (("purpose", purpose), ("split", split), ("contamination", contamination))
    said = {name: value for name, value in more if value}
    log("snapshot.requested", snapshot, number=number, filter=document, **said)
    return snapshot
