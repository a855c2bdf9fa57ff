"""The review queue: what waits for a decision, worst first, and what may be approved together."""

from typing import Any, Final

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.db.models.fields.json import KeyTransform

from projects.labeling.models import Annotation
from projects.review.models import Adjudication
from projects.review.outcome import TOLERANCE
from projects.samples.models import Sample
from projects.samples.states import REVIEWABLE, SampleState
from projects.workspace.interfaces import parsed
from projects.workspace.models import Project, User

WORST_FIRST: Final = (F("disagreement").desc(nulls_last=True), F("pk").asc())
BEST_FIRST: Final = (F("disagreement").asc(nulls_first=True), F("pk").desc())


def queue(project: Project, state: str = SampleState.DISPUTED, question: str = "") -> QuerySet[Sample]:
    """What waits in this state, worst first; with ``question`` only where its answers are further apart than agreed."""
    samples = Sample.objects.filter(project=project, state=state)
    if question:
        limit = 1 - project.rules.min_agreement + TOLERANCE
        samples = samples.annotate(spread=KeyTransform(question, "spreads")).filter(spread__gt=limit)
    return samples.order_by(*WORST_FIRST)


def annotated_by(user: User) -> Exists:
    """Whether the person annotated the sample, now or in an earlier version."""
    return Exists(Annotation.objects.filter(sample=OuterRef("pk"), annotator=user))


def for_reviewer(samples: QuerySet[Sample], project: Project, user: User) -> QuerySet[Sample]:
    """Without the samples that the person may not decide on."""
    return samples if project.rules.review_own else samples.exclude(annotated_by(user))


def after(samples: QuerySet[Sample], sample: Sample) -> QuerySet[Sample]:
    """What follows a sample in a queue, whether it is still in it or not."""
    if sample.disagreement is None:
        return samples.filter(disagreement=None, pk__gt=sample.pk)
    lower = Q(disagreement__lt=sample.disagreement) | Q(disagreement=None)
    return samples.filter(lower | Q(disagreement=sample.disagreement, pk__gt=sample.pk))


def before(samples: QuerySet[Sample], sample: Sample) -> QuerySet[Sample]:
    """What precedes a sample in a queue, the nearest first."""
    samples = samples.order_by(*BEST_FIRST)
    if sample.disagreement is None:
        return samples.filter(Q(disagreement__isnull=False) | Q(pk__lt=sample.pk))
    return samples.filter(
        Q(disagreement__gt=sample.disagreement) | Q(disagreement=sample.disagreement, pk__lt=sample.pk)
    )


def next_for(project: Project, user: User, sample: Sample | None, state: str, question: str) -> Sample | None:
    """The sample to look at after this one: further down the queue, else from its top, else in the other queue."""
    waiting = for_reviewer(queue(project, state, question), project, user)
    if sample is not None:
        waiting = waiting.exclude(pk=sample.pk)
        found = after(waiting, sample).first()
        if found:
            return found
    found = waiting.first()
    if found or question:
        return found
    other = SampleState.LABELED if state == SampleState.DISPUTED else SampleState.DISPUTED
    elsewhere = for_reviewer(queue(project, other), project, user)
    return (elsewhere.exclude(pk=sample.pk) if sample else elsewhere).first()


def counts(project: Project) -> dict[str, int]:
    """How many samples are in each state; every state is there."""
    found = dict(Sample.objects.filter(project=project).values_list("state").annotate(n=Count("pk")).order_by())
    return {state.value: found.get(state.value, 0) for state in SampleState}


def agreed(project: Project, user: User) -> QuerySet[Sample]:
    """The undisputed samples whose answers agree on every question to at least the policy's ``min_agreement``, given
    by two people or more, and that this person may decide on."""
    return for_reviewer(_agreeing(project), project, user)


def _agreeing(project: Project) -> QuerySet[Sample]:
    limit = 1 - project.rules.min_agreement + TOLERANCE
    samples = Sample.objects.filter(
        project=project, state=SampleState.LABELED, disagreement__isnull=False, answered__gte=2
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
    unrouted = waiting.filter(disagreement=None).count()
    single = waiting.filter(disagreement__isnull=False, answered__lt=2).count()
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


def in_force(sample: Sample) -> Adjudication | None:
    """The decision on the sample that counts now."""
    return Adjudication.objects.select_related("reviewer").filter(sample=sample, current=True).first()


def history(sample: Sample) -> QuerySet[Adjudication]:
    """Every decision on the sample, the newest first."""
    return Adjudication.objects.filter(sample=sample).select_related("reviewer").order_by("-pk")


def reviewable(state: str) -> bool:
    return state in REVIEWABLE


def filters(parameters: Any) -> tuple[str, str]:
    """The queue's filters as an address carries them: state (disputed unless said) and question."""
    state = parameters.get("state", "")
    state = state if state in REVIEWABLE else SampleState.DISPUTED.value
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
