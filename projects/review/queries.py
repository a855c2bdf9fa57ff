"""The review queue: what waits for a decision, worst first, and what may be approved together."""

from typing import Any, Final

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.fields.json import KeyTransform

from projects.labeling.models import Annotation
from projects.review.layers import is_owner, may_decide
from projects.review.models import LOOKING, Adjudication, Layer, Look, Overruling, SecondLook
from projects.review.outcome import TOLERANCE
from projects.samples.models import Sample
from projects.samples.states import FINAL, REVIEWABLE, SampleState
from projects.workspace.interfaces import parsed
from projects.workspace.models import Project, User

WORST_FIRST: Final = (F("look").desc(nulls_last=True), F("pk").asc())
BEST_FIRST: Final = (F("look").asc(nulls_first=True), F("pk").desc())
# Where samples wait for a reviewer: states, and decided ones that annotators have answered.
REPLIES: Final = "replies"
WAITING: Final = (SampleState.DISPUTED.value, SampleState.LABELED.value, SampleState.REVIEWED.value, REPLIES)
_ANSWERED: Final = Overruling.objects.filter(replied_at__isnull=False, outcome="")


def queue(project: Project, state: str = SampleState.DISPUTED, question: str = "") -> QuerySet[Sample]:
    """What waits in this state, worst first; with ``question`` only where its answers are further apart than agreed.

    ``REPLIES`` stands for decided samples whose decision an annotator has answered.
    """
    samples = Sample.objects.filter(project=project)
    if state == REPLIES:
        samples = samples.filter(Exists(_ANSWERED.filter(sample=OuterRef("pk"))), state__in=FINAL)
    else:
        samples = samples.filter(state=state)
    if question:
        limit = 1 - project.rules.min_agreement + TOLERANCE
        samples = samples.annotate(spread=KeyTransform(question, "spreads")).filter(spread__gt=limit)
    return samples.order_by(*WORST_FIRST)


def annotated_by(user: User) -> Exists:
    """Whether the person annotated the sample, now or in an earlier version."""
    return Exists(Annotation.objects.filter(sample=OuterRef("pk"), annotator=user))


def for_reviewer(samples: QuerySet[Sample], project: Project, user: User) -> QuerySet[Sample]:
    """Without the samples that the person may not decide on."""
    samples = next_step_of(samples, project, user)
    return samples if project.rules.review_own else samples.exclude(annotated_by(user))


def next_step_of(samples: QuerySet[Sample], project: Project, user: User) -> QuerySet[Sample]:
    """Without those whose next step another person has to take: see ``layers.barred``."""
    looks = SecondLook.objects.filter(sample=OuterRef("pk"), state__in=LOOKING)
    mine = looks.filter(Q(first__reviewer=user) | Q(second__reviewer=user))
    pending = Adjudication.objects.filter(sample=OuterRef("pk"), current=True)
    taken = Q(awaits=Layer.SECOND, reviewer=user)
    if is_owner(project, user):
        two = Q(user=OuterRef("first__reviewer")) | Q(user=OuterRef("second__reviewer"))
        third = may_decide(project, OuterRef(OuterRef("sample"))).exclude(two)
        mine = mine.filter(Q(state=Look.OPEN) | Q(Exists(third)))
    else:
        taken |= Q(awaits=Layer.OWNER)
    return samples.exclude(
        Q(Exists(mine))
        | Q(state=SampleState.REVIEWED) & Q(Exists(pending.filter(taken)))
        | Q(state__in=FINAL) & Q(Exists(_ANSWERED.filter(sample=OuterRef("pk"), decider=user)))
    )


def to_sign(project: Project, user: User) -> QuerySet[Sample]:
    """What waits for an owner's sign-off and that this person may sign."""
    pending = Adjudication.objects.filter(sample=OuterRef("pk"), current=True, awaits=Layer.OWNER)
    return for_reviewer(queue(project, SampleState.REVIEWED).filter(Exists(pending)), project, user)


def after(samples: QuerySet[Sample], sample: Sample) -> QuerySet[Sample]:
    """What follows a sample in a queue, whether it is still in it or not."""
    if sample.look is None:
        return samples.filter(look=None, pk__gt=sample.pk)
    lower = Q(look__lt=sample.look) | Q(look=None)
    return samples.filter(lower | Q(look=sample.look, pk__gt=sample.pk))


def before(samples: QuerySet[Sample], sample: Sample) -> QuerySet[Sample]:
    """What precedes a sample in a queue, the nearest first."""
    samples = samples.order_by(*BEST_FIRST)
    if sample.look is None:
        return samples.filter(Q(look__isnull=False) | Q(pk__lt=sample.pk))
    return samples.filter(Q(look__gt=sample.look) | Q(look=sample.look, pk__lt=sample.pk))


def next_for(project: Project, user: User, sample: Sample | None, state: str, question: str) -> Sample | None:
    """The sample to look at after this one: further down the queue, else from its top, else in another queue."""
    waiting = for_reviewer(queue(project, state, question), project, user)
    if sample is not None:
        waiting = waiting.exclude(pk=sample.pk)
        found = after(waiting, sample).first()
        if found:
            return found
    found = waiting.first()
    if found or question:
        return found
    for other in WAITING:
        elsewhere = for_reviewer(queue(project, other), project, user) if other != state else Sample.objects.none()
        found = (elsewhere.exclude(pk=sample.pk) if sample else elsewhere).first()
        if found:
            return found
    return None


def agreed(project: Project, user: User) -> QuerySet[Sample]:
    """The undisputed samples whose answers agree on every question to at least the policy's ``min_agreement``, given
    by two people or more, and that this person may decide on."""
    return for_reviewer(_agreeing(project), project, user)


def _agreeing(project: Project) -> QuerySet[Sample]:
    limit = 1 - project.rules.min_agreement + TOLERANCE
    samples = Sample.objects.filter(
        ~Exists(SecondLook.objects.filter(sample=OuterRef("pk"), state__in=LOOKING)),
        project=project,
        state=SampleState.LABELED,
        look__isnull=False,
        answered__gte=2,
    )
    assert project.interface is not None
    for number, question in enumerate(parsed(project.interface).questions):
        name = f"spread_{number}"
        samples = samples.annotate(**{name: KeyTransform(question.name, "spreads")}).filter(
            Q(**{f"{name}__lte": limit}) | Q(**{f"{name}__isnull": True})
        )
    return samples


def bulk_preview(project: Project, user: User) -> dict[str, int]:
    """What approving all that agree would do: how many samples it approves, and how many stay, by the reason why."""
    waiting = Sample.objects.filter(project=project, state=SampleState.LABELED)
    unrouted = waiting.filter(look=None).count()
    single = waiting.filter(look__isnull=False, answered__lt=2).count()
    agreeing, mine = _agreeing(project).count(), agreed(project, user).count()
    apart = waiting.count() - unrouted - single - agreeing
    disputed = Sample.objects.filter(project=project, state=SampleState.DISPUTED).count()
    return {
        "approved": mine,
        "own": agreeing - mine,
        "single": single,
        "apart": apart,
        "unrouted": unrouted,
        "disputed": disputed,
    }


def own_decision(sample: Sample, user: User) -> Adjudication | None:
    """The person's decision on the sample that counts or waits now, or that is one of two whose comparison does."""
    mine = Adjudication.objects.select_related("reviewer").filter(sample=sample, reviewer=user)
    looks = SecondLook.objects.filter(Q(first=OuterRef("pk")) | Q(second=OuterRef("pk")), state__in=LOOKING)
    return mine.filter(Q(current=True) | Q(Exists(looks))).first()


def history(sample: Sample, user: User) -> QuerySet[Adjudication]:
    """Every decision on the sample that this person may see, the newest first: not one that a second reviewer is to
    make as well without seeing it."""
    kept = SecondLook.objects.filter(sample=sample, state=Look.OPEN).exclude(first__reviewer=user).values("first")
    made = Adjudication.objects.filter(sample=sample).exclude(pk__in=kept)
    return made.select_related("reviewer").order_by("-pk")


def reviewable(state: str) -> bool:
    return state in (*REVIEWABLE, SampleState.REVIEWED)


def filters(parameters: Any) -> tuple[str, str]:
    """The queue's filters as an address carries them: state (disputed unless said) and question."""
    state = parameters.get("state", "")
    state = state if state in WAITING else SampleState.DISPUTED.value
    return str(state), str(parameters.get("question", ""))[:64].replace("\x00", "")


def disputed_questions(project: Project, sample: Sample) -> list[tuple[str, float]]:
    """Titles of the questions on which the sample's answers are further apart than agreed, the widest spread first."""
    assert project.interface is not None
    limit = 1 - project.rules.min_agreement + TOLERANCE
    spreads = sample.spreads or {}
    found = [
        (question.title, spreads[question.name])
        for question in parsed(project.interface).questions
        if spreads.get(question.name, 0.0) > limit
    ]
    return sorted(found, key=lambda each: -each[1])
