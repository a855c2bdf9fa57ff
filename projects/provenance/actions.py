"""What can be done with consents: end one, with the reason. One transaction and its audit row each."""

from django.utils import timezone

from projects.provenance.models import Consent, ConsentState
from projects.workspace.actions import Refused
from projects.workspace.audit import change
from projects.workspace.models import Project, User


def end_consent(*, actor: User, project: Project, consent: Consent, note: str = "") -> Consent:
    """Ends a consent: from now on no snapshot takes up the samples that rest on it. Raises Refused when it is ended.

    Of two people who end it at once, one does; what is in earlier snapshots stays there.
    """
    now = timezone.now()
    with change(actor, project) as log:
        ended = Consent.objects.filter(pk=consent.pk, project=project, state=ConsentState.GIVEN).update(
            state=ConsentState.ENDED, ended_at=now, note=note
        )
        if not ended:
            raise Refused("This consent has ended already.")
        log("consent.ended", consent, reference=consent.reference, note=note)
    consent.state, consent.ended_at, consent.note = ConsentState.ENDED, now, note
    return consent
