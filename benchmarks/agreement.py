"""Agreement with its interval over 100,000 units, against a plain NumPy pass over the same array.

python -m benchmarks.agreement [--units 100000] [--raters 5]

Prints, in one run and for each coefficient: milliseconds from the arrays to the figure with its interval (1,000 draws),
their ratio to the plain pass and to a tenth of the units (10 is linear), and the memory over the array's. The pass
counts each value in each unit and computes nominal alpha: what any implementation must do, with no interval and no
checks. At last the same from a stream, one call a unit, as a project gives them.
"""

import argparse
import time
import tracemalloc
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from projects.measures import Ratings, agreement

SCALE = range(1, 6)
COEFFICIENTS = ("alpha-nominal", "alpha-ordinal", "alpha-interval", "alpha-ratio", "ac1", "percent")
Table = NDArray[np.int64]


def judged(units: int, raters: int) -> Table:
    """(units, raters): a true value each, and everybody's own idea of it."""
    rng = np.random.default_rng(1)
    true = rng.normal(3, 1, (units, 1))
    return np.clip(np.rint(true + rng.normal(0, 1, (units, raters))), 1, 5).astype(np.int64)


def plain(table: Table) -> float:
    """Nominal alpha of a full table, the straight way."""
    counts = np.stack([(table == value).sum(axis=1) for value in SCALE], axis=1)
    margins, people = counts.sum(axis=0), table.shape[1]
    observed = (counts * (people - counts)).sum() / (people - 1)
    expected = table.size**2 - (margins**2).sum()
    return float(1 - (table.size - 1) * observed / expected)


def whole(table: Table, coefficient: str) -> Any:
    """From three parallel arrays to the figure with its interval."""
    units, raters = table.shape
    ratings = Ratings.from_arrays(
        np.repeat(np.arange(units), raters), np.tile(np.arange(raters), units), table.ravel(), SCALE
    )
    return agreement(ratings, coefficient)


def stream(table: Table) -> Any:
    """As ``whole``, unit by unit."""
    ratings = Ratings(SCALE)
    for row in table:
        ratings.add_unit(dict(enumerate(row.tolist())))
    return agreement(ratings, "alpha-ordinal")


def seconds(rounds: int, *works: Callable[[], Any]) -> list[float]:
    """The best time of each; in turn, so that whatever else the machine does meets all of them."""
    times: list[list[float]] = [[] for _ in works]
    for _ in range(rounds):
        for index, work in enumerate(works):
            start = time.perf_counter()
            work()
            times[index].append(time.perf_counter() - start)
    return [min(measured) for measured in times]


def peak(work: Callable[[], Any]) -> int:
    """Bytes taken at once at the most; apart from the clock, because tracing is slow."""
    tracemalloc.start()
    work()
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return most


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--units", type=int, default=100_000)
    parser.add_argument("--raters", type=int, default=5)
    parser.add_argument("--rounds", type=int, default=7)
    options = parser.parse_args()
    table = judged(options.units, options.raters)
    tenth, one_pass = table[: options.units // 10], partial(plain, table)
    [base] = seconds(options.rounds, one_pass)
    print(f"{options.units:,} units × {options.raters} people of {len(SCALE)} values: {table.nbytes / 1e6:.0f} MB")
    print(f"plain pass, no interval: {base * 1000:.1f} ms, {peak(one_pass) / table.nbytes:.1f} × the array's memory")
    print(f"{'with interval':<16}{'ms':>8}{'× plain':>9}{'× a tenth':>11}{'memory × array':>16}   figure")
    for slug in COEFFICIENTS:
        work = partial(whole, table, slug)
        base, spent, small = seconds(options.rounds, one_pass, work, partial(whole, tenth, slug))
        found, ratio = work(), peak(work) / table.nbytes
        print(
            f"{slug:<16}{spent * 1000:>8.0f}{spent / base:>9.1f}{spent / small:>11.1f}{ratio:>16.1f}"
            f"   {found.value:.4f} [{found.low:.4f}, {found.high:.4f}]"
        )
    difference = abs(whole(table, "alpha-nominal").value - plain(table))
    print(f"nominal alpha and the plain pass differ by {difference:.1e}")
    work = partial(stream, table)
    base, spent = seconds(1, one_pass, work)
    print(
        f"alpha-ordinal, one call a unit: {spent * 1000:.0f} ms, {peak(work) / table.nbytes:.1f} × the array's memory"
    )


if __name__ == "__main__":
    main()
