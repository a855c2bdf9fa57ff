"""Practice: who has to, what is right, who is admitted, and that none of it ever becomes data."""

import uuid
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from projects.labeling import actions, hidden, practice
from projects.labeling.dump import dump
from projects.labeling.models import Annotation, Assignment, Purpose
from projects.labeling.practice_models import PracticeAnswer, PracticeRound, PracticeSample, RoundState
from projects.models import AuditEntry, Membership, Project, Sample, User
from projects.schema import SchemaError
from projects.snapshots.erasure import _empty
from projects.workspace import audit
from projects.workspace.actions import Refused, save_interface, set_member
from projects.workspace.models import PracticeStanding
from projects.workspace.policy import Policy, PolicyError
from tests.factories import INTERFACE, make_member, make_project, make_sample, make_user, membership
from tests.labeling.test_hidden import always, lease, make_gold, submit, work_through

pytestmark = pytest.mark.django_db
RIGHT, WRONG = {"mood": "bright"}, {"mood": "dark"}
POLICY: dict[str, Any] = {"practice": {"samples": 2, "threshold": 0.5}}


class Scene:
    """A project that asks for practice, with as many samples for it."""

    def __init__(self, samples: int = 4, **policy: Any) -> None:
        self.project = make_project(policy=POLICY | policy)
        self.owner = self.project.created_by
        self.label = make_sample(self.project)
        self.samples = [make_gold(self.project) for _ in range(samples)]
        for sample in self.samples:
            self.choose(sample, {"mood": f"Why {sample.key}."})
        self.ada = make_member(self.project)

    def choose(self, sample: Sample, explanations: dict[str, str] | None = None, use: bool = True) -> Any:
        return practice.choose(
            actor=self.owner, project=self.project, key=sample.key, use=use, explanations=explanations
        )

    def turn(self, user: User | None = None) -> practice.Turn:
        return practice.next_turn(membership=membership(self.project, user or self.ada))

    def answer(self, given: dict[str, Any], user: User | None = None, **options: Any) -> PracticeAnswer:
        sample = self.turn(user).sample
        assert sample
        how: dict[str, Any] = {"key": sample.key, "submission": uuid.uuid4()} | options
        return practice.answer(membership=membership(self.project, user or self.ada), answers=given, **how)

    def practises(self, user: User | None = None) -> bool:
        return membership(self.project, user or self.ada).practises

    def client(self, user: User | None = None) -> Client:
        made = Client()
        made.force_login(user or self.ada)
        return made


def test_a_new_annotator_gets_nothing_to_label_before_they_have_practised() -> None:
    scene = Scene()
    assert lease(scene.project, scene.ada) is None and not Assignment.objects.exists()
    page = scene.client().get(reverse("label", args=[scene.project.slug]))
    assert page.status_code == 302 and page["Location"] == reverse("practice", args=[scene.project.slug])
    assert scene.client().post(reverse("api-next", args=[scene.project.slug])).status_code == 409
    for given in (RIGHT, WRONG):
        scene.answer(given)
    assert not scene.practises()
    leased = lease(scene.project, scene.ada)
    assert leased and leased.sample == scene.label


def test_who_reaches_the_threshold_passes_and_who_does_not_gets_samples_they_have_not_seen() -> None:
    scene = Scene()
    first = {scene.answer(WRONG).sample_id, scene.answer(WRONG).sample_id}
    done = PracticeRound.objects.get()
    assert (done.state, done.right, done.asked, done.share) == (RoundState.FAILED, 0, 2, 0.0)
    assert scene.practises()
    second = {scene.answer(WRONG).sample_id, scene.answer(RIGHT).sample_id}
    assert first | second == {sample.pk for sample in scene.samples} and not first & second
    assert [each.state for each in PracticeRound.objects.order_by("number")] == [RoundState.FAILED, RoundState.PASSED]
    assert membership(scene.project, scene.ada).practice == PracticeStanding.PASSED


def test_where_no_other_samples_are_left_the_owner_decides() -> None:
    scene = Scene(samples=3)
    for _ in range(2):
        scene.answer(WRONG)
    turn = scene.turn()
    assert turn == practice.Turn(None, None) and PracticeRound.objects.count() == 1
    page = scene.client().get(reverse("practice", args=[scene.project.slug])).content.decode()
    assert "No more samples to practise on" in page
    assert practice.admit(actor=scene.owner, project=scene.project, user=scene.ada)
    assert not practice.admit(actor=scene.owner, project=scene.project, user=scene.ada), "twice changes nothing"
    assert membership(scene.project, scene.ada).practice == PracticeStanding.ADMITTED and lease(
        scene.project, scene.ada
    )


def test_the_turn_stays_the_same_until_it_is_answered_and_a_round_keeps_what_it_began_with() -> None:
    scene = Scene()
    turn = scene.turn()
    assert turn == scene.turn() and turn.sample == scene.samples[0]
    Project.objects.filter(pk=scene.project.pk).update(policy={"practice": {"samples": 4, "threshold": 1.0}})
    scene.answer(RIGHT), scene.answer(WRONG)
    assert PracticeRound.objects.get().state == RoundState.PASSED


def test_the_same_submission_again_is_one_answer_and_another_one_is_refused() -> None:
    scene = Scene()
    made = scene.answer(RIGHT)
    again: dict[str, Any] = {"key": made.sample.key, "submission": made.submission}
    assert scene.answer(RIGHT, **again) == made
    assert (PracticeAnswer.objects.count(), PracticeRound.objects.get().answered) == (1, 1)
    for options in ({}, {"key": scene.samples[1].key}):
        with pytest.raises(actions.SubmissionReused):
            scene.answer(WRONG if not options else RIGHT, **again | options)
    with pytest.raises(Refused, match="another tab"):
        scene.answer(RIGHT, key=made.sample.key)
    with pytest.raises(Refused):
        scene.answer(RIGHT, key=scene.label.key)
    with pytest.raises(SchemaError):
        scene.answer({"craft": 3})
    assert PracticeAnswer.objects.count() == 1
    other = make_member(scene.project)
    scene.turn(other)
    with pytest.raises(actions.SubmissionReused):
        practice.answer(membership=membership(scene.project, other), answers=RIGHT, **again)


def test_a_question_that_was_left_out_is_not_right_and_one_that_was_not_asked_does_not_count() -> None:
    interface = {
        "schema": 1,
        "fields": [{"name": "text", "type": "text"}],
        "questions": [
            {**INTERFACE["questions"][0]},
            {"name": "loud", "type": "verdict", "kind": "objective"},
            {"name": "why", "type": "verdict", "kind": "objective", "show_if": {"question": "mood", "is": "dark"}},
        ],
    }
    project = make_project(interface=interface, policy={"practice": {"samples": 1, "threshold": 1.0}})
    gold = {"mood": "bright", "loud": "yes"}
    samples = [make_sample(project, gold=gold, state="hidden", open_slots=0) for _ in range(3)]
    samples.append(make_sample(project, gold={"mood": "dark", "why": "yes"}, state="hidden", open_slots=0))
    for sample in samples:
        practice.choose(actor=project.created_by, project=project, key=sample.key, use=True)
    ada = make_member(project)
    counts = []
    for given in (
        {"mood": "bright"},
        {"mood": "dark", "loud": "no"},
        {"loud": "yes", "mood": "dark"},
        {"mood": "bright"},
    ):
        member = membership(project, ada)
        turn = practice.next_turn(membership=member)
        assert turn.sample
        made = practice.answer(membership=member, key=turn.sample.key, submission=uuid.uuid4(), answers=given)
        counts.append((made.right, made.asked))
    assert counts == [(1, 2), (0, 2), (1, 2), (0, 1)]


def test_practice_is_in_no_count_no_dump_and_no_figure() -> None:
    scene = Scene()
    scene.answer(RIGHT), scene.answer(RIGHT)
    assert not Annotation.everything.exists() and not Assignment.objects.exists()
    member = membership(scene.project, scene.ada)
    assert (member.submitted, member.given, member.cursor) == (0, 0, 0)
    assert all(b'"annotations":[]' in line for line in b"".join(dump(scene.project)).splitlines())
    for sample in scene.samples:
        before = (sample.state, sample.answered, sample.open_slots)
        sample.refresh_from_db()
        assert (sample.state, sample.answered, sample.open_slots) == before


def test_nobody_is_checked_with_a_sample_whose_answers_practice_has_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    scene = Scene(samples=2, gold_rate=0.5)
    always(monkeypatch, 0.0)
    scene.answer(RIGHT), scene.answer(RIGHT)
    given = work_through(scene.project, scene.ada)
    assert [one.purpose for one in given] == [Purpose.LABEL]
    # Hidden again: for everybody but those who have practised on it.
    Project.objects.filter(pk=scene.project.pk).update(policy={"gold_rate": 0.5})
    scene.project.refresh_from_db()
    scene.choose(scene.samples[0], use=False)
    ben = make_member(scene.project)
    make_sample(scene.project), make_sample(scene.project)
    assert [one.sample for one in work_through(scene.project, ben) if one.purpose == Purpose.GOLD] == scene.samples[:1]
    make_sample(scene.project)
    assert {one.purpose for one in work_through(scene.project, scene.ada)} <= {Purpose.LABEL}


def test_nobody_practises_on_what_was_their_hidden_check(monkeypatch: pytest.MonkeyPatch) -> None:
    project = make_project(policy={"gold_rate": 0.5})
    make_sample(project)
    check, other = make_gold(project), make_gold(project)
    ada = make_member(project)
    monkeypatch.setattr(hidden, "draw", lambda member: hidden.Draw(0.0, check.content_sha256, hidden.GAP))
    given = lease(project, ada)
    assert given and given.sample == check
    submit(given)
    for sample in (check, other):
        practice.choose(actor=project.created_by, project=project, key=sample.key, use=True)
    Project.objects.filter(pk=project.pk).update(policy={"practice": {"samples": 1, "threshold": 1}})
    project.refresh_from_db()
    practice.send_back(actor=project.created_by, project=project, user=ada)
    assert practice.next_turn(membership=membership(project, ada)).sample == other


def test_who_was_at_work_goes_on_until_an_owner_sends_them_back() -> None:
    scene = Scene()
    Project.objects.filter(pk=scene.project.pk).update(policy={})
    scene.project.refresh_from_db()
    make_sample(scene.project)
    held = lease(scene.project, scene.ada)
    assert held
    Project.objects.filter(pk=scene.project.pk).update(policy=POLICY)
    scene.project.refresh_from_db()
    assert not scene.practises()
    assert practice.send_back(actor=scene.owner, project=scene.project, user=scene.ada)
    assert not practice.send_back(actor=scene.owner, project=scene.project, user=scene.ada)
    assert scene.practises()
    assert submit(held).annotation.answers, "what they hold they may finish"
    assert lease(scene.project, scene.ada) is None
    client = scene.client()
    body = {"assignment": held.pk, "submission": str(uuid.uuid4()), "q.mood": "dark", "editing": "1"}
    assert "Practise first" in client.post(reverse("label-submit", args=[scene.project.slug]), body).content.decode()
    scene.answer(RIGHT), scene.answer(RIGHT)
    assert lease(scene.project, scene.ada)


def test_everybody_is_sent_back_but_those_who_have_seen_too_many_samples() -> None:
    scene = Scene(samples=3)
    ben = make_member(scene.project)
    for user in (scene.ada, scene.ada):
        scene.answer(RIGHT, user)
    practice.admit(actor=scene.owner, project=scene.project, user=ben)
    with pytest.raises(Refused, match="but 1, and a round takes 2"):
        practice.send_back(actor=scene.owner, project=scene.project, user=scene.ada)
    assert practice.send_everybody_back(actor=scene.owner, project=scene.project) == (1, 1)
    assert scene.practises(ben) and not scene.practises(scene.ada)
    Project.objects.filter(pk=scene.project.pk).update(policy={})
    scene.project.refresh_from_db()
    with pytest.raises(Refused, match="switched off"):
        practice.send_everybody_back(actor=scene.owner, project=scene.project)


def test_reviewers_and_owners_never_practise_and_who_becomes_an_annotator_does() -> None:
    scene = Scene()
    reviewer = make_member(scene.project, "reviewer")
    assert not scene.practises(reviewer) and not scene.practises(scene.owner)
    with pytest.raises(Refused, match="no annotator"):
        practice.send_back(actor=scene.owner, project=scene.project, user=reviewer)
    set_member(actor=scene.owner, project=scene.project, user=reviewer, role="annotator")
    assert scene.practises(reviewer)


def test_only_a_hidden_sample_with_an_answer_to_a_present_question_is_for_practice() -> None:
    project = make_project()
    plain, ready = make_sample(project), make_sample(project, gold={"mood": "dark"})
    texts = make_sample(project, gold={"gone": "x"}, state="hidden", open_slots=0)
    for sample in (ready, texts):
        with pytest.raises(Refused, match="no answer to a present objective question"):
            practice.choose(actor=project.created_by, project=project, key=sample.key, use=True)
    with pytest.raises(Sample.DoesNotExist):
        practice.choose(actor=project.created_by, project=project, key=plain.key, use=True)
    good = make_gold(project)
    for explanations in ({"nothing": "x"}, {"mood": "x" * 2001}):
        with pytest.raises(Refused, match=r"explanations\."):
            practice.choose(
                actor=project.created_by, project=project, key=good.key, use=True, explanations=explanations
            )
    assert not PracticeSample.objects.exists()


def test_a_sample_can_be_taken_away_only_while_enough_are_left() -> None:
    scene = Scene(samples=3)
    scene.choose(scene.samples[0], use=False)
    with pytest.raises(Refused, match="A round takes 2"):
        scene.choose(scene.samples[1], use=False)
    assert PracticeSample.objects.count() == 2


def test_what_is_done_is_audited_once_and_the_log_tells_no_answer() -> None:
    scene = Scene(samples=2)
    scene.choose(scene.samples[0], {"mood": f"Why {scene.samples[0].key}."})
    scene.answer(RIGHT), scene.answer(RIGHT)
    rows = AuditEntry.objects.filter(action__startswith="practice.").order_by("pk")
    assert [row.action.removeprefix("practice.") for row in rows] == [
        *("sample_chosen", "sample_chosen", "begun", "answered", "answered", "passed")
    ]
    assert not any("bright" in row.data for row in rows)
    assert audit.verify()[1] == []


def test_an_interface_that_was_practised_with_is_never_edited_in_place() -> None:
    scene = Scene()
    scene.answer(RIGHT)
    document = INTERFACE | {"questions": INTERFACE["questions"][:1]}
    assert save_interface(actor=scene.owner, project=scene.project, document=document).version == 2


def test_an_erasure_takes_what_was_written_about_a_practice_sample() -> None:
    scene = Scene()
    made = scene.answer(RIGHT)
    sample = Sample.objects.get(pk=made.sample_id)
    sample.advance("withdrawn")
    assert scene.client().get(reverse("practice-result", args=[scene.project.slug, made.pk])).status_code == 404
    _empty([sample.pk])
    made.refresh_from_db()
    assert (made.answers, made.known, PracticeSample.objects.get(sample=sample).explanations) == ({}, {}, {})
    assert scene.turn().sample == scene.samples[1]


def test_the_page_tells_what_is_right_and_why_after_the_answer_and_not_before() -> None:
    scene = Scene()
    client, where = scene.client(), reverse("practice", args=[scene.project.slug])
    before = client.get(where).content.decode()
    sample = scene.samples[0]
    assert sample.fields["text"] in before and "Why " not in before and "Known" not in before
    body = {"key": sample.key, "submission": str(uuid.uuid4()), "q.craft": "3"}
    refused = client.post(where, body)
    assert refused.status_code == 422 and "Why " not in refused.content.decode()
    done = client.post(where, body | {"q.mood": "dark"}, follow=True)
    text = done.content.decode()
    assert f"Why {sample.key}." in text and "Not right" in text and "0 of 1 right" in text and "Not counted" in text
    assert client.post(where, body | {"q.mood": "dark"})["Location"] == done.redirect_chain[0][0], "sent twice"
    answered = PracticeAnswer.objects.get()
    stranger, other = make_user(), make_member(scene.project)
    address = reverse("practice-result", args=[scene.project.slug, answered.pk])
    assert [scene.client(user).get(address).status_code for user in (stranger, other)] == [404, 404]


def test_owners_see_who_practises_and_decide_on_either_page() -> None:
    scene = Scene()
    scene.answer(WRONG)
    client = scene.client(scene.owner)
    for name in ("members", "practice-samples"):
        assert "In practice" in client.get(reverse(name, args=[scene.project.slug])).content.decode()
    text = client.get(reverse("practice-samples", args=[scene.project.slug])).content.decode()
    assert "Round 1: 1 of 2 answered, 0 of 1 right" in text
    person = reverse("practice-person", args=[scene.project.slug, scene.ada.pk])
    assert client.post(person, {"do": "admit", "from": "members"})["Location"].endswith("/people/")
    assert PracticeRound.objects.get().state == RoundState.ENDED and not scene.practises()
    for _ in range(2):
        client.post(person, {"do": "send-back"})
    assert scene.practises()
    everybody = reverse("practice-everybody", args=[scene.project.slug])
    practice.admit(actor=scene.owner, project=scene.project, user=scene.ada)
    client.post(everybody)
    assert scene.practises()


def test_owners_choose_samples_and_explain_them_on_the_page() -> None:
    scene = Scene(samples=2)
    more = make_gold(scene.project)
    client, where = scene.client(scene.owner), reverse("practice-samples", args=[scene.project.slug])
    body = {"key": more.key, "do": "use", "why.mood": "Because\r\nof the sun. ", "page": "1"}
    assert client.post(where, body)["Location"].endswith("?page=1")
    assert PracticeSample.objects.get(sample=more).explanations == {"mood": "Because\nof the sun."}
    assert "of the sun." in client.get(where).content.decode()
    client.post(where, body | {"do": "remove"})
    assert not PracticeSample.objects.filter(sample=more).exists()
    assert client.post(where, {"key": "nothing"}).status_code == 404


def test_practice_by_the_api() -> None:
    scene = Scene()
    mine, client = reverse("api-practice", args=[scene.project.slug]), scene.client()
    asked = client.get(mine).json()
    assert asked["practises"] and asked["sample"]["key"] == scene.samples[0].key and "gold" not in str(asked)
    body = {"key": asked["sample"]["key"], "submission": str(uuid.uuid4()), "answers": WRONG}
    told = client.post(mine, body, content_type="application/json").json()
    assert told["round"]["answered"] == 1
    assert told["questions"][0] == {
        "question": "mood",
        "answer": "dark",
        "known": "bright",
        "right": False,
        "why": f"Why {scene.samples[0].key}.",
    }
    assert client.post(mine, body, content_type="application/json").json() == told
    other = body | {"answers": RIGHT}
    assert client.post(mine, other, content_type="application/json").status_code == 409
    empty = body | {"submission": str(uuid.uuid4()), "key": scene.samples[1].key, "answers": {}}
    assert client.post(mine, empty, content_type="application/json").status_code == 400
    owner = scene.client(scene.owner)
    people = reverse("api-practice-people", args=[scene.project.slug])
    admit = {"username": scene.ada.username, "do": "admit"}
    after = owner.post(people, admit, content_type="application/json").json()
    assert [(each["username"], each["practises"]) for each in after] == [(scene.ada.username, False)]
    samples = reverse("api-practice-samples", args=[scene.project.slug])
    removed = owner.post(samples, {"key": scene.samples[0].key, "use": False}, content_type="application/json").json()
    assert [each["key"] for each in removed] == [each.key for each in scene.samples[1:]]


def test_the_settings_switch_practice_on_when_enough_samples_are_chosen() -> None:
    project = make_project()
    gold = make_gold(project)
    client = Client()
    client.force_login(project.created_by)
    where = reverse("settings", args=[project.slug])
    form = client.get(where).context["form"]
    body = {name: value for name, value in form.initial.items() if value is not None}
    body |= {"practice_samples": "1", "practice_threshold": "80"}
    refused = client.post(where, body)
    assert refused.status_code == 422 and "None of the samples" in refused.content.decode()
    practice.choose(actor=project.created_by, project=project, key=gold.key, use=True)
    assert "must be right" in client.post(where, body | {"practice_threshold": ""}).content.decode()
    assert client.post(where, body).status_code == 302
    project.refresh_from_db()
    assert project.rules.practice and (project.rules.practice.samples, project.rules.practice.threshold) == (1, 0.8)
    assert client.get(where).context["form"].initial["practice_threshold"] == 80
    assert client.post(where, body | {"practice_samples": ""}).status_code == 302
    project.refresh_from_db()
    assert project.rules.practice is None


@pytest.mark.parametrize(
    "practice_rule",
    [
        *(3, {}, {"samples": 1}, {"samples": 0, "threshold": 1}, {"samples": True, "threshold": 1}),
        *({"samples": 101, "threshold": 1}, {"samples": 1, "threshold": 1.1}, {"samples": 1, "threshold": "1"}),
    ],
)
def test_a_policy_says_what_is_wrong_with_its_practice(practice_rule: Any) -> None:
    with pytest.raises(PolicyError, match=r"policy\.practice"):
        Policy.parse({"practice": practice_rule})


def test_the_label_loop_makes_no_more_statements_for_practice() -> None:
    counts = []
    for policy in ({}, POLICY):
        project = make_project(policy=policy)
        make_sample(project), make_sample(project)
        ada = make_member(project)
        Membership.objects.filter(user=ada).update(practice=PracticeStanding.PASSED)
        given = lease(project, ada)
        assert given
        with CaptureQueriesContext(
            connection,
        ) as queries:
            actions.submit(
                membership=membership(project, ada), assignment_id=given.pk, submission=uuid.uuid4(), answers=RIGHT
            )
        counts.append(len(queries))
    assert 0 < counts[0] == counts[1]
