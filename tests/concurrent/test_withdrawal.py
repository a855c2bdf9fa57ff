"""Withdrawing while people label, review and build: what is withdrawn stays so, and nobody gets an error."""

from functools import partial

import pytest

from projects.labeling.actions import LeaseLost
from projects.models import Assignment, Project, Sample, Snapshot, Tombstone
from projects.review import actions as review
from projects.samples.states import IllegalTransition, SampleState
from projects.snapshots.actions import request_snapshot
from projects.snapshots.succession import holders
from projects.snapshots.withdrawal import withdraw
from projects.workspace import audit, jobs
from projects.workspace.actions import Refused
from tests.concurrent.test_queue import side_by_side, work_until_done
from tests.factories import make_member, make_project, make_sample
from tests.snapshots.conftest import _own_cache  # noqa: F401
from tests.snapshots.making import approved

pytestmark = pytest.mark.django_db(transaction=True)
MOOD = {"mood": "dark", "craft": 4}


def taking_out(project: Project, keys: list[str]) -> None:
    samples = Sample.objects.filter(key__in=keys)
    withdraw(actor=project.created_by, project=project, samples=samples, reason="They asked us to.")


def test_people_go_on_labelling_around_what_is_withdrawn() -> None:
    project = make_project(overlap=2)
    people = [make_member(project) for _ in range(4)]
    keys = [make_sample(project).key for _ in range(24)]
    calls = [work_until_done(project, person) for person in people]
    raised = side_by_side(*calls, *(partial(taking_out, project, [key]) for key in keys[::3]))
    # A person may be told that the sample they had open was withdrawn: that is all.
    assert [error for error in raised if not (isinstance(error, LeaseLost) and "withdrawn" in str(error))] == []
    gone = Sample.objects.filter(state=SampleState.WITHDRAWN)
    assert set(gone.values_list("key", flat=True)) == set(keys[::3])
    assert not gone.exclude(open_slots=0).exists()
    held = Assignment.objects.filter(sample__in=gone)
    assert not held.filter(state__in=("leased", "returned")).exists()
    assert not held.exclude(draft=None).exists()
    assert audit.verify()[1] == []


def test_of_two_who_withdraw_the_same_one_does() -> None:
    project = make_project()
    keys = [make_sample(project).key for _ in range(10)]
    raised = side_by_side(*[lambda: taking_out(project, keys)] * 3)
    assert [type(error) for error in raised] == [Refused] * 2
    assert Tombstone.objects.count() == 10


def test_a_decision_and_a_withdrawal_at_once_end_withdrawn() -> None:
    project = make_project(overlap=2)
    reviewer = make_member(project, "reviewer")
    sample = approved(project, reviewer, MOOD, key="one")
    sample.refresh_from_db()
    version = review.version_of(sample)

    def send_back() -> None:
        review.adjudicate(actor=reviewer, sample=sample, decision="return", reason="Again.", expected=version)

    raised = side_by_side(send_back, lambda: taking_out(project, ["one"]))
    assert all(isinstance(error, IllegalTransition | review.Overtaken | Refused) for error in raised), raised
    sample.refresh_from_db()
    assert sample.state == SampleState.WITHDRAWN
    assert not Assignment.objects.filter(sample=sample, state__in=("leased", "returned")).exists()


def test_no_version_in_force_ever_holds_what_was_withdrawn() -> None:
    project = make_project(overlap=2)
    reviewer = make_member(project, "reviewer")
    for number in range(4):
        approved(project, reviewer, MOOD, key=f"s{number}")
    for number in range(3):
        snapshot = request_snapshot(actor=project.created_by, project=project)
        raised = side_by_side(partial(jobs.run, snapshot.job_id), partial(taking_out, project, [f"s{number}"]))
        assert raised == []
        jobs.run_due()
        in_force = list(Snapshot.objects.filter(project=project, state="ready"))
        assert holders(in_force, Tombstone.objects.values_list("key", flat=True)) == {}
    assert audit.verify()[1] == []
