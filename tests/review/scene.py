"""A project whose samples several people have answered, for the tests of review and quality."""

import uuid
from typing import Any

from django.utils import timezone

from projects.labeling import actions as labeling
from projects.models import Job, Project, Sample, User
from projects.workspace import jobs
from tests.factories import make_member, make_project, make_sample, membership

INTERFACE: dict[str, Any] = {
    "schema": 1,
    "fields": [
        {"name": "text", "type": "text", "title": "Text"},
        {"name": "outputs", "type": "candidates", "of": "text", "required": False},
    ],
    "questions": [
        {
            "name": "mood",
            "type": "label",
            "title": "Mood",
            "required": True,
            "options": [{"id": "bright", "title": "Bright"}, {"id": "dark", "title": "Dark"}],
        },
        {"name": "craft", "type": "rating", "title": "Craft", "scale": [1, 5]},
        {"name": "note", "type": "text", "title": "Note"},
        {"name": "better", "type": "pairwise", "title": "Better", "on": "outputs", "tie": True},
    ],
}
PAIR = [{"id": "a", "value": "One."}, {"id": "b", "value": "Two."}]


class Scene:
    """A project with its people; ``answered`` makes a sample that they have answered."""

    def __init__(self, people: int = 3, **options: Any) -> None:
        options.setdefault("interface", INTERFACE)
        self.project: Project = make_project(overlap=people, **options)
        self.owner: User = self.project.created_by
        self.reviewer = make_member(self.project, "reviewer")
        self.people = [make_member(self.project) for _ in range(people)]

    def answered(self, *answers: dict[str, Any], key: str = "", by: list[User] | None = None, **options: Any) -> Sample:
        """A sample with one annotation for each of the answers, routed as the policy says."""
        sample = make_sample(self.project, key, **options)
        for person, given in zip(by or self.people, answers, strict=False):
            self.submit(person, given)
        work()
        sample.refresh_from_db()
        return sample

    def submit(self, person: User, answers: dict[str, Any], **options: Any) -> Any:
        """The person's next sample, answered."""
        member = membership(self.project, person)
        assignment = labeling.next_assignment(membership=member)
        assert assignment, "there is nothing for this person"
        return labeling.submit(
            membership=member,
            assignment_id=assignment.pk,
            submission=uuid.uuid4(),
            answers=answers,
            then_next=False,
            **options,
        )


def work() -> None:
    """Does all the work that waits, now."""
    Job.objects.filter(state="queued").update(run_after=timezone.now())
    jobs.run_due()


def mood(value: str, craft: int | None = None, **more: Any) -> dict[str, Any]:
    return {"mood": value, **({} if craft is None else {"craft": craft}), **more}
