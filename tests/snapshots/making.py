"""Approved samples for the tests of snapshots, decided by the product's own actions."""

import uuid
from typing import Any

from projects.labeling import actions as labeling
from projects.models import Project, Sample, Snapshot, User
from projects.review import actions as review
from projects.snapshots import actions
from projects.workspace import jobs
from tests.factories import make_member, make_sample, membership

PAIR: dict[str, Any] = {
    "schema": 1,
    "fields": [
        {"name": "prompt", "type": "text"},
        {"name": "outputs", "type": "candidates", "of": "text"},
    ],
    "questions": [{"name": "better", "type": "pairwise", "on": "outputs", "tie": True, "required": True}],
}
OUTPUTS = [{"id": "a", "value": "The tide kept the letter."}, {"id": "b", "value": "The letter was late."}]
MOOD = {"mood": "dark", "craft": 4}


def answered(project: Project, sample: Sample, answers: dict[str, Any], people: int = 2) -> list[User]:
    """The sample with the same answers of several new people."""
    found = []
    for _ in range(people):
        person = make_member(project)
        assignment = labeling.next_assignment(membership=membership(project, person))
        assert assignment is not None
        assert assignment.sample_id == sample.pk
        labeling.submit(
            membership=membership(project, person),
            assignment_id=assignment.pk,
            submission=uuid.uuid4(),
            answers=answers,
            then_next=False,
        )
        found.append(person)
    return found


def approved(
    project: Project, reviewer: User, answers: dict[str, Any], decision: str = "approve", **sample: Any
) -> Sample:
    """A sample that two people answered and a reviewer decided on."""
    made = make_sample(project, **sample)
    answered(project, made, answers)
    made.refresh_from_db()
    given = answers if decision == "approve" else None
    review.adjudicate(actor=reviewer, sample=made, decision=decision, answers=given, reason="")
    return made


def built(project: Project, **asked: Any) -> Snapshot:
    """A new version, built here and now."""
    snapshot = actions.request_snapshot(actor=project.created_by, project=project, **asked)
    return finished(snapshot)


def finished(snapshot: Snapshot) -> Snapshot:
    jobs.run(snapshot.job_id)
    snapshot.refresh_from_db()
    snapshot.job.refresh_from_db()
    return snapshot


def decided_again(sample: Sample, reviewer: User, answers: dict[str, Any], decision: str = "approve") -> None:
    """The reviewer decides another time."""
    sample.refresh_from_db()
    review.adjudicate(
        actor=reviewer,
        sample=sample,
        decision=decision,
        answers=answers if decision == "approve" else None,
        reason="Read again.",
        expected=review.version_of(sample),
    )
