"""Approved samples for the tests of snapshots, decided by the product's own actions."""

import uuid
from typing import Any

from projects.labeling import actions as labeling
from projects.models import Project, Sample, User
from projects.review import actions as review
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
