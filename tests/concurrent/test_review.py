"""Reviewers at once, over real connections: on SQLite in the main run, on PostgreSQL in the services run."""

import pytest

from projects.models import Adjudication, AuditEntry
from projects.review import actions
from projects.samples.states import IllegalTransition
from projects.workspace import audit
from tests.concurrent.test_queue import side_by_side
from tests.factories import make_member
from tests.review.scene import Scene, mood

pytestmark = pytest.mark.django_db(transaction=True)
DECIDED = ("sample.approved", "sample.rejected", "adjudication.made")


@pytest.mark.parametrize("decisions", [("plural", "plural"), ("reject", "return"), ("reject", "plural")])
def test_of_racing_reviewers_exactly_one_wins(decisions: tuple[str, str]) -> None:
    scene = Scene()
    sample = scene.answered(mood("dark", 1), mood("bright", 5), mood("dark", 3))
    seen = actions.version_of(sample)
    reviewers = [make_member(scene.project, "reviewer") for _ in range(6)]

    def decide(number: int) -> None:
        actions.adjudicate(
            actor=reviewers[number], sample=sample, decision=decisions[number % 2], reason="x", expected=seen
        )

    raised = side_by_side(*(lambda number=number: decide(number) for number in range(6)))
    assert [type(error) for error in raised if not isinstance(error, actions.Overtaken | IllegalTransition)] == []
    assert len(raised) == 5
    assert Adjudication.objects.filter(sample=sample).count() == 1
    assert AuditEntry.objects.filter(action__in=DECIDED).count() == 1
    assert audit.verify()[1] == []
