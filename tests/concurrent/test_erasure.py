"""Erasing media while imports name the same pictures: whatever a sample names is there."""

import threading
from functools import partial

import pytest
from django.core.files.storage import default_storage
from django.db import transaction

from projects.models import Asset, Job, Project, Sample
from projects.samples import assets
from projects.samples.states import SampleState
from projects.snapshots.withdrawal import withdraw
from projects.workspace import audit, jobs
from tests.concurrent.test_queue import side_by_side
from tests.factories import make_project
from tests.intake.test_imports import PICTURE
from tests.snapshots.conftest import _own_cache  # noqa: F401
from tests.snapshots.test_erasure import _own_media, shows, started_with, uploaded  # noqa: F401

pytestmark = pytest.mark.django_db(transaction=True)
COLOURS = ("teal", "red", "blue")


def finished(jobs_of: list[int]) -> None:
    for pk in jobs_of:
        jobs.run(pk)


def test_an_import_and_an_erasure_at_once_leave_no_sample_without_its_media() -> None:
    project, other = make_project(interface=PICTURE), make_project(interface=PICTURE)
    keys = [shows(project, uploaded(project, colour), colour).key for colour in COLOURS]
    withdraw(
        actor=project.created_by,
        project=project,
        samples=Sample.objects.filter(project=project, key__in=keys),
        reason="They asked us to.",
    )
    imports = [
        started_with(each, f"{each.slug}-{colour}", colour).job_id for each in (project, other) for colour in COLOURS
    ]
    erasure = list(Job.objects.filter(kind="erase-media").values_list("pk", flat=True))
    raised = side_by_side(partial(finished, imports[:3]), partial(finished, erasure), partial(finished, imports[3:]))
    assert raised == []
    Job.objects.filter(state="queued").update(run_after="2000-01-01T00:00:00Z")
    jobs.run_due()
    assert set(Job.objects.values_list("kind", "state")) >= {("erase-media", "done"), ("import", "done")}
    left = Sample.objects.exclude(state=SampleState.WITHDRAWN)
    assert left.count() == 6
    for sample in left:
        assert _is_there(sample.project, sample), sample.key
    assert not Asset.objects.filter(doomed=True).exists()
    assert audit.verify()[1] == []


def _is_there(project: Project, sample: Sample) -> bool:
    sha256 = sample.fields["picture"].removeprefix("sha256:")
    asset = Asset.objects.filter(project=project, sha256=sha256).first()
    return asset is not None and default_storage.exists(asset.path)


def test_an_erasure_waits_for_whoever_holds() -> None:
    order: list[str] = []
    held = threading.Event()

    def holder() -> None:
        with transaction.atomic():
            assets.hold()
            held.set()
            came.wait(1)  # an erasure that doesn't wait comes in this time
            order.append("held")

    came = threading.Event()

    def eraser() -> None:
        held.wait(10)
        with transaction.atomic():
            assets.hold_alone()
            order.append("alone")
            came.set()

    assert side_by_side(holder, eraser) == []
    assert order == ["held", "alone"]
