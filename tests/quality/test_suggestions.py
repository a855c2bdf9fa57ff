"""What the quality page says of suggestions, from what people were shown and what they answered."""

import uuid
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from numpy.random import default_rng

from projects.labeling import actions as labeling
from projects.measures import reasons
from projects.models import Assignment, Project, Suggestion, SuggestionUse, User
from projects.quality.stream import Answered, answered
from projects.quality.tally import Tally
from tests.factories import make_member, make_project, make_sample, membership
from tests.review.scene import work

pytestmark = pytest.mark.django_db


def labelled(
    project: Project, person: User, answers: dict[str, Any], how: str = "", first: dict[str, Any] | None = None
) -> None:
    """The person's next sample, answered; ``how``: as they met the suggestions, whatever was drawn for them."""
    assignment = labeling.next_assignment(membership=membership(project, person))
    assert assignment
    if how and assignment.suggested:
        told = {**assignment.suggested, "how": how} | ({"first": first} if first else {})
        Assignment.objects.filter(pk=assignment.pk).update(suggested=told)
    labeling.submit(
        membership=membership(project, person),
        assignment_id=assignment.pk,
        submission=uuid.uuid4(),
        answers=answers,
        then_next=False,
    )


def suggested_project(samples: int, **policy: Any) -> Project:
    project = make_project(policy=policy)
    for _ in range(samples):
        sample = make_sample(project)
        Suggestion.objects.create(sample=sample, question="mood", value="dark", source="model-x", score=0.8)
    return project


def test_what_is_seen_and_taken_over_is_counted_and_compared_with_what_was_withheld() -> None:
    project = suggested_project(40)
    ada = make_member(project)
    for number in range(40):
        seen = number % 2 == 0
        says = "dark" if (seen and number % 8) or number % 5 == 0 else "bright"
        labelled(project, ada, {"mood": says}, "beside" if seen else "withheld")
    work()
    use = SuggestionUse.objects.get(project=project)
    assert (use.question, use.source, use.how, use.shown, use.withheld) == ("mood", "model-x", "beside", 20, 20)
    seen_dark = sum(1 for number in range(0, 40, 2) if number % 8 or number % 5 == 0)
    other_dark = sum(1 for number in range(1, 40, 2) if number % 5 == 0)
    assert use.taken["value"] == seen_dark / 20 and use.taken["low"] < use.taken["value"] < use.taken["high"]
    assert use.agree_shown["value"] == pytest.approx(seen_dark / 20)
    assert use.agree_withheld["value"] == pytest.approx(other_dark / 20)
    assert use.moved["value"] == pytest.approx((seen_dark - other_dark) / 20)
    assert use.moved["low"] < use.moved["value"] < use.moved["high"]
    assert use.changed["reason"] == reasons.NOT_AFTER


def test_nothing_is_claimed_of_too_few() -> None:
    project = suggested_project(12)
    ada = make_member(project)
    for number in range(12):
        labelled(project, ada, {"mood": "dark"}, "beside" if number < 9 else "withheld")
    work()
    moved = SuggestionUse.objects.get(project=project).moved
    assert (moved["value"], moved["low"], moved["reason"]) == (None, None, reasons.FEW_TO_COMPARE)


def test_who_answered_before_seeing_it_is_held_against_their_first_answer() -> None:
    project = suggested_project(5)
    ada = make_member(project)
    for first, final in (("bright", "dark"), ("bright", "bright"), ("bright", "dark"), ("dark", "dark")):
        labelled(project, ada, {"mood": final}, "after", {"mood": first})
    labelled(project, ada, {"mood": "dark"}, "after")  # never seen
    work()
    use = SuggestionUse.objects.get(project=project)
    assert (use.how, use.shown, use.taken["value"]) == ("after", 4, 0.75)
    assert (use.changed["value"], use.changed["of"]) == (pytest.approx(2 / 3), 3)


def test_ways_of_meeting_it_are_kept_apart_and_share_those_from_whom_it_was_withheld() -> None:
    project = suggested_project(36)
    ada = make_member(project)
    for number in range(36):
        labelled(
            project, ada, {"mood": "dark" if number % 3 else "bright"}, ("beside", "prefilled", "withheld")[number % 3]
        )
    work()
    rows = list(SuggestionUse.objects.filter(project=project))
    assert [(row.how, row.shown, row.withheld) for row in rows] == [("beside", 12, 12), ("prefilled", 12, 12)]
    assert [row.agree_withheld["value"] for row in rows] == [1.0, 1.0] and rows[0].agree_shown["value"] == 0.0


def test_on_a_scale_near_is_nearly_alike() -> None:
    project = make_project()
    ada = make_member(project)
    for _ in range(4):
        Suggestion.objects.create(sample=make_sample(project), question="craft", value=5, source="model-x")
    for craft in (5, 4, 3, 1):
        labelled(project, ada, {"mood": "dark", "craft": craft}, "beside")
    work()
    use = SuggestionUse.objects.get(project=project)
    assert use.taken["value"] == 0.25
    assert 0.25 < use.agree_shown["value"] < 1


def test_memory_does_not_grow_with_the_samples() -> None:
    project = suggested_project(1)
    labelled(project, make_member(project), {"mood": "dark"}, "beside")
    one = next(answered(project))[0]
    tally, random = Tally(project), default_rng(1)
    for number in range(2000):
        how = "withheld" if random.random() < 0.3 else "beside"
        given = one.given[0]._replace(suggested={**(one.given[0].suggested or {}), "how": how})
        tally.uses.add(Answered(number, [given], *one[2:]))
    assert sum(map(len, tally.uses.patterns.values())) <= 2
    assert sum(use.shown for use in tally.uses.uses.values()) == 2000


def test_the_page_the_table_and_the_api_say_the_same() -> None:
    project = suggested_project(3)
    for _ in range(3):
        labelled(project, project.created_by, {"mood": "dark"}, "beside")
    work()
    client = Client()
    client.force_login(project.created_by)
    page = client.get(reverse("quality", args=[project.slug])).content.decode()
    assert "model-x" in page and "withheld from nobody who answered" in page and "Nothing is withheld now" in page
    table = b"".join(client.get(reverse("quality-table", args=[project.slug, "suggestions"]))).decode()
    assert "mood,model-x,beside the question,3,0,1" in table
    body = client.get(reverse("api-suggestion-use", args=[project.slug])).json()
    (use,) = body["uses"]
    assert (use["source"], use["how"], use["shown"], use["taken"]["value"]) == ("model-x", "beside", 3, 1.0)
    assert use["moved"]["value"] is None and use["moved"]["reason"] == reasons.NOT_WITHHELD


def test_a_project_without_suggestions_has_no_such_section() -> None:
    project = make_project()
    make_sample(project)
    labelled(project, project.created_by, {"mood": "dark"})
    work()
    client = Client()
    client.force_login(project.created_by)
    assert "suggestions-title" not in client.get(reverse("quality", args=[project.slug])).content.decode()
