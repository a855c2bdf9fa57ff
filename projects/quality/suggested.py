"""What becomes of suggestions: how often each source's are seen and taken over, and how far they draw answers.

Taken in sample by sample. What is kept grows with questions, sources and different patterns of a few answers, not with
samples. Each answer is compared with what was suggested to that very person, as their annotation recorded it.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from projects.labeling.suggestions import AFTER, WITHHELD, seen
from projects.measures import anchoring, reasons, share_of
from projects.measures.anchors import Met
from projects.measures.intervals import Estimate
from projects.quality.crowd import as_json
from projects.quality.models import SuggestionUse
from projects.quality.raters import Likenesses, is_text
from projects.quality.stream import Answered
from projects.quality.versions import Versions
from projects.schema import Question
from projects.workspace.models import Project

# Sources of one question that are counted, those met first; the rest say nothing that anybody could read.
MOST_SOURCES: Final = 50
_Met = tuple[str, str, str]  # question, source, how


@dataclass(slots=True)
class Use:
    """One source's suggestions for one question, met in one way. ``changed`` of those who had said something else."""

    shown: int = 0
    taken: int = 0
    before: int = 0
    changed: int = 0


@dataclass(slots=True)
class _Sums:
    """Of one sample: answers to it and the sum of their likenesses to the suggestion."""

    answers: int = 0
    alike: float = 0.0

    def add(self, alike: float) -> None:
        self.answers += 1
        self.alike += alike


class Uses:
    """Takes in samples one by one."""

    def __init__(self, versions: Versions, likenesses: Mapping[str, Likenesses]) -> None:
        self.versions, self.likenesses = versions, likenesses
        self.questions = {question.name: question for question in versions.current.questions}
        self.uses: dict[_Met, Use] = {}
        # How often each pattern occurs among the samples.
        self.patterns: dict[_Met, Counter[Met]] = defaultdict(Counter)
        self.sources: dict[str, set[str]] = defaultdict(set)

    def add(self, sample: Answered) -> None:
        """One sample, each person once."""
        found: dict[tuple[str, str], dict[str, _Sums]] = {}
        for one in sample.given:
            if not one.suggested:
                continue
            answers = self.versions.comparable(one.interface_id, one.answers)
            shown = seen(one.suggested)
            withheld = one.suggested["how"] == WITHHELD
            first = one.suggested.get("first", {})
            for name, each in one.suggested["questions"].items():
                if name in answers and (withheld or name in shown):
                    for proposal in each:
                        alike = self._one(name, proposal, one.suggested["how"], answers[name], first)
                        if alike is not None:
                            by_how = found.setdefault((name, proposal["source"]), {})
                            by_how.setdefault(one.suggested["how"], _Sums()).add(alike)
        for (name, source), by_how in found.items():
            none = by_how.pop(WITHHELD, _Sums())
            # Beside one way of meeting it alone, so that ``_compared`` finds them once.
            for how, sums in list(by_how.items()) or [(WITHHELD, _Sums())]:
                self.patterns[name, source, how][sums.answers, _round(sums), none.answers, _round(none)] += 1
                none = _Sums()

    def _one(
        self, name: str, proposal: Mapping[str, Any], how: str, answer: Any, first: Mapping[str, Any]
    ) -> float | None:
        """Counts one answer to one proposal, and says how alike the two are; None for a source too many."""
        source = proposal["source"]
        known = self.sources[name]
        if source not in known and len(known) >= MOST_SOURCES:
            return None
        known.add(source)
        question = self.questions[name]
        same = question.same(answer, proposal["value"])
        use = self.uses.setdefault((name, source, how), Use())
        use.shown += 1
        use.taken += same
        if how == AFTER and not question.same(first[name], proposal["value"]):
            use.before += 1
            use.changed += same
        return 1.0 if same else self._alike(question, answer, proposal["value"])

    def _alike(self, question: Question, one: Any, other: Any) -> float:
        """How alike two answers are, 0..1: the mean over what both say something of. Words are the same or not."""
        mine, theirs = (
            {each[:2]: each.value for each in question.type.observations(question, value)} for value in (one, other)
        )
        both = [unit for unit in mine if unit in theirs and unit[0] in self.likenesses]
        if not both or any(is_text(self.likenesses[series].series) for series, _ in both):
            return 0.0
        return sum(self.likenesses[unit[0]].of(mine[unit], theirs[unit]) for unit in both) / len(both)

    def rows(self, project: Project, at: datetime) -> Iterator[SuggestionUse]:
        """A row for each question, source and way of meeting it, in the interface's order."""
        order = {name: place for place, name in enumerate(self.questions)}
        met = sorted(self.uses, key=lambda each: (order[each[0]], each[1], each[2]))
        several = {each[:2] for each in met if each[2] != WITHHELD}
        place = 0
        for name, source, how in met:
            if how == WITHHELD and (name, source) in several:
                continue  # counted beside those who saw it
            use = self.uses[name, source, how] if how != WITHHELD else Use()
            figures = anchoring(self._compared(name, source, how))
            taken = share_of(use.taken, use.shown) if use.shown else _nothing(reasons.NOBODY_SAW)
            changed = share_of(use.changed, use.before) if use.before else _nothing(reasons.NOT_AFTER)
            yield SuggestionUse(
                project=project,
                question=name,
                title=self.questions[name].title,
                source=source,
                how=how,
                shown=use.shown,
                withheld=figures.withheld.of,
                taken=as_json(taken),
                agree_shown=as_json(figures.shown),
                agree_withheld=as_json(figures.withheld),
                moved=as_json(figures.moved),
                changed=as_json(changed),
                position=place,
                computed_at=at,
            )
            place += 1

    def _compared(self, name: str, source: str, how: str) -> Counter[Met]:
        """The samples of those who met it so, and of those from whom alone it was withheld.

        Where a project has changed how suggestions are shown, whoever they were withheld from stands beside each way.
        """
        found = Counter(self.patterns[name, source, how])
        for other in list(self.patterns):
            if other[:2] == (name, source) and other[2] != how:
                for (_, _, answers, alike), times in self.patterns[other].items():
                    if answers:
                        found[0, 0.0, answers, alike] += times
        return found


def _round(sums: _Sums) -> float:
    """So that sums of the same likenesses are one pattern, in whatever order they came."""
    return round(sums.alike, 6)


def _nothing(reason: str) -> Estimate:
    return Estimate(None, reason, None, None, 0)
