"""Adaptive overlap on real answers: accuracy against annotations used, beside fixed overlap and a posterior rule.

python -m benchmarks.adaptive --data FOLDER [--orders 10]

FOLDER holds ``s_adult`` (labels.csv: task, worker, label; gold.csv: task, label) and ``ttcw`` (annotations.csv). Each
item's answers, one a person, come in random orders. A rule decides after each of them whether the item gets one more.

- fixed: as many as there are, up to so many; the most frequent one is the answer.
- lead: until the first leads the second (``measures.settled``), at most so many; the most frequent one is the answer.
- posterior: until Dawid–Skene over what is in so far is as sure, at most so many; its most likely one is the answer.

Right is the known answer; where none is known, what most of all the people say. Of a tie each of n answers counts 1/n.
Prints a table in Markdown for each set: annotations an item, what share they are of fixed overlap, and accuracy.
"""

import argparse
import csv
import random
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import NamedTuple

from projects.measures import dawid_skene, majority, settled, votes

Answers = Mapping[str, Sequence[tuple[str, str]]]  # by item: who said what, in the order of asking
LEADS = ((2, 5, 2), (2, 10, 3), (3, 10, 3))  # min, max, lead
SURE = (0.95, 0.99)


class Outcome(NamedTuple):
    """Annotations used an item, and the share of items of known answers that came out right."""

    used: float
    accuracy: float


def rows(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as lines:
        yield from csv.DictReader(lines)


def adult(folder: Path) -> tuple[Answers, dict[str, str]]:
    """Of several answers of a person to an item the last counts."""
    given: dict[str, dict[str, str]] = defaultdict(dict)
    for row in rows(folder / "labels.csv"):
        given[row["task"]][row["worker"]] = row["label"]
    known = {row["task"]: row["label"] for row in rows(folder / "gold.csv") if row["task"] in given}
    return {item: list(people.items()) for item, people in given.items()}, known


def creativity(folder: Path) -> tuple[Answers, dict[str, str]]:
    given: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for row in rows(folder / "annotations.csv"):
        given[f"{row['story_id']} {row['ttcw_idx']}"].append((row["expert_idx"], row["binary_verdict"]))
    known = {item: str(majority(value for _, value in people).value) for item, people in given.items()}
    return given, known


def accuracy(answers: Answers, known: Mapping[str, str], used: Mapping[str, int]) -> Outcome:
    """By majority of what was used."""
    right = 0.0
    for item, truth in known.items():
        winners = majority(value for _, value in answers[item][: used[item]]).winners
        right += (truth in winners) / len(winners)
    return Outcome(sum(used.values()) / len(used), right / len(known))


def fixed(answers: Answers, known: Mapping[str, str], most: int) -> Outcome:
    return accuracy(answers, known, {item: min(most, len(given)) for item, given in answers.items()})


def lead(answers: Answers, known: Mapping[str, str], least: int, most: int, ahead: int) -> Outcome:
    used = {}
    for item, given in answers.items():
        count = min(least, len(given))
        while count < min(most, len(given)) and not settled([[value for _, value in given[:count]]], ahead):
            count += 1
        used[item] = count
    return accuracy(answers, known, used)


def posterior(answers: Answers, known: Mapping[str, str], most: int, sure: float, least: int = 2) -> Outcome:
    """In rounds: everything that is in is weighed together, and each item that is not sure gets one more."""
    used = {item: min(least, len(given)) for item, given in answers.items()}
    while True:
        flat = [(item, *each) for item, given in answers.items() for each in given[: used[item]]]
        found = dawid_skene(votes(*zip(*flat, strict=True)))
        certain = dict(zip(found.units, found.posteriors.max(axis=1), strict=True))
        more = [item for item, given in answers.items() if certain[item] < sure and used[item] < min(most, len(given))]
        if not more:
            winners = found.winners()
            right = sum(winners[item] == truth for item, truth in known.items())
            return Outcome(sum(used.values()) / len(used), right / len(known))
        for item in more:
            used[item] += 1


def report(name: str, answers: Answers, known: Mapping[str, str], orders: int, most: Sequence[int]) -> None:
    rules: list[tuple[str, int, Callable[[Answers], Outcome]]] = []
    for limit in most:
        rules.append((f"fixed {limit}", limit, partial(fixed, known=known, most=limit)))
        for least, top, ahead in LEADS:
            if top == limit or (limit == max(most) < top and ahead == 2):
                rule = partial(lead, known=known, least=least, most=limit, ahead=ahead)
                rules.append((f"{least} to {limit}, lead {ahead}", limit, rule))
        for sure in SURE if limit > 2 else ():
            sureness = partial(posterior, known=known, most=limit, sure=sure)
            rules.append((f"2 to {limit}, posterior {sure}", limit, sureness))
    shuffled = []
    for seed in range(orders):
        draw = random.Random(seed)
        shuffled.append({item: draw.sample(list(given), len(given)) for item, given in answers.items()})
    print(f"\n{name}: {len(answers):,} items, {len(known):,} of known answers, {orders} orders\n")
    print("| rule | annotations an item | of fixed | accuracy |\n|---|---|---|---|")
    whole: dict[int, float] = {}
    for title, limit, outcome_of in rules:
        found = [outcome_of(given) for given in shuffled]
        used = sum(each.used for each in found) / orders
        right = sum(each.accuracy for each in found) / orders
        whole.setdefault(limit, used)
        print(f"| {title} | {used:.2f} | {used / whole[limit]:.0%} | {right:.3f} |", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--orders", type=int, default=10)
    options = parser.parse_args()
    report("s_adult", *adult(options.data / "s_adult"), options.orders, (1, 2, 3, 5, 10))
    report("ttcw", *creativity(options.data / "ttcw"), options.orders, (1, 2, 3))


if __name__ == "__main__":
    main()
