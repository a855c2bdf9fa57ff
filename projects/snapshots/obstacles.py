"""Why a sample inside the filter may not leave. The first obstacle that applies is the reason that is counted.

``OBSTACLES`` is the one list of them. A stage that finds another reason adds a function of its own there, with the
sentence that people read beside the condition.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import Case, CharField, Q, Value, When

from projects.provenance.models import ConsentState, Provenance
from projects.samples.states import SampleState
from projects.snapshots.models import Purpose
from projects.snapshots.purposes import allows
from projects.workspace.models import Project


@dataclass(frozen=True, slots=True)
class Obstacle:
    """``reason`` is what manifests say; ``sentence`` what people read, with what they can do about it; ``page`` the
    name of the address where they can, below the project's, with the words and the query of the link."""

    reason: str
    sentence: str
    condition: Q
    page: str = ""
    words: str = ""
    query: str = ""


OUTSIDE = Obstacle("outside the filter", "A condition of the filter does not hold for them.", Q())


def _not_approved(project: Project, purpose: str) -> list[Obstacle]:
    said = {
        SampleState.IMPORTED: ("They were imported and wait for the checks.", "samples"),
        SampleState.QUARANTINED: ("A check objected to them; release those that are fine.", "samples"),
        SampleState.HIDDEN: ("Their answers are known: they check people, and nobody labels them.", "samples"),
        SampleState.READY: ("Not enough people have labelled them yet.", "samples"),
        SampleState.LABELED: ("They are labelled, and wait for a reviewer to approve them.", "review"),
        SampleState.DISPUTED: ("People disagree on them; a reviewer decides.", "review"),
        SampleState.REVIEWED: ("They are decided, and wait for a second reviewer or an owner to confirm it.", "review"),
        SampleState.REJECTED: ("A reviewer rejected them.", "samples"),
        SampleState.WITHDRAWN: ("They left the project for good.", "withdrawals"),
    }
    words = {"samples": "Show them", "review": "Review them", "withdrawals": "Withdrawn samples"}
    return [
        Obstacle(
            "withdrawn" if state == SampleState.WITHDRAWN else f"not approved: {state.label.lower()}",
            sentence,
            Q(state=state),
            page,
            words[page],
            f"state={state.value}" if page != "withdrawals" else "",
        )
        for state, (sentence, page) in said.items()
    ]


def _consent_ended(project: Project, purpose: str) -> list[Obstacle]:
    sentence = "The consent that they rest on has ended; nothing brings them back."
    condition = Q(provenance__consent__state=ConsentState.ENDED)
    return [Obstacle("consent ended", sentence, condition, "consents", "Consents")]


def _licence_missing(project: Project, purpose: str) -> list[Obstacle]:
    if purpose:
        sentence = "Nobody said under which licence they are, so nobody knows whether it allows this purpose."
    elif "licence" in project.rules.require:
        sentence = "Nobody said under which licence they are, and this project's policy wants that."
    else:
        return []
    condition = Q(provenance__licence="") | Q(provenance=None)
    return [Obstacle("licence missing", sentence, condition, "settings", "Policy")]


def _licence_not_for(project: Project, purpose: str) -> list[Obstacle]:
    if not purpose:
        return []
    used = Provenance.objects.filter(sample__project=project).exclude(licence="").order_by()
    own = project.rules.licences
    refused = sorted(
        each for each in used.values_list("licence", flat=True).distinct() if not allows(each, purpose, own)
    )
    if not refused:
        return []
    what = Purpose(purpose).label.lower()
    named = ", ".join(refused[:3]) + (f" and {len(refused) - 3} more" if len(refused) > 3 else "")
    sentence = f"Not known to allow {what}, corrected texts included: {named}. Say in the policy what your own allow."
    condition = Q(provenance__licence__in=refused)
    return [Obstacle(f"licence not for {what}", sentence, condition, "settings", "Policy")]


def _required(name: str) -> Callable[[Project, str], list[Obstacle]]:
    def missing(project: Project, purpose: str) -> list[Obstacle]:
        if name not in project.rules.require:
            return []
        sentence = f"They name no {name}, and this project's policy wants one."
        return [Obstacle(f"{name} missing", sentence, Q(**{f"provenance__{name}": None}), "settings", "Policy")]

    return missing


def _personal_data(project: Project, purpose: str) -> list[Obstacle]:
    sentence = "Their text holds what looks like personal data, and nobody has cleared it."
    condition = Q(screening__open__gt=0)
    return [Obstacle("personal data not cleared", sentence, condition, "findings", "Look at it")]


def _duplicate(project: Project, purpose: str) -> list[Obstacle]:
    sentence = "Another approved sample says the same, letter case and spaces aside; that one stands for them."
    condition = Q(screening__duplicate_of__state=SampleState.APPROVED)
    return [Obstacle("duplicate of another sample", sentence, condition, "findings", "Show them", "show=duplicates")]


OBSTACLES: tuple[Callable[[Project, str], list[Obstacle]], ...] = (
    _not_approved,
    _consent_ended,
    _licence_missing,
    _licence_not_for,
    _required("consent"),
    _required("creator"),
    _personal_data,
    _duplicate,
)


def obstacles(project: Project, purpose: str) -> list[Obstacle]:
    """All that can keep a sample of the project back, most telling first."""
    return [obstacle for found in OBSTACLES for obstacle in found(project, purpose)]


def first_of(found: list[Obstacle]) -> Case:
    """The reason that keeps a sample back; empty for one that may leave."""
    whens = (When(each.condition, then=Value(each.reason)) for each in found)
    return Case(*whens, default=Value(""), output_field=CharField())
