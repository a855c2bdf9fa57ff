"""How well the parts of a crowd's disagreement are recovered where they are known.

python -m benchmarks.crowd [--crowds 40]

Simulates each crowd so many times, splits its disagreement, and prints a table in Markdown: the true variance of each
part, the mean of the estimates and their standard deviation, how often the 95 % interval held the truth, how often
groups were claimed, and of the pairs of people how many were put together or apart rightly where they were.
"""

import argparse
import time

import numpy as np

from projects.measures import taste_or_noise
from projects.measures.taste import Disagreement
from tests.measures.crowd import CROWDS, Answers, Crowd

PARTS = ("severity", "groups", "own", "noise")


def rightly(found: Disagreement, answers: Answers) -> float:
    """Share of the pairs of people that are in one group or in two as they should be."""
    group = {person: place for place, members in enumerate(found.members) for person in members}
    mine = np.array([group[person] for person in range(len(answers.group))])
    one, other = np.triu_indices(mine.size, 1)
    return float(np.mean((mine[one] == mine[other]) == (answers.group[one] == answers.group[other])))


def rows(crowd: Crowd, times: int) -> str:
    found, all_right, seconds = [], [], 0.0
    for seed in range(times):
        answers = crowd.answers(seed)
        start = time.perf_counter()
        one = taste_or_noise(answers.units, answers.raters, answers.scores, answers.repeats)
        seconds += time.perf_counter() - start
        found.append(one)
        if one.members and crowd.groups > 1:
            all_right.append(rightly(one, answers))
    cells = []
    for part, true in crowd.truth().items():
        estimates = [getattr(one, part) for one in found]
        known = [one for one in estimates if one.value is not None]
        values = [0.0 if one.value is None else one.value for one in estimates]
        held = np.mean([one.low <= true <= one.high for one in known]) if known else np.nan
        cells.append(f"{true:.2f} → {np.mean(values):.2f} ± {np.std(values):.2f}" + (f" ({held:.0%})" if known else ""))
    claimed = np.mean([bool(one.members) for one in found])
    pairs = f"{np.mean(all_right):.0%}" if all_right else "–"
    return f"| {crowd.name} | {' | '.join(cells)} | {claimed:.0%} | {pairs} | {seconds / times:.1f} |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--crowds", type=int, default=40)
    options = parser.parse_args()
    print(f"| crowd | {' | '.join(PARTS)} | groups claimed | pairs right | s |")
    print("|" + "---|" * (len(PARTS) + 4))
    for crowd in CROWDS:
        print(rows(crowd, options.crowds), flush=True)


if __name__ == "__main__":
    main()
