"""Reference values of real data, from independent packages, to four decimals."""

import csv
import json
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from projects.measures import Ratings, agreement, fleiss_kappa, icc
from tests.measures.make import folder

# Krippendorff's alpha over all 485 annotations, and ordinal over the 435 whose story is there.
PSYCHDEPTH = {
    "authenticity": (0.0053, 0.0610, 0.0621, 0.0642),
    "empathy": (0.0689, 0.2061, 0.2087, 0.1989),
    "engagement": (0.0465, 0.1622, 0.1632, 0.1462),
    "emotion_provoking": (-0.0116, 0.1182, 0.1203, 0.1096),
    "narrative_complexity": (0.0463, 0.1878, 0.1894, 0.2127),
    "human_likeness": (0.0308, 0.1137, 0.1123, 0.0671),
}


def jsonl(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def canonical(name: str) -> Ratings:
    ratings = Ratings()
    for row in table(folder("canonical") / f"{name}.csv"):
        ratings.add(row["unit"], row["rater"], int(row["value"]))
    return ratings


@pytest.mark.parametrize("axis", PSYCHDEPTH)
def test_psychdepth(axis: str) -> None:
    data = folder("psychdepth")
    known = {sample["key"] for sample in jsonl(data / "samples.jsonl")}
    everything, with_story = Ratings(range(1, 6)), Ratings(range(1, 6))
    for one in jsonl(data / "annotations.jsonl"):
        value = one["answers"]["depth"][axis]
        everything.add(one["key"], one["annotator"], value)
        if one["key"] in known:
            with_story.add(one["key"], one["annotator"], value)
    assert (everything.units, everything.answers, everything.raters) == (97, 485, 5)
    assert (with_story.units, with_story.answers) == (87, 435)
    scales = ("alpha-nominal", "alpha-ordinal", "alpha-interval")
    found = [agreement(everything, slug, draws=0).value for slug in scales]
    found.append(agreement(with_story, "alpha-ordinal", draws=0).value)
    assert found == pytest.approx(PSYCHDEPTH[axis], abs=5e-5)


def test_ttcw() -> None:
    """Fleiss' kappa of three experts a story, pooled over fourteen tests and averaged over them."""
    units: dict[str, dict[str, Counter[str]]] = defaultdict(lambda: defaultdict(Counter))
    for row in table(folder("ttcw") / "annotations.csv"):
        units[row["ttcw_idx"]][row["story_id"]][row["binary_verdict"]] += 1
    assert len(units) == 14
    counts = {test: [[votes["Yes"], votes["No"]] for votes in stories.values()] for test, stories in units.items()}
    each = [fleiss_kappa(rows).value for rows in counts.values()]
    assert fleiss_kappa([row for rows in counts.values() for row in rows]).value == pytest.approx(0.4261, abs=5e-5)
    assert np.mean([value for value in each if value is not None]) == pytest.approx(0.4011, abs=5e-5)
    assert None not in each


@pytest.mark.parametrize(
    ("name", "coefficient", "value"),
    [
        ("krippendorff2011_4x12", "alpha-nominal", 0.7434),
        ("krippendorff2011_4x12", "alpha-ordinal", 0.8154),
        ("krippendorff2011_4x12", "alpha-interval", 0.8491),
        ("krippendorff2011_4x12", "alpha-ratio", 0.7974),
        ("krippendorff2011_4x12", "ac1", 0.7754),
        ("krippendorff_wiki_3x15", "alpha-nominal", 0.6914),
        ("krippendorff_wiki_3x15", "alpha-interval", 0.8108),
    ],
)
def test_alpha_of_textbook_matrices(name: str, coefficient: str, value: float) -> None:
    assert agreement(canonical(name), coefficient, draws=0).value == pytest.approx(value, abs=5e-5)


@pytest.mark.parametrize(("name", "value"), [("fleiss1971_30x5_counts", 0.4302), ("fleiss_wiki_10x5_counts", 0.2099)])
def test_fleiss_kappa_of_textbook_matrices(name: str, value: float) -> None:
    rows = [[int(cell) for cell in row.values()] for row in table(folder("canonical") / f"{name}.csv")]
    assert fleiss_kappa(rows).value == pytest.approx(value, abs=5e-5)


def test_intraclass_correlations_of_the_textbook_matrix() -> None:
    by_target: dict[str, list[int]] = defaultdict(list)
    for row in table(folder("canonical") / "shrout_fleiss1979_6x4.csv"):
        by_target[row["unit"]].append(int(row["value"]))
    found = [icc(list(by_target.values()), form).value for form in ("1,1", "2,1", "3,1", "1,k", "2,k", "3,k")]
    assert found == pytest.approx([0.1657, 0.2898, 0.7148, 0.4428, 0.6201, 0.9093], abs=5e-5)


def test_of_repeated_labels_of_one_person_the_last_counts() -> None:
    """92,721 labels of which 2,922 stand in a worker–item row that comes again."""
    rows = table(folder("s_adult") / "labels.csv")
    streamed = Ratings()
    for row in rows:
        streamed.add(row["task"], row["worker"], row["label"])
    tasks, workers, labels = ([row[key] for row in rows] for key in ("task", "worker", "label"))
    bulk = Ratings.from_arrays(np.array(tasks), np.array(workers), np.array(labels))
    assert streamed.answers == bulk.answers == len({(row["task"], row["worker"]) for row in rows})
    assert (streamed.units + streamed.single_units, streamed.raters) == (11_040, 825)
    assert agreement(streamed, "alpha-nominal", draws=50) == agreement(bulk, "alpha-nominal", draws=50)
