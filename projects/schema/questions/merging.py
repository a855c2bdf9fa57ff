"""How the answers of several people become one, for the types that share a way."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from projects.schema.questions.base import MISSING


def most(values: Sequence[Any]) -> Any:
    """What more people gave than anything else; MISSING for a tie, which no order of arrival may decide."""
    ranked = Counter(values).most_common(2)
    return ranked[0][0] if len(ranked) == 1 or ranked[0][1] > ranked[1][1] else MISSING


def middle(values: Sequence[int]) -> int:
    """The median; of an even number of values the lower of the middle two, so that it is a point of the scale."""
    return sorted(values)[(len(values) - 1) // 2]


def middles(values: Sequence[Mapping[str, int]], names: Sequence[str]) -> dict[str, int]:
    """The median of each name among those who gave it."""
    given = {name: [value[name] for value in values if name in value] for name in names}
    return {name: middle(points) for name, points in given.items() if points}
