"""Adaptive overlap: as many people a sample as its answers need, and no more."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from projects.labeling import actions
from projects.measures import settled
from projects.models import Project, Sample, User
from projects.review.actions import OTHERS, adjudicate
from projects.samples.states import SampleState
from projects.workspace.queries import saved
from tests.factories import INTERFACE, make_member, make_project, make_sample, membership
from tests.labeling.test_hidden import lease, submit

pytestmark = pytest.mark.django_db
RULE = {"overlap": {"min": 2, "max": 5, "lead": 2}}


class Crowd:
    """A project of one sample, and as many people as wanted."""

    def __init__(self, people: int, policy: dict[str, Any] = RULE, **options: Any) -> None:
        self.project: Project = make_project(policy=policy, **options)
        self.sample = make_sample(self.project)
        self.people: list[User] = [make_member(self.project) for _ in range(people)]

    def say(self, *moods: str) -> tuple[str, int, int]:
        """The next people's answers. The sample's state, answers and open places afterwards."""
        for mood in moods:
            assignment = next(found for person in self.people if (found := lease(self.project, person)))
            submit(assignment, {"mood": mood, "craft": 1})
        return self.look()

    def look(self) -> tuple[str, int, int]:
        self.sample.refresh_from_db()
        return self.sample.state, self.sample.answered, self.sample.open_slots


def test_the_least_number_is_the_overlap_that_samples_begin_with() -> None:
    assert make_project(overlap=1, policy=RULE).overlap == 2


def test_people_who_agree_are_enough() -> None:
    assert Crowd(5).say("bright", "bright") == (SampleState.LABELED, 2, 0)


def test_one_more_is_asked_at_a_time_until_the_lead_is_reached() -> None:
    crowd = Crowd(5)
    assert crowd.say("bright", "dark") == (SampleState.READY, 2, 1)
    assert crowd.say("bright") == (SampleState.READY, 3, 1)
    assert crowd.say("bright") == (SampleState.LABELED, 4, 0)


def test_it_ends_at_the_most_whatever_they_say() -> None:
    crowd = Crowd(7)
    assert crowd.say("bright", "dark", "bright", "dark", "bright") == (SampleState.LABELED, 5, 0)


def test_subjective_questions_keep_nobody_busy() -> None:
    crowd = Crowd(5)
    ada, ben = crowd.people[:2]
    for person, craft in ((ada, 1), (ben, 5)):
        assignment = lease(crowd.project, person)
        assert assignment
        submit(assignment, {"mood": "bright", "craft": craft})
    assert crowd.look() == (SampleState.LABELED, 2, 0)


def test_where_nobody_else_is_left_the_sample_goes_on_as_it_is() -> None:
    assert Crowd(2).say("bright", "dark") == (SampleState.LABELED, 2, 0)


def test_when_the_last_one_left_skips_it_goes_on_too() -> None:
    crowd = Crowd(3)
    assert crowd.say("bright", "dark") == (SampleState.READY, 2, 1)
    last = lease(crowd.project, crowd.people[2])
    assert last
    actions.skip(membership=membership(crowd.project, crowd.people[2]), assignment_id=last.pk, reason="")
    assert crowd.look() == (SampleState.LABELED, 2, 0)


def test_a_correction_while_somebody_works_on_it_asks_for_nobody_else() -> None:
    crowd = Crowd(6)
    first = lease(crowd.project, crowd.people[0])
    assert first
    submit(first, {"mood": "bright"})
    crowd.say("dark")
    third = lease(crowd.project, crowd.people[2])
    assert third and crowd.look() == (SampleState.READY, 2, 0)
    submit(first, {"mood": "dark"})
    assert crowd.look() == (SampleState.READY, 2, 0)
    submit(third, {"mood": "bright"})
    assert crowd.look() == (SampleState.READY, 3, 1)


def test_a_correction_that_settles_it_takes_the_open_place_back() -> None:
    crowd = Crowd(6)
    first = lease(crowd.project, crowd.people[0])
    assert first
    submit(first, {"mood": "bright"})
    assert crowd.say("dark") == (SampleState.READY, 2, 1)
    submit(first, {"mood": "dark"})
    assert crowd.look() == (SampleState.LABELED, 2, 0)


def test_a_question_that_few_are_asked_does_not_keep_the_sample_open() -> None:
    document = json.loads(json.dumps(INTERFACE))
    options = [{"id": "a", "title": "A"}, {"id": "b", "title": "B"}]
    document["questions"].append(
        {"name": "why", "type": "label", "options": options, "show_if": {"question": "mood", "is": "dark"}}
    )
    crowd = Crowd(6, interface=document)
    for person, answers in zip(
        crowd.people,
        ({"mood": "dark", "why": "a"}, {"mood": "bright"}, {"mood": "bright"}, {"mood": "bright"}),
        strict=False,
    ):
        assignment = lease(crowd.project, person)
        assert assignment
        submit(assignment, answers)
    assert crowd.look() == (SampleState.LABELED, 4, 0)


def test_imported_answers_open_places_too(tmp_path: Path) -> None:
    project = make_project(policy=RULE, slug="imported")
    keys = [make_sample(project, key).key for key in ("same", "apart", "much")]
    make_member(project)
    moods = {"same": "bb", "apart": "bd", "much": "bdbdb"}
    lines = [
        {"key": key, "annotator": f"p{number}", "answers": {"mood": {"b": "bright", "d": "dark"}[mood]}}
        for key in keys
        for number, mood in enumerate(moods[key])
    ]
    samples, annotations = tmp_path / "samples.jsonl", tmp_path / "annotations.jsonl"
    samples.write_text('{"key": "other", "fields": {"text": "Another."}}\n')
    annotations.write_text("".join(json.dumps(line) + "\n" for line in lines))
    call_command("import_samples", "imported", str(samples), "--annotations", str(annotations))
    found = {sample.key: (sample.state, sample.open_slots) for sample in Sample.objects.filter(project=project)}
    assert found == {
        "same": (SampleState.LABELED, 0),
        "apart": (SampleState.READY, 1),
        "much": (SampleState.LABELED, 0),
        "other": (SampleState.READY, 2),
    }


def test_the_project_page_says_what_was_saved() -> None:
    crowd = Crowd(5)
    assert saved(crowd.project) is None
    crowd.say("bright", "bright")
    crowd.sample = make_sample(crowd.project)
    crowd.say("bright", "dark", "bright", "bright")
    found = saved(crowd.project)
    assert found and (found.samples, found.given, found.annotations, found.share) == (2, 6, 4, 0.4)
    client = Client()
    client.force_login(crowd.project.created_by)
    page = client.get(reverse("project", args=[crowd.project.slug])).content.decode()
    assert "Adaptive overlap saved 4 annotations: 2 samples took 6, where 5 for each would be 10 (40 % less)." in page
    assert "2 to 5 people per sample" in page
    assert saved(make_project(overlap=3)) is None


def test_the_rule_itself() -> None:
    assert settled([], 2)
    assert settled([["a", "a"]], 2) and not settled([["a"]], 2)
    assert not settled([["a", "a"], ["a", "b"]], 1)
    assert settled([["a", "a", "b"]], 1) and not settled([["a", "a", "b"]], 2)


def returned(crowd: Crowd) -> tuple[str, int, int]:
    """The sample after a reviewer returned it to other people."""
    reviewer = make_member(crowd.project, "reviewer")
    crowd.look()
    adjudicate(actor=reviewer, sample=crowd.sample, decision="return", reason="Fresh eyes.", to=OTHERS)
    return crowd.look()


def test_a_sample_returned_to_others_asks_as_many_as_at_first_and_then_for_the_lead_of_all() -> None:
    crowd = Crowd(6)
    assert crowd.say("bright", "bright") == (SampleState.LABELED, 2, 0)
    assert returned(crowd) == (SampleState.READY, 2, 2)
    assert crowd.sample.awaited == 2
    # Two against two: the lead of all answers is lost, so one more is asked.
    assert crowd.say("dark") == (SampleState.READY, 3, 1)
    assert crowd.say("dark") == (SampleState.READY, 4, 1)
    assert crowd.say("dark") == (SampleState.LABELED, 5, 0)


def test_others_who_say_the_same_are_enough() -> None:
    crowd = Crowd(6)
    crowd.say("bright", "bright")
    returned(crowd)
    assert crowd.say("bright", "bright") == (SampleState.LABELED, 4, 0)


def test_what_had_the_most_answers_gets_those_that_the_reviewer_asked_for_and_no_more() -> None:
    crowd = Crowd(9)
    assert crowd.say("bright", "dark", "bright", "dark", "bright") == (SampleState.LABELED, 5, 0)
    assert returned(crowd) == (SampleState.READY, 5, 2)
    assert crowd.say("dark", "dark") == (SampleState.LABELED, 7, 0)


def test_only_those_who_label_are_waited_for() -> None:
    crowd = Crowd(3)
    crowd.say("bright", "bright")
    assert returned(crowd) == (SampleState.READY, 2, 1)
    assert crowd.say("dark") == (SampleState.LABELED, 3, 0)


def test_a_returned_sample_goes_on_when_the_last_one_left_skips_it() -> None:
    crowd = Crowd(4)
    crowd.say("bright", "bright")
    assert returned(crowd) == (SampleState.READY, 2, 2)
    for person, after in zip(crowd.people[2:], (SampleState.READY, SampleState.LABELED), strict=True):
        found = lease(crowd.project, person)
        assert found
        actions.skip(membership=membership(crowd.project, person), assignment_id=found.pk, reason="")
        assert crowd.look()[0] == after
    assert crowd.sample.awaited == 0
