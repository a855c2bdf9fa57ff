"""Threads on a sample: who may write, who reads which part, under which names, and what is told to whom."""

import uuid
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from projects.labeling import threads
from projects.models import AuditEntry, Comment, Notification, Project, Sample, User
from projects.samples import comments
from projects.workspace import actions
from projects.workspace.actions import Refused
from tests.factories import make_member, make_user, membership
from tests.review.scene import Scene, mood

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene() -> Scene:
    return Scene(people=2)


@pytest.fixture
def sample(scene: Scene) -> Sample:
    """Answered by both, who are A and B."""
    return scene.answered(mood("dark", 1), mood("bright", 5), key="piece/1")


def begin(project: Project, person: User, sample: Sample, text: str = "Is this one finished?", **how: Any) -> Comment:
    how.setdefault("client_id", uuid.uuid4())
    return comments.begin(membership=membership(project, person), sample=sample, text=text, **how)


def answer(project: Project, person: User, parent: Comment, text: str = "It is.") -> Comment:
    return comments.answer(membership=membership(project, person), parent=parent, text=text, client_id=uuid.uuid4())


def read(project: Project, person: User, sample: Sample, mine: bool = False) -> list[tuple[str, str]]:
    sample = Sample.objects.select_related("project").get(pk=sample.pk)
    found = threads.threads(membership(project, person), sample, mine=mine)
    return [(said.name, said.comment.text) for thread in found for said in thread.all]


def signed_in(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def test_an_annotator_reads_their_own_thread_and_no_other(scene: Scene, sample: Sample) -> None:
    ada, ben = scene.people
    asked = begin(scene.project, ada, sample, "Ada's doubt")
    begin(scene.project, ben, sample, "Ben's doubt")
    begin(scene.project, scene.reviewer, sample, "Among reviewers")
    answer(scene.project, scene.reviewer, asked, "To Ada")
    assert [text for _, text in read(scene.project, ada, sample, mine=True)] == ["Ada's doubt", "To Ada"]
    assert [text for _, text in read(scene.project, ben, sample, mine=True)] == ["Ben's doubt"]
    page = signed_in(ben).get(reverse("thread", args=[scene.project.slug, sample.key])).content.decode()
    assert "Ben&#x27;s doubt" in page and "Ada" not in page and "Among reviewers" not in page
    api = signed_in(ben).get(f"/api/v1/projects/{scene.project.slug}/samples/{sample.key}/comments/").json()
    assert [each["text"] for each in api] == ["Ben's doubt"]


def test_an_annotator_can_neither_ask_for_all_nor_answer_in_anothers_thread(scene: Scene, sample: Sample) -> None:
    ada, ben = scene.people
    asked = begin(scene.project, ada, sample)
    address = reverse("thread", args=[scene.project.slug, sample.key])
    assert signed_in(ben).get(address, {"place": "all"}).status_code == 403
    form = {"do": "answer", "comment": asked.pk, "text": "x", "client_id": uuid.uuid4()}
    assert signed_in(ben).post(address, form).status_code == 404
    with pytest.raises(Comment.DoesNotExist):
        answer(scene.project, ben, asked)
    body = {"text": "x", "client_id": str(uuid.uuid4()), "parent": asked.pk}
    where = f"/api/v1/projects/{scene.project.slug}/samples/{sample.key}/comments/"
    assert signed_in(ben).post(where, body, content_type="application/json").status_code == 400
    patch = signed_in(ben).patch(
        f"/api/v1/projects/{scene.project.slug}/comments/{asked.pk}/", {"text": "x"}, content_type="application/json"
    )
    assert patch.status_code == 404
    assert Comment.objects.count() == 1


def test_a_sample_that_was_never_given_to_an_annotator_is_not_there(scene: Scene, sample: Sample) -> None:
    late = make_member(scene.project)
    address = reverse("thread", args=[scene.project.slug, sample.key])
    assert signed_in(late).get(address).status_code == 404
    form = {"do": "begin", "text": "x", "client_id": uuid.uuid4()}
    assert signed_in(late).post(address, form).status_code == 404
    where = f"/api/v1/projects/{scene.project.slug}/samples/{sample.key}/comments/"
    body = {"text": "x", "client_id": str(uuid.uuid4())}
    assert signed_in(late).post(where, body, content_type="application/json").status_code == 404


def test_reviewers_read_annotators_under_the_letters_of_their_answers(scene: Scene, sample: Sample) -> None:
    ada, ben = scene.people
    begin(scene.project, ben, sample, "from Ben")
    begin(scene.project, ada, sample, "from Ada")
    begin(scene.project, scene.owner, sample, "from the owner")
    assert read(scene.project, scene.reviewer, sample) == [
        ("B", "from Ben"),
        ("A", "from Ada"),
        (str(scene.owner), "from the owner"),
    ]
    for address in ("sample", "review-sample", "thread", "questions"):
        args = [scene.project.slug] if address == "questions" else [scene.project.slug, sample.key]
        page = signed_in(scene.reviewer).get(reverse(address, args=args)).content.decode()
        assert ada.username not in page and ben.username not in page, address
    api = signed_in(scene.reviewer).get(f"/api/v1/projects/{scene.project.slug}/samples/{sample.key}/comments/")
    assert [each["author"] for each in api.json()] == ["B", "A", str(scene.owner)]


def test_names_are_shown_where_the_policy_says_so() -> None:
    scene = Scene(people=1, policy={"reveal_annotators": True})
    sample = scene.answered(mood("dark"))
    begin(scene.project, scene.people[0], sample, "x")
    assert read(scene.project, scene.reviewer, sample) == [(str(scene.people[0]), "x")]


def test_who_asks_before_answering_is_somebody(scene: Scene) -> None:
    from projects.labeling.actions import next_assignment
    from tests.factories import make_sample

    sample = make_sample(scene.project)
    for person in scene.people:
        next_assignment(membership=membership(scene.project, person))
        begin(scene.project, person, sample, "?")
    assert [name for name, _ in read(scene.project, scene.reviewer, sample)] == ["Somebody", "Somebody 2"]


def test_a_reviewer_who_labels_is_a_letter_in_what_they_ask_as_an_annotator(scene: Scene, sample: Sample) -> None:
    begin(scene.project, scene.reviewer, sample, "while labelling", as_annotator=True)
    assert read(scene.project, scene.owner, sample) == [("Somebody", "while labelling")]
    assert read(scene.project, scene.reviewer, sample, mine=True) == [("You", "while labelling")]


def test_mentioning_cannot_find_out_whose_thread_it_is(scene: Scene, sample: Sample) -> None:
    ada, ben = scene.people
    asked = begin(scene.project, ada, sample)
    said = []
    for person in (ada, ben):
        with pytest.raises(Refused) as refused:
            answer(scene.project, scene.reviewer, asked, f"@{person.username} look")
        said.append(str(refused.value).replace(person.username, "NAME"))
    assert said[0] == said[1]


def test_in_a_thread_begun_with_an_annotator_by_name_no_letter_stands_beside_the_name(
    scene: Scene, sample: Sample
) -> None:
    ada = scene.people[0]
    opened = begin(scene.project, scene.reviewer, sample, f"@{ada.username} what did you mean?")
    answer(scene.project, ada, opened, "This.")
    assert [name for name, _ in read(scene.project, scene.owner, sample)] == [str(scene.reviewer), str(ada)]
    assert [text for _, text in read(scene.project, ada, sample, mine=True)][1] == "This."


def test_two_annotators_are_never_in_one_thread(scene: Scene, sample: Sample) -> None:
    ada, ben = scene.people
    with pytest.raises(Refused, match="may not read each other"):
        begin(scene.project, scene.reviewer, sample, f"@{ada.username} @{ben.username} which?")
    opened = begin(scene.project, scene.reviewer, sample, f"@{ada.username} which?")
    with pytest.raises(Refused, match="begin a thread with them"):
        answer(scene.project, scene.owner, opened, f"@{ben.username} and you?")
    begin(scene.project, ada, sample, f"@{ben.username} is just text here")
    assert not Notification.objects.filter(user=ben).exists()


def test_a_mention_tells_members_and_nobody_else(scene: Scene, sample: Sample) -> None:
    stranger = make_user("stranger")
    begin(scene.project, scene.owner, sample, f"@{scene.reviewer.username}, @stranger and x@{scene.people[0].username}")
    assert list(Notification.objects.values_list("user", "kind")) == [(scene.reviewer.pk, "mention")]
    assert not Notification.objects.filter(user=stranger).exists()


def test_an_answer_tells_who_asked_and_names_nobody(scene: Scene, sample: Sample) -> None:
    ada = scene.people[0]
    asked = begin(scene.project, ada, sample)
    answer(scene.project, scene.reviewer, asked)
    told = Notification.objects.get()
    assert (told.user, told.kind) == (ada, "reply")
    assert scene.reviewer.username not in told.title
    assert signed_in(ada).get(told.address).status_code == 200
    answer(scene.project, ada, asked, "Thanks.")
    back = Notification.objects.exclude(pk=told.pk).get()
    assert back.user == scene.reviewer and ada.username not in back.title
    assert signed_in(scene.reviewer).get(back.address).status_code == 200


def test_the_same_comment_sent_twice_is_one(scene: Scene, sample: Sample) -> None:
    key = uuid.uuid4()
    first = begin(scene.project, scene.reviewer, sample, f"@{scene.owner.username}", client_id=key)
    assert begin(scene.project, scene.reviewer, sample, f"@{scene.owner.username}", client_id=key) == first
    with pytest.raises(comments.ClientIdReused):
        begin(scene.project, scene.reviewer, sample, "else", client_id=key)
    assert (Comment.objects.count(), Notification.objects.count()) == (1, 1)
    where = f"/api/v1/projects/{scene.project.slug}/samples/{sample.key}/comments/"
    body = {"text": "else", "client_id": str(key)}
    assert signed_in(scene.reviewer).post(where, body, content_type="application/json").status_code == 409


def test_one_edits_ones_own_while_it_is_new_and_the_audit_log_keeps_only_hashes(scene: Scene, sample: Sample) -> None:
    made = begin(scene.project, scene.reviewer, sample, "a secrett")
    mine = membership(scene.project, scene.reviewer)
    comments.edit(membership=mine, comment=made, text="a secret")
    with pytest.raises(Refused, match="Only who wrote"):
        comments.edit(membership=membership(scene.project, scene.owner), comment=made, text="else")
    Comment.objects.update(created_at=timezone.now() - comments.EDITABLE * 2)
    with pytest.raises(Refused, match="15 minutes"):
        comments.edit(membership=mine, comment=made, text="too late")
    comments.remove(membership=mine, comment=Comment.objects.get())
    left = Comment.objects.get()
    assert left.text == "" and left.removed_at
    rows = AuditEntry.objects.filter(object_type="comment")
    assert list(rows.order_by("pk").values_list("action", flat=True)) == [
        "comment.added",
        "comment.edited",
        "comment.removed",
    ]
    assert not rows.filter(data__contains="secret").exists()
    assert read(scene.project, scene.owner, sample) == []


def test_owners_may_remove_what_others_wrote_and_reviewers_not(scene: Scene, sample: Sample) -> None:
    made = begin(scene.project, scene.people[0], sample)
    with pytest.raises(Refused):
        comments.remove(membership=membership(scene.project, scene.reviewer), comment=made)
    comments.remove(membership=membership(scene.project, scene.owner), comment=made)
    assert Comment.objects.get().removed_at


def test_open_questions_are_counted_until_somebody_settles_them(scene: Scene, sample: Sample) -> None:
    asked = begin(scene.project, scene.people[0], sample, question=True)
    begin(scene.project, scene.reviewer, sample, "no question")
    client = signed_in(scene.reviewer)
    assert "Open questions 1" in client.get(reverse("review", args=[scene.project.slug])).content.decode()
    with pytest.raises(Refused):
        comments.settle(membership=membership(scene.project, scene.people[1]), comment=asked, settled=True)
    address = reverse("thread", args=[scene.project.slug, sample.key])
    assert client.post(address, {"place": "all", "do": "settle", "comment": asked.pk}).status_code == 302
    assert "Open questions 0" in client.get(reverse("review", args=[scene.project.slug])).content.decode()
    assert client.post(address, {"place": "all", "do": "reopen", "comment": asked.pk}).status_code == 302
    assert threads.open_questions(scene.project).count() == 1


@pytest.mark.parametrize(("text", "why"), [(" \n ", "Write something"), ("x" * 5001, "at most 5000")])
def test_what_is_no_comment_is_refused_and_kept_in_the_form(scene: Scene, sample: Sample, text: str, why: str) -> None:
    address = reverse("thread", args=[scene.project.slug, sample.key])
    form = {"place": "all", "do": "begin", "text": text, "client_id": uuid.uuid4()}
    reply = signed_in(scene.reviewer).post(address, form)
    assert reply.status_code == 422
    assert why in reply.content.decode() and text in reply.content.decode()
    assert not Comment.objects.exists()


def test_markup_in_a_comment_is_harmless(scene: Scene, sample: Sample) -> None:
    begin(scene.project, scene.reviewer, sample, "<script>alert(1)</script> *soft* [x](javascript:alert(1))")
    page = signed_in(scene.owner).get(reverse("sample", args=[scene.project.slug, sample.key])).content.decode()
    assert "<em>soft</em>" in page and "<script>alert" not in page and 'href="javascript' not in page


def test_nothing_is_said_about_a_withdrawn_sample(scene: Scene, sample: Sample) -> None:
    made = begin(scene.project, scene.people[0], sample, "It quotes the text")
    Sample.objects.filter(pk=sample.pk).update(state="withdrawn")
    sample.refresh_from_db()
    with pytest.raises(Refused, match="withdrawn"):
        begin(scene.project, scene.reviewer, sample)
    for person in (scene.owner, scene.people[0]):
        address = reverse("thread", args=[scene.project.slug, sample.key])
        assert signed_in(person).get(address).status_code == 404
        assert signed_in(person).get(f"/api/v1/projects/{scene.project.slug}/comments/{made.pk}/").status_code == 405
    page = signed_in(scene.owner).get(reverse("sample", args=[scene.project.slug, sample.key]))
    assert b"It quotes" not in page.content


def test_erasing_a_sample_erases_what_was_written_about_it(scene: Scene, sample: Sample) -> None:
    from projects.snapshots.erasure import _empty

    begin(scene.project, scene.people[0], sample, "It quotes the text")
    Sample.objects.filter(pk=sample.pk).update(state="withdrawn")
    _empty([sample.pk])
    assert Comment.objects.get().text == ""


def test_a_returned_sample_is_told_to_its_annotators_until_that_is_taken_back(scene: Scene, sample: Sample) -> None:
    from projects.review import actions as review

    made = review.adjudicate(actor=scene.reviewer, sample=sample, decision="return", reason="Again.")
    told = Notification.objects.filter(kind="returned")
    assert {each.user for each in told} == set(scene.people)
    assert signed_in(scene.people[0]).get(told.get(user=scene.people[0]).address).status_code == 200
    review.undo(actor=scene.reviewer, project=scene.project, adjudication_id=made.pk)
    assert not told.all().exists()


def test_whoever_leaves_a_project_is_told_nothing_of_it_any_more(scene: Scene, sample: Sample) -> None:
    begin(scene.project, scene.owner, sample, f"@{scene.reviewer.username}")
    actions.remove_member(actor=scene.owner, project=scene.project, user=scene.reviewer)
    assert not Notification.objects.exists()
