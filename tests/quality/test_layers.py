"""What quality makes of samples that wait for another layer of review, or that passed one."""

import pytest

from projects.models import Reliability
from projects.quality import actions, known
from projects.review import actions as review
from projects.samples.states import SampleState
from tests.factories import make_member
from tests.review.scene import Scene, mood, work

pytestmark = pytest.mark.django_db
SPLIT = [mood("dark", 2), mood("bright", 4), mood("dark", 3)]


def test_what_the_rule_approved_and_an_owner_signed_off_is_no_known_answer() -> None:
    scene = Scene(policy={"approve": "agreement", "owner_signs": True})
    by_rule = scene.answered(*[mood("dark")] * 3)
    decided = scene.answered(*SPLIT)
    review.adjudicate(
        actor=scene.reviewer, sample=decided, decision="approve", answers=mood("bright"), reason="It glows."
    )
    review.sign_off(actor=scene.owner, project=scene.project)
    work()
    for sample in (by_rule, decided):
        sample.refresh_from_db()
        assert sample.state == SampleState.APPROVED
    found = known.about([by_rule.pk, decided.pk])
    assert found[by_rule.pk].known == {}
    assert found[decided.pk].known == {"mood": "bright"}


def test_ones_own_figures_wait_for_the_last_layer() -> None:
    scene = Scene(policy={"second_reviewer": True})
    second = make_member(scene.project, "reviewer")
    sample = scene.answered(*SPLIT)
    for who, shown in ((scene.reviewer, False), (second, True)):
        review.adjudicate(
            actor=who,
            sample=sample,
            decision="approve",
            answers=mood("dark"),
            reason="It is.",
            expected=review.version_of(sample),
        )
        actions.recompute(actor=scene.owner, project=scene.project)
        work()
        assert bool(Reliability.objects.get(annotator=scene.people[0]).closed) is shown
