"""Lease, submit, skip, drafts: what one person's loop does to the sample and to others."""

import uuid
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from projects.labeling import actions
from projects.labeling.leases import expire_leases
from projects.labeling.models import Annotation, Assignment, AssignmentState
from projects.labeling.returns import return_sample
from projects.models import AuditEntry, Job, Membership, Project, Sample, User
from projects.review.actions import adjudicate
from projects.samples.states import SampleState
from projects.schema import SchemaError
from projects.workspace import audit
from projects.workspace.actions import remove_member
from tests.factories import make_member, make_project, make_sample, membership

pytestmark = pytest.mark.django_db
ANSWERS = {"mood": "bright", "craft": 4}


def lease(project: Project, user: User) -> Assignment | None:
    return actions.next_assignment(membership=membership(project, user))


def submit(assignment: Assignment, answers: object = None, **options: object) -> actions.Submitted:
    member = Membership.objects.get(project=assignment.project_id, user=assignment.annotator_id)
    options.setdefault("submission", uuid.uuid4())
    return actions.submit(membership=member, assignment_id=assignment.pk, answers=answers or ANSWERS, **options)  # type: ignore[arg-type]


def test_next_gives_the_samples_in_order_and_the_same_one_until_it_is_submitted() -> None:
    project = make_project()
    first, second = make_sample(project), make_sample(project)
    ada = make_member(project)
    assignment = lease(project, ada)
    assert assignment and assignment.sample_id == first.pk
    assert lease(project, ada) == assignment
    done = submit(assignment)
    assert done.created
    assert done.next and done.next.sample_id == second.pk


def test_overlap_one_never_gives_a_sample_to_two_people() -> None:
    project = make_project()
    make_sample(project)
    ada, ben = make_member(project), make_member(project)
    assert lease(project, ada)
    assert lease(project, ben) is None


def test_overlap_two_gives_it_to_two_people_and_completes_with_the_second() -> None:
    project = make_project(overlap=2)
    sample = make_sample(project)
    ada, ben, cleo = (make_member(project) for _ in range(3))
    one, two = lease(project, ada), lease(project, ben)
    assert one and two
    assert lease(project, cleo) is None
    submit(one)
    sample.refresh_from_db()
    assert (sample.state, sample.answered) == (SampleState.READY, 1)
    submit(two)
    sample.refresh_from_db()
    assert (sample.state, sample.answered, sample.open_slots) == (SampleState.LABELED, 2, 0)
    assert Job.objects.filter(kind="route", project=project).count() == 1


def test_the_same_submission_twice_is_one_annotation() -> None:
    project = make_project()
    make_sample(project)
    assignment = lease(project, make_member(project))
    assert assignment
    name = uuid.uuid4()
    first = submit(assignment, submission=name)
    again = submit(assignment, submission=name)
    assert not again.created
    assert again.annotation == first.annotation
    assert Annotation.objects.count() == 1


def test_a_submission_id_used_for_other_answers_is_refused() -> None:
    project = make_project()
    make_sample(project)
    assignment = lease(project, make_member(project))
    assert assignment
    name = uuid.uuid4()
    submit(assignment, submission=name)
    with pytest.raises(actions.SubmissionReused):
        submit(assignment, {"mood": "dark"}, submission=name)


def test_a_submission_id_of_another_sample_is_refused_and_nothing_is_stored() -> None:
    project = make_project()
    make_sample(project), make_sample(project)
    ada = make_member(project)
    first = lease(project, ada)
    assert first
    name = uuid.uuid4()
    second = submit(first, submission=name).next
    assert second
    with pytest.raises(actions.SubmissionReused):
        submit(second, submission=name)
    second.refresh_from_db()
    assert second.state == AssignmentState.LEASED


def test_answers_that_do_not_fit_name_the_question_and_store_nothing() -> None:
    project = make_project()
    make_sample(project)
    assignment = lease(project, make_member(project))
    assert assignment
    with pytest.raises(SchemaError) as raised:
        submit(assignment, {"mood": "bright", "craft": 9})
    assert raised.value.problems[0].path == "answers.craft"
    assert not Annotation.objects.exists()


def test_a_later_submission_is_a_new_version_and_only_the_latest_is_current() -> None:
    project = make_project(overlap=2)
    sample = make_sample(project)
    assignment = lease(project, make_member(project))
    assert assignment
    submit(assignment)
    second = submit(assignment, {"mood": "dark"}).annotation
    assert second.version == 2
    assert list(Annotation.objects.filter(current=True)) == [second]
    sample.refresh_from_db()
    assert sample.answered == 1


def test_an_edit_of_a_completed_sample_sends_it_through_routing_again() -> None:
    project = make_project()
    sample = make_sample(project)
    assignment = lease(project, make_member(project))
    assert assignment
    submit(assignment)
    Sample.objects.filter(pk=sample.pk).update(state=SampleState.DISPUTED, disagreement=0.5)
    submit(assignment, {"mood": "dark"})
    sample.refresh_from_db()
    assert (sample.state, sample.disagreement) == (SampleState.LABELED, None)


def test_a_decided_sample_takes_no_edit() -> None:
    project = make_project()
    sample = make_sample(project)
    assignment = lease(project, make_member(project))
    assert assignment
    submit(assignment)
    Sample.objects.filter(pk=sample.pk).update(state=SampleState.APPROVED)
    with pytest.raises(actions.LeaseLost):
        submit(assignment, {"mood": "dark"})


def test_skipping_frees_the_place_for_others_and_never_brings_it_back_to_the_same_person() -> None:
    project = make_project()
    sample = make_sample(project)
    ada, ben = make_member(project), make_member(project)
    assignment = lease(project, ada)
    assert assignment
    following = actions.skip(membership=membership(project, ada), assignment_id=assignment.pk, reason="unreadable")
    assert following is None
    found = lease(project, ben)
    assert found and found.sample_id == sample.pk


def test_a_late_lease_ends_and_the_next_person_gets_the_sample() -> None:
    project = make_project()
    make_sample(project)
    ada, ben = make_member(project), make_member(project)
    assignment = lease(project, ada)
    assert assignment
    Assignment.objects.update(deadline=timezone.now() - timedelta(seconds=1))
    taken = lease(project, ben)  # without waiting for the periodic round
    assert taken
    with pytest.raises(actions.LeaseLost):
        submit(assignment)


def test_a_late_submission_is_taken_while_the_place_is_free() -> None:
    project = make_project()
    sample = make_sample(project)
    assignment = lease(project, make_member(project))
    assert assignment
    Assignment.objects.update(deadline=timezone.now() - timedelta(seconds=1))
    assert expire_leases() == 1
    assert expire_leases() == 0
    assert submit(assignment).created
    sample.refresh_from_db()
    assert (sample.state, sample.open_slots) == (SampleState.LABELED, 0)


def test_a_sample_whose_time_ran_out_comes_back_to_the_person_when_nothing_else_is_left() -> None:
    project = make_project(overlap=2)
    sample = make_sample(project)
    ada, ben = make_member(project), make_member(project)
    assignment = lease(project, ada)
    assert assignment
    actions.save_draft(
        membership=membership(project, ada), assignment_id=assignment.pk, revision=0, answers={"mood": "dark"}
    )
    Assignment.objects.update(deadline=timezone.now() - timedelta(seconds=1))
    expire_leases()
    other = lease(project, ben)
    assert other
    submit(other)
    again = lease(project, ada)
    assert again and again.pk == assignment.pk
    assert again.draft == {"mood": "dark"}
    assert submit(again).created
    sample.refresh_from_db()
    assert (sample.state, sample.open_slots, sample.awaited) == (SampleState.LABELED, 0, 0)


def test_the_screen_begins_with_the_sample_whose_time_ran_out() -> None:
    project = make_project()
    late, new = make_sample(project), make_sample(project)
    ada, ben = make_member(project), make_member(project)
    assert lease(project, ada)
    Assignment.objects.update(deadline=timezone.now() - timedelta(seconds=1))
    expire_leases()
    resumed = actions.next_assignment(membership=membership(project, ada), resumed=True)
    assert resumed and resumed.sample_id == late.pk
    following = lease(project, ben)
    assert following and following.sample_id == new.pk


@pytest.mark.parametrize("returned", [False, True], ids=["being labelled", "returned"])
def test_what_somebody_held_who_has_left_goes_to_others(returned: bool) -> None:
    project = make_project()
    sample = make_sample(project)
    ada, ben = make_member(project), make_member(project)
    assignment = lease(project, ada)
    assert assignment
    if returned:
        submit(assignment)
        sample.refresh_from_db()
        reviewer = make_member(project, "reviewer")
        adjudicate(actor=reviewer, sample=sample, decision="return", reason="Once more, please.")
    remove_member(actor=project.created_by, project=project, user=ada)
    assert lease(project, ben) is None
    assert expire_leases() == 1
    assert expire_leases() == 0
    taken = lease(project, ben)
    assert taken
    submit(taken)
    sample.refresh_from_db()
    assert (sample.state, sample.open_slots, sample.awaited) == (SampleState.LABELED, 0, 0)


def test_an_edit_on_the_screen_keeps_the_comments_that_came_with_the_answers(client: Client) -> None:
    project = make_project()
    make_sample(project)
    ada = make_member(project)
    assignment = lease(project, ada)
    assert assignment
    submit(assignment, comments={"mood": "because of the rain"})
    client.force_login(ada)
    edit = {"assignment": assignment.pk, "submission": str(uuid.uuid4()), "q.mood": "dark", "editing": "1"}
    assert client.post(f"/p/{project.slug}/label/submit/", edit).status_code == 200
    latest = Annotation.objects.get(assignment=assignment, current=True)
    assert (latest.version, latest.comments) == (2, {"mood": "because of the rain"})


@pytest.mark.parametrize("mood", ["dark", ""], ids=["whole", "unfinished"])
def test_first_answers_never_replace_what_another_tab_submitted(client: Client, mood: str) -> None:
    project = make_project()
    make_sample(project)
    ada = make_member(project)
    assignment = lease(project, ada)
    assert assignment
    client.force_login(ada)
    address = f"/p/{project.slug}/label/submit/"
    one = {"assignment": assignment.pk, "submission": str(uuid.uuid4()), "q.mood": "bright"}
    assert client.post(address, one).status_code == 200
    assert client.post(address, one).status_code == 200  # the same submission sent twice
    two = client.post(address, {**one, "submission": str(uuid.uuid4()), "q.mood": mood})
    assert two.status_code == 409
    assert "You have submitted this sample in another tab" in two.text
    assert f"/label/{assignment.pk}/" in two.text
    assert [each.answers for each in Annotation.objects.all()] == [{"mood": "bright"}]


def test_a_draft_from_an_older_revision_is_a_conflict_with_the_stored_one() -> None:
    project = make_project()
    make_sample(project)
    ada = make_member(project)
    assignment = lease(project, ada)
    assert assignment
    member = membership(project, ada)
    saved = actions.save_draft(membership=member, assignment_id=assignment.pk, revision=0, answers={"mood": "dark"})
    assert saved.revision == 1
    with pytest.raises(actions.DraftConflict) as raised:
        actions.save_draft(membership=member, assignment_id=assignment.pk, revision=0, answers={"mood": "bright"})
    assert raised.value.stored.draft == {"mood": "dark"}


def test_nobody_reaches_another_persons_assignment() -> None:
    project = make_project()
    make_sample(project)
    ada, ben = make_member(project), make_member(project)
    assignment = lease(project, ada)
    assert assignment
    with pytest.raises(Assignment.DoesNotExist):
        actions.submit(
            membership=membership(project, ben), assignment_id=assignment.pk, submission=uuid.uuid4(), answers=ANSWERS
        )


def test_a_returned_sample_goes_to_its_people_first_with_the_note_and_completes_when_all_have_answered() -> None:
    project = make_project(overlap=2)
    sample = make_sample(project)
    ada, ben = make_member(project), make_member(project)
    for person in (ada, ben):
        assignment = lease(project, person)
        assert assignment
        submit(assignment)
    sample.refresh_from_db()
    with audit.change(None, project) as log:
        return_sample(log=log, project=project, sample=sample, note="Read the guidelines on mood.")
    again = lease(project, ada)
    assert again and again.note == "Read the guidelines on mood."
    submit(again, {"mood": "dark"})
    sample.refresh_from_db()
    assert sample.state == SampleState.READY
    again = lease(project, ben)
    assert again
    submit(again, {"mood": "dark"})
    sample.refresh_from_db()
    assert (sample.state, sample.awaited, sample.answered) == (SampleState.LABELED, 0, 2)


def test_every_step_leaves_an_audit_row_and_the_chain_holds() -> None:
    project = make_project()
    make_sample(project), make_sample(project)
    ada = make_member(project)
    assignment = lease(project, ada)
    assert assignment
    following = submit(assignment).next
    assert following
    actions.skip(membership=membership(project, ada), assignment_id=following.pk, reason="")
    names = list(AuditEntry.objects.filter(chain__project=project, actor=ada).values_list("action", flat=True))
    assert names == [
        "assignment.leased",
        "annotation.submitted",
        "sample.completed",
        "assignment.leased",
        "assignment.skipped",
    ]
    assert audit.verify()[1] == []
