"""What people do in the thread of a sample: begin, answer, edit, remove, settle. One transaction and audit row each.

Owners and reviewers read every thread. An annotator reads the threads that they take part in and no others, so that
nobody learns what somebody else makes of a sample that they may be asked about themselves: a thread has at most one
annotator, who began it or was mentioned at its beginning.
"""

import hashlib
import re
import uuid
from datetime import timedelta
from typing import Final

from django.db import IntegrityError
from django.urls import reverse
from django.utils import timezone

from projects.samples.comment_models import Comment
from projects.samples.models import Sample
from projects.workspace.access import DECIDERS
from projects.workspace.actions import Refused
from projects.workspace.audit import Change, change
from projects.workspace.models import Membership, Project, Role, User
from projects.workspace.notice_models import NoticeKind
from projects.workspace.notices import notify

LONGEST: Final = 5000  # characters
# So long the author may change what they wrote; removing it is possible at any time.
EDITABLE: Final = timedelta(minutes=15)
# Of one sample, so that its page stays one.
MOST: Final = 500
# A user name after @ that no other word runs into; an e-mail address is none.
_MENTION: Final = re.compile(r"(?<![\w@.+-])@([\w@.+-]+)")


class ClientIdReused(Refused):
    """The client's id belongs to another comment already."""


def begin(
    *,
    membership: Membership,
    sample: Sample,
    text: str,
    client_id: uuid.UUID,
    question: bool = False,
    as_annotator: bool = False,
) -> Comment:
    """Begins a thread. ``as_annotator``: from the labelling screen, or by somebody who only labels. Sending the same
    again gives the same comment. Raises Refused, ClientIdReused."""
    as_annotator = as_annotator or membership.role == Role.ANNOTATOR
    text = _checked(text)
    known = _sent_before(membership.user, client_id, sample, None, text)
    if known:
        return known
    people = _mentioned(membership, text)
    annotator = membership.user if as_annotator else None
    if not as_annotator:
        labeling = [person for person in people if person.role == Role.ANNOTATOR]
        if len(labeling) > 1:
            names = " and ".join(f"@{person.user.username}" for person in labeling)
            raise Refused(f"{names} may not read each other's answers: begin a thread with each of them.")
        annotator = labeling[0].user if labeling else None
    return _write(
        membership,
        text,
        people,
        Comment(
            project=membership.project,
            sample=sample,
            author=membership.user,
            annotator=annotator,
            as_annotator=as_annotator,
            question=question,
            client_id=client_id,
        ),
    )


def answer(
    *, membership: Membership, parent: Comment, text: str, client_id: uuid.UUID, as_annotator: bool = False
) -> Comment:
    """Answers in a thread. Raises Refused, ClientIdReused; Comment.DoesNotExist where the person can't read it."""
    as_annotator = as_annotator or membership.role == Role.ANNOTATOR
    parent = _readable(membership, parent, as_annotator)
    text = _checked(text)
    known = _sent_before(membership.user, client_id, parent.sample, parent.root_id, text)
    if known:
        return known
    people = _mentioned(membership, text)
    _may_mention(parent, people)
    return _write(
        membership,
        text,
        people,
        Comment(
            project=membership.project,
            sample=parent.sample,
            parent_id=parent.root_id,
            author=membership.user,
            annotator_id=parent.annotator_id,
            as_annotator=as_annotator,
            client_id=client_id,
        ),
    )


def edit(*, membership: Membership, comment: Comment, text: str) -> Comment:
    """Changes one's own comment while it is new. Raises Refused."""
    text = _checked(text)
    with change(membership.user, membership.project) as log:
        comment = _own(membership, comment)
        if comment.created_at < timezone.now() - EDITABLE:
            minutes = int(EDITABLE.total_seconds() // 60)
            raise Refused(f"A comment can be changed for {minutes} minutes; answer to it instead, or remove it.")
        if comment.text == text:
            return comment
        before, comment.text, comment.edited_at = comment.text, text, timezone.now()
        comment.save(update_fields=["text", "edited_at"])
        log("comment.edited", comment, sample=comment.sample_id, before_sha256=_sha256(before), sha256=_sha256(text))
    return comment


def remove(*, membership: Membership, comment: Comment) -> None:
    """Takes a comment away: one's own, or as an owner anybody's. Its place in the thread stays, empty."""
    with change(membership.user, membership.project) as log:
        if membership.role != Role.OWNER:
            comment = _own(membership, comment)
        there = Comment.objects.filter(pk=comment.pk, removed_at=None)
        if there.update(text="", removed_at=timezone.now()):
            log("comment.removed", comment, sample=comment.sample_id, sha256=_sha256(comment.text))


def settle(*, membership: Membership, comment: Comment, settled: bool) -> None:
    """Says that a question is answered, or open again: a reviewer, an owner, or who asked. Raises Refused."""
    if comment.author_id != membership.user.pk and membership.role not in DECIDERS:
        raise Refused("Only who asked, a reviewer or an owner can say that.")
    if not comment.question:
        raise Refused("This is no question.")
    now = timezone.now() if settled else None
    with change(membership.user, membership.project) as log:
        found = Comment.objects.filter(pk=comment.pk, removed_at=None, resolved_at__isnull=settled)
        if found.update(resolved_at=now, resolved_by=membership.user if settled else None):
            log("comment.resolved" if settled else "comment.reopened", comment, sample=comment.sample_id)


def _write(membership: Membership, text: str, people: list[Membership], made: Comment) -> Comment:
    """Stores a comment and tells whom it concerns."""
    sample, made.text = made.sample, text
    if not sample.is_shown:
        raise Refused("This sample was withdrawn: there is nothing to say about it any more.")
    try:
        with change(membership.user, membership.project) as log:
            if Comment.objects.filter(sample=sample).count() >= MOST:
                raise Refused(f"A sample has at most {MOST} comments.")
            made.save()
            log("comment.added", made, sample=sample.pk, thread=made.root_id, sha256=_sha256(text))
            _tell(log, made, people)
    except IntegrityError:  # the same comment, sent at the same moment
        known = _sent_before(membership.user, made.client_id, sample, made.parent_id, text)
        if known is None:
            raise
        return known
    return made


def _tell(log: Change, made: Comment, people: list[Membership]) -> None:
    """The mentioned first; then whoever wrote in the thread and may still read it."""
    project, sample = made.project, made.sample
    mentioned = {person.user_id for person in people} - {made.author_id}
    for pk in mentioned:
        _notify(project, sample, made, pk, NoticeKind.MENTION, f"You were mentioned in the comments on {sample.key}")
    if made.parent_id is None:
        return
    thread = Comment.objects.filter(pk=made.parent_id) | Comment.objects.filter(parent=made.parent_id)
    wrote = set(thread.values_list("author_id", flat=True)) | ({made.annotator_id} - {None})
    members = Membership.objects.filter(project=project, user__in=wrote - mentioned - {made.author_id})
    for person in members:
        if person.role in DECIDERS or person.user_id == made.annotator_id:
            title = f"There is an answer in the comments on {sample.key}"
            _notify(project, sample, made, person.user_id, NoticeKind.REPLY, title)


def _notify(project: Project, sample: Sample, made: Comment, pk: int, kind: NoticeKind, title: str) -> None:
    address = reverse("thread", args=[project.slug, sample.key])
    if pk == made.annotator_id:
        address += "?place=mine"
    notify(project=project, people=[pk], kind=kind, title=title, address=address, key=f"comment:{made.pk}")


def _mentioned(membership: Membership, text: str) -> list[Membership]:
    """The members that a text mentions. Other words behind an @ are just text; and so are other annotators where an
    annotator writes, who is not told who else there is."""
    words = {word.lower().rstrip(".-+@") for word in _MENTION.findall(text)} | {
        word.lower() for word in _MENTION.findall(text)
    }
    if not words:
        return []
    members = Membership.objects.filter(project=membership.project, user__is_placeholder=False, user__is_active=True)
    found = [person for person in members.select_related("user") if person.user.username.lower() in words]
    if membership.role == Role.ANNOTATOR:
        found = [person for person in found if person.role != Role.ANNOTATOR]
    return [person for person in found if person.user_id != membership.user.pk]


def _may_mention(parent: Comment, people: list[Membership]) -> None:
    """Annotators in an answer: only whom the thread was begun with, by name. Where an annotator began it, every name is
    refused alike; else the one that is taken would tell whose thread it is."""
    begun = parent if parent.parent_id is None else parent.parent
    assert begun is not None
    for person in people:
        if person.role == Role.ANNOTATOR and (begun.as_annotator or person.user_id != begun.annotator_id):
            raise Refused(
                f"@{person.user.username} can't be mentioned in an answer: begin a thread with them. Whoever began "
                "this one is told of the answer without being named."
            )


def _readable(membership: Membership, comment: Comment, as_annotator: bool) -> Comment:
    if as_annotator and comment.annotator_id != membership.user.pk:
        raise Comment.DoesNotExist
    return comment


def _own(membership: Membership, comment: Comment) -> Comment:
    mine = Comment.objects.select_for_update(of=("self",)).filter(pk=comment.pk, author=membership.user).first()
    if mine is None:
        raise Refused("Only who wrote a comment can do that.")
    if mine.removed_at:
        raise Refused("This comment was removed.")
    return mine


def _sent_before(user: User, client_id: uuid.UUID, sample: Sample, root: int | None, text: str) -> Comment | None:
    known = Comment.objects.select_related("sample").filter(author=user, client_id=client_id).first()
    if known is None:
        return None
    if known.sample_id != sample.pk or known.parent_id != root or known.text != text:
        raise ClientIdReused("This comment's id was used for another comment; send it with a new one.")
    return known


def _checked(text: str) -> str:
    text = text.replace("\x00", "").replace("\r\n", "\n").strip()
    if not text:
        raise Refused("Write something first.")
    if len(text) > LONGEST:
        raise Refused(f"A comment has at most {LONGEST} characters; this one has {len(text)}.")
    return text


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
