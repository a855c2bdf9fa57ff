"""Many people at once, over real connections: on SQLite in the main run, on PostgreSQL in the services run."""

import threading
import uuid
from collections import Counter
from collections.abc import Callable

import pytest
from django.db import connection

from projects.labeling import actions
from projects.labeling.models import Annotation, Assignment
from projects.models import Job, Membership, Project, Sample, User
from projects.samples.states import IllegalTransition, SampleState
from projects.workspace import audit, jobs
from projects.workspace.models import JobState
from tests.factories import make_member, make_project, make_sample

pytestmark = pytest.mark.django_db(transaction=True)
ANSWERS = {"mood": "bright", "craft": 4}


def side_by_side(*callables: Callable[[], object]) -> list[BaseException]:
    """Runs all at the same moment, each on its own connection. Returns what they raised."""
    barrier, raised = threading.Barrier(len(callables)), []

    def go(call: Callable[[], object]) -> None:
        try:
            barrier.wait()
            call()
        except BaseException as error:
            raised.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=go, args=(call,)) for call in callables]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return raised


def work_until_done(project: Project, user: User) -> Callable[[], None]:
    def loop() -> None:
        member = Membership.objects.select_related("project", "project__interface", "user").get(
            project=project, user=user
        )
        assignment = actions.next_assignment(membership=member)
        while assignment:
            assignment = actions.submit(
                membership=member, assignment_id=assignment.pk, submission=uuid.uuid4(), answers=ANSWERS
            ).next

    return loop


@pytest.mark.parametrize("overlap", [1, 3])
def test_many_people_at_once_fill_every_sample_exactly(overlap: int) -> None:
    project = make_project(overlap=overlap)
    samples = [make_sample(project) for _ in range(40)]
    people = [make_member(project) for _ in range(8)]
    assert side_by_side(*(work_until_done(project, person) for person in people)) == []
    for person in people:  # whoever found everything leased went home; the last ones finish
        work_until_done(project, person)()
    counts = Counter(Annotation.objects.values_list("sample_id", flat=True))
    assert counts == {sample.pk: overlap for sample in samples}
    assert set(Sample.objects.values_list("state", "open_slots", "answered")) == {(SampleState.LABELED, 0, overlap)}
    assert audit.verify()[1] == []


def test_the_same_submission_sent_twice_at_once_is_one_annotation() -> None:
    project = make_project()
    make_sample(project)
    member = Membership.objects.get(project=project, user=make_member(project))
    assignment = actions.next_assignment(membership=member)
    assert assignment
    name = uuid.uuid4()

    def send() -> None:
        actions.submit(
            membership=Membership.objects.get(pk=member.pk),
            assignment_id=assignment.pk,
            submission=name,
            answers=ANSWERS,
        )

    assert side_by_side(send, send, send) == []
    assert Annotation.objects.count() == 1


def test_asking_for_the_next_sample_in_two_tabs_leases_one() -> None:
    project = make_project()
    make_sample(project), make_sample(project)
    member = Membership.objects.get(project=project, user=make_member(project))

    def ask() -> None:
        actions.next_assignment(membership=Membership.objects.select_related("project").get(pk=member.pk))

    assert side_by_side(ask, ask, ask) == []
    assert Assignment.objects.count() == 1


def test_of_two_racing_transitions_one_wins() -> None:
    project = make_project()
    sample = make_sample(project, state=SampleState.LABELED, open_slots=0)

    def approve() -> None:
        Sample.objects.get(pk=sample.pk).advance("agreed")

    def dispute() -> None:
        Sample.objects.get(pk=sample.pk).advance("disputed")

    raised = side_by_side(approve, dispute)
    assert [type(error) for error in raised] in ([IllegalTransition], [])
    state = Sample.objects.get(pk=sample.pk).state
    assert state in (SampleState.APPROVED, SampleState.DISPUTED)


def test_a_job_is_claimed_by_one_worker() -> None:
    project = make_project()
    job = Job.objects.create(kind="agreement", project=project)
    claimed: list[Job] = []

    def claim() -> None:
        found = jobs.claim(job.pk)
        if found:
            claimed.append(found)

    assert side_by_side(claim, claim, claim, claim) == []
    assert len(claimed) == 1


def test_asking_for_the_same_unique_job_at_once_makes_one() -> None:
    project = make_project()

    def ask() -> None:
        with audit.change(None, project):
            jobs.request_once(project, agreement=600)

    assert side_by_side(ask, ask, ask, ask) == []
    assert Job.objects.filter(state=JobState.QUEUED).count() == 1
