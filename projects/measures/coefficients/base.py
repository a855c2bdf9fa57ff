"""What a coefficient is made of."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from projects.measures.bootstrap import Statistic
from projects.measures.ratings import Digest
from projects.measures.table import Table
from projects.measures.values import Value
from projects.measures.within import Within

# Distances between all different values are kept in memory up to so many values while resampling.
MOST_VALUES = 2000


def anything(table: Table) -> str | None:
    """For coefficients that take any values."""
    return None


@dataclass(frozen=True)
class Coefficient:
    """One way of measuring agreement.

    ``slug`` is stored and never changes. ``fit`` turns a table into a function of pattern weights (see
    ``bootstrap.Statistic``) and may assume what ``refuses`` has checked: it answers a reason for values that can't be
    measured so, else None. ``within`` is the same idea of distance inside one unit. ``chance_corrected`` ones are
    undefined when all answers are the same. ``beside``: slugs of coefficients worth showing next to it.
    ``digest`` lets units be summed up as they close, where keeping their values would mean keeping texts.
    ``most_values``: with more different values than that an interval would take too long.
    """

    slug: str
    title: str
    fit: Callable[[Table], Statistic]
    within: Within
    refuses: Callable[[Table], str | None] = anything
    chance_corrected: bool = True
    beside: tuple[str, ...] = ()
    digest: Callable[[Sequence[Value]], Digest] | None = None
    most_values: int | None = None
