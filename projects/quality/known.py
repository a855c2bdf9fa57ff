"""What is known of samples without their annotations: answers to hold posteriors against, and candidates' sources."""

from collections.abc import Iterable, Mapping
from typing import Any, Final, NamedTuple

from projects.samples.models import Sample
from projects.samples.states import SampleState
from projects.schema import Field
from projects.schema.fields.candidates import ids
from projects.workspace.policy import SOURCE_IS_ID, metadata_key

# What the rule approved and an owner signed off: the layer of the decision that was confirmed.
BY_RULE: Final = "rule"
_BEFORE: Final = "adjudications__before__layer"
# Until it is labelled, whoever is asked must not know what others said.
UNSEEN: Final = (SampleState.IMPORTED, SampleState.QUARANTINED, SampleState.READY)


class About(NamedTuple):
    """One sample. ``known``: by question, its gold or else what a reviewer decided on it."""

    state: str
    metadata: dict[str, Any]
    known: Mapping[str, Any]


def about(sample_ids: Iterable[int]) -> dict[int, About]:
    """A few samples by id.

    A decision made unseen, for many samples at once or by the rule, adopts what the answers merge to, so it can't be
    held against them.
    """
    wanted = list(sample_ids)
    decided = Sample.objects.filter(
        pk__in=wanted,
        adjudications__current=True,
        adjudications__decision="approve",
        adjudications__origin="reviewer",
        adjudications__in_bulk=False,
    ).values_list("pk", "adjudications__answers", "adjudications__confirms", _BEFORE)
    known = {pk: answers for pk, answers, confirms, before in decided if not (confirms and before == BY_RULE)}
    rows = Sample.objects.filter(pk__in=wanted).values_list("pk", "state", "metadata", "gold")
    return {pk: About(state, metadata, {**known.get(pk, {}), **(gold or {})}) for pk, state, metadata, gold in rows}


def sources_of(rule: str, on: Field | None, fields: Mapping[str, Any], metadata: Mapping[str, Any]) -> dict[str, str]:
    """Candidate's id → what it comes from (a model, a person), as the policy's ``sources`` says; empty where nothing
    does. ``rule``: ``id`` where ids mean the same in every sample, or ``metadata.KEY``, an object by id."""
    known = ids(fields.get(on.name, [])) if on and on.of else []
    if rule == SOURCE_IS_ID:
        return {key: key for key in known}
    named = metadata.get(metadata_key(rule)) if rule else None
    if not isinstance(named, dict):
        return {}
    return {key: str(named[key])[:200] for key in known if isinstance(named.get(key), str | int) and named[key] != ""}
