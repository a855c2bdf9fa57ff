"""Sums by number, in columns that grow: what a computation over everything keeps in place of objects."""

from typing import Any

import numpy as np

from projects.measures.table import Floats, Ints


class Sums:
    """Of each number (of a person, say) one sum in each of the named columns, 0 where nothing was added."""

    def __init__(self, *names: str) -> None:
        self._columns = {name: np.zeros(64) for name in names}

    def add(self, at: Ints, **amounts: Any) -> None:
        """Adds to the numbers ``at`` (n,), which may repeat; by column amounts (n,), or one for all."""
        if not at.size:
            return
        for name, amount in amounts.items():
            found = np.bincount(at, np.broadcast_to(amount, at.shape))
            column = self._columns[name]
            if found.size > column.size:
                column = self._columns[name] = np.append(column, np.zeros(max(found.size, 2 * column.size)))
            column[: found.size] += found

    def column(self, name: str, size: int) -> Floats:
        """(size,) the sums of the first numbers."""
        column = self._columns[name]
        return np.append(column, np.zeros(max(0, size - column.size)))[:size]

    def __getitem__(self, at: int) -> dict[str, float]:
        return {name: float(column[at]) if at < column.size else 0.0 for name, column in self._columns.items()}


def counted(keys: Ints) -> dict[int, int]:
    """How often each number occurs."""
    found, times = np.unique(keys, return_counts=True)
    return dict(zip(found.tolist(), times.tolist(), strict=True))
