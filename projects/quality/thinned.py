"""The scores of one scale, as many as fit: what a figure needs that can't be had from sums."""

import zlib
from collections.abc import Mapping, Sequence


class Scores:
    """At most ``most`` scores. When they become too many, every second unit is let go, by a hash of its name.

    Units with one score are no part of it.
    """

    def __init__(self, most: int) -> None:
        self.most = most
        self.units: dict[str, Mapping[int, float]] = {}
        self.count = 0
        self.mask = 0

    @property
    def thinned(self) -> bool:
        """Whether a part of the units was let go."""
        return self.mask > 0

    def add(self, unit: str, given: Mapping[int, float]) -> None:
        """One unit, person → score."""
        if len(given) < 2 or zlib.crc32(unit.encode()) & self.mask:
            return
        self.units[unit] = given
        self.count += len(given)
        while self.count > self.most and len(self.units) > 1:
            self.mask = self.mask * 2 + 1
            self.units = {name: each for name, each in self.units.items() if not zlib.crc32(name.encode()) & self.mask}
            self.count = sum(len(each) for each in self.units.values())

    def flat(self) -> tuple[Sequence[str], Sequence[int], Sequence[float]]:
        """Parallel sequences: units, people, scores."""
        flat = [(unit, person, value) for unit, given in self.units.items() for person, value in given.items()]
        units, people, values = zip(*flat, strict=True) if flat else ((), (), ())
        return units, people, values
