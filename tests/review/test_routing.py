"""What becomes of a sample when its overlap is reached, by the project's policy."""

from typing import Any

import pytest

from projects.models import Adjudication, AuditEntry, Sample
from projects.review import actions
from projects.review.models import DecisionOrigin
from projects.review.queries import agreed, bulk_preview, queue
from projects.review.routing import sweep
from projects.samples.models import UNROUTED
from projects.samples.states import SampleState
from projects.workspace import audit
from tests.review.scene import Scene, mood, work

pytestmark = pytest.mark.django_db
SAME = [mood("dark", 4)] * 3
APART = [mood("dark", 1), mood("bright", 5), mood("dark", 3)]
NEAR = [mood("dark", 3), mood("dark", 4), mood("dark", 4)]


@pytest.mark.parametrize(
    ("approve", "answers", "state", "origin"),
    [
        ("review", SAME, SampleState.LABELED, None),
        ("review", APART, SampleState.DISPUTED, None),
        ("agreement", SAME, SampleState.APPROVED, DecisionOrigin.AGREEMENT),
        ("agreement", APART, SampleState.DISPUTED, None),
        ("overlap", SAME, SampleState.APPROVED, DecisionOrigin.OVERLAP),
        ("overlap", APART, SampleState.APPROVED, DecisionOrigin.OVERLAP),
        ("overlap", [mood("dark"), mood("bright")] * 2, SampleState.DISPUTED, None),
        (
            "agreement",
            [mood("dark", note="a"), mood("dark", note="b"), mood("dark")],
            SampleState.APPROVED,
            "agreement",
        ),
    ],
)
def test_the_policy_decides_what_follows(
    approve: str, answers: list[dict[str, Any]], state: str, origin: str | None
) -> None:
    scene = Scene(people=len(answers), policy={"approve": approve})
    sample = scene.answered(*answers)
    assert sample.state == state
    made = Adjudication.objects.filter(sample=sample).first()
    assert (made.origin if made else None) == origin
    if made:
        assert made.reviewer is None
        assert made.answers["mood"] == "dark"
        assert made.policy["approve"] == approve


def test_the_threshold_is_the_policy_s_and_is_met_exactly() -> None:
    # 3 and 4 on a scale from 1 to 5 are a quarter of it apart.
    assert Scene(policy={"approve": "agreement", "min_agreement": 0.75}).answered(*NEAR).state == SampleState.APPROVED
    assert Scene(policy={"approve": "agreement", "min_agreement": 0.76}).answered(*NEAR).state == SampleState.DISPUTED


def test_the_rule_adopts_nothing_that_one_person_alone_said() -> None:
    alone = Scene(people=1, policy={"approve": "agreement"})
    assert alone.answered(mood("dark")).state == SampleState.LABELED
    scene = Scene(policy={"approve": "agreement"})
    assert scene.answered(mood("dark", 4), mood("dark"), mood("dark")).state == SampleState.LABELED


def test_one_person_projects_approve_by_overlap() -> None:
    assert Scene(people=1, policy={"approve": "overlap"}).answered(mood("dark")).state == SampleState.APPROVED


def test_the_worst_come_first_and_a_question_narrows_the_queue() -> None:
    scene = Scene()
    mild = scene.answered(mood("dark", 2), mood("dark", 4), mood("dark", 3))
    wild = scene.answered(*APART)
    assert list(queue(scene.project)) == [wild, mild]
    assert list(queue(scene.project, question="mood")) == [wild]
    assert list(queue(scene.project, question="craft")) == [wild, mild]
    assert list(queue(scene.project, question="no' such--")) == []


def test_the_sweep_finds_what_no_job_was_asked_for() -> None:
    scene = Scene(policy={"approve": "agreement"})
    sample = scene.answered(*SAME)
    Adjudication.objects.all().delete()
    Sample.objects.filter(pk=sample.pk).update(state=SampleState.LABELED, **UNROUTED)
    assert sweep() == 1
    work()
    sample.refresh_from_db()
    assert sample.state == SampleState.APPROVED
    assert sweep() == 0


def test_bulk_approval_does_what_its_preview_says_and_in_the_reviewer_s_name() -> None:
    scene = Scene(policy={"min_agreement": 0.8})
    same = [scene.answered(*SAME) for _ in range(3)]
    scene.answered(*APART)
    alone = Scene(people=1)
    alone.answered(mood("dark"))
    preview = bulk_preview(scene.project, scene.reviewer)
    assert preview == {"approved": 3, "own": 0, "single": 0, "apart": 0, "unrouted": 0, "disputed": 1}
    assert bulk_preview(alone.project, alone.reviewer)["single"] == 1
    actions.approve_agreed(actor=scene.reviewer, project=scene.project)
    work()
    decided = Adjudication.objects.filter(sample__in=same, current=True)
    assert {made.reviewer for made in decided} == {scene.reviewer}
    assert [made.answers for made in decided] == [mood("dark", 4)] * 3
    assert bulk_preview(scene.project, scene.reviewer)["approved"] == 0
    assert AuditEntry.objects.filter(action="sample.approved", actor=scene.reviewer).count() == 3
    assert audit.verify()[1] == []


def test_bulk_approval_leaves_out_one_s_own_work() -> None:
    scene = Scene(people=2)
    sample = scene.answered(mood("dark", 4), mood("dark", 4), by=[scene.reviewer, scene.people[0]])
    assert sample.state == SampleState.LABELED
    assert bulk_preview(scene.project, scene.reviewer)["own"] == 1
    assert not agreed(scene.project, scene.reviewer).exists()
    assert agreed(scene.project, scene.owner).count() == 1
