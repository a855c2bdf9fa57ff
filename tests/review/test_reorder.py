"""The order of review follows what is known of people."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from projects.models import Job, Reliability, Sample
from projects.quality.stream import answered_of
from projects.review import reorder
from projects.review.queries import queue
from projects.samples.states import SampleState
from tests.review.scene import Scene, mood, work
from tests.review.test_worth import rely

pytestmark = pytest.mark.django_db


def reordered(scene: Scene) -> dict[str, int]:
    """Computed by itself: reliabilities stay as they are."""
    Job.objects.filter(state="queued").delete()
    job = Job.objects.create(kind="reorder", project=scene.project, actor=scene.owner)
    work()
    job.refresh_from_db()
    assert job.state == "done"
    return dict(job.result or {})


def two(scene: Scene) -> tuple[Sample, Sample]:
    """The third stands apart in one, the second in the other."""
    return (
        scene.answered(mood("dark"), mood("dark"), mood("bright"), key="third"),
        scene.answered(mood("dark"), mood("bright"), mood("dark"), key="second"),
    )


def test_a_look_is_worth_less_once_the_one_who_stands_apart_is_known_to_be_careless() -> None:
    scene = Scene()
    third, second = two(scene)
    Reliability.objects.all().delete()
    reordered(scene)
    assert Sample.objects.get(pk=third.pk).look == Sample.objects.get(pk=second.pk).look
    rely(scene, 0.9, 0.9, 0.3)
    assert reordered(scene) == {"samples": 2, "moved": 2}
    assert [sample.key for sample in queue(scene.project)] == ["second", "third"]
    third.refresh_from_db()
    assert third.look_parts is not None and third.look_parts["trust"] < 1
    rely(scene, 0.9, 0.3, 0.9)
    reordered(scene)
    assert [sample.key for sample in queue(scene.project)] == ["third", "second"]
    assert reordered(scene) == {"samples": 2}


def test_it_is_asked_for_by_the_figures_themselves() -> None:
    scene = Scene()
    two(scene)
    work()
    assert Job.objects.filter(kind="reorder", project=scene.project, state__in=("queued", "done")).exists()


def test_what_is_decided_or_was_reopened_meanwhile_keeps_its_place(monkeypatch: pytest.MonkeyPatch) -> None:
    scene = Scene()
    third, second = two(scene)
    rely(scene, 0.9, 0.9, 0.3)

    def meanwhile(samples: object) -> object:
        found = answered_of(samples)  # type: ignore[arg-type]
        Sample.objects.filter(pk=third.pk).update(look=None, state=SampleState.LABELED)
        Sample.objects.filter(pk=second.pk).update(state=SampleState.APPROVED)
        return found

    before = Sample.objects.get(pk=second.pk).look
    monkeypatch.setattr("projects.review.reorder.answered_of", meanwhile)
    assert reordered(scene) == {"samples": 2, "moved": 0}
    assert Sample.objects.get(pk=third.pk).look is None
    assert Sample.objects.get(pk=second.pk).look == before


def test_only_samples_that_wait_are_read_and_never_all_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reorder, "ROWS", 3)
    scene = Scene()
    samples = [scene.answered(mood("dark"), mood("dark"), mood("bright")) for _ in range(7)]
    Sample.objects.filter(pk=samples[0].pk).update(state=SampleState.APPROVED)
    rely(scene, 0.9, 0.9, 0.3)
    with CaptureQueriesContext(connection) as queries:
        assert reordered(scene) == {"samples": 6, "moved": 6}
    assert sum('"look" IS NOT NULL' in query["sql"] and "LIMIT 3" in query["sql"] for query in queries) == 3
