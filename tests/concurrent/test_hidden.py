"""Hidden checks, repeats and adaptive places when many people ask at once."""

import uuid
from collections import Counter
from collections.abc import Callable

import pytest

from projects.labeling import actions, hidden
from projects.labeling.models import Annotation, Assignment, Purpose
from projects.models import Membership, Project, Sample, User
from projects.samples.states import SampleState
from projects.workspace import audit
from tests.concurrent.test_queue import ANSWERS, side_by_side, work_until_done
from tests.factories import make_member, make_project, make_sample

pytestmark = pytest.mark.django_db(transaction=True)


def member_of(project: Project, user: User) -> Membership:
    return Membership.objects.select_related("project__interface", "user").get(project=project, user=user)


def gold(project: Project) -> Sample:
    return make_sample(project, gold={"mood": "bright"}, state=SampleState.HIDDEN, open_slots=0)


def test_one_check_goes_to_two_people_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hidden, "draw", lambda member: hidden.Draw(0.0, "", hidden.GAP))
    project = make_project(policy={"gold_rate": 0.5})
    check = gold(project)
    make_sample(project), make_sample(project)
    people = [make_member(project), make_member(project)]

    def work(person: User) -> Callable[[], None]:
        def once() -> None:
            member = member_of(project, person)
            assignment = actions.next_assignment(membership=member)
            assert assignment and assignment.sample_id == check.pk
            actions.submit(
                membership=member,
                assignment_id=assignment.pk,
                submission=uuid.uuid4(),
                answers=ANSWERS,
                then_next=False,
            )

        return once

    assert side_by_side(*map(work, people)) == []
    check.refresh_from_db()
    assert (check.state, check.answered, check.open_slots) == (SampleState.HIDDEN, 2, 0)
    assert Annotation.everything.filter(sample=check).count() == 2
    assert not Annotation.objects.exists()


def test_many_tabs_of_one_person_get_one_check_and_none_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hidden, "draw", lambda member: hidden.Draw(0.0, "", hidden.GAP))
    project = make_project(policy={"gold_rate": 0.5})
    checks = [gold(project) for _ in range(3)]
    for _ in range(10):
        make_sample(project)
    ada = make_member(project)

    def tab() -> None:
        for _ in range(3):
            member = member_of(project, ada)
            assignment = actions.next_assignment(membership=member)
            assert assignment
            try:
                actions.submit(
                    membership=member,
                    assignment_id=assignment.pk,
                    submission=uuid.uuid4(),
                    answers=ANSWERS,
                    then_next=False,
                    first=True,
                )
            except actions.SubmittedElsewhere:
                continue

    assert side_by_side(tab, tab, tab) == []
    given = Counter(Assignment.objects.filter(purpose=Purpose.GOLD).values_list("sample_id", flat=True))
    assert given == {check.pk: 1 for check in checks}
    assert Assignment.objects.filter(state="leased").count() <= 1


def test_with_checks_and_repeats_among_them_every_sample_is_still_filled_exactly() -> None:
    project = make_project(overlap=2, policy={"gold_rate": 0.2, "repeat_rate": 0.2})
    samples = [make_sample(project) for _ in range(40)]
    checks = [gold(project) for _ in range(5)]
    people = [make_member(project) for _ in range(4)]
    assert side_by_side(*(work_until_done(project, person) for person in people)) == []
    for person in people:
        work_until_done(project, person)()
    counts = Counter(Annotation.objects.values_list("sample_id", flat=True))
    assert counts == {sample.pk: 2 for sample in samples}
    labelled = Sample.objects.exclude(state=SampleState.HIDDEN).values_list("state", "open_slots", "answered")
    assert set(labelled) == {(SampleState.LABELED, 0, 2)}
    once = Counter(Annotation.everything.values_list("sample_id", "annotator_id", "purpose"))
    assert set(once.values()) == {1} and any(purpose == Purpose.GOLD for _, _, purpose in once)
    for check in checks:
        check.refresh_from_db()
        assert check.answered == Annotation.everything.filter(sample=check).count() and check.open_slots == 0
    assert audit.verify()[1] == []


def test_adaptive_places_are_never_given_too_often() -> None:
    project = make_project(policy={"overlap": {"min": 2, "max": 4, "lead": 3}})
    samples = [make_sample(project) for _ in range(15)]
    people = [make_member(project) for _ in range(6)]

    def of_two_minds(number: int, person: User) -> Callable[[], None]:
        def loop() -> None:
            member = member_of(project, person)
            assignment = actions.next_assignment(membership=member)
            while assignment:
                # On every third sample people disagree.
                apart = assignment.sample_id % 3 == 0 and number % 2
                answers = {"mood": "dark" if apart else "bright"}
                assignment = actions.submit(
                    membership=member, assignment_id=assignment.pk, submission=uuid.uuid4(), answers=answers
                ).next

        return loop

    loops = [of_two_minds(number, person) for number, person in enumerate(people)]
    assert side_by_side(*loops) == []
    for _ in range(3):  # places that opened after somebody had gone home
        for loop in loops:
            loop()
    counts = Counter(Annotation.objects.values_list("sample_id", flat=True))
    for sample in samples:
        sample.refresh_from_db()
        moods = Counter(Annotation.objects.filter(sample=sample).values_list("answers__mood", flat=True)).most_common()
        lead = moods[0][1] - (moods[1][1] if len(moods) > 1 else 0)
        assert (sample.state, sample.open_slots, sample.answered) == (SampleState.LABELED, 0, counts[sample.pk])
        assert counts[sample.pk] == 4 or (2 <= counts[sample.pk] < 4 and lead >= 3)
    assert audit.verify()[1] == []


def test_two_last_answers_at_once_open_one_place() -> None:
    project = make_project(policy={"overlap": {"min": 2, "max": 5, "lead": 2}})
    sample = make_sample(project)
    people = [make_member(project) for _ in range(3)]
    leases = [actions.next_assignment(membership=member_of(project, person)) for person in people[:2]]

    def answer(number: int, mood: str) -> Callable[[], None]:
        def once() -> None:
            assignment = leases[number]
            assert assignment
            actions.submit(
                membership=member_of(project, people[number]),
                assignment_id=assignment.pk,
                submission=uuid.uuid4(),
                answers={"mood": mood},
                then_next=False,
            )

        return once

    assert side_by_side(answer(0, "bright"), answer(1, "dark")) == []
    sample.refresh_from_db()
    assert (sample.state, sample.answered, sample.open_slots) == (SampleState.READY, 2, 1)
