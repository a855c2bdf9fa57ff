"""The rule's least confidence: what agrees waits until the posterior of its answers is high enough."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from projects.labeling import actions as labeling
from projects.models import Adjudication, Aggregate, Aggregated, Assignment, Job, Project, Sample, SecondLook
from projects.review import actions, confidence, reorder
from projects.review.queries import agreed
from projects.samples.states import SampleState
from projects.workspace.actions import update_project
from projects.workspace.policy import Policy, PolicyError
from tests.factories import make_member, membership
from tests.review.scene import Scene, mood, work
from tests.review.test_layers import state

pytestmark = pytest.mark.django_db
SURE = {"approve": "agreement", "min_confidence": 0.9}
SAME = [mood("dark", 3)] * 3


def scene_of(**policy: Any) -> Scene:
    return Scene(policy=SURE | policy)


def believe(sample: Sample, probability: float | None, likely: str = "dark") -> None:
    """Puts a posterior in place of the computed one, as after 30 known answers."""
    row = Aggregated.objects.select_related("aggregate").get(
        sample=sample, aggregate__current=True, aggregate__series="mood"
    )
    row.figures |= {"probability": probability, "likely": likely}
    row.save()
    Aggregate.objects.filter(pk=row.aggregate_id).update(reason="" if probability is not None else row.aggregate.reason)


def again(project: Project) -> dict[str, Any]:
    """What follows when posteriors have been computed."""
    Job.objects.filter(kind__in=("agreement", "aggregation"), state="queued").delete()
    reorder_jobs = Job.objects.filter(kind="reorder")
    reorder_jobs.delete()
    job = Job.objects.create(kind="reorder", project=project, actor=project.created_by)
    work()
    job.refresh_from_db()
    return dict(job.result or {})


def doubts(sample: Sample) -> list[str]:
    sample.refresh_from_db()
    return confidence.in_words(sample)


def test_without_a_posterior_what_agrees_waits_for_a_reviewer_who_reads_why() -> None:
    scene = scene_of()
    sample = scene.answered(*SAME)
    assert (state(sample), doubts(sample)) == (
        SampleState.LABELED,
        ["Mood: no confidence (not computed yet for these answers)"],
    )
    for _ in range(3):
        work()
    line = "Mood: no confidence (fewer than 30 known answers to calibrate with)"
    assert (state(sample), doubts(sample)) == (SampleState.LABELED, [line])
    client = Client()
    client.force_login(scene.reviewer)
    listed = client.get(reverse("review", args=[scene.project.slug]), {"state": "labeled"}).content.decode()
    desk = client.get(reverse("review-sample", args=[scene.project.slug, sample.key])).content.decode()
    assert line in listed
    assert line in desk
    assert agreed(scene.project, scene.reviewer).get() == sample


def test_when_posteriors_arrive_the_rule_approves_what_is_sure_and_says_what_is_not() -> None:
    scene = scene_of()
    sure, unsure = scene.answered(*SAME), scene.answered(*SAME)
    for _ in range(3):
        work()
    believe(sure, 0.95)
    believe(unsure, 0.71)
    assert again(scene.project)["approved"] == 1
    assert (state(sure), state(unsure)) == (SampleState.APPROVED, SampleState.LABELED)
    made = Adjudication.objects.get(sample=sure)
    assert (made.origin, made.layer, made.policy["min_confidence"]) == ("agreement", "rule", 0.9)
    assert doubts(unsure) == ["Mood: confidence 0.71, the settings ask for 0.9"]
    assert doubts(sure) == []


def test_computed_posteriors_bring_samples_back_to_the_rule_by_themselves(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("projects.measures.calibration.LEAST_KNOWN", 4)
    scene = scene_of(min_confidence=0.6)
    sample = scene.answered(*SAME)
    assert state(sample) == SampleState.LABELED
    for number in range(5):
        right = mood("dark" if number % 2 else "bright")
        scene.answered(right, right, right, gold=right)
    for _ in range(4):
        work()
    assert state(sample) == SampleState.APPROVED


@pytest.mark.parametrize(
    ("probability", "likely", "line"),
    [
        (0.99, "bright", "Mood: no confidence (another answer is likelier)"),
        (None, "dark", "Mood: no confidence (fewer than 30 known answers to calibrate with)"),
        (0.9 - 1e-6, "dark", "Mood: confidence 0.90, the settings ask for 0.9"),
    ],
)
def test_a_doubt_says_what_it_is(probability: float | None, likely: str, line: str) -> None:
    scene = scene_of()
    sample = scene.answered(*SAME)
    for _ in range(3):
        work()
    believe(sample, probability, likely)
    again(scene.project)
    assert (state(sample), doubts(sample)) == (SampleState.LABELED, [line])


def test_a_posterior_is_of_the_answers_as_they_were() -> None:
    scene = scene_of()
    sample = scene.answered(*[mood("dark", 3)] * 3)
    for _ in range(3):
        work()
    believe(sample, 0.99)
    mine = Assignment.objects.get(sample=sample, annotator=scene.people[0])
    labeling.submit(
        membership=membership(scene.project, scene.people[0]),
        assignment_id=mine.pk,
        submission="0b7a0cf1-5a53-4d3c-9b1c-2f6cf0a5c9d1",  # type: ignore[arg-type]
        answers=mood("dark", 3, note="On second thoughts the same."),
        then_next=False,
    )
    Job.objects.exclude(kind="route").filter(state="queued").delete()
    work()
    assert state(sample) == SampleState.LABELED
    assert doubts(sample) == ["Mood: no confidence (not computed yet for these answers)"]


def test_only_questions_with_a_right_answer_are_asked_for_confidence() -> None:
    document = {
        "schema": 1,
        "fields": [{"name": "text", "type": "text"}],
        "questions": [{"name": "craft", "type": "rating", "scale": [1, 5]}],
    }
    scene = Scene(policy=SURE, interface=document)
    assert state(scene.answered(*[{"craft": 3}] * 3)) == SampleState.APPROVED


def test_what_is_approved_by_overlap_needs_it_too_and_what_disagrees_is_disputed_as_before() -> None:
    scene = scene_of(approve="overlap")
    assert state(scene.answered(*SAME)) == SampleState.LABELED
    scene = scene_of()
    apart = scene.answered(mood("dark"), mood("bright"), mood("dark"))
    assert (state(apart), doubts(apart)) == (SampleState.DISPUTED, [])


def test_lowering_the_least_confidence_frees_what_waited_for_it() -> None:
    scene = scene_of()
    sample = scene.answered(*SAME)
    kept = {name: getattr(scene.project, name) for name in ("name", "guidelines", "overlap")}
    update_project(actor=scene.owner, project=scene.project, policy={"approve": "agreement"}, **kept)
    assert again(scene.project)["approved"] == 1
    assert state(sample) == SampleState.APPROVED


def test_what_a_second_reviewer_is_to_look_at_stays_with_them() -> None:
    scene = scene_of(second_look_rate=1.0)
    make_member(scene.project, "reviewer")
    sample = scene.answered(*SAME)
    for _ in range(3):
        work()
    actions.adjudicate(actor=scene.reviewer, sample=sample, decision="approve")
    believe(sample, 0.99)
    again(scene.project)
    assert state(sample) == SampleState.LABELED
    assert SecondLook.objects.get(sample=sample).state == "open"


def test_a_decision_is_one_known_answer_more_so_posteriors_are_computed_again() -> None:
    scene = scene_of()
    sample = scene.answered(*SAME)
    Job.objects.all().delete()
    actions.adjudicate(actor=scene.reviewer, sample=sample, decision="approve")
    assert Job.objects.filter(kind="aggregation", state="queued").count() == 1


def test_the_policy_says_which_numbers_it_takes() -> None:
    assert Policy.parse({}).min_confidence == 0
    for wrong in (1.5, -0.1, True, "0.9"):
        with pytest.raises(PolicyError, match="min_confidence"):
            Policy.parse({"min_confidence": wrong})


def test_the_settings_page_keeps_it() -> None:
    scene = scene_of()
    client = Client()
    client.force_login(scene.owner)
    address = reverse("settings", args=[scene.project.slug])
    form = client.get(address).context["form"]
    assert form.initial["min_confidence"] == 0.9
    data = {name: value for name, value in form.initial.items() if value not in (None, False)}
    assert client.post(address, data | {"min_confidence": "0.75"}).status_code == 302
    assert Project.objects.get(pk=scene.project.pk).rules.min_confidence == 0.75
    assert client.post(address, data | {"min_confidence": ""}).status_code == 302
    assert Project.objects.get(pk=scene.project.pk).rules.min_confidence == 0


def test_a_batch_is_read_and_written_in_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reorder, "ROWS", 2)
    monkeypatch.setattr(reorder, "BATCH", 1)
    scene = scene_of()
    samples = [scene.answered(*SAME) for _ in range(5)]
    for _ in range(3):
        work()
    for sample in samples:
        believe(sample, 0.95)
    assert again(scene.project) == {"samples": 5, "moved": 5, "approved": 5}
