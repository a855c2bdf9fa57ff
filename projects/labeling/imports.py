"""Annotations that come from a file: checked like those given here, counted once, never in the place of others."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple

from django.conf import settings
from django.db.models import Exists, F, OuterRef
from django.db.models.functions import Greatest
from django.utils import timezone

from projects.formats.readers import Line, ReadError, UnknownFormat, reader_for
from projects.intake import uploads
from projects.intake.batches import BadLine, Run, Stored
from projects.intake.lines import key_of, reasons
from projects.intake.rejected import CONFLICT, INVALID, Rejected
from projects.intake.run import source_of
from projects.labeling.counting import extended
from projects.labeling.models import Annotation, Assignment, AssignmentState, Origin, Purpose
from projects.samples.models import UNROUTED, Sample
from projects.samples.states import CLOSED, REVIEWABLE, SampleState, after
from projects.schema import SchemaError
from projects.workspace.audit import Change
from projects.workspace.interfaces import parsed
from projects.workspace.jobs import JobFailed, Progress, request_once
from projects.workspace.models import Interface as Version
from projects.workspace.models import Job, Membership, Project, Role, User

MEMBERS: Final = ("key", "annotator", "answers", "comments", "duration_ms")
LONGEST: Final = 2**31 - 1  # milliseconds


class GivenLine(NamedTuple):
    """One person's annotation of one sample as a line states it; the answers are checked against the sample later."""

    key: str
    annotator: str
    answers: dict[str, Any]
    comments: dict[str, str]
    duration_ms: int | None


class _Held(NamedTuple):
    """What a person has of a sample already."""

    state: str
    answers: dict[str, Any] | None
    comments: dict[str, Any] | None


def run_import(job: Job, progress: Progress) -> dict[str, Any]:
    """Job handler ``import-annotations``: goes on from the job's checkpoint to the end of the file."""
    source = source_of(job)
    version = source.project.interface
    assert version is not None
    try:
        with uploads.local(source.upload) as path:
            loader = AnnotationLoader(source.project, version)
            return Run(job, progress, source, loader).over(reader_for(path, source.filename), path)
    except uploads.Gone as error:
        raise JobFailed("The uploaded file is not there any more.") from error
    except (UnknownFormat, ReadError) as error:
        raise JobFailed(f"The file can't be read: {error}") from error


def prepare(data: dict[str, Any]) -> GivenLine:
    """Checks the form of one line. Raises BadLine."""
    key = key_of(data)
    for name in data:
        if name not in MEMBERS:
            raise BadLine(f"{name[:80]}: unknown; a line has {', '.join(MEMBERS)}")
    annotator = data.get("annotator")
    if not isinstance(annotator, str) or not annotator.strip() or not annotator.isprintable():
        raise BadLine("annotator: expected the name of a person")
    if len(annotator) > 150:
        raise BadLine("annotator: longer than 150 characters")
    answers, comments = data.get("answers"), data.get("comments") or {}
    if not isinstance(answers, dict):
        raise BadLine("answers: expected an object")
    if not isinstance(comments, dict) or not all(isinstance(text, str) for text in comments.values()):
        raise BadLine("comments: expected an object of texts, by question or axis")
    if any(len(name) > 140 for name in comments):
        raise BadLine("comments: a name is longer than 140 characters")
    duration = data.get("duration_ms")
    if duration is not None and (isinstance(duration, bool) or not isinstance(duration, int)):
        raise BadLine("duration_ms: expected whole milliseconds")
    if duration is not None and not 0 <= duration <= LONGEST:
        raise BadLine(f"duration_ms: expected 0 to {LONGEST}")
    return GivenLine(key, annotator.strip(), answers, comments, duration)


class AnnotationLoader:
    """What an import of annotations does with each line. Kept for one run of one job."""

    outcomes: Sequence[str] = ("created", "unchanged", "conflict", "invalid")
    action = "annotations.imported"
    structured: Collection[str] = ("answers", "comments")

    def __init__(self, project: Project, version: Version) -> None:
        self.version, self.interface = version, parsed(version)
        self.prepare = prepare

    def store(self, lines: Sequence[tuple[Line, GivenLine]], project: Project, log: Change) -> Stored:
        stored = Stored()
        samples = _samples(project, {given.key for _, given in lines})
        people = _people({given.annotator for _, given in lines})
        members = set(
            Membership.objects.filter(project=project, user__in=[person.pk for person in people.values()]).values_list(
                "user_id", flat=True
            )
        )
        held = _held(samples.values(), people.values())
        fresh: dict[tuple[str, str], GivenLine] = {}
        for line, given in lines:
            outcome, reason, checked = self._judge(given, samples, people, members, held)
            if outcome == "created" and checked is not None:
                held[given.key, given.annotator] = _Held(AssignmentState.SUBMITTED, checked.answers, checked.comments)
                fresh[given.key, given.annotator] = checked
            if outcome in (INVALID, CONFLICT):
                stored.rejected.append(Rejected(line, outcome, reason))
            else:
                stored.counts[outcome] += 1
        if fresh:
            added = [name for name in {given.annotator for given in fresh.values()} if name not in people]
            people |= _make_people(sorted(added))
            _join(project, [people[name] for name in sorted({g.annotator for g in fresh.values()})], members, log)
            self._insert(list(fresh.values()), project, samples, people)
            stored.told |= {"annotators": len({given.annotator for given in fresh.values()})}
            _count_in(project, samples, Counter(given.key for given in fresh.values()), log)
        return stored

    def finish(self, log: Change) -> None:
        """New answers change the figures, and what becomes of their samples."""
        assert log.project is not None
        request_once(log.project, route=0, agreement=settings.AGREEMENT_DELAY_SECONDS)

    def _judge(
        self,
        given: GivenLine,
        samples: Mapping[str, Sample],
        people: Mapping[str, User],
        members: set[int],
        held: Mapping[tuple[str, str], _Held],
    ) -> tuple[str, str, GivenLine | None]:
        """What becomes of a line, why if it is not taken, and the line with its answers as they are stored."""
        sample = samples.get(given.key)
        if sample is None:
            return INVALID, "key: no sample of this project has it", None
        if sample.state in (SampleState.IMPORTED, SampleState.QUARANTINED, SampleState.HIDDEN, SampleState.WITHDRAWN):
            return INVALID, f"key: the sample is {SampleState(sample.state).label.lower()}", None
        person = people.get(given.annotator)
        if person is not None and person.pk not in members and not person.is_placeholder:
            return INVALID, "annotator: an account of this name exists and is not a member of the project", None
        try:
            answers = self.interface.validate_answers(given.answers, sample.fields)
        except SchemaError as error:
            return INVALID, reasons(error), None
        checked = given._replace(answers=answers)
        have = held.get((given.key, given.annotator))
        if have is None:
            if sample.state in CLOSED:
                return CONFLICT, "the sample has been decided on already", None
            return "created", "", checked
        if have.answers == answers and have.comments == given.comments:
            return "unchanged", "", None
        if have.answers is None:
            return CONFLICT, "this person has the sample open here", None
        return CONFLICT, "this person has answered the sample already, in another way", None

    def _insert(
        self,
        lines: Sequence[GivenLine],
        project: Project,
        samples: Mapping[str, Sample],
        people: Mapping[str, User],
    ) -> None:
        now = timezone.now()
        assignments = Assignment.objects.bulk_create(
            [self._assignment(project, samples[line.key], people[line.annotator], now) for line in lines]
        )
        Annotation.objects.bulk_create(
            Annotation(
                project=project,
                sample=assignment.sample,
                assignment=assignment,
                annotator=assignment.annotator,
                interface=self.version,
                answers=line.answers,
                comments=line.comments,
                origin=Origin.IMPORTED,
                duration_ms=line.duration_ms,
                created_at=now,
            )
            for line, assignment in zip(lines, assignments, strict=True)
        )
        for name, count in Counter(line.annotator for line in lines).items():
            Membership.objects.filter(project=project, user=people[name]).update(submitted=F("submitted") + count)

    def _assignment(self, project: Project, sample: Sample, person: User, now: datetime) -> Assignment:
        return Assignment(
            project=project,
            sample=sample,
            annotator=person,
            interface=self.version,
            state=AssignmentState.SUBMITTED,
            leased_at=now,
            deadline=now,
        )


def _samples(project: Project, keys: set[str]) -> dict[str, Sample]:
    """The project's samples of these keys, locked in one order, so that two writers can't wait for each other."""
    found = Sample.objects.select_for_update().filter(project=project, key__in=keys).order_by("pk")
    return {sample.key: sample for sample in found.only("key", "fields", "state", "answered", "open_slots", "awaited")}


def _people(names: set[str]) -> dict[str, User]:
    return {person.username: person for person in User.objects.filter(username__in=names)}


def _held(samples: Collection[Sample], people: Collection[User]) -> dict[tuple[str, str], _Held]:
    """What these people have of these samples: their current answers, or none where they only hold the sample."""
    mine = {"sample__in": [sample.pk for sample in samples], "annotator__in": [person.pk for person in people]}
    pairs = "sample__key", "annotator__username"
    found = {
        (key, name): _Held(state, None, None)
        for key, name, state in Assignment.objects.filter(**mine).values_list(*pairs, "state")
    }
    for key, name, answers, comments in Annotation.objects.filter(current=True, **mine).values_list(
        *pairs, "answers", "comments"
    ):
        found[key, name] = _Held(AssignmentState.SUBMITTED, answers, comments)
    return found


def _make_people(names: Sequence[str]) -> dict[str, User]:
    """People without a password: known by name, unable to sign in."""
    made = [User(username=name, is_placeholder=True) for name in names]
    for person in made:
        person.set_unusable_password()
    User.objects.bulk_create(made, ignore_conflicts=True)  # another project's import may be making the same ones
    return _people(set(names))


def _join(project: Project, people: Sequence[User], members: set[int], log: Change) -> None:
    joining = [person for person in people if person.pk not in members]
    Membership.objects.bulk_create(Membership(project=project, user=person, role=Role.ANNOTATOR) for person in joining)
    for person in joining:
        log("member.added", person, role=Role.ANNOTATOR.value, imported=True)


def _count_in(project: Project, samples: Mapping[str, Sample], added: Counter[str], log: Change) -> None:
    """Brings counts and states up to date. The caller holds the samples' rows."""
    by_number: dict[int, list[int]] = {}
    for key, number in added.items():
        by_number.setdefault(number, []).append(samples[key].pk)
    for number, ids in by_number.items():
        Sample.objects.filter(pk__in=ids).update(
            answered=F("answered") + number, open_slots=Greatest(F("open_slots") - number, 0), **UNROUTED
        )
    wanting: list[int] = []
    for key, number in added.items():
        sample = samples[key]
        answered = sample.answered + number
        if sample.state == SampleState.READY and answered >= project.overlap and not sample.awaited:
            if extended(project, sample, answered):
                wanting.append(sample.pk)
            else:
                log("sample.completed", sample, answered=answered)
        elif sample.state in REVIEWABLE:
            log("sample.reopened", sample, answered=answered)
    touched = Sample.objects.filter(pk__in=[samples[key].pk for key in added])
    enough = touched.filter(state=SampleState.READY, answered__gte=project.overlap, awaited=0)
    enough.exclude(pk__in=wanting).update(state=after(SampleState.READY, "completed"), open_slots=0)
    leased = Assignment.objects.filter(sample=OuterRef("pk"), state=AssignmentState.LEASED, purpose=Purpose.LABEL)
    touched.filter(~Exists(leased), pk__in=wanting, open_slots=0).update(open_slots=1)
    for state in REVIEWABLE:
        touched.filter(state=state).update(state=after(state, "reopened"))
