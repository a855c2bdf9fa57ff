"""What rankings and picks say of every two candidates: the common ground on which agreement about them is counted."""

from collections.abc import Iterable, Iterator
from typing import Final

from projects.schema.questions.base import Comparison, Observation, Question, Series

# Of two candidates in the order of their names, which one is better. The order in which they stood is undone.
FIRST: Final = "first"
SECOND: Final = "second"
TIE: Final = "tie"


def seen(question: str, left: str, right: str, relation: str) -> Observation:
    """A relation of two candidates; the pair tells units of one sample apart."""
    return Observation(question, f"{left}|{right}", relation)


def pair_series(question: Question, *, tie: bool) -> tuple[Series, ...]:
    """The one series of a question that is observed pair by pair."""
    values = (FIRST, TIE, SECOND) if tie else (FIRST, SECOND)
    return (Series(question.name, question.name, question.title, question.coefficient, values, question.kind),)


def compared(observations: Iterable[Observation]) -> Iterator[Comparison]:
    """What ``seen`` noted, as comparisons."""
    won = {FIRST: 1.0, TIE: 0.5, SECOND: 0.0}
    for _, pair, relation in observations:
        first, _, second = pair.partition("|")
        yield Comparison(first, second, won[relation])
