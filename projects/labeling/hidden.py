"""What a person is given now and then in the place of an ordinary sample: hidden checks and blind repeats.

Which of them comes at which place is drawn by a keyed hash of project, person and place, so that a request sent twice
draws the same and nobody without the site's secret key can foresee it. Neither takes a place of a sample's overlap.

A **hidden check** is a sample whose answers are known (gold) and that is not for practice. Nobody gets one twice. A
**repeat** is a sample that the person answered before, at least ``GAP`` of their other samples ago. At the end of the
queue the repeats that the rate still wants come ``END_GAP`` samples later, which is as far back as the screen lists
what was submitted.

Both are looked for after an ordinary sample was found, by one statement in the place of the one that takes a place of
that sample: neither the page nor the time it takes is another.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from django.db.models import Exists, OuterRef
from django.utils.crypto import salted_hmac

from projects.labeling.models import Annotation, Assignment, Origin, Purpose
from projects.labeling.practice_models import PracticeAnswer, PracticeSample
from projects.samples.models import Sample
from projects.samples.states import SampleState
from projects.workspace.models import Membership
from projects.workspace.prepared import Param, Select, column

GAP: Final = 20  # of the person's other samples, at least, between an answer and its repeat
# And so many more, or twice as many, up to fewer than SPREAD: each distance is a statement of its own to be made.
STEP: Final = 8
SPREAD: Final = 40
END_GAP: Final = 10
RECENT: Final = 200  # of their answers are looked through, however many there are


@dataclass(frozen=True, slots=True)
class Draw:
    """``share``, 0 to 1, decides what is given: a hidden check from ``pivot`` on, or what was ``gap`` samples ago."""

    share: float
    pivot: str
    gap: int


def draw(membership: Membership) -> Draw:
    """The same for the same person and place."""
    place = f"{membership.project_id}/{membership.user_id}/{membership.given}"
    drawn = salted_hmac("annotator.hidden", place, algorithm="sha256").digest()
    distances = max(1, min(SPREAD, membership.submitted - GAP) // STEP)
    return Draw(
        share=int.from_bytes(drawn[:7]) / 2**56,
        pivot=drawn[11:].hex(),
        gap=GAP + STEP * (int.from_bytes(drawn[7:11]) % distances),
    )


def instead(membership: Membership) -> tuple[Sample, Purpose] | None:
    """What the person gets in the place of an ordinary sample, by the policy's rates; mostly None."""
    rules = membership.project.rules
    if not rules.gold_rate and not rules.repeat_rate:
        return None
    drawn = draw(membership)
    if drawn.share < rules.gold_rate:
        return _check(membership, drawn.pivot)
    if drawn.share < rules.gold_rate + rules.repeat_rate:
        return _repeat(membership, drawn.gap)
    return None


def owed(membership: Membership) -> tuple[Sample, Purpose] | None:
    """A repeat for somebody for whom nothing else is left, while they have had fewer than the policy's rate."""
    rate = membership.project.rules.repeat_rate
    if not rate or membership.submitted <= END_GAP:
        return None
    mine = Assignment.objects.filter(annotator=membership.user_id, project=membership.project_id)
    had = mine.filter(purpose=Purpose.REPEAT).count()
    return _repeat(membership, END_GAP) if had + 1 <= rate * membership.submitted else None


def _check(membership: Membership, pivot: str) -> tuple[Sample, Purpose] | None:
    of = {"project": membership.project_id, "annotator": membership.user_id}
    found = _CHECK.first(**of, pivot=pivot) or _CHECK.first(**of, pivot="")
    return (found, Purpose.GOLD) if found else None


def _repeat(membership: Membership, gap: int) -> tuple[Sample, Purpose] | None:
    found = _earlier(gap).first(project=membership.project_id, annotator=membership.user_id)
    return (found.sample, Purpose.REPEAT) if found else None


_CHECK = Select(
    lambda: Sample.objects.filter(
        ~Exists(Assignment.objects.filter(sample=OuterRef("pk"), annotator=Param("annotator"))),
        # Whose answers are shown in practice, to anybody now or to this person before.
        ~Exists(PracticeSample.objects.filter(sample=OuterRef("pk"))),
        ~Exists(PracticeAnswer.objects.filter(sample=OuterRef("pk"), round__annotator=Param("annotator"))),
        project=Param("project"),
        state=SampleState.HIDDEN,
        content_sha256__gte=Param("pivot", column(Sample, "content_sha256")),
    ).order_by("content_sha256", "pk")[:1]
)


@lru_cache(maxsize=SPREAD)
def _earlier(gap: int) -> Select[Annotation]:
    """The person's answer with so many newer ones that were never repeated; it was not repeated either."""
    recent = Annotation.everything.filter(annotator=Param("annotator"), project=Param("project")).order_by("-pk")
    again = Assignment.objects.filter(
        sample=OuterRef("sample"), annotator=Param("annotator"), project=Param("project"), purpose=Purpose.REPEAT
    )
    return Select(
        lambda: (
            Annotation.objects.filter(
                ~Exists(again),
                pk__in=recent.values("pk")[:RECENT],
                current=True,
                origin=Origin.LABELED,
            )
            .exclude(sample__state=SampleState.WITHDRAWN)
            .select_related("sample")
            .order_by("-pk")[gap : gap + 1]
        )
    )
