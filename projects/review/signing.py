"""An owner's sign-off of many decisions at once."""

from collections import Counter
from collections.abc import Sequence

from projects.quality.stream import answered_of
from projects.quality.versions import Versions
from projects.review.force import put_in_force
from projects.review.layers import barred, case_of
from projects.review.models import Adjudication, DecisionOrigin, Layer
from projects.review.overruled import tell
from projects.samples.models import Sample
from projects.workspace.audit import Change
from projects.workspace.models import Project, User


def sign(log: Change, project: Project, samples: Sequence[Sample], owner: User) -> Counter[str]:
    """Confirms the decisions of samples that wait for an owner, as they stand, in the caller's transaction, which holds
    their rows. Returns how many were approved, and how many stay because somebody changed them meanwhile."""
    versions, given = Versions(project), answered_of([sample.pk for sample in samples])
    results: Counter[str] = Counter()
    for sample in samples:
        answers = given.get(sample.pk, [])
        case = case_of(sample, answers)
        known = case.waiting
        if known is None or known.awaits != Layer.OWNER or barred(project, case, owner):
            results["stays"] += 1
            continue
        made = Adjudication(
            project=project,
            sample=sample,
            interface_id=known.interface_id,
            decision=known.decision,
            origin=DecisionOrigin.REVIEWER,
            answers=known.answers,
            distribution=known.distribution,
            reason=known.reason,
            policy=project.rules.as_dict(),
            reviewer=owner,
            layer=Layer.OWNER,
            before=known,
            confirms=True,
            in_bulk=known.in_bulk,
        )
        put_in_force(log, known, made)
        tell(versions, sample, answers, made)
        results["approved"] += 1
    return results
