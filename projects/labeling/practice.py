"""The verbs of practice: the next sample, an answer judged at once, admission; and what an owner decides.

A round is over when as many samples are answered as the policy asked for when it began. Its share is that of the right
answers among the known ones that were asked for; at the threshold or above the person is admitted. Below it another
round begins, of samples that they have not seen.
"""

import random
import uuid
from dataclasses import dataclass
from typing import Any, Final

from django.utils import timezone

from projects.labeling.actions import SubmissionReused
from projects.labeling.answer_key import Known
from projects.labeling.models import Assignment
from projects.labeling.practice_models import TRANSITIONS, PracticeAnswer, PracticeRound, PracticeSample, RoundState
from projects.labeling.queue import take_turn
from projects.samples.models import Sample
from projects.samples.states import SampleState
from projects.schema import Interface
from projects.workspace.actions import Refused
from projects.workspace.audit import Change, change
from projects.workspace.interfaces import parsed
from projects.workspace.models import Membership, PracticeStanding, Project, Role, User

LONGEST_REASON: Final = 2000  # characters of an explanation


@dataclass(frozen=True, slots=True)
class Turn:
    """What a person practises now. ``sample`` None: there are not enough that they have not seen, so it is for an owner
    to choose more or to decide."""

    round: PracticeRound | None
    sample: Sample | None


def next_turn(*, membership: Membership) -> Turn:
    """The sample to practise on, the same until it is answered; begins a round where none is open."""
    project = membership.project
    with change(membership.user, project) as log:
        take_turn(membership)
        rules = project.rules.practice
        if not membership.practises or rules is None:
            return Turn(None, None)
        unseen, current = _unseen(membership), _open(membership)
        if current is None and len(unseen) >= rules.samples:
            rounds = PracticeRound.objects.filter(project=project, annotator=membership.user)
            current = rounds.create(
                project=project,
                annotator=membership.user,
                number=rounds.count() + 1,
                wanted=rules.samples,
                threshold=rules.threshold,
            )
            log("practice.begun", membership.user, number=current.number, samples=current.wanted)
        return Turn(current, unseen[0] if current and unseen else None)


def shown_to(user: User, sample: Sample, interface: Interface) -> dict[str, Any]:
    """The order in which candidates are shown: the same for the same person and sample."""
    return interface.shown(sample.fields, random.Random(f"practice/{user.pk}/{sample.pk}"))  # noqa: S311


def answer(
    *,
    membership: Membership,
    key: str,
    submission: uuid.UUID,
    answers: Any,
    duration_ms: int | None = None,
) -> PracticeAnswer:
    """Judges the person's answers to the practice sample of that key. The same submission again changes nothing.

    Raises SchemaError (nothing is stored), SubmissionReused, Refused where this sample is not theirs to practise now.
    """
    project = membership.project
    assert project.interface is not None
    interface = parsed(project.interface)
    with change(membership.user, project) as log:
        take_turn(membership)
        known_already = PracticeAnswer.objects.select_related("round", "sample").filter(submission=submission).first()
        if known_already:
            return _repeated(known_already, membership, key, answers, interface)
        current = _open(membership) if membership.practises else None
        sample = next((each for each in _unseen(membership) if each.key == key), None)
        if current is None or sample is None:
            raise Refused("This sample is not yours to practise now. You may have answered it in another tab.")
        shown = shown_to(membership.user, sample, interface)
        checked = interface.validate_answers(answers, sample.fields, shown=shown)
        known = Known(interface).of(sample.fields, sample.gold)
        asked, right = judge(interface, sample, known, checked)
        made = PracticeAnswer.objects.create(
            round=current,
            sample=sample,
            interface=project.interface,
            answers=checked,
            known=known,
            right=len(right),
            asked=len(asked),
            submission=submission,
            duration_ms=duration_ms,
        )
        current.right += len(right)
        current.asked += len(asked)
        current.answered += 1
        current.save(update_fields=["right", "asked", "answered"])
        log("practice.answered", membership.user, sample=sample.pk, right=len(right), asked=len(asked))
        if current.answered >= current.wanted:
            _judge_round(log, membership, current)
    return made


def judge(
    interface: Interface, sample: Sample, known: dict[str, Any], answers: dict[str, Any]
) -> tuple[set[str], set[str]]:
    """Which of the known questions the person was asked, and which of these they answered rightly. What they left
    unanswered is not right; what their own answers kept from being asked is not counted."""
    questions = {each.name: each for each in interface.questions if each.name in known}
    asked = {name for name, each in questions.items() if interface.is_shown(each, answers, sample.fields)}
    return asked, {name for name in asked if name in answers and questions[name].same(answers[name], known[name])}


def _repeated(
    known: PracticeAnswer, membership: Membership, key: str, answers: Any, interface: Interface
) -> PracticeAnswer:
    mine = known.round.annotator_id == membership.user_id and known.round.project_id == membership.project_id
    if mine and known.sample.key == key:
        shown = shown_to(membership.user, known.sample, interface)
        if interface.validate_answers(answers, known.sample.fields, shown=shown) == known.answers:
            return known
    raise SubmissionReused("This submission id was used for other answers.")


def _judge_round(log: Change, membership: Membership, done: PracticeRound) -> None:
    passed = done.share is not None and done.share >= done.threshold
    event = "passed" if passed else "failed"
    _move(done, event)
    log(f"practice.{event}", membership.user, number=done.number, right=done.right, asked=done.asked)
    if passed:
        membership.practice = PracticeStanding.PASSED
        Membership.objects.filter(pk=membership.pk).update(practice=membership.practice)


def _move(current: PracticeRound, event: str) -> None:
    before, current.state = current.state, TRANSITIONS[current.state, event]
    current.finished_at = timezone.now()
    PracticeRound.objects.filter(pk=current.pk, state=before).update(
        state=current.state, finished_at=current.finished_at
    )


def _open(membership: Membership) -> PracticeRound | None:
    mine = PracticeRound.objects.filter(project=membership.project_id, annotator=membership.user_id)
    return mine.filter(state=RoundState.OPEN).first()


def usable(project: Project) -> list[Sample]:
    """The practice samples with a known answer to a present question, in the order in which they were chosen."""
    assert project.interface is not None
    key = Known(parsed(project.interface))
    chosen = Sample.objects.filter(project=project, state=SampleState.HIDDEN, practice_sample__isnull=False)
    return [each for each in chosen.order_by("practice_sample__pk") if key.of(each.fields, each.gold)]


def _unseen(membership: Membership) -> list[Sample]:
    """Those that the person has neither practised on nor been given as a hidden check."""
    mine = membership.user_id
    seen = set(
        PracticeAnswer.objects.filter(round__project=membership.project_id, round__annotator=mine).values_list(
            "sample", flat=True
        )
    )
    seen |= set(
        Assignment.objects.filter(annotator=mine, sample__practice_sample__project=membership.project_id).values_list(
            "sample", flat=True
        )
    )
    return [sample for sample in usable(membership.project) if sample.pk not in seen]


# -- what owners decide ---------------------------------------------------------------------------------------------
def admit(*, actor: User, project: Project, user: User) -> bool:
    """Lets somebody label without (further) practice; False where they may already. Raises Refused for no annotator."""
    with change(actor, project) as log:
        membership = _annotator(project, user)
        if not membership.practises:
            return False
        membership.practice = PracticeStanding.ADMITTED
        Membership.objects.filter(pk=membership.pk).update(practice=membership.practice)
        _end(membership)
        log("practice.admitted", user)
    return True


def send_back(*, actor: User, project: Project, user: User) -> bool:
    """Makes somebody practise (again) before they label on; False where they do already. What they hold goes to others
    when its time is over, what they have submitted stays.

    Raises Refused where practice is off, for no annotator, and where they have seen too many of the samples.
    """
    with change(actor, project) as log:
        membership = _annotator(project, user)
        return _send_back(log, membership)


def send_everybody_back(*, actor: User, project: Project) -> tuple[int, int]:
    """The same for all annotators who may label. How many, and how many are left out who have seen too many samples."""
    sent = left = 0
    with change(actor, project) as log:
        people = Membership.objects.select_for_update(of=("self",)).select_related("user")
        for membership in people.filter(project=project, role=Role.ANNOTATOR, user__is_active=True).order_by("pk"):
            membership.project = project
            if membership.user.is_placeholder:
                continue
            try:
                sent += _send_back(log, membership)
            except Refused:
                if project.rules.practice is None:
                    raise
                left += 1
    return sent, left


def _annotator(project: Project, user: User) -> Membership:
    found = Membership.objects.select_for_update(of=("self",)).filter(project=project, user=user).first()
    if found is None or found.role != Role.ANNOTATOR:
        raise Refused(f"{user} is no annotator here; only annotators practise.")
    found.project, found.user = project, user
    return found


def _send_back(log: Change, membership: Membership) -> bool:
    rules = membership.project.rules.practice
    if rules is None:
        raise Refused("Practice is switched off in the settings.")
    if membership.practises:
        return False
    fresh = len(_unseen(membership))
    if fresh < rules.samples:
        raise Refused(
            f"{membership.user} has seen all practice samples but {fresh}, and a round takes {rules.samples}: "
            "choose more samples first."
        )
    membership.practice = PracticeStanding.SENT_BACK
    Membership.objects.filter(pk=membership.pk).update(practice=membership.practice)
    log("practice.sent_back", membership.user)
    return True


def _end(membership: Membership) -> None:
    current = _open(membership)
    if current:
        _move(current, "ended")


def choose(
    *, actor: User, project: Project, key: str, use: bool, explanations: dict[str, str] | None = None
) -> PracticeSample | None:
    """Makes a sample of known answers one to practise on, with why these are right (None: as it was), or a hidden
    check again. Doing what is done already changes nothing.

    Raises Sample.DoesNotExist, and Refused where the sample has no known answer to a question, or where too few would
    be left for the practice that is switched on.
    """
    assert project.interface is not None
    with change(actor, project) as log:
        Project.objects.select_for_update().get(pk=project.pk)
        sample = Sample.objects.get(project=project, key=key, gold__isnull=False)
        row = PracticeSample.objects.filter(sample=sample).first()
        if not use:
            if row is not None:
                _keep_enough(project, row)
                row.delete()
                log("practice.sample_removed", sample)
            return None
        interface = parsed(project.interface)
        if sample.state != SampleState.HIDDEN or not Known(interface).of(sample.fields, sample.gold):
            raise Refused(f"{key}: no answer to a present objective question is known, so there is nothing to learn.")
        why = None if explanations is None else _explained(interface, explanations)
        if row is None:
            row = PracticeSample.objects.create(project=project, sample=sample, explanations=why or {})
            log("practice.sample_chosen", sample, explained=sorted(row.explanations))
        elif why is not None and why != row.explanations:
            row.explanations = why
            row.save(update_fields=["explanations"])
            log("practice.sample_explained", sample, explained=sorted(why))
    return row


def _explained(interface: Interface, explanations: dict[str, str]) -> dict[str, str]:
    names = {question.name for question in interface.questions}
    for name, text in explanations.items():
        if name not in names:
            raise Refused(f"explanations.{name[:64]}: no such question")
        if len(text) > LONGEST_REASON:
            raise Refused(f"explanations.{name}: at most {LONGEST_REASON:,} characters")
    clean = {name: text.replace("\x00", "").strip() for name, text in explanations.items()}
    return {name: text for name, text in clean.items() if text}


def _keep_enough(project: Project, leaving: PracticeSample) -> None:
    rules = project.rules.practice
    left = sum(each.pk != leaving.sample_id for each in usable(project))
    if rules is not None and left < rules.samples:
        raise Refused(f"A round takes {rules.samples} samples: choose another one before you take this one away.")


def forget_practice(samples: list[int]) -> None:
    """Part of an erasure: nothing that anybody wrote about these samples stays."""
    PracticeAnswer.objects.filter(sample__in=samples).update(answers={}, known={})
    PracticeSample.objects.filter(sample__in=samples).update(explanations={})


def practised(project: Project) -> dict[int, list[PracticeRound]]:
    """By the person's id their rounds, oldest first."""
    found: dict[int, list[PracticeRound]] = {}
    for each in PracticeRound.objects.filter(project=project).order_by("annotator", "number"):
        found.setdefault(each.annotator_id, []).append(each)
    return found
