"""The life of a sample: one table, and transitions that exactly one of two racing callers wins."""

from typing import Final

from django.db import models


class SampleState(models.TextChoices):
    IMPORTED = "imported", "Imported"
    QUARANTINED = "quarantined", "Quarantined"
    READY = "ready", "To label"
    LABELED = "labeled", "To review"
    DISPUTED = "disputed", "Disputed"
    APPROVED = "approved", "Approved"
    REJECTED = "rejected", "Rejected"
    WITHDRAWN = "withdrawn", "Withdrawn"


class IllegalTransition(Exception):
    """The event does not apply to the state that the sample is in (any more)."""

    def __init__(self, event: str, state: str) -> None:
        super().__init__(f"A sample that is {SampleState(state).label.lower()} can't be {event}.")
        self.event, self.state = event, state


_S = SampleState
# (state, event) -> next state. Anything else is illegal.
TRANSITIONS: Final[dict[tuple[str, str], str]] = {
    (_S.IMPORTED, "checked"): _S.READY,
    (_S.IMPORTED, "quarantined"): _S.QUARANTINED,
    (_S.QUARANTINED, "released"): _S.READY,
    (_S.READY, "completed"): _S.LABELED,
    (_S.LABELED, "agreed"): _S.APPROVED,
    (_S.LABELED, "disputed"): _S.DISPUTED,
    (_S.LABELED, "reopened"): _S.LABELED,
    (_S.DISPUTED, "reopened"): _S.LABELED,
    **{(state, "approved"): _S.APPROVED for state in (_S.READY, _S.LABELED, _S.DISPUTED, _S.APPROVED, _S.REJECTED)},
    **{(state, "rejected"): _S.REJECTED for state in (_S.READY, _S.LABELED, _S.DISPUTED, _S.APPROVED)},
    **{(state, "returned"): _S.READY for state in (_S.LABELED, _S.DISPUTED, _S.APPROVED, _S.REJECTED)},
    # A reviewer takes the last decision back.
    **{(state, "undone"): _S.LABELED for state in (_S.APPROVED, _S.REJECTED, _S.READY)},
    **{(state, "withdrawn"): _S.WITHDRAWN for state in _S if state != _S.WITHDRAWN},
}
# What a reviewer may still decide on.
REVIEWABLE: Final = (_S.LABELED, _S.DISPUTED)
# Answers of others may be shown once a sample is in one of these.
CLOSED: Final = (_S.APPROVED, _S.REJECTED, _S.WITHDRAWN)


def after(state: str, event: str) -> str:
    """The state that follows; raises IllegalTransition."""
    try:
        return TRANSITIONS[(state, event)]
    except KeyError:
        raise IllegalTransition(event, state) from None
