"""Dawid–Skene on a million labels, and alpha on a million ratings beside the `krippendorff` package.

python -m benchmarks.aggregation [--answers 1000000]

Prints, in one run: seconds of Dawid–Skene over a thousand people, of scores without severity and of Bradley–Terry; then
both packages' alphas from the same matrix with 2 % missing: times, memory, their ratio and how far apart values are.
With 1,001 different values the package would need more memory than most machines have.
"""

import argparse
import time
import tracemalloc
from collections.abc import Callable
from typing import Any, Literal

import krippendorff
import numpy as np

from projects.measures import Ratings, agreement, bradley_terry, corrected, dawid_skene, votes

RATERS = 5
# With more different values the package is not run: see ``agreeing``.
MOST = 10
Level = Literal["nominal", "ordinal", "interval"]
LEVELS: tuple[Level, ...] = ("nominal", "ordinal", "interval")


def seconds(work: Callable[[], Any], rounds: int = 3) -> float:
    """The best of a few."""
    found = []
    for _ in range(rounds):
        start = time.perf_counter()
        work()
        found.append(time.perf_counter() - start)
    return min(found)


def peak(work: Callable[[], Any]) -> float:
    """Megabytes taken at once at the most."""
    tracemalloc.start()
    work()
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return most / 1e6


def labels(answers: int, values: int) -> tuple[Any, Any, Any, Any]:
    """A thousand people of differing skill, five a unit: units, raters, labels and the truth."""
    rng = np.random.default_rng(1)
    units = answers // RATERS
    truth, skill = rng.integers(0, values, units), rng.uniform(0.5, 0.95, 1000)
    unit, rater = np.repeat(np.arange(units), RATERS), rng.integers(0, 1000, units * RATERS)
    wrong = (truth[unit] + rng.integers(1, values, unit.size)) % values
    return unit, rater, np.where(rng.random(unit.size) < skill[rater], truth[unit], wrong), truth


def aggregation(answers: int, values: int) -> None:
    unit, rater, label, truth = labels(answers, values)
    given = votes(unit, rater, label)
    found = dawid_skene(given)
    right = np.mean(found.posteriors.argmax(axis=1) == truth)
    print(
        f"Dawid–Skene, {given.code.size:,} labels of {values} values: {seconds(lambda: dawid_skene(given)):.2f} s "
        f"for {found.rounds} rounds, {seconds(lambda: votes(unit, rater, label)):.2f} s to take them in, "
        f"{peak(lambda: dawid_skene(given)):.0f} MB; {right:.1%} right, "
        f"mean posterior {found.posteriors.max(axis=1).mean():.1%}"
    )
    print(f"severity taken off as many scores: {seconds(lambda: corrected(unit, rater, label), 1):.2f} s")


def comparisons(answers: int) -> None:
    rng = np.random.default_rng(2)
    one = rng.integers(0, 200, answers)
    other, won = (one + rng.integers(1, 200, answers)) % 200, rng.integers(0, 3, answers) / 2
    print(f"Bradley–Terry, as many comparisons of 200: {seconds(lambda: bradley_terry(one, other, won), 1):.2f} s")


def agreeing(answers: int, top: int, level: Level) -> None:
    """Points from 1 to ``top``, one matrix for both."""
    rng = np.random.default_rng(1)
    units = answers // RATERS
    true = rng.normal(top / 2, top / 5, (units, 1))
    table = np.clip(np.rint(true + rng.normal(0, top / 5, (units, RATERS))), 1, top)
    table[rng.random(table.shape) < 0.02] = np.nan
    matrix = np.ascontiguousarray(table.T)

    def ours() -> float:
        return agreement(Ratings.from_table(matrix.T, range(1, top + 1)), f"alpha-{level}", draws=0).value or np.nan

    def theirs() -> float:
        return float(krippendorff.alpha(matrix, level_of_measurement=level))

    mine, spent = ours(), seconds(ours, 7)
    line = f"{level:<9}{top:>5} values, ours {spent * 1000:>4.0f} ms {peak(ours):>4.0f} MB"
    if top > MOST:
        # Its coincidences take units × values × values, all at once.
        print(f"{line}; theirs would take {units * top * top * 8 / 1e9:,.0f} GB")
        return
    value, long = theirs(), seconds(theirs)
    print(
        f"{line}; theirs {long * 1000:>4.0f} ms {peak(theirs):>4.0f} MB: × {long / spent:.1f}, "
        f"apart {abs(value - mine):.0e}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--answers", type=int, default=1_000_000)
    options = parser.parse_args()
    for values in (2, 4):
        aggregation(options.answers, values)
    comparisons(options.answers)
    for top in (5, 10, 1001):
        for level in LEVELS:
            agreeing(options.answers, top, level)


if __name__ == "__main__":
    main()
