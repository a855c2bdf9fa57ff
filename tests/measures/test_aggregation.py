"""One answer out of several: votes, Dawid–Skene, Bradley–Terry and scores without severity."""

import csv
import math
from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from projects.measures import bradley_terry, calibrated, corrected, dawid_skene, majority, reasons, votes
from projects.measures.additive import Parts
from tests.measures.make import folder

# Two raters each: severe H, lenient L and M between them.
RANKS = [("s1", "H", 4), ("s1", "M", 6), ("s2", "H", 5), ("s2", "M", 7), ("s3", "H", 6), ("s3", "M", 8)]
RANKS += [("s4", "M", 6), ("s4", "L", 8), ("s5", "L", 7), ("s5", "M", 5)]


def rows(name: str, file: str) -> list[dict[str, str]]:
    with (folder(name) / file).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def scores_of(triples: Sequence[tuple[Any, Any, float]]) -> Parts:
    units, raters, scores = zip(*triples, strict=True)
    return corrected(units, raters, scores)


def crowd(units: int, raters: int, values: int, seed: int = 1) -> tuple[Any, Any, Any, Any]:
    """Five answers a unit of people who are right 50 to 95 % of the time: units, raters, answers and the truth."""
    rng = np.random.default_rng(seed)
    truth, skill = rng.integers(0, values, units), rng.uniform(0.5, 0.95, raters)
    unit = np.repeat(np.arange(units), 5)
    rater = np.concatenate([rng.choice(raters, 5, replace=False) for _ in range(units)])
    wrong = (truth[unit] + rng.integers(1, values, unit.size)) % values
    return unit, rater, np.where(rng.random(unit.size) < skill[rater], truth[unit], wrong), truth


def test_a_majority_is_the_most_frequent_answer_with_its_lead() -> None:
    found = majority(["b", "a", "b", None, "b"])
    assert (found.value, found.winners, found.votes, found.lead, found.answers) == ("b", ("b",), 3, 2, 4)
    assert majority([["x", "y"], ["y", "x"], ["x"]]).value == frozenset("xy")


@given(st.permutations(["a", "a", "b", "b", "c"]))
def test_a_tie_is_a_tie_in_whatever_order_answers_came(answers: list[str]) -> None:
    found = majority(answers)
    assert (found.value, found.winners, found.lead) == (None, ("a", "b"), 0)


def test_without_answers_nobody_wins() -> None:
    assert majority([None]) == majority([])
    assert majority([]).value is None


def test_the_majority_of_a_real_crowd() -> None:
    """Accuracy 0.7628 if ties go to the first letter, as the reference has it; as ties, 11 of 333 are undecided."""
    answers: dict[str, list[str]] = defaultdict(list)
    for row in rows("s_adult", "labels.csv"):
        answers[row["task"]].append(row["label"])
    gold = {row["task"]: row["label"] for row in rows("s_adult", "gold.csv") if row["task"] in answers}
    found = {task: majority(answers[task]) for task in gold}
    assert len(gold) == 333
    assert np.mean([found[task].winners[0] == gold[task] for task in gold]) == pytest.approx(0.7628, abs=5e-5)
    assert sum(one.value is None for one in found.values()) == 11


def test_dawid_skene_learns_who_errs_how() -> None:
    """One of four answers the opposite nearly always: their answers are the best evidence but one."""
    rng = np.random.default_rng(3)
    truth = rng.integers(0, 2, 400)
    answers = {
        name: np.where(rng.random(400) < right, truth, 1 - truth)
        for name, right in {"good": 0.95, "fair": 0.8, "fair too": 0.8, "liar": 0.05}.items()
    }
    triples = [(unit, name, int(column[unit])) for name, column in answers.items() for unit in range(400)]
    found = dawid_skene(votes(*zip(*triples, strict=True)))
    wins = found.winners()
    assert np.mean([wins[unit] == truth[unit] for unit in range(400)]) > 0.96
    liar = found.errors[found.raters.index("liar")]
    assert liar[0, 1] > 0.9 and liar[1, 0] > 0.9
    assert found.converged and found.enough


def test_dawid_skene_beats_the_majority_where_people_differ_in_skill() -> None:
    unit, rater, answer, truth = crowd(2000, 50, 3)
    wins = dawid_skene(votes(unit, rater, answer)).winners()
    voted = [majority(answer[unit == one]).value for one in range(2000)]
    assert np.mean([wins[one] == truth[one] for one in range(2000)]) > np.mean(np.array(voted) == truth) + 0.02


def test_dawid_skene_knows_neither_order_nor_names() -> None:
    unit, rater, answer, _ = crowd(300, 12, 3)
    first = dawid_skene(votes(unit, rater, answer))
    mixed = np.random.default_rng(2).permutation(unit.size)
    names = np.array([f"person {11 - place}" for place in range(12)])
    again = dawid_skene(votes(unit[mixed], names[rater[mixed]], np.array(list("pqr"))[answer[mixed]]))
    assert again.units == first.units
    assert again.posteriors == pytest.approx(first.posteriors, abs=1e-9)
    assert again.rounds == first.rounds
    assert dawid_skene(votes(unit, rater, answer)).posteriors.tolist() == first.posteriors.tolist()


def test_dawid_skene_leaves_a_tie_a_tie() -> None:
    found = dawid_skene(votes([1, 1, 2, 2], list("abab"), ["x", "y", "x", "y"]))
    assert found.winners() == {1: None, 2: None}
    assert not found.enough


def test_dawid_skene_counts_a_person_once_a_unit_and_keeps_what_was_declared() -> None:
    given = votes([1, 1, 1, 2, 2], list("aabab"), ["x", "y", "y", None, "y"], values=["x", "y", "unsure"])
    assert (given.values, given.code.size) == (["x", "y", "unsure"], 3)
    found = dawid_skene(given)
    assert found.winners() == {1: "y", 2: "y"}
    assert found.posteriors.shape == (2, 3)
    assert found.posteriors.sum(axis=1) == pytest.approx(1)
    with pytest.raises(ValueError, match="no answers"):
        dawid_skene(votes([], [], []))


def test_posteriors_of_a_real_crowd_are_overconfident_until_calibrated() -> None:
    """Clear of the majority's accuracy in neither direction, and 0.98 sure of itself."""
    labels = rows("s_adult", "labels.csv")
    found = dawid_skene(votes(*([row[key] for row in labels] for key in ("task", "worker", "label"))))
    gold = {row["task"]: row["label"] for row in rows("s_adult", "gold.csv")}
    one = calibrated(found, gold)
    assert one.known == 333 and one.accuracy is not None and one.claimed is not None and one.calibrated is not None
    assert one.claimed > one.accuracy + 0.15
    assert one.calibrated == pytest.approx(one.accuracy, abs=0.05)
    assert one.temperature is not None and one.temperature > 2


def test_calibration_learnt_on_some_holds_on_others_and_moves_no_winner() -> None:
    """A crowd that errs together on hard units, which the model does not know of."""
    rng = np.random.default_rng(5)
    truth, hard = rng.integers(0, 2, 3000), rng.random(3000) < 0.3
    unit = np.repeat(np.arange(3000), 7)
    right = rng.random(unit.size) < np.where(hard[unit], 0.45, 0.9)
    answers = np.where(right, truth[unit], 1 - truth[unit])
    found = dawid_skene(votes(unit, np.tile(np.arange(7), 3000), answers))
    one = calibrated(found, {place: int(truth[place]) for place in range(300)})
    assert one.posteriors is not None
    assert np.array_equal(one.posteriors.argmax(axis=1), found.posteriors.argmax(axis=1))
    others = slice(300, None)
    accuracy = np.mean(found.posteriors.argmax(axis=1)[others] == truth[others])
    assert found.posteriors.max(axis=1)[others].mean() > accuracy + 0.05
    assert one.posteriors.max(axis=1)[others].mean() == pytest.approx(accuracy, abs=0.03)
    few = calibrated(found, dict.fromkeys(range(29), 0))
    assert (few.posteriors, few.reason, few.known) == (None, reasons.FEW_KNOWN, 29)


def test_bradley_terry_of_two_is_the_odds() -> None:
    found = bradley_terry(["a"] * 4, ["b"] * 4, [1, 1, 1, 0], ridge=0).scores
    assert found["a"].value - found["b"].value == pytest.approx(math.log(3))
    tied = bradley_terry(["a", "a"], ["b", "b"], [0.5, 1], ridge=0).scores
    assert tied["a"].value - tied["b"].value == pytest.approx(math.log(3))


def test_bradley_terry_of_a_real_tournament() -> None:
    """The published scores of 59 models over 8,931 comparisons, up to scale."""
    won = {"left": 1, "right": 0, "tie": 0.5}
    games = rows("llmfao_pairwise", "comparisons.csv")
    left, right = ([row[side] for row in games] for side in ("left", "right"))
    found = bradley_terry(left, right, [won[row["winner"]] for row in games], ridge=0)
    worth = {item: math.exp(score.value) for item, score in found.scores.items()}
    golden = [row for row in rows("llmfao_pairwise", "golden_scores.csv") if row["algorithm"] == "bradley_terry"]
    total = sum(worth.values())
    assert len(golden) == len(worth) == 59
    assert [worth[row["item"]] / total for row in golden] == pytest.approx([float(row["score"]) for row in golden])
    assert sum(score.comparisons for score in found.scores.values()) == 2 * len(games)


def test_bradley_terry_of_one_that_never_lost_is_finite() -> None:
    found = bradley_terry(["a", "a", "b"], ["b", "c", "c"], [1, 1, 0.5]).scores
    assert 0 < found["a"].value < 10
    assert found["a"].low < found["a"].value < found["a"].high
    assert found["b"].value == pytest.approx(found["c"].value)


def test_bradley_terry_refuses_what_was_never_compared_and_names_the_parts() -> None:
    found = bradley_terry(["a", "c"], ["b", "d"], [1, 0])
    assert (found.scores, found.reason) == ({}, reasons.APART)
    assert {frozenset(part) for part in found.parts} == {frozenset("ab"), frozenset("cd")}
    assert bradley_terry([], [], []).reason == reasons.NO_ANSWERS
    for first, second, won in ((["a"], ["a"], [1]), (["a"], ["b"], [2]), (["a"], ["b"], [math.nan])):
        with pytest.raises(ValueError, match=r"compared with itself|from 0 to 1"):
            bradley_terry(first, second, won)


@given(
    st.lists(st.tuples(st.integers(0, 4), st.integers(1, 4), st.sampled_from([0, 0.5, 1])), min_size=1), st.randoms()
)
def test_bradley_terry_knows_neither_order_nor_sides(games: list[tuple[int, int, float]], random: Any) -> None:
    played = [(one, (one + step) % 5, won) for one, step, won in games]
    turned = [(b, a, 1 - won) if random.random() < 0.5 else (a, b, won) for a, b, won in played]
    random.shuffle(turned)
    first, again = (
        bradley_terry([one for one, _, _ in some], [two for _, two, _ in some], [won for _, _, won in some])
        for some in (played, turned)
    )
    assert first.reason == again.reason
    assert {item: score.value for item, score in again.scores.items()} == pytest.approx(
        {item: score.value for item, score in first.scores.items()}, abs=1e-8
    )
    assert sum(score.value for score in first.scores.values()) == pytest.approx(0, abs=1e-9)


def test_bradley_terry_intervals_cover_what_they_claim() -> None:
    rng, covered = np.random.default_rng(1), []
    true = np.array([-1.0, -0.5, 0.0, 0.4, 1.1])
    for _ in range(100):
        one = rng.integers(0, 5, 300)
        other = (one + rng.integers(1, 5, 300)) % 5
        won = rng.random(300) < 1 / (1 + np.exp(true[other] - true[one]))
        found = bradley_terry(one, other, won, ridge=0).scores
        covered += [found[item].low <= true[item] <= found[item].high for item in range(5)]
    assert 0.92 <= np.mean(covered) <= 0.98


def test_corrected_means_can_reverse_ranks() -> None:
    found = scores_of(RANKS)
    [part] = found.parts
    assert [part.units[f"s{n}"].value for n in range(1, 6)] == pytest.approx([6, 7, 8, 6, 5])
    assert [part.units[f"s{n}"].mean for n in range(1, 6)] == [5, 6, 7, 7, 6]
    assert {rater: one.value for rater, one in part.raters.items()} == pytest.approx(
        {"H": -2, "M": 0, "L": 2}, abs=1e-9
    )
    assert found.reason is None


def test_what_no_chain_joins_is_not_comparable_and_named() -> None:
    """H and M on one side, L and N on the other; Z shares no sample with anybody, and has no severity."""
    far = [("t1", "L", 8), ("t1", "N", 6), ("t2", "L", 7), ("z", "Z", 3)]
    found = scores_of(RANKS[:6] + far)
    assert found.reason == reasons.APART
    assert {frozenset(part.raters) for part in found.parts} == {frozenset("HM"), frozenset("LN"), frozenset("Z")}
    [alone] = [part for part in found.parts if "Z" in part.raters]
    assert (alone.raters["Z"].value, alone.raters["Z"].reason) == (None, reasons.ALONE)
    assert (alone.units["z"].value, alone.units["z"].mean, alone.units["z"].low) == (None, 3, None)
    assert scores_of([("u", "a", math.nan)]).reason == reasons.NO_ANSWERS


def test_severity_without_anything_left_over_has_no_interval() -> None:
    [part] = scores_of([("u", "a", 3), ("u", "b", 5)]).parts
    assert (part.raters["a"].value, part.raters["a"].low) == (-1, None)
    assert part.units["u"].value == pytest.approx(4)


@given(st.lists(st.tuples(st.integers(0, 6), st.integers(0, 3), st.integers(1, 7)), min_size=1), st.randoms())
def test_corrected_means_know_no_order_and_move_with_a_person(triples: list[Any], random: Any) -> None:
    """Whoever rates everything 2 higher is 2 more severe, and no sample moves against another."""
    triples = list({(unit, rater): (unit, rater, score) for unit, rater, score in triples}.values())
    mixed = random.sample([(u, r, s + (2 if r == 0 else 0)) for u, r, s in triples], len(triples))
    first, again = scores_of(triples), scores_of(mixed)
    assert first.reason == again.reason
    for part in first.parts:
        [other] = [one for one in again.parts if set(one.units) & set(part.units)]
        shift = 2 / len(part.raters) if 0 in part.raters else 0
        for unit, one in part.units.items():
            if one.value is not None:
                assert other.units[unit].value == pytest.approx(one.value + shift, abs=1e-8)


def test_severity_intervals_cover_what_they_claim() -> None:
    rng, covered, units = np.random.default_rng(2), Counter[bool](), 60
    severity = np.array([-1.0, -0.3, 0.0, 0.2, 1.1])
    for _ in range(100):
        worth = rng.normal(4, 1, units)
        unit = np.repeat(np.arange(units), 3)
        rater = np.concatenate([rng.choice(5, 3, replace=False) for _ in range(units)])
        [part] = corrected(unit, rater, worth[unit] + severity[rater] + rng.normal(0, 0.8, unit.size)).parts
        for place in range(5):
            low, high = part.raters[place].low, part.raters[place].high
            assert low is not None and high is not None
            covered[low <= severity[place] <= high] += 1
        one = part.units[0]
        assert one.low is not None and one.high is not None
        covered[bool(one.low <= worth[0] <= one.high)] += 1
    assert 0.92 <= covered[True] / covered.total() <= 0.98
