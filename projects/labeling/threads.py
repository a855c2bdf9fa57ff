"""The comments on a sample as somebody may read them: all of them, or an annotator's part; under which names."""

from dataclasses import dataclass, field
from typing import Final

from django.db.models import QuerySet
from django.http import Http404
from django.urls import reverse
from django.utils import timezone

from projects.labeling.models import Annotation, Assignment
from projects.samples.comment_models import Comment
from projects.samples.comments import EDITABLE
from projects.samples.models import Sample
from projects.samples.states import SampleState
from projects.templatetags.annotator_text import letter
from projects.workspace.access import DECIDERS, get_or_404
from projects.workspace.models import Membership, Project, Role
from projects.workspace.notice_models import NoticeKind
from projects.workspace.notices import notify

YOU: Final = "You"


@dataclass(frozen=True, slots=True)
class Said:
    """One comment as this person sees it."""

    comment: Comment
    name: str
    mine: bool
    may_edit: bool
    may_remove: bool


@dataclass(slots=True)
class Thread:
    """What began it, and the answers, oldest first."""

    first: Said
    answers: list[Said] = field(default_factory=list)
    may_settle: bool = False

    @property
    def waits(self) -> bool:
        return self.first.comment.waits

    @property
    def all(self) -> list[Said]:
        return [self.first, *self.answers]

    @property
    def is_gone(self) -> bool:
        """Nothing is left of it."""
        return all(said.comment.removed_at for said in self.all)


def sample_for(membership: Membership, key: str) -> Sample:
    """A sample whose comments this person may read or write; an annotator needs to have been given it, or to be in one
    of its threads. Raises Http404."""
    sample = get_or_404(Sample.objects.filter(project=membership.project), "sample", key=key.replace("\x00", ""))
    if not sample.is_shown:
        raise Http404("This sample was withdrawn; nothing about it is shown.")
    if membership.role not in DECIDERS and not (is_given(membership, sample) or _part(membership, sample).exists()):
        raise Http404("No such sample.")
    sample.project = membership.project
    return sample


def is_given(membership: Membership, sample: Sample) -> bool:
    """Whether the person holds the sample or held it."""
    return Assignment.objects.filter(sample=sample, annotator=membership.user).exists()


def readable(membership: Membership, sample: Sample, mine: bool) -> QuerySet[Comment]:
    """``mine``: only the part that the person has in it as an annotator."""
    if mine or membership.role not in DECIDERS:
        return _part(membership, sample)
    return Comment.objects.filter(sample=sample)


def _part(membership: Membership, sample: Sample) -> QuerySet[Comment]:
    return Comment.objects.filter(sample=sample, annotator=membership.user)


def threads(membership: Membership, sample: Sample, *, mine: bool) -> list[Thread]:
    """Oldest first, without those of which nothing is left: two queries."""
    rows = list(readable(membership, sample, mine).select_related("author").order_by("pk"))
    if not rows:
        return []
    names = _names(membership, sample, rows)
    found: dict[int, Thread] = {}
    for row in rows:
        said = _said(membership, row, names[row.pk])
        if row.parent_id is None:
            may = row.author_id == membership.user.pk or membership.role in DECIDERS
            found[row.pk] = Thread(said, may_settle=may and row.question and not row.removed_at)
        elif row.parent_id in found:
            found[row.parent_id].answers.append(said)
    return [thread for thread in found.values() if not thread.is_gone]


def _said(membership: Membership, comment: Comment, name: str) -> Said:
    mine = comment.author_id == membership.user.pk
    there = comment.removed_at is None
    return Said(
        comment=comment,
        name=name,
        mine=mine,
        may_edit=mine and there and comment.created_at > timezone.now() - EDITABLE,
        may_remove=there and (mine or membership.role == Role.OWNER),
    )


def _names(membership: Membership, sample: Sample, rows: list[Comment]) -> dict[int, str]:
    """By comment. Where the policy keeps annotators' names from reviewers, an annotator who began a thread has the
    letter that their answers have; without an answer they are somebody. In a thread that a reviewer began with them
    they have their name: a letter beside the mention of them would tell whose answers these are."""
    hidden = not sample.project.rules.reveal_annotators
    letters, nobodies = _letters(sample) if hidden else {}, dict[int, str]()
    asked = {row.pk for row in rows if row.parent_id is None and row.as_annotator}
    names = {}
    for row in rows:
        if row.author_id == membership.user.pk:
            names[row.pk] = YOU
        elif not (hidden and row.as_annotator and row.root_id in asked):
            names[row.pk] = str(row.author)
        elif row.author_id in letters:
            names[row.pk] = letters[row.author_id]
        else:
            known = len(nobodies)
            names[row.pk] = nobodies.setdefault(row.author_id, f"Somebody {known + 1}" if known else "Somebody")
    return names


def _letters(sample: Sample) -> dict[int, str]:
    """Annotators by who answered first, as the review desk and the sample's page name them."""
    order: dict[int, str] = {}
    for pk in Annotation.objects.filter(sample=sample).order_by("pk").values_list("annotator_id", flat=True):
        order.setdefault(pk, letter(len(order)))
    return order


def open_questions(project: Project) -> QuerySet[Comment]:
    """Questions that wait for an answer, the oldest first; of samples that anybody may still see."""
    waiting = Comment.objects.filter(project=project, question=True, resolved_at=None, removed_at=None)
    return waiting.exclude(sample__state=SampleState.WITHDRAWN).select_related("sample", "author").order_by("pk")


def tell_returned(project: Project, sample: Sample, assignments: list[int]) -> None:
    """Part of returning a sample: tells the people that it is theirs again."""
    for assignment in Assignment.objects.filter(pk__in=assignments):
        notify(
            project=project,
            people=[assignment.annotator_id],
            kind=NoticeKind.RETURNED,
            title=f"{sample.key} was returned to you",
            address=reverse("label-open", args=[project.slug, assignment.pk]),
            key=f"returned:{sample.pk}:{timezone.now().isoformat()}",
        )
