"""Suggestions for samples that are there already, from a file or by the API: the newest of each source stands.

Of a sample, a question and a source there is one suggestion. The same again changes nothing, another takes its place.
What people hold already keeps the suggestions that it was leased with.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final, NamedTuple

import orjson

from projects.formats.readers import Line, ReadError, UnknownFormat, reader_for
from projects.formats.readers.base import flaw
from projects.intake import uploads
from projects.intake.batches import BadLine, Run, Stored
from projects.intake.lines import key_of
from projects.intake.rejected import INVALID, Rejected
from projects.intake.run import source_of
from projects.samples.models import Sample, Suggestion
from projects.samples.states import SampleState
from projects.schema import Interface
from projects.workspace.audit import Change, change
from projects.workspace.interfaces import parsed
from projects.workspace.jobs import JobFailed, Progress
from projects.workspace.models import Job, Project, User

MEMBERS: Final = ("key", "question", "value", "source", "score")
OUTCOMES: Final = ("created", "replaced", "unchanged", "invalid")
MOST_POSTED: Final = 1_000  # in one request
LONGEST_SOURCE: Final = 200  # characters
LARGEST: Final = 1e300  # of a score: beyond it the databases differ
_CHUNK: Final = 400  # in one statement: SQLite takes a limited number of parameters


class Proposed(NamedTuple):
    """One line; whether the value fits is seen beside the sample."""

    key: str
    question: str
    value: Any
    source: str
    score: float | None


class Posted(NamedTuple):
    """What became of suggestions that were sent: counts by outcome, and the reason for each that was not taken, by its
    place among them."""

    counts: Counter[str]
    errors: list[tuple[int, str]]


def read(data: Mapping[str, Any], interface: Interface) -> Proposed:
    """Checks the form of one suggestion. Raises BadLine."""
    key = key_of(dict(data))
    for name in data:
        if name not in MEMBERS:
            raise BadLine(f"{str(name)[:80]}: unknown; a suggestion has {', '.join(MEMBERS)}")
    question, source, score = data.get("question"), data.get("source"), data.get("score")
    if not isinstance(question, str) or interface.question(question) is None:
        raise BadLine("question: no such question")
    if data.get("value") is None:
        raise BadLine("value: missing")
    if not isinstance(source, str) or not source.strip() or len(source) > LONGEST_SOURCE or not source.isprintable():
        raise BadLine(f"source: expected who made it, at most {LONGEST_SOURCE} printable characters")
    if score is not None and (isinstance(score, bool) or not isinstance(score, int | float) or abs(score) > LARGEST):
        raise BadLine("score: expected a number")
    return Proposed(key, question, data["value"], source, None if score is None else float(score))


def post(*, actor: User, project: Project, items: Sequence[Any]) -> Posted:
    """Takes suggestions that were sent at once; those that don't fit are told and stop no other."""
    assert project.interface is not None
    interface = parsed(project.interface)
    fine: list[tuple[int, Proposed]] = []
    errors: list[tuple[int, str]] = []
    for place, item in enumerate(items):
        try:
            if not isinstance(item, dict):
                raise BadLine("expected an object")
            if reason := flaw(item, orjson.dumps(item)):
                raise BadLine(reason)
            fine.append((place, read(item, interface)))
        except BadLine as error:
            errors.append((place, str(error)))
        except TypeError:  # what orjson says of deep nesting
            errors.append((place, "nested too deeply"))
    with change(actor, project) as log:
        # One at a time writes to a project, as imports do.
        locked = Project.objects.select_for_update(no_key=True).get(pk=project.pk)
        counts, refused = _put(locked, interface, [proposed for _, proposed in fine])
        errors += [(fine[place][0], reason) for place, reason in refused.items()]
        counts["invalid"] = len(errors)
        if counts["created"] or counts["replaced"]:
            log("suggestions.posted", project, **{name: counts[name] for name in OUTCOMES})
    return Posted(counts, sorted(errors))


def _put(project: Project, interface: Interface, proposed: Sequence[Proposed]) -> tuple[Counter[str], dict[int, str]]:
    """Writes them, the later of two that are about the same; counts, and reasons by place of those that don't fit."""
    samples = _samples(project, {each.key for each in proposed})
    known = _known([pk for pk, _, _ in samples.values()])
    counts: Counter[str] = Counter()
    refused: dict[int, str] = {}
    changed: dict[tuple[int, str, str], Suggestion] = {}
    for place, each in enumerate(proposed):
        if each.key not in samples:
            refused[place] = "key: the project has no such sample"
            continue
        pk, fields, state = samples[each.key]
        question = interface.question(each.question)
        assert question is not None
        if state == SampleState.WITHDRAWN:
            refused[place] = "key: the sample was withdrawn"
            continue
        value, problems = question.checked(each.value, fields)
        if problems:
            refused[place] = "value: " + "; ".join(problems[:5])
            continue
        about = (pk, each.question, each.source)
        before = known.get(about)
        known[about] = (value, each.score)
        if before == known[about]:
            counts["unchanged"] += 1
            continue
        counts["created" if before is None else "replaced"] += 1
        changed[about] = Suggestion(
            sample_id=pk, question=each.question, source=each.source, value=value, score=each.score
        )
    Suggestion.objects.bulk_create(
        changed.values(),
        batch_size=100,
        update_conflicts=True,
        unique_fields=["sample", "question", "source"],
        update_fields=["value", "score"],
    )
    return counts, refused


def _samples(project: Project, keys: Collection[str]) -> dict[str, tuple[int, dict[str, Any], str]]:
    """By key: id, fields, state."""
    found: dict[str, tuple[int, dict[str, Any], str]] = {}
    wanted = sorted(keys)
    for start in range(0, len(wanted), _CHUNK):
        rows = Sample.objects.filter(project=project, key__in=wanted[start : start + _CHUNK])
        found |= {row[0]: row[1:] for row in rows.values_list("key", "pk", "fields", "state")}
    return found


def _known(samples: Sequence[int]) -> dict[tuple[int, str, str], tuple[Any, float | None]]:
    """What is suggested already for these samples: value and score by sample, question and source."""
    found: dict[tuple[int, str, str], tuple[Any, float | None]] = {}
    for start in range(0, len(samples), _CHUNK):
        rows = Suggestion.objects.filter(sample__in=samples[start : start + _CHUNK])
        for sample, question, source, value, score in rows.values_list(
            "sample_id", "question", "source", "value", "score"
        ):
            found[sample, question, source] = (value, score)
    return found


class SuggestionLoader:
    """What an import of suggestions does with each line. Kept for one run of one job."""

    outcomes: Sequence[str] = OUTCOMES
    action = "suggestions.imported"
    structured: Collection[str] = ("value",)

    def __init__(self, interface: Interface) -> None:
        self.interface = interface

    def prepare(self, data: dict[str, Any]) -> Proposed:
        return read(data, self.interface)

    def store(self, lines: Sequence[tuple[Line, Proposed]], project: Project, log: Change) -> Stored:
        stored = Stored()
        counts, refused = _put(project, self.interface, [proposed for _, proposed in lines])
        stored.counts.update(counts)
        stored.rejected = [Rejected(lines[place][0], INVALID, reason) for place, reason in refused.items()]
        if counts["created"] or counts["replaced"]:
            stored.told = {"first": lines[0][1].key, "last": lines[-1][1].key}
        return stored

    def finish(self, log: Change) -> None:
        """Nothing waits for suggestions."""


def run_import(job: Job, progress: Progress) -> dict[str, Any]:
    """Job handler ``import-suggestions``: goes on from the job's checkpoint to the end of the file."""
    source = source_of(job)
    interface = source.project.interface
    assert interface is not None
    try:
        with uploads.local(source.upload) as path:
            loader = SuggestionLoader(parsed(interface))
            return Run(job, progress, source, loader).over(reader_for(path, source.filename), path)
    except uploads.Gone as error:
        raise JobFailed("The uploaded file is not there any more.") from error
    except (UnknownFormat, ReadError) as error:
        raise JobFailed(f"The file can't be read: {error}") from error
