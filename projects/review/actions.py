"""What a reviewer decides about a sample, and how a decision is taken back. One transaction and its audit rows each."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction

from projects.labeling.returns import anybody_else, return_sample, undo_return
from projects.quality import aggregation
from projects.quality.stream import Given, answered_of
from projects.quality.versions import Versions
from projects.review.force import put_in_force, supersedes
from projects.review.layers import Case, alike, barred, case_of, next_layer
from projects.review.looks import look_again, second_look, take_look_back
from projects.review.merge import distribution, merge, overruled
from projects.review.models import LOOKING, Adjudication, DecisionOrigin, Look, SecondLook, Verdict
from projects.review.overruled import settle_replies, take_back, tell
from projects.review.routing import settle
from projects.samples.models import UNROUTED, Sample
from projects.samples.states import CLOSED
from projects.schema import Problem, SchemaError
from projects.workspace.actions import Refused
from projects.workspace.audit import Change, change
from projects.workspace.jobs import request_job
from projects.workspace.models import Job, Project, User

SAME, OTHERS = "same", "others"
# Of these nobody may be silent about the why.
EXPLAINED = (Verdict.REJECT, Verdict.RETURN)


class NotYours(Refused):
    """Somebody else has to decide: the reviewer annotated the sample, or decided on it at an earlier layer."""


class NobodyElse(Refused):
    """A sample is to be returned to other people, and there are none."""


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
    return case_of(sample, given).version


def adjudicate(
    *,
    actor: User,
    sample: Sample,
    decision: str,
    answers: Mapping[str, Any] | None = None,
    reason: str = "",
    expected: str | None = None,
    to: str = SAME,
) -> Adjudication:
    """Decides on a sample at the layer of review where it stands (``layers.py``). The decision before it, if any, is
    superseded and kept.

    ``answers`` are for ``approve`` only; without them those of the decision that waits for this layer, else what
    everybody's merge to. The same decision again confirms one that waits, and upholds one that an annotator answered.
    ``expected`` is ``version_of`` as the reviewer saw it; without it, only a sample that is not decided yet can be
    decided. ``to``: a returned sample goes to the ``same`` people or to ``others``.

    Returns the decision that was made, or the one that was upheld. Raises SchemaError (the answers do not fit, or can't
    be merged), ReasonMissing, NotYours, Overtaken, NobodyElse, IllegalTransition. Nothing is written then.
    """
    verdict = Verdict(decision)
    reason = reason.replace("\x00", "").strip()
    with change(actor, sample.project) as log:
        sample = Sample.objects.select_for_update(of=("self",)).select_related("project__interface").get(pk=sample.pk)
        project, given = sample.project, answered_of([sample.pk]).get(sample.pk, [])
        case = case_of(sample, given)
        _as_expected(case, expected)
        why_not = barred(project, case, actor)
        if why_not:
            raise NotYours(why_not)
        versions = Versions(project)
        known = case.waiting or case.answered
        if answers is None and verdict == Verdict.APPROVE and known and known.decision == verdict:
            answers = known.answers
        final = _final_answers(versions, verdict, given, sample.fields, answers)
        repeats = known is not None and alike(versions, known, verdict, final)
        confirms = repeats and case.waiting is not None
        _explained(versions, verdict, given, case, final, reason, repeats=repeats, confirms=confirms)
        if repeats and case.answered:
            made = case.answered
        else:
            made = Adjudication(
                project=project,
                sample=sample,
                interface_id=versions.interface_id,
                decision=verdict,
                origin=DecisionOrigin.REVIEWER,
                answers=final,
                distribution=distribution(versions, given) if verdict == Verdict.PLURAL else {},
                reason=reason or (known.reason if confirms and known else ""),
                policy=project.rules.as_dict(),
                reviewer=actor,
                layer=case.layer,
                awaits=next_layer(project.rules, case.layer, verdict),
                before=case.waiting,
                confirms=confirms,
                current=False,
            )
            if verdict == Verdict.RETURN:
                _return(log, case, made, others=to == OTHERS)
            elif not second_look(log, versions, case, made):
                put_in_force(log, case.in_force, made)
                if not made.awaits:
                    tell(versions, sample, given, made)
        if made.current and project.rules.min_confidence:  # one known answer more to hold posteriors against
            aggregation.ask(project, None)
        if case.replies and (made.current or made == case.answered):
            settle_replies(
                log,
                versions,
                sample,
                case.replies,
                actor=actor,
                decision=verdict,
                answers=final,
                reason=reason,
                settlement=None if made == case.answered else made,
            )
    made.sample = sample
    return made


def _as_expected(case: Case, expected: str | None) -> None:
    """Raises Overtaken where the sample is not as the reviewer saw it."""
    before = case.in_force
    if expected is None:
        if case.sample.state in CLOSED and before:
            raise Overtaken("This sample has been decided on already.", before)
        if case.differing:
            raise Overtaken("Two reviewers decided differently on this sample; look at it again.")
    elif expected != case.version:
        if before and not expected.endswith(f"-{before.pk}"):
            raise Overtaken("This sample was decided on while you were looking at it.", before)
        if case.differing:
            raise Overtaken("Somebody else decided on this sample while you were looking at it.")
        raise Overtaken("Somebody changed their answers to this sample while you were looking at it.")


def _return(log: Change, case: Case, made: Adjudication, *, others: bool) -> None:
    if others and not anybody_else(case.sample):
        raise NobodyElse("Everybody in this project who could label this sample has it already. Return it to the same.")
    if case.in_force:
        Adjudication.objects.filter(pk=case.in_force.pk).update(current=False)
    SecondLook.objects.filter(sample=case.sample, state__in=LOOKING).update(state=Look.VOID)
    made.current = True
    made.save()
    return_sample(log=log, project=made.project, sample=case.sample, note=made.reason, others=others)
    about = {"decision": made.decision, "origin": made.origin, "adjudication": made.pk, "reason": made.reason}
    log("adjudication.made", made, sample=case.sample.pk, **about | supersedes(case.in_force))


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
    case: Case,
    final: Mapping[str, Any],
    reason: str,
    *,
    repeats: bool,
    confirms: bool,
) -> None:
    if reason or confirms:
        return
    if verdict in EXPLAINED and not repeats:
        reader = ": the annotators will read it" if verdict == Verdict.RETURN else ""
        raise ReasonMissing(f"Say why this sample is {verdict.label.lower()}{reader}.")
    if case.answered:
        raise ReasonMissing("Say why: an annotator has answered this decision and will read it.")
    if case.waiting:
        raise ReasonMissing("Say why: this changes what another reviewer decided.")
    if case.differing:
        raise ReasonMissing("Say why: two reviewers decided differently, and this settles it.")
    if verdict == Verdict.APPROVE:
        names = overruled(versions, given, case.sample.fields, final)
        if names:
            titles = ", ".join(question.title for question in versions.current.questions if question.name in names)
            raise ReasonMissing(f"Say why: this overrules what somebody answered to {titles}.", names)


def undo(*, actor: User, project: Project, adjudication_id: int) -> Sample:
    """Takes one's own decision back: the sample is to be reviewed again, by the layer that it waited for before, and
    the decision stays in its history.

    Raises Adjudication.DoesNotExist, Overtaken when the decision is not in force any more, when people have begun to
    work on a returned sample, or when an annotator has answered the decision.
    """
    with change(actor, project) as log:
        made = Adjudication.objects.select_related("before").get(pk=adjudication_id, project=project, reviewer=actor)
        sample = Sample.objects.select_for_update(of=("self",)).get(pk=made.sample_id)
        if take_look_back(made):
            log("adjudication.undone", made, sample=sample.pk, decision=made.decision)
            return sample
        if not Adjudication.objects.filter(pk=made.pk, current=True).update(current=False):
            raise Overtaken("This decision is not in force any more, so there is nothing to undo.")
        if not take_back(made):
            raise Overtaken("An annotator has answered this decision, so another reviewer settles it.")
        if made.decision == Verdict.RETURN and not undo_return(sample=sample, since=made.created_at):
            raise Overtaken("Somebody has begun to work on the returned sample, so it stays with them.")
        if made.before:
            Adjudication.objects.filter(pk=made.before.pk).update(current=True)
            sample.advance("reinstated")
        else:
            sample.advance("undone", **UNROUTED)
        log("adjudication.undone", made, sample=sample.pk, decision=made.decision)
        if not made.before:
            settle(log, project, [sample])
            look_again(sample, made)
    sample.refresh_from_db()
    return sample


def sign_off(*, actor: User, project: Project) -> Job:
    """Asks for an owner's sign-off, in their name, of every sample that ``queries.to_sign`` lists."""
    with transaction.atomic():
        return request_job(kind="route", project=project, actor=actor, args={"approve": "signed"})


def approve_agreed(*, actor: User, project: Project) -> Job:
    """Asks for the approval, in the reviewer's name, of every sample that ``queries.agreed`` lists."""
    with transaction.atomic():
        return request_job(kind="route", project=project, actor=actor, args={"approve": "agreed"})
