"""Repeats split what is left of the disagreement into own taste and noise."""

import random
import uuid

import pytest

from projects.labeling import actions, hidden
from projects.labeling.models import Annotation, Purpose
from projects.models import Agreement, Taste
from projects.quality.tastes import breakdowns
from tests.factories import make_sample, membership
from tests.quality.test_taste import interface
from tests.review.scene import Scene, work

pytestmark = pytest.mark.django_db


def test_own_taste_and_noise_are_told_apart_where_samples_were_shown_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two people of steady and opposite taste, who are a point off when they are asked again."""
    scene = Scene(people=2, interface=interface("subjective"), policy={"repeat_rate": 0.5})
    monkeypatch.setattr(hidden, "draw", lambda member: hidden.Draw(0.9, "", hidden.GAP))
    draw = random.Random(1)
    taste = {}
    for number in range(30):
        sample = make_sample(scene.project, key=f"s{number:02}")
        taste[sample.pk] = draw.choice((-1, 1))
        for sign, person in zip((1, -1), scene.people, strict=True):
            scene.submit(person, {"mood": "dark", "craft": 3 + sign * taste[sample.pk]})
    make_sample(scene.project), make_sample(scene.project)
    monkeypatch.setattr(hidden, "draw", lambda member: hidden.Draw(0.0, "", hidden.GAP))
    for sign, person in zip((1, -1), scene.people, strict=True):
        for _ in range(8):
            member = membership(scene.project, person)
            again = actions.next_assignment(membership=member)
            assert again and again.purpose == Purpose.REPEAT
            craft = 3 + sign * taste[again.sample_id]
            answers = {"mood": "dark", "craft": craft - 1 if craft > 3 else craft + 1}
            actions.submit(
                membership=member, assignment_id=again.pk, submission=uuid.uuid4(), answers=answers, then_next=False
            )
    work()
    work()
    (row,) = Taste.objects.filter(project=scene.project)
    assert row.parts["noise"]["value"] == pytest.approx(0.5)  # half the square of one point
    assert row.parts["own"]["value"] + 0.5 == pytest.approx(row.parts["unsplit"]["value"])
    (shown,) = breakdowns([row], {})
    assert [each.slug for each in shown.slices] == ["severity", "own", "noise"]
    # The second answers are in no other figure.
    assert Agreement.objects.get(project=scene.project, series="craft").answers == 60
    assert Annotation.objects.count() == 60 and Annotation.everything.count() == 76
