"""What becomes of a sample once its overlap is reached: approved by rule, disputed, or left to a reviewer.

A labelled sample whose ``look`` is null has not been looked at yet. ``outcome.py`` says how it is judged.
"""

import time
from collections import Counter
from collections.abc import Sequence
from typing import Any

from django.db import connection
from django.db.models import Exists, OuterRef, QuerySet

from projects.quality.stream import answered_of
from projects.quality.versions import Versions
from projects.review.confidence import Confidence, Doubt
from projects.review.layers import next_layer
from projects.review.models import LOOKING, Adjudication, DecisionOrigin, Layer, Look, SecondLook, Verdict
from projects.review.outcome import Outcome, weigh
from projects.review.overruled import tell
from projects.review.queries import agreed, to_sign
from projects.review.signing import sign
from projects.review.worth import Weights, importance_of, worth
from projects.samples.models import Sample
from projects.samples.states import IllegalTransition, SampleState
from projects.workspace.audit import Change, change
from projects.workspace.jobs import JobFailed, Progress, request_once
from projects.workspace.models import Job, Project, User
from projects.workspace.prepared import Param, Update, column

# Samples of one transaction: short enough that people who submit meanwhile don't notice.
BATCH = 40
FOUND = ("disagreement", "spreads", "look", "look_parts")
ORIGINS = {"agreement": DecisionOrigin.AGREEMENT, "overlap": DecisionOrigin.OVERLAP}


def run_route(job: Job, progress: Progress) -> dict[str, Any]:
    """Routes every labelled sample of the project that waits for it. With ``args.approve`` = "agreed" it approves, in
    the name of who asked, what ``queries.agreed`` lists, with "signed" what ``queries.to_sign`` does.
    Done again after a cut it finds what is left to do."""
    if job.project is None:
        raise JobFailed("The job names no project.")
    counts: Counter[str] = Counter()
    told = time.monotonic()
    after = 0
    while True:
        project = Project.objects.select_related("interface").get(pk=job.project.pk)
        with change(job.actor if job.args else None, project) as log:
            if job.args.get("approve") == "signed" and job.actor:
                samples = locked(to_sign(project, job.actor).filter(pk__gt=after).order_by("pk"))
                results = sign(log, project, samples, job.actor)
            elif job.args.get("approve") == "agreed" and job.actor:
                samples = locked(agreed(project, job.actor).filter(pk__gt=after).order_by("pk"))
                results = _approve_in_bulk(log, project, samples, job.actor)
            else:
                samples = locked(_unrouted(project).order_by("pk"))
                results = settle(log, project, samples)
        if not samples:
            return dict(counts)
        counts.update(results)
        after = samples[-1].pk
        if time.monotonic() - told > 0.5:
            told = time.monotonic()
            progress(counts.total(), None, f"{counts.total():,} samples")


def sweep() -> int:
    """Periodic: asks for routing wherever a labelled sample waits for it and nobody has. Returns how many projects."""
    projects = list(Project.objects.filter(Exists(_unrouted(OuterRef("pk")))))
    for project in projects:
        with change(None, project):
            request_once(project, route=0)
    return len(projects)


def settle(log: Change, project: Project, samples: Sequence[Sample]) -> Counter[str]:
    """Routes labelled samples by the project's policy, in the caller's transaction, which holds their rows.

    Returns how many were approved, disputed or left as they are.
    """
    policy = project.rules
    judge, results = _Judge(project, samples), Counter[str]()
    approved: list[Adjudication] = []
    awaits = next_layer(policy, Layer.RULE)
    # The answers are others than the first of two reviewers saw.
    SecondLook.objects.filter(sample__in=samples, state__in=LOOKING).update(state=Look.VOID)
    for sample in samples:
        outcome, found = judge(sample)
        route = outcome.route(policy.approve, policy.min_agreement)
        doubts = judge.doubts(sample, outcome) if route == "approved" else []
        if doubts:
            route, found["look_parts"] = "stays", found["look_parts"] | {"doubts": doubts}
        try:
            if route == "approved":
                sample.advance("passed" if awaits else "agreed", **found)
                how = {"origin": ORIGINS[policy.approve], "layer": Layer.RULE, "awaits": awaits}
                approved.append(_decision(project, sample, outcome, **how))
            elif route == "disputed":
                sample.advance("disputed", **found)
                log("sample.disputed", sample, disagreement=outcome.disagreement)
            elif not _LEFT.run(pk=sample.pk, **found):
                continue
        except IllegalTransition:  # on SQLite rows are not locked: somebody decided first, and that stands
            continue
        results[route] += 1
    _record(log, approved)
    return results


class _Judge:
    """Judges samples of one batch: what their answers come to, and the columns that keep it."""

    def __init__(self, project: Project, samples: Sequence[Sample]) -> None:
        self.importance, self.weights = project.rules.importance, Weights(project)
        self.versions, self.given = Versions(project), answered_of([sample.pk for sample in samples])
        self.confidence = Confidence(project, self.versions, self.given)

    def __call__(self, sample: Sample) -> tuple[Outcome, dict[str, Any]]:
        given = self.given.get(sample.pk, [])
        outcome = weigh(self.versions, given, sample.fields)
        importance = importance_of(self.importance, sample.metadata)
        found = worth(self.versions, self.weights, given, outcome.disagreement, importance)
        columns = {"disagreement": outcome.disagreement, "spreads": outcome.spreads}
        return outcome, columns | found.as_columns(outcome.disagreement)

    def doubts(self, sample: Sample, outcome: Outcome) -> list[Doubt]:
        """Why the rule does not approve a sample whose answers agree."""
        return self.confidence.doubts(sample.pk, self.given.get(sample.pk, []), outcome.answers)


_LEFT = Update(
    lambda: Sample.objects.filter(pk=Param("pk"), state=SampleState.LABELED),
    **{name: Param(name, column(Sample, name)) for name in FOUND},
)


def _unrouted(project: Any) -> QuerySet[Sample]:
    return Sample.objects.filter(project=project, state=SampleState.LABELED, look=None)


def locked(samples: QuerySet[Sample]) -> list[Sample]:
    """The first ``BATCH`` of them, for the transaction that changes them."""
    if connection.features.has_select_for_update:
        # Whoever holds a row changes its answers or decides on it; it comes up again where that leaves it unrouted.
        samples = samples.select_for_update(skip_locked=True, of=("self",))
    return list(samples[:BATCH])


def _approve_in_bulk(log: Change, project: Project, samples: Sequence[Sample], reviewer: User) -> Counter[str]:
    judge, results = _Judge(project, samples), Counter[str]()
    approved: list[Adjudication] = []
    awaits = next_layer(project.rules, Layer.REVIEWER)
    for sample in samples:
        outcome, found = judge(sample)
        if not outcome.agreed(project.rules.min_agreement):  # the answers changed since the preview
            results["stays"] += 1
            continue
        sample.advance("passed" if awaits else "approved", **found)
        reason = f"Approved with others: the answers agree to at least {project.rules.min_agreement:g}."
        approved.append(
            _decision(
                project,
                sample,
                outcome,
                origin=DecisionOrigin.REVIEWER,
                reviewer=reviewer,
                reason=reason,
                in_bulk=True,
                awaits=awaits,
            )
        )
        results["approved"] += 1
    _record(log, approved)
    if not awaits:
        for made in approved:
            tell(judge.versions, made.sample, judge.given.get(made.sample_id, []), made)
    return results


def _decision(project: Project, sample: Sample, outcome: Outcome, **how: Any) -> Adjudication:
    return Adjudication(
        project=project,
        sample=sample,
        interface=project.interface,
        decision=Verdict.APPROVE,
        answers=outcome.answers,
        policy=project.rules.as_dict(),
        **how,
    )


def _record(log: Change, approved: Sequence[Adjudication]) -> None:
    """Stores the decisions; earlier ones on the same samples (they were returned) are superseded."""
    if not approved:
        return
    Adjudication.objects.filter(sample__in=[made.sample_id for made in approved], current=True).update(current=False)
    for made in Adjudication.objects.bulk_create(approved):
        about = {"decision": made.decision, "origin": made.origin, "adjudication": made.pk}
        about |= {"awaits": made.awaits} if made.awaits else {}
        event = "passed" if made.awaits else "approved"
        log(f"sample.{event}", made.sample, **about | ({"reason": made.reason} if made.reason else {}))
