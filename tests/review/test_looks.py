"""Second looks: two reviewers decide on the same sample, the second without seeing what the first said."""

from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client

from projects.labeling import actions as labeling
from projects.models import Adjudication, Assignment, Job, ReviewerAgreement, Sample, SecondLook, User
from projects.review import actions
from projects.review.layers import Case, chosen
from projects.review.models import Layer, Look
from projects.review.queries import agreed, history, next_for, next_step_of, queue
from projects.samples.states import SampleState
from tests.factories import make_member, membership
from tests.review.scene import Scene, mood, work
from tests.review.test_layers import SAME, SPLIT, decide, state

pytestmark = pytest.mark.django_db
ALL = {"second_look_rate": 1.0}


class Looking(Scene):
    """A project in which every decision gets a second look, with three who review besides the owner."""

    def __init__(self, **policy: Any) -> None:
        super().__init__(policy=ALL | policy)
        self.second, self.third = (make_member(self.project, "reviewer") for _ in range(2))

    def look(self) -> SecondLook:
        return SecondLook.objects.get(project=self.project)


def test_the_first_decision_changes_nothing_that_the_second_reviewer_could_see() -> None:
    scene = Looking()
    sample = scene.answered(*SPLIT)
    seen, before = actions.version_of(sample), Sample.objects.values().get(pk=sample.pk)
    made = decide(scene.reviewer, sample, reason="The end is grim.")
    assert Sample.objects.values().get(pk=sample.pk) == before
    assert actions.version_of(sample) == seen
    assert not made.current
    assert made.awaits == Layer.SECOND
    assert next_for(scene.project, scene.second, None, SampleState.DISPUTED, "") == sample
    assert not history(sample, scene.second).exists()
    assert history(sample, scene.reviewer).get() == made
    for address in (f"/p/{scene.project.slug}/review/{sample.key}/", f"/p/{scene.project.slug}/samples/{sample.key}/"):
        page = _client(scene.second).get(address).content.decode()
        assert "grim" not in page
        assert str(scene.reviewer) not in page
    told = _client(scene.second).get(f"/api/v1/projects/{scene.project.slug}/samples/{sample.key}/").json()
    assert told["decisions"] == []
    assert "adjudication" not in str(told["history"])


def test_the_first_reviewer_is_led_elsewhere_and_cannot_decide_again() -> None:
    scene = Looking()
    sample = scene.answered(*SPLIT)
    decide(scene.reviewer, sample, reason="x")
    assert next_for(scene.project, scene.reviewer, None, SampleState.DISPUTED, "") is None
    with pytest.raises(actions.NotYours, match="without seeing"):
        decide(scene.reviewer, sample, reason="x")


def test_two_who_decide_alike_approve_the_sample_and_count_as_both_layers() -> None:
    scene = Looking(second_reviewer=True)
    sample = scene.answered(*SPLIT)
    decide(scene.reviewer, sample, reason="The end is grim.")
    made = decide(scene.second, sample, reason="Grim indeed.")
    assert state(sample) == SampleState.APPROVED
    assert scene.look().state == Look.AGREED
    assert (made.current, made.layer, made.awaits) == (True, Layer.SECOND, "")


def test_where_two_differ_a_third_person_settles_with_a_reason() -> None:
    scene = Looking()
    sample = scene.answered(*SPLIT)
    decide(scene.reviewer, sample, reason="The end is grim.")
    made = decide(scene.second, sample, answers=mood("bright", 3), reason="It ends well.")
    assert (state(sample), made.current) == (SampleState.DISPUTED, False)
    assert scene.look().state == Look.DIFFERS
    for person in (scene.reviewer, scene.second):
        with pytest.raises(actions.NotYours, match="third"):
            decide(person, sample, reason="x")
        assert not next_step_of(queue(scene.project), scene.project, person).exists()
    page = _client(scene.third).get(f"/p/{scene.project.slug}/review/{sample.key}/").content.decode()
    assert "Two reviewers decided differently" in page
    assert "The end is grim." in page
    assert "It ends well." in page
    with pytest.raises(actions.ReasonMissing, match="settles"):
        decide(scene.third, sample, "plural")
    decide(scene.third, sample, reason="Grim.")
    assert state(sample) == SampleState.APPROVED
    assert scene.look().state == Look.SETTLED
    assert Adjudication.objects.filter(current=True).get().reviewer == scene.third


def test_somebody_who_looked_before_the_two_differed_does_not_settle_it_unseen() -> None:
    scene = Looking()
    sample = scene.answered(*SPLIT)
    seen = actions.version_of(sample)
    decide(scene.reviewer, sample, reason="x")
    decide(scene.second, sample, "plural")
    for expected in (seen, None):
        with pytest.raises(actions.Overtaken):
            actions.adjudicate(actor=scene.third, sample=sample, decision="plural", reason="x", expected=expected)


def test_answers_that_change_meanwhile_void_the_look() -> None:
    scene = Looking()
    sample = scene.answered(*SPLIT)
    decide(scene.reviewer, sample, reason="x")
    mine = Assignment.objects.get(sample=sample, annotator=scene.people[0])
    labeling.submit(
        membership=membership(scene.project, scene.people[0]),
        assignment_id=mine.pk,
        submission="6d1d2f7e-0e0b-4a40-9f0c-0f1f6a5b7c11",  # type: ignore[arg-type]
        answers=mood("bright", 1),
        then_next=False,
    )
    assert decide(scene.reviewer, sample, reason="y").awaits == Layer.SECOND
    assert sorted(SecondLook.objects.values_list("state", flat=True)) == [Look.OPEN, Look.VOID]
    work()
    assert set(SecondLook.objects.values_list("state", flat=True)) <= {Look.OPEN, Look.VOID}


def test_a_first_decision_can_be_taken_back_while_nobody_has_looked() -> None:
    scene = Looking()
    sample = scene.answered(*SPLIT)
    made = decide(scene.reviewer, sample, reason="x")
    actions.undo(actor=scene.reviewer, project=scene.project, adjudication_id=made.pk)
    assert not SecondLook.objects.exists()
    assert decide(scene.reviewer, sample, reason="x").awaits == Layer.SECOND


def test_a_second_decision_that_agreed_can_be_taken_back() -> None:
    scene = Looking()
    sample = scene.answered(*SPLIT)
    decide(scene.reviewer, sample, reason="x")
    made = decide(scene.second, sample, reason="y")
    actions.undo(actor=scene.second, project=scene.project, adjudication_id=made.pk)
    assert scene.look().state == Look.OPEN
    assert state(sample) == SampleState.DISPUTED
    decide(scene.third, sample, reason="z")
    assert scene.look().state == Look.AGREED


def test_bulk_approval_leaves_samples_alone_that_are_looked_at() -> None:
    scene = Looking()
    sample = scene.answered(*SAME)
    decide(scene.reviewer, sample)
    assert not agreed(scene.project, scene.second).exists()


class Few(Scene):
    """A project in which every decision gets a second look, with an owner and one reviewer: two who decide."""

    def __init__(self, **policy: Any) -> None:
        super().__init__(policy=ALL | policy)

    def differ(self) -> Sample:
        """A sample on which both have decided, differently."""
        sample = self.answered(*SPLIT)
        decide(self.reviewer, sample, reason="The end is grim.")
        decide(self.owner, sample, answers=mood("bright", 3), reason="It ends well.")
        return sample


def test_where_two_differ_and_nobody_else_may_decide_an_owner_settles() -> None:
    scene = Few()
    sample = scene.differ()
    with pytest.raises(actions.NotYours, match="an owner settles it"):
        decide(scene.reviewer, sample, reason="x")
    assert not next_step_of(queue(scene.project), scene.project, scene.reviewer).exists()
    assert next_for(scene.project, scene.owner, None, SampleState.DISPUTED, "") == sample
    page = _client(scene.owner).get(f"/p/{scene.project.slug}/review/{sample.key}/").content.decode()
    assert "yours settles it" in page
    with pytest.raises(actions.ReasonMissing, match="settles"):
        decide(scene.owner, sample, "plural")
    made = decide(scene.owner, sample, reason="Read it again: grim.")
    assert (state(sample), SecondLook.objects.get(sample=sample).state) == (SampleState.APPROVED, Look.SETTLED)
    assert (made.layer, made.current) == (Layer.SECOND, True)


def test_an_owner_does_not_settle_between_themself_and_another_while_a_third_person_can() -> None:
    scene = Few()
    sample = scene.differ()
    third = make_member(scene.project, "reviewer")
    with pytest.raises(actions.NotYours, match="a third person settles"):
        decide(scene.owner, sample, reason="x")
    assert not next_step_of(queue(scene.project), scene.project, scene.owner).exists()
    assert next_for(scene.project, third, None, SampleState.DISPUTED, "") == sample


def test_who_annotated_the_sample_or_cannot_sign_in_is_no_third_person() -> None:
    scene = Few()
    sample = scene.differ()
    annotator = membership(scene.project, scene.people[0])
    annotator.role = "reviewer"
    annotator.save()
    gone = make_member(scene.project, "reviewer")
    gone.is_active = False
    gone.save()
    assert next_for(scene.project, scene.owner, None, SampleState.DISPUTED, "") == sample
    decide(scene.owner, sample, reason="Grim.")
    assert state(sample) == SampleState.APPROVED


def test_nobody_is_asked_for_a_second_look_who_is_not_there() -> None:
    scene = Scene(policy=ALL)
    membership(scene.project, scene.reviewer).delete()
    sample = scene.answered(*SPLIT)
    assert decide(scene.owner, sample, reason="Grim.").current
    assert (state(sample), SecondLook.objects.count()) == (SampleState.APPROVED, 0)


def test_about_the_share_that_the_policy_asks_for_is_chosen_and_the_same_each_time() -> None:
    scene = Scene(policy={"second_look_rate": 0.3})
    found = []
    for _ in range(2):
        cases = [Case(SimpleNamespace(pk=pk), None, None, [], pk) for pk in range(1, 1001)]  # type: ignore[arg-type]
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(SecondLook, "objects", _Nothing())
            found.append([chosen(scene.project, case, scene.reviewer.pk) for case in cases])
    assert found[0] == found[1]
    assert 240 < sum(found[0]) < 360


class _Nothing:
    def filter(self, **_: Any) -> "_Nothing":
        return self

    def exists(self) -> bool:
        return False


def test_reviewers_agreement_is_measured_over_what_two_decided() -> None:
    scene = Looking()
    pairs = [("dark", "dark"), ("dark", "dark"), ("bright", "bright"), ("bright", "dark"), ("dark", "dark")]
    for one, other in pairs:
        sample = scene.answered(*SPLIT)
        decide(scene.reviewer, sample, answers=mood(one, 3), reason="x")
        decide(scene.second, sample, answers=mood(other, 3), reason="x")
    Job.objects.filter(kind="reviewers").update(run_after="2020-01-01T00:00:00Z")
    work()
    rows = {row.series: row for row in ReviewerAgreement.objects.filter(project=scene.project)}
    assert (rows["mood"].units, rows["mood"].raters) == (5, 2)
    # By hand: observed disagreement 1/5; expected from 7 dark and 3 bright, 2·7·3/(10·9).
    assert rows["mood"].value == pytest.approx(1 - (1 / 5) / (42 / 90))
    assert rows["mood"].coefficient == "alpha-nominal"
    assert (rows["(decision)"].value, bool(rows["(decision)"].reason)) == (None, True)
    answered = _client(scene.reviewer).get(f"/api/v1/projects/{scene.project.slug}/reviewer-agreement/").json()
    told = {each["series"]: each for each in answered["series"]}
    assert told["mood"]["value"] == rows["mood"].value
    assert told["(decision)"]["reason"]
    page = _client(scene.reviewer).get(f"/p/{scene.project.slug}/quality/").content.decode()
    assert "What becomes of the sample" in page


def test_the_quality_page_says_when_nothing_was_decided_twice() -> None:
    scene = Looking()
    scene.answered(*SPLIT)
    Job.objects.update(run_after="2020-01-01T00:00:00Z")
    work()
    page = _client(scene.reviewer).get(f"/p/{scene.project.slug}/quality/").content.decode()
    assert "No sample has been decided on twice yet." in page
    assert "100 % of reviewers" in page.replace("\xa0", " ")


def _client(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client
