"""The life of a sample: one table, and transitions that exactly one of two racing callers wins."""

from typing import Final

from django.db import models


class SampleState(models.TextChoices):
    IMPORTED = "imported", "Imported"
    QUARANTINED = "quarantined", "Quarantined"
    READY = "ready", "To label"
    # Its answers are known: people get it now and then in the place of another, and it never becomes a label.
    HIDDEN = "hidden", "Hidden check"
    LABELED = "labeled", "To review"
    DISPUTED = "disputed", "Disputed"
    REVIEWED = "reviewed", "To confirm"
    APPROVED = "approved", "Approved"
    REJECTED = "rejected", "Rejected"
    WITHDRAWN = "withdrawn", "Withdrawn"


class IllegalTransition(Exception):
    """The event does not apply to the state that the sample is in (any more)."""

    def __init__(self, event: str, state: str) -> None:
        super().__init__(f"A sample that is {SampleState(state).label.lower()} can't be {event}.")
        self.event, self.state = event, state


_S = SampleState
_DECIDABLE: Final = (_S.LABELED, _S.DISPUTED, _S.REVIEWED, _S.APPROVED, _S.REJECTED)
# (state, event) -> next state. Anything else is illegal.
TRANSITIONS: Final[dict[tuple[str, str], str]] = {
    (_S.IMPORTED, "checked"): _S.READY,
    (_S.IMPORTED, "hidden"): _S.HIDDEN,
    (_S.IMPORTED, "quarantined"): _S.QUARANTINED,
    (_S.QUARANTINED, "released"): _S.READY,
    (_S.QUARANTINED, "hidden"): _S.HIDDEN,
    (_S.READY, "completed"): _S.LABELED,
    (_S.LABELED, "agreed"): _S.APPROVED,
    (_S.LABELED, "disputed"): _S.DISPUTED,
    (_S.LABELED, "reopened"): _S.LABELED,
    (_S.DISPUTED, "reopened"): _S.LABELED,
    # Decided, while the policy asks for another layer before it counts.
    **{(state, "passed"): _S.REVIEWED for state in (_S.READY, *_DECIDABLE)},
    **{(state, "approved"): _S.APPROVED for state in (_S.READY, *_DECIDABLE)},
    **{(state, "rejected"): _S.REJECTED for state in (_S.READY, *_DECIDABLE) if state != _S.REJECTED},
    **{(state, "returned"): _S.READY for state in _DECIDABLE},
    # A reviewer takes the last decision back; what it confirmed or changed waits again.
    **{(state, "undone"): _S.LABELED for state in (_S.REVIEWED, _S.APPROVED, _S.REJECTED, _S.READY)},
    **{(state, "reinstated"): _S.REVIEWED for state in (_S.REVIEWED, _S.APPROVED, _S.REJECTED, _S.READY)},
    **{(state, "withdrawn"): _S.WITHDRAWN for state in _S if state != _S.WITHDRAWN},
}
# What a reviewer may still decide on.
REVIEWABLE: Final = (_S.LABELED, _S.DISPUTED)
# Decided on: answers that were given stand.
CLOSED: Final = (_S.REVIEWED, _S.APPROVED, _S.REJECTED, _S.WITHDRAWN)
# No layer of review is still to come.
FINAL: Final = (_S.APPROVED, _S.REJECTED)


def after(state: str, event: str) -> str:
    """The state that follows; raises IllegalTransition."""
    try:
        return TRANSITIONS[(state, event)]
    except KeyError:
        raise IllegalTransition(event, state) from None
