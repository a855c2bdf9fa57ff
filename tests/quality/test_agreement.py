"""Agreement as it is kept up to date: the rules that a quick implementation gets wrong."""

import io
import json
import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.utils import timezone

from projects.labeling import actions as labeling
from projects.measures import agreement as measured
from projects.measures import ratings_for
from projects.models import Agreement, Assignment, Interface, Job, Project, Reliability
from projects.quality import actions
from projects.quality.portion import SPEED_STEP
from projects.quality.queries import agreement_json, freshness
from projects.quality.stream import answered
from projects.review import actions as review
from projects.workspace.interfaces import document_sha256
from projects.workspace.jobs import run_due
from tests.factories import make_sample, membership
from tests.review.scene import INTERFACE, PAIR, Scene, mood, work

pytestmark = pytest.mark.django_db


def series(scene: Scene, name: str) -> Agreement:
    return Agreement.objects.get(project=scene.project, series=name)


def test_every_series_has_a_row_with_its_n_and_the_same_figures_as_the_measure() -> None:
    scene = Scene()
    given = [["dark", "dark", "bright"], ["bright", "bright", "bright"], ["dark", "dark", "dark"]]
    expected = ratings_for("alpha-nominal", ("bright", "dark"))
    for values in given:
        scene.answered(*[mood(value) for value in values])
        expected.add_unit(dict(enumerate(values)))
    row = series(scene, "mood")
    figure = measured(expected, "alpha-nominal")
    assert row.value == figure.value
    assert (row.units, row.raters, row.answers, row.single_units) == (3, 3, 9, 0)
    assert row.low is None
    assert "10 samples" in row.extras["interval_reason"]
    assert row.distribution == [["bright", 4], ["dark", 5]]
    assert row.extras["ac1"] is not None
    assert [each.series for each in Agreement.objects.all()] == ["mood", "craft", "note", "better"]
    assert series(scene, "craft").reason == "no answers yet"


def test_an_interval_comes_with_ten_units_and_is_the_same_each_time() -> None:
    scene = Scene()
    for number in range(12):
        scene.answered(mood("dark"), mood("dark"), mood("bright" if number % 3 else "dark"))
    first = series(scene, "mood")
    assert first.low is not None
    assert first.high is not None
    assert first.value is not None
    assert first.low <= first.value <= first.high
    actions.recompute(actor=scene.owner, project=scene.project)
    run_due()
    again = series(scene, "mood")
    assert again.pk != first.pk
    assert (again.low, again.high) == (first.low, first.high)


def test_one_value_everywhere_is_undefined_and_says_why() -> None:
    scene = Scene()
    scene.answered(*[mood("dark")] * 3)
    row = series(scene, "mood")
    assert row.value is None
    assert row.reason.startswith("no variation")


def test_a_person_who_answered_again_counts_once_with_the_latest() -> None:
    scene = Scene(people=2)
    sample = scene.answered(mood("dark"), mood("bright"))
    assignment = Assignment.objects.get(sample=sample, annotator=scene.people[1])
    labeling.submit(
        membership=membership(scene.project, scene.people[1]),
        assignment_id=assignment.pk,
        submission=uuid.uuid4(),
        answers=mood("dark"),
        then_next=False,
    )
    work()
    row = series(scene, "mood")
    assert (row.raters, row.answers) == (2, 2)
    assert row.distribution == [["bright", 0], ["dark", 2]]


def test_skipped_samples_and_final_answers_are_nobody_s_rating() -> None:
    scene = Scene(people=2)
    sample = scene.answered(mood("dark"), mood("bright"))
    review.adjudicate(
        actor=scene.reviewer, sample=sample, decision="approve", answers=mood("dark"), reason="It is dark."
    )
    actions.recompute(actor=scene.owner, project=scene.project)
    work()
    assert (series(scene, "mood").raters, series(scene, "mood").answers) == (2, 2)


def test_the_side_on_which_a_candidate_stood_does_not_count() -> None:
    scene = Scene(people=2)
    for winner in ("a", "b"):
        values = [{"winner": winner, "shown": shown} for shown in (["a", "b"], ["b", "a"])]
        scene.answered(*[mood("dark", better=value) for value in values], fields={"text": "t", "outputs": PAIR})
    assert series(scene, "better").value == 1


def test_answers_to_a_question_that_was_changed_are_left_out_and_counted() -> None:
    scene = Scene(people=2)
    scene.answered(mood("dark", 2), mood("bright", 4))
    document = json.loads(json.dumps(INTERFACE))
    document["questions"][1]["scale"] = [1, 9]
    newer = Interface.objects.create(
        project=scene.project,
        version=2,
        document=document,
        sha256=document_sha256(document),
        created_by=scene.owner,
    )
    Project.objects.filter(pk=scene.project.pk).update(interface=newer)
    actions.recompute(actor=scene.owner, project=scene.project)
    work()
    assert series(scene, "mood").answers == 2
    assert series(scene, "craft").answers == 0
    assert series(scene, "craft").extras["other_versions"] == 2


def test_a_withdrawn_sample_counts_nowhere() -> None:
    scene = Scene(people=2)
    sample = scene.answered(mood("dark"), mood("bright"))
    sample.advance("withdrawn")
    actions.recompute(actor=scene.owner, project=scene.project)
    work()
    assert series(scene, "mood").answers == 0


def test_reading_in_small_batches_reads_every_sample_once_and_whole() -> None:
    scene = Scene()
    samples = [scene.answered(*[mood("dark")] * 3).pk for _ in range(5)]
    for rows in (1, 2, 3, 4, 7, 100):
        read = [one for batch in answered(scene.project, rows) for one in batch]
        assert [one.sample_id for one in read] == samples
        assert {len(one.given) for one in read} == {3}


def test_submitting_asks_for_the_figures_once_however_many_submit() -> None:
    scene = Scene()
    make_sample(scene.project)
    for person in scene.people:
        scene.submit(person, mood("dark"))
    assert Job.objects.filter(kind="agreement").count() == 1


def test_what_nobody_waits_for_rests_after_a_long_computation() -> None:
    scene = Scene()
    scene.answered(*[mood("dark")] * 3)
    last = Job.objects.filter(kind="agreement", state="done").latest("pk")
    now = timezone.now()
    Job.objects.filter(pk=last.pk).update(started_at=now - timedelta(seconds=60), finished_at=now)
    before = series(scene, "mood").computed_at
    scene.answered(*[mood("bright")] * 3)
    assert series(scene, "mood").computed_at == before
    assert Job.objects.get(kind="agreement", state="queued").run_after > now + timedelta(seconds=500)
    actions.recompute(actor=scene.owner, project=scene.project)
    run_due()
    assert series(scene, "mood").computed_at > before


def test_freshness_counts_what_has_come_in_since() -> None:
    scene = Scene()
    assert freshness(scene.project, []).computed_at is None
    scene.answered(*[mood("dark")] * 3)
    rows = list(Agreement.objects.all())
    assert freshness(scene.project, rows).newer == 0
    make_sample(scene.project)
    scene.submit(scene.people[0], mood("dark"))
    assert freshness(scene.project, rows).newer == 1
    assert settings.AGREEMENT_DELAY_SECONDS > 0


def severity(scene: Scene) -> dict[Any, Any]:
    return dict(Reliability.objects.filter(project=scene.project).values_list("annotator", "severity"))


def test_severity_is_the_distance_to_the_others_and_undefined_for_who_shares_nothing() -> None:
    scene = Scene(people=2)
    scene.answered(mood("dark", 2), mood("dark", 4))
    scene.answered(mood("dark", 1), mood("dark", 3))
    found = severity(scene)
    assert found[scene.people[0].pk] == -0.5
    assert found[scene.people[1].pk] == 0.5
    alone = Scene(people=1)
    alone.answered(mood("dark", 2))
    row = Reliability.objects.get(project=alone.project)
    assert row.severity is None
    assert row.agreement is None
    assert row.annotations == 1


def test_agreement_with_others_and_speed_stand_beside_each_person() -> None:
    scene = Scene(people=2)
    for seconds, value in ((10, "dark"), (20, "dark"), (90, "bright")):
        make_sample(scene.project)
        scene.submit(scene.people[0], mood(value), duration_ms=seconds * 1000)
        scene.submit(scene.people[1], mood("dark"))
    work()
    row = Reliability.objects.get(annotator=scene.people[0])
    assert row.agreement == pytest.approx(2 / 3)
    assert row.pairs == 3
    assert row.median_ms is not None
    assert abs(row.median_ms - 20_000) <= SPEED_STEP


def test_the_command_computes_here_and_now_and_answers_what_the_api_does() -> None:
    scene = Scene()
    scene.answered(mood("dark"), mood("dark"), mood("bright"))
    Agreement.objects.all().delete()
    out = io.StringIO()
    call_command("agreement", scene.project.slug, "--json", stdout=out)
    reply = json.loads(out.getvalue())
    assert [row["series"] for row in reply["series"]] == ["mood", "craft", "note", "better"]
    assert reply["series"] == json.loads(json.dumps(agreement_json(scene.project)["series"]))
    plain = io.StringIO()
    call_command("agreement", scene.project.slug, stdout=plain)
    assert "craft: undefined, no answers yet" in plain.getvalue()
    with pytest.raises(CommandError, match="There is no project"):
        call_command("agreement", "nowhere")
