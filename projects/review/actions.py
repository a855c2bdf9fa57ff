"""What a reviewer decides about a sample, and how a decision is taken back. One transaction and its audit rows each."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction

from projects.labeling.actions import return_sample, undo_return
from projects.labeling.models import Annotation
from projects.quality.stream import Given, answered_of
from projects.quality.versions import Versions
from projects.review.merge import distribution, merge, overruled
from projects.review.models import Adjudication, DecisionOrigin, Verdict
from projects.review.routing import settle
from projects.samples.models import Sample
from projects.samples.states import CLOSED
from projects.schema import Problem, SchemaError
from projects.workspace.actions import Refused
from projects.workspace.audit import change
from projects.workspace.jobs import request_job
from projects.workspace.models import Job, Project, User

EVENTS = {Verdict.APPROVE: "approved", Verdict.PLURAL: "approved", Verdict.REJECT: "rejected"}
# Of these nobody may be silent about the why.
EXPLAINED = (Verdict.REJECT, Verdict.RETURN)


class NotYours(Refused):
    """A reviewer annotated the sample, and the policy lets nobody judge their own work."""


class ReasonMissing(Refused):
    """The decision overrules somebody, rejects or returns: it needs a reason. ``questions``: whose answers differ."""

    def __init__(self, message: str, questions: Sequence[str] = ()) -> None:
        super().__init__(message)
        self.questions = tuple(questions)


class Overtaken(Exception):
    """The sample is not as the reviewer saw it: somebody decided (``adjudication``), or its answers changed (None)."""

    def __init__(self, message: str, adjudication: Adjudication | None = None) -> None:
        super().__init__(message)
        self.adjudication = adjudication


def version_of(sample: Sample, given: Sequence[Given] | None = None) -> str:
    """Names what a reviewer sees: the newest of the current annotations, and the decision in force."""
    if given is None:
        given = answered_of([sample.pk]).get(sample.pk, [])
    decided = Adjudication.objects.filter(sample=sample, current=True).values_list("pk", flat=True).first()
    return f"{max((one.annotation_id for one in given), default=0)}-{decided or 0}"


def adjudicate(
    *,
    actor: User,
    sample: Sample,
    decision: str,
    answers: Mapping[str, Any] | None = None,
    reason: str = "",
    expected: str | None = None,
) -> Adjudication:
    """Decides on a sample. The decision before it, if any, is superseded and kept.

    ``answers`` are for ``approve`` only; without them the answers that everybody's merge to. ``expected`` is
    ``version_of`` as the reviewer saw it; without it, only a sample that is not decided yet can be decided.

    Raises SchemaError (the answers do not fit, or can't be merged), ReasonMissing, NotYours, Overtaken,
    IllegalTransition. Nothing is written then.
    """
    verdict = Verdict(decision)
    reason = reason.replace("\x00", "").strip()
    with change(actor, sample.project) as log:
        sample = Sample.objects.select_for_update(of=("self",)).select_related("project__interface").get(pk=sample.pk)
        project, given = sample.project, answered_of([sample.pk]).get(sample.pk, [])
        before = _as_expected(sample, given, expected)
        _not_ones_own(project, sample, actor)
        versions = Versions(project)
        final = _final_answers(versions, verdict, given, sample.fields, answers)
        _explained(versions, verdict, given, sample.fields, final, reason)
        if before:
            Adjudication.objects.filter(pk=before.pk).update(current=False)
        made = Adjudication.objects.create(
            project=project,
            sample=sample,
            interface_id=versions.interface_id,
            decision=verdict,
            origin=DecisionOrigin.REVIEWER,
            answers=final,
            distribution=distribution(versions, given) if verdict == Verdict.PLURAL else {},
            reason=reason,
            policy=project.rules.as_dict(),
            reviewer=actor,
        )
        about = {
            "decision": verdict.value,
            "origin": DecisionOrigin.REVIEWER.value,
            "adjudication": made.pk,
            "reason": reason,
        }
        if before:
            about["supersedes"] = before.pk
        if verdict == Verdict.RETURN:
            return_sample(log=log, project=project, sample=sample, note=reason)
            log("adjudication.made", made, sample=sample.pk, **about)
        else:
            sample.advance(EVENTS[verdict])
            log(f"sample.{EVENTS[verdict]}", sample, **about)
    made.sample = sample
    return made


def _as_expected(sample: Sample, given: Sequence[Given], expected: str | None) -> Adjudication | None:
    """The decision in force, if the sample is as the reviewer saw it."""
    before = Adjudication.objects.select_related("reviewer").filter(sample=sample, current=True).first()
    if expected is None:
        if sample.state in CLOSED and before:
            raise Overtaken("This sample has been decided on already.", before)
    elif expected != version_of(sample, given):
        if before and not expected.endswith(f"-{before.pk}"):
            raise Overtaken("This sample was decided on while you were looking at it.", before)
        raise Overtaken("Somebody changed their answers to this sample while you were looking at it.")
    return before


def _not_ones_own(project: Project, sample: Sample, actor: User) -> None:
    if not project.rules.review_own and Annotation.objects.filter(sample=sample, annotator=actor).exists():
        raise NotYours("You annotated this sample yourself, so somebody else has to decide on it.")


def _final_answers(
    versions: Versions,
    verdict: Verdict,
    given: Sequence[Given],
    fields: Mapping[str, Any],
    answers: Mapping[str, Any] | None,
) -> dict[str, Any]:
    if verdict != Verdict.APPROVE:
        if verdict == Verdict.PLURAL and len(given) < 2:
            raise SchemaError((Problem("decision", "plural needs the answers of at least two people"),))
        if answers:
            reason = f"only an approved sample has answers of its own; this one is to be {verdict.label.lower()}"
            raise SchemaError((Problem("answers", reason),))
        return merge(versions, given, fields).unanimous if verdict == Verdict.PLURAL else {}
    if answers is None:
        merged = merge(versions, given, fields)
        if merged.undecided:
            reason = "people answered differently and no single answer follows; say which one it is"
            raise SchemaError(tuple(Problem(f"answers.{name}", reason) for name in merged.undecided))
        answers = merged.answers
    return versions.current.validate_answers(answers, fields)


def _explained(
    versions: Versions,
    verdict: Verdict,
    given: Sequence[Given],
    fields: Mapping[str, Any],
    final: Mapping[str, Any],
    reason: str,
) -> None:
    if reason:
        return
    if verdict in EXPLAINED:
        reader = ": the annotators will read it" if verdict == Verdict.RETURN else ""
        raise ReasonMissing(f"Say why this sample is {verdict.label.lower()}{reader}.")
    if verdict == Verdict.APPROVE:
        names = overruled(versions, given, fields, final)
        if names:
            titles = ", ".join(question.title for question in versions.current.questions if question.name in names)
            raise ReasonMissing(f"Say why: this overrules what somebody answered to {titles}.", names)


def undo(*, actor: User, project: Project, adjudication_id: int) -> Sample:
    """Takes one's own decision back: the sample is to be reviewed again, and the decision stays in its history.

    Raises Adjudication.DoesNotExist, Overtaken when the decision is not in force any more or people have begun to
    work on a returned sample.
    """
    with change(actor, project) as log:
        made = Adjudication.objects.get(pk=adjudication_id, project=project, reviewer=actor)
        sample = Sample.objects.select_for_update(of=("self",)).get(pk=made.sample_id)
        if not Adjudication.objects.filter(pk=made.pk, current=True).update(current=False):
            raise Overtaken("This decision is not in force any more, so there is nothing to undo.")
        if made.decision == Verdict.RETURN and not undo_return(sample=sample, since=made.created_at):
            raise Overtaken("Somebody has begun to work on the returned sample, so it stays with them.")
        sample.advance("undone", disagreement=None)
        log("adjudication.undone", made, sample=sample.pk, decision=made.decision)
        settle(log, project, [sample])
    sample.refresh_from_db()
    return sample


def approve_agreed(*, actor: User, project: Project) -> Job:
    """Asks for the approval, in the reviewer's name, of every sample that ``queries.agreed`` lists."""
    with transaction.atomic():
        return request_job(kind="route", project=project, actor=actor, args={"approve": "agreed"})
