"""How a decision comes to count: the one before it is superseded, and the sample goes to the state that follows."""

from typing import Any, Final

from projects.review.models import Adjudication, Layer, Verdict
from projects.workspace.audit import Change

EVENTS: Final = {Verdict.APPROVE: "approved", Verdict.PLURAL: "approved", Verdict.REJECT: "rejected"}


def put_in_force(log: Change, before: Adjudication | None, made: Adjudication) -> None:
    """Makes a decision the one that counts, or that waits for the next layer. The caller holds the sample's row."""
    if before:
        Adjudication.objects.filter(pk=before.pk).update(current=False)
    made.current = True
    made.save()
    about: dict[str, Any] = {
        "decision": made.decision,
        "origin": made.origin,
        "adjudication": made.pk,
        "reason": made.reason,
    }
    if made.layer != Layer.REVIEWER or made.awaits:
        about |= {"layer": made.layer, "awaits": made.awaits, "confirms": made.confirms}
    event = "passed" if made.awaits else EVENTS[Verdict(made.decision)]
    made.sample.advance(event)
    log(f"sample.{event}", made.sample, **about | supersedes(before))


def supersedes(before: Adjudication | None) -> dict[str, int]:
    """For the audit log: which decision a new one takes the place of."""
    return {"supersedes": before.pk} if before else {}
