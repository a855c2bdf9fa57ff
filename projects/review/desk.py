"""A sample as the reviewer sees it: all answers side by side, what they merge to, what was chosen so far."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from projects.labeling.models import Annotation
from projects.labeling.returns import anybody_else
from projects.labeling.task import asset_urls
from projects.quality.answers import of_sample
from projects.quality.stream import Given, answered_of
from projects.quality.tables import Said, said_of
from projects.quality.versions import Versions
from projects.review.layers import Case, barred, case_of
from projects.review.merge import merge
from projects.review.models import Adjudication, Layer, Overruling, Verdict
from projects.review.seen import seen
from projects.review.suggested import Beside, beside
from projects.review.told import Answered, Decided, answered, differing_of
from projects.samples.models import Sample
from projects.samples.states import FINAL, REVIEWABLE, SampleState
from projects.schema import Interface, Question
from projects.templatetags.annotator_text import candidate, letter
from projects.workspace.models import Project, User

MERGED, OWN = "merged", "own"
# People after the first few (a to i) have no key: j and k are taken.
KEYED = 9
# What a reviewer may decide on, again or for the first time.
DECIDABLE = (*REVIEWABLE, SampleState.REVIEWED, *FINAL)


@dataclass(frozen=True, slots=True)
class Person:
    """One annotator. ``key`` (a, b, c …) is what the keyboard calls them, ``name`` what the screen does."""

    key: str
    name: str
    given: Given
    comments: dict[str, Any]
    # How they saw the candidates, where that was in another order than here.
    saw: str = ""


@dataclass(frozen=True, slots=True)
class Take:
    """One answer and those who gave it. ``choice`` is what the form sends for it."""

    choice: str
    people: tuple[Person, ...]
    value: Any

    @property
    def names(self) -> str:
        return ", ".join(person.name for person in self.people)

    @property
    def keys(self) -> str:
        return " ".join(person.key for person in self.people)

    @property
    def saw(self) -> list[tuple[str, str]]:
        """Who of them saw the candidates in another order, and how; nameless where the answer is one person's."""
        alone = len(self.people) == 1
        return [("" if alone else person.name, person.saw) for person in self.people if person.saw]


@dataclass(frozen=True, slots=True)
class Line:
    """One series of a question with several (an axis of a rubric, for one candidate): everybody's value beside it."""

    title: str
    values: list[Any]
    merged: Any
    apart: bool


@dataclass(slots=True)
class Judged:
    """One question under review."""

    question: Question
    takes: list[Take]
    lines: list[Line]
    merged: Any
    own: Any
    spread: float | None
    disputed: bool
    silent: list[str]
    # What the answers of everybody to everything say about this sample, as last computed; empty where nothing was.
    said: list[Said] = field(default_factory=list)
    said_at: datetime | None = None
    # What machines suggested; None for nothing.
    beside: Beside | None = None
    chosen: str = ""
    problem: str = ""

    @property
    def given(self) -> int:
        """How many people answered it."""
        return sum(len(take.people) for take in self.takes)

    @property
    def in_letters(self) -> bool:
        """Its answers may speak of candidates by the letters that people saw."""
        return self.question.on_candidates or self.question.type.free

    @property
    def agreed(self) -> str:
        """The row that says what the answers merge to; empty where that is nobody's own answer or has a column."""
        if self.merged is None or self.lines:
            return ""
        return next((take.choice for take in self.takes if self.question.same(take.value, self.merged)), "")


@dataclass(slots=True)
class Desk:
    """The whole screen."""

    sample: Sample
    interface: Interface
    values: dict[str, Any]
    people: list[Person]
    judged: list[Judged]
    expected: str
    decided: Adjudication | None
    own_work: bool
    asset_urls: dict[str, str]
    other_versions: bool
    # Spreads above it are disputes.
    limit: float
    case: Case
    # Why somebody else has to take the next step; empty where this person may.
    barred: str = ""
    replies: list[Answered] = field(default_factory=list)
    differing: list[Decided] = field(default_factory=list)
    others_left: bool = False
    reason: str = ""
    reason_missing: str = ""
    problems: list[str] = field(default_factory=list)
    # So that the templates of questions find the order in which candidates stand, the sample's own, and number them.
    numbered: bool = True
    shown: dict[str, Any] = field(default_factory=dict)
    answers: dict[str, Any] = field(default_factory=dict)

    @property
    def fields(self) -> list[tuple[Any, Any]]:
        return [(each, self.values[each.name]) for each in self.interface.fields if each.name in self.values]

    @property
    def decidable(self) -> bool:
        return self.sample.state in DECIDABLE and not self.barred and bool(self.people)

    @property
    def stands(self) -> Adjudication | None:
        """The decision that the same decision again confirms or upholds."""
        return self.case.waiting or self.case.answered

    @property
    def confirm_word(self) -> str:
        """What the same decision again does."""
        if self.case.waiting:
            return "Sign off" if self.case.layer == Layer.OWNER else "Confirm"
        return "Uphold" if self.case.answered else ""

    @property
    def refused(self) -> bool:
        """What the form sent was not stored."""
        return bool(self.reason_missing or self.problems or any(each.problem for each in self.judged))

    @property
    def plural(self) -> bool:
        return len(self.people) > 1

    @property
    def comments(self) -> list[tuple[Person, str]]:
        return [(person, str(text)) for person in self.people for text in person.comments.values() if text]


def desk_for(project: Project, sample: Sample, user: User) -> Desk:
    """What the reviewer looks at now."""
    versions = Versions(project)
    given = answered_of([sample.pk]).get(sample.pk, [])
    case = case_of(sample, given)
    people = _people(project, sample, given, versions.current)
    merged = merge(versions, given, sample.fields)
    limit = 1 - project.rules.min_agreement
    own_work = not project.rules.review_own and Annotation.objects.filter(sample=sample, annotator=user).exists()
    judged = [
        _judged(versions, question, people, merged.answers, sample, limit)
        for question in versions.current.questions
        if question.on is None or question.on.name in sample.fields
    ]
    for name, rows in of_sample(sample).items():
        for each in judged:
            if each.question.name == name:
                each.said, each.said_at = said_of(each.question, rows), rows[0][0].computed_at
    machines = beside(sample, versions.current, [(p.name, p.given.suggested, p.given.answers) for p in people])
    for each in judged:
        each.beside = machines.get(each.question.name)
    desk = Desk(
        sample=sample,
        interface=versions.current,
        values=sample.fields,
        people=people,
        judged=[each for each in judged if each.takes or each.question.required or each.question.show_if is None],
        expected=case.version,
        decided=case.in_force,
        own_work=own_work,
        case=case,
        barred=barred(project, case, user),
        replies=[answered(row, _name_of(row, people)) for row in case.replies],
        differing=differing_of(versions.current, case),
        others_left=anybody_else(sample) > 0,
        asset_urls=asset_urls(project, sample.fields),
        other_versions=any(versions.left_out(one.interface_id, one.answers) for one in given),
        limit=limit,
    )
    if desk.stands and desk.stands.decision == Verdict.APPROVE:
        _choose(desk.judged, desk.stands.answers)
    return desk


def answers_from(desk: Desk, post: Mapping[str, list[str]]) -> dict[str, Any]:
    """What the form chose, unchecked. The desk keeps it, typed answers included, for when it is refused."""
    typed = desk.interface.answers_from_form(
        {name: values for name, values in post.items() if name.startswith("q.")}, desk.values, {}
    )
    answers: dict[str, Any] = {}
    for each in desk.judged:
        name = each.question.name
        each.chosen = (post.get(f"from.{name}") or [""])[-1]
        each.own = typed.get(name, each.own)
        if each.chosen == OWN and name in typed:
            answers[name] = typed[name]
        elif each.chosen == MERGED and each.merged is not None:
            answers[name] = each.merged
        else:
            chosen = [take.value for take in each.takes if take.choice == each.chosen]
            answers |= {name: chosen[0]} if chosen else {}
    return answers


def _people(project: Project, sample: Sample, given: list[Given], interface: Interface) -> list[Person]:
    """Everybody with a current annotation, under the letters that the sample's page gives them: by who came first."""
    by_id = {one.annotation_id: one for one in given}
    rows = Annotation.objects.filter(sample=sample).select_related("annotator", "assignment").order_by("pk")
    order: dict[int, int] = {}
    people = []
    for row in rows:
        index = order.setdefault(row.annotator_id, len(order))
        if row.pk in by_id:
            name = str(row.annotator) if project.rules.reveal_annotators else letter(index)
            key = letter(index).lower() if index < KEYED else f"person-{index}"
            saw = seen(interface, sample.fields, row)
            people.append(Person(key, name, by_id[row.pk], row.comments, saw))
    return sorted(people, key=lambda person: order[person.given.annotator_id])


def _judged(
    versions: Versions,
    question: Question,
    people: list[Person],
    merged: Mapping[str, Any],
    sample: Sample,
    limit: float,
) -> Judged:
    answered: list[tuple[Person, Any]] = []
    silent = []
    for person in people:
        answers = versions.comparable(person.given.interface_id, person.given.answers)
        if question.name in answers:
            answered.append((person, answers[question.name]))
        else:
            silent.append(person.name)
    spread = (sample.spreads or {}).get(question.name)
    final = merged.get(question.name)
    several = len(question.type.series(question)) > 1 or (question.type.averages and question.on_candidates)
    takes = [Take(str(person.given.annotation_id), (person,), value) for person, value in answered]
    found = Judged(
        question=question,
        takes=takes if several else _together(question, takes),
        lines=_lines(question, [value for _, value in answered], final, sample.fields) if several else [],
        merged=final,
        own=final,
        spread=spread,
        disputed=spread is not None and spread > limit + 1e-9,
        silent=silent if answered else [],
    )
    found.chosen = found.agreed or (MERGED if final is not None else "")
    return found


def _choose(judged: list[Judged], answers: Mapping[str, Any]) -> None:
    """Marks what a decision says as chosen: the answer of people, the merged one, or one of the reviewer's own."""
    for each in judged:
        if each.question.name not in answers:
            each.chosen = ""
            continue
        value = answers[each.question.name]
        if each.merged is not None and each.question.same(each.merged, value):
            each.chosen = each.agreed or MERGED
            continue
        found = [take.choice for take in each.takes if each.question.same(take.value, value)]
        each.chosen = found[0] if found else OWN
        each.own = each.own if found else value


def _name_of(row: Overruling, people: list[Person]) -> str:
    return next((each.name for each in people if each.given.annotator_id == row.annotator_id), "Somebody")


def _together(question: Question, takes: list[Take]) -> list[Take]:
    """Those who say the same share a row; the answer of most comes first."""
    found: list[Take] = []
    for take in takes:
        for place, known in enumerate(found):
            if question.same(known.value, take.value):
                found[place] = Take(known.choice, known.people + take.people, known.value)
                break
        else:
            found.append(take)
    return sorted(found, key=lambda take: -len(take.people))


def _lines(question: Question, values: list[Any], merged: Any, fields: Mapping[str, Any]) -> list[Line]:
    titles = {series.name: series.title for series in question.type.series(question)}
    ids = [each["id"] for each in fields.get(question.on.name, [])] if question.on and question.on.of else []
    units = [{each[:2]: each.value for each in question.type.observations(question, value)} for value in values]
    final = {each[:2]: each.value for each in question.type.observations(question, merged)} if merged else {}
    lines = []
    for series, suffix in dict.fromkeys(unit for each in units for unit in each):
        title = titles[series] if not suffix else f"{candidate(ids.index(suffix))}: {titles[series]}"
        row = [each.get((series, suffix)) for each in units]
        lines.append(Line(title, row, final.get((series, suffix)), len({each for each in row if each is not None}) > 1))
    return lines
