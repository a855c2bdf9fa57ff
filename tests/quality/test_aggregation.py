"""What answers come to, from annotations to the page, the table and the API."""

import copy
import csv
import io
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from projects.models import Aggregate, Aggregated, Job, Sample, User
from projects.quality import aggregation, answers, known
from projects.quality.aggregation import NO_SOURCES
from projects.review import actions as review
from projects.samples.states import SampleState
from projects.snapshots import erasure
from projects.workspace.jobs import run_due
from tests.factories import make_sample
from tests.review.scene import INTERFACE, PAIR, Scene, mood, work

pytestmark = pytest.mark.django_db


def interface(**changes: Any) -> dict[str, Any]:
    """The scene's, with the settings of one question changed: ``mood={"kind": …}``."""
    document = copy.deepcopy(INTERFACE)
    for question in document["questions"]:
        question.update(changes.get(question["name"], {}))
    return document


def client(user: User) -> Client:
    made = Client()
    made.force_login(user)
    return made


def compute() -> None:
    """Agreement, and what it asks for."""
    work()
    work()


def rows(scene: Scene, series: str) -> list[dict[str, Any]]:
    """By the API."""
    reply = client(scene.reviewer).get(reverse("api-aggregate", args=[scene.project.slug, series]))
    assert reply.status_code == 200
    return list(reply.json()["results"])


def table(scene: Scene, series: str) -> list[dict[str, str]]:
    """By the CSV."""
    reply = client(scene.reviewer).get(reverse("quality-answers-csv", args=[scene.project.slug, series]))
    text = b"".join(reply.streaming_content).decode()  # type: ignore[attr-defined]
    return list(csv.DictReader(io.StringIO(text)))


def page(scene: Scene, series: str = "") -> str:
    address = reverse("quality-answers", args=[scene.project.slug])
    return client(scene.reviewer).get(address, {"series": series} if series else {}).content.decode()


def test_a_majority_a_tie_and_the_number_of_answers() -> None:
    scene = Scene(people=4)
    scene.answered(mood("dark"), mood("dark"), mood("bright"), mood("dark"), key="most")
    scene.answered(mood("dark"), mood("dark"), mood("bright"), mood("bright"), key="half")
    compute()
    by_key = {row["sample"]: row for row in rows(scene, "mood")}
    assert (by_key["most"]["majority"], by_key["most"]["votes"], by_key["most"]["lead"]) == ("dark", 3, 2)
    assert by_key["most"]["counts"] == [["bright", 1], ["dark", 3]]
    assert by_key["most"]["answers"] == 4
    assert by_key["most"]["likely"] == "dark"
    assert by_key["most"]["probability"] is None
    assert by_key["most"]["reason"] == "fewer than 30 known answers to calibrate with"
    assert by_key["half"]["majority"] is None
    assert by_key["half"]["reason"].startswith("a tie; ")
    text = page(scene, "mood")
    assert "No probability is shown: fewer than 30 known answers" in text
    assert "Fewer than 200 samples or 10 answers a person: go by the majority" in text


def test_the_least_certain_come_first_everywhere() -> None:
    scene = Scene(people=4)
    for number in range(6):
        scene.answered(*[mood("bright" if number % 2 else "dark")] * 4, key=f"clear-{number}")
    scene.answered(mood("dark"), mood("dark"), mood("bright"), mood("bright"), key="half")
    compute()
    assert rows(scene, "mood")[0]["sample"] == "half"
    assert table(scene, "mood")[0]["sample"] == "half"
    text = page(scene, "mood")
    assert text.index(">half<") < text.index(">clear-0<")


def test_posteriors_are_shown_as_probabilities_once_they_are_calibrated() -> None:
    scene = Scene(people=3)
    for number in range(40):
        right, wrong = ("dark", "bright") if number % 2 else ("bright", "dark")
        gold = {"mood": right} if number < 36 else None
        make_sample(scene.project, key=f"s{number:02}", gold=gold)
        given = [right, right, wrong if number % 3 == 0 else right]
        if number % 9 == 0:  # where most are wrong
            given = [wrong, wrong, right]
        for person, value in zip(scene.people, given, strict=True):
            scene.submit(person, mood(value))
    compute()
    found = rows(scene, "mood")
    assert len(found) == 40
    assert all(0.5 <= row["probability"] <= 1 for row in found)
    assert [row["probability"] for row in found] == sorted(row["probability"] for row in found)
    facts = Aggregate.objects.get(series="mood", current=True).facts
    assert facts["known"] == 36
    # Calibrated probabilities claim about as much as was right, and the raw ones more.
    assert facts["accuracy"] == pytest.approx(32 / 36)
    assert facts["calibrated"] == pytest.approx(facts["accuracy"], abs=0.05)
    assert facts["claimed"] > facts["calibrated"]
    assert "calibrated on 36 known answers" in page(scene, "mood")


def test_reviewers_decisions_are_known_answers_but_not_those_that_adopt_what_answers_merge_to() -> None:
    scene = Scene(policy={"min_agreement": 0.5})
    one = scene.answered(mood("dark"), mood("bright"), mood("dark"))
    other = scene.answered(*[mood("dark")] * 3)
    review.adjudicate(actor=scene.reviewer, sample=one, decision="approve", answers=mood("bright"), reason="No.")
    review.approve_agreed(actor=scene.reviewer, project=scene.project)
    work()
    other.refresh_from_db()
    assert other.state == SampleState.APPROVED
    found = known.about([one.pk, other.pk])
    assert found[one.pk].known == {"mood": "bright"}
    assert found[other.pk].known == {}


def test_gold_goes_before_a_decision() -> None:
    scene = Scene(people=1)
    sample = scene.answered(mood("dark"), gold={"mood": "bright"})
    review.adjudicate(actor=scene.reviewer, sample=sample, decision="approve")
    assert known.about([sample.pk])[sample.pk].known == {"mood": "bright"}


def test_where_people_may_differ_there_is_a_distribution_and_no_winner() -> None:
    scene = Scene(interface=interface(mood={"kind": "subjective"}))
    scene.answered(mood("dark"), mood("dark"), mood("bright"), key="s")
    compute()
    (row,) = rows(scene, "mood")
    assert row["counts"] == [["bright", 1], ["dark", 2]]
    assert "majority" not in row
    assert 0 < row["spread"] <= 1
    assert "People may differ here, so no winner is named" in page(scene, "mood")


def test_sets_are_decided_option_by_option() -> None:
    options = [{"id": name, "title": name.title()} for name in ("wry", "sad", "odd")]
    document = copy.deepcopy(INTERFACE)
    document["questions"].append({"name": "tones", "type": "multilabel", "options": options})
    scene = Scene(interface=document)
    given = (["wry", "sad"], ["wry"], ["wry", "odd"])
    scene.answered(*[mood("dark", tones=each) for each in given], key="s")
    scene.answered(*[mood("dark", tones=each) for each in (["sad"], [], ["sad"])], key="t")
    compute()
    by_key = {row["sample"]: row for row in rows(scene, "tones")}
    assert by_key["s"]["majority"] == ["wry"]
    assert by_key["s"]["likely"] == ["wry"]
    assert by_key["s"]["counts"] == [["wry", 3], ["sad", 1], ["odd", 1]]
    assert by_key["t"]["majority"] == ["sad"]


def test_corrected_scores_can_reverse_the_order_of_means() -> None:
    """The worked example of science.md's rule 16: severity −2, 0 and +2."""
    scene = Scene(people=3, interface=interface(craft={"scale": [1, 9]}))
    high, middle, low = scene.people
    given = [{high: 4, middle: 6}, {high: 5, middle: 7}, {high: 6, middle: 8}, {middle: 6, low: 8}, {low: 7, middle: 5}]
    for number, scores in enumerate(given, 1):
        sample = make_sample(scene.project, key=f"s{number}", open_slots=2)
        for person, score in scores.items():
            scene.submit(person, mood("dark", score))
        Sample.objects.filter(pk=sample.pk).update(state=SampleState.LABELED, open_slots=0)
    compute()
    by_key = {row["sample"]: row for row in rows(scene, "craft")}
    assert [by_key[f"s{n}"]["mean"] for n in range(1, 6)] == [5, 6, 7, 7, 6]
    assert [by_key[f"s{n}"]["value"] for n in range(1, 6)] == pytest.approx([6, 7, 8, 6, 5])
    assert {row["part"] for row in by_key.values()} == {1}
    in_table = {row["sample"]: row for row in table(scene, "craft")}
    assert float(in_table["s3"]["value"]) == by_key["s3"]["value"]


def test_scores_that_nothing_joins_say_so() -> None:
    scene = Scene(people=4)
    one, two, three, four = scene.people
    for pair in ((one, two), (three, four)):
        for number in (2, 4):
            sample = make_sample(scene.project, open_slots=2)
            for person in pair:
                scene.submit(person, mood("dark", number))
            Sample.objects.filter(pk=sample.pk).update(state=SampleState.LABELED, open_slots=0)
    compute()
    assert sorted(row["part"] for row in rows(scene, "craft")) == [1, 1, 2, 2]
    assert "2 parts that no chain of shared samples joins" in page(scene, "craft")


def test_one_person_alone_has_no_severity_to_take_off() -> None:
    scene = Scene(people=1)
    scene.answered(mood("dark", 3))
    compute()
    (row,) = rows(scene, "craft")
    assert (row["mean"], row["value"], row["low"]) == (3, None, None)
    assert row["reason"] == "shares no sample with anybody"


def compared(scene: Scene, metadata: dict[str, Any] | None = None) -> None:
    for number in range(6):
        won = "a" if number < 4 else "b"
        better = {"winner": won, "shown": ["b", "a"]}
        fields = {"text": "Two lines.", "outputs": PAIR}
        scene.answered(*[mood("dark", better=better)] * 3, fields=fields, metadata=metadata or {})
    compute()


def test_candidates_without_a_source_have_no_strength_and_the_page_says_why() -> None:
    scene = Scene()
    compared(scene)
    assert rows(scene, "better") == []
    assert Aggregate.objects.get(series="better", current=True).reason == NO_SOURCES
    assert "names it within its sample alone" in page(scene, "better")


def test_strengths_are_those_of_the_sources_that_the_policy_names() -> None:
    scene = Scene(policy={"sources": "metadata.models"})
    compared(scene, {"models": {"a": "one", "b": "=other"}})
    best, worst = rows(scene, "better")
    assert (best["item"], worst["item"], best["answers"]) == ("one", "=other", 18)
    # 12 of 18 were won: log odds of 2 to 1 between the two, but for the weak prior.
    assert best["value"] - worst["value"] == pytest.approx(0.6931, abs=0.02)
    assert best["low"] < best["value"] < best["high"]
    assert [row["item"] for row in table(scene, "better")] == ["one", "'=other"], "a spreadsheet would run it"
    assert "<bdi>=other</bdi>" in page(scene, "better")


def test_ids_are_sources_where_the_policy_says_so() -> None:
    scene = Scene(policy={"sources": "id"})
    compared(scene)
    assert [row["item"] for row in rows(scene, "better")] == ["a", "b"]


def test_nobody_learns_what_was_said_about_a_sample_that_is_labelled_again() -> None:
    scene = Scene()
    sample = scene.answered(*[mood("dark", 3)] * 3, key="back")
    compute()
    assert rows(scene, "mood")[0]["majority"] == "dark"
    review.adjudicate(actor=scene.reviewer, sample=sample, decision="return", reason="Once more.")
    (row,) = rows(scene, "mood")
    assert (row["majority"], row["counts"], row["reason"]) == (None, None, "still being labelled")
    assert table(scene, "mood")[0]["counts"] == ""
    assert "Dark 3" not in page(scene, "mood")
    assert answers.of_sample(Sample.objects.get(pk=sample.pk)) == {}


def test_samples_that_are_still_labelled_are_not_listed() -> None:
    scene = Scene()
    make_sample(scene.project, key="half-way")
    scene.submit(scene.people[0], mood("dark"))
    compute()
    assert rows(scene, "mood") == []
    assert "half-way" not in page(scene, "mood")


def test_figures_replace_the_last_ones_and_leave_nothing_behind() -> None:
    scene = Scene()
    scene.answered(*[mood("dark", 3)] * 3)
    for _ in range(3):
        aggregation.ask(scene.project, scene.owner)
        work()
    current = Aggregate.objects.filter(project=scene.project, current=True)
    assert sorted(current.values_list("series", flat=True)) == ["better", "craft", "mood"]
    # Those before stay for whoever is reading them, those before these don't.
    assert Aggregate.objects.filter(project=scene.project).count() == 6
    assert Aggregated.objects.filter(aggregate__in=current).count() == 2


def test_whoever_asks_twice_gets_one_computation() -> None:
    scene = Scene()
    for _ in range(2):
        aggregation.ask(scene.project, scene.owner)
        aggregation.ask(scene.project, None)
    assert Job.objects.filter(kind="aggregation", state="queued").count() == 2


def test_a_table_that_was_replaced_twice_while_it_was_read_breaks_off() -> None:
    scene = Scene()
    scene.answered(*[mood("dark", 3)] * 3)
    compute()
    aggregate = Aggregate.objects.get(series="mood", current=True)
    reading = answers.streamed(aggregate)
    next(reading)
    aggregate.delete()
    with pytest.raises(RuntimeError, match="replaced"):
        list(reading)


def test_too_many_answers_leave_the_majority(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("projects.quality.gathered.MOST_ANSWERS", 2)
    scene = Scene()
    scene.answered(mood("dark", 3), mood("dark", 3), mood("bright", 5), key="s")
    compute()
    (row,) = rows(scene, "mood")
    assert (row["majority"], row["likely"], row["probability"]) == ("dark", None, None)
    assert row["reason"].startswith("more than 300,000 answers")
    (score,) = rows(scene, "craft")
    assert (round(score["mean"], 3), score["value"]) == (3.667, None)
    assert "No corrected score: more than" in page(scene, "craft")


def test_an_empty_project_says_what_to_do_and_a_stranger_series_is_not_found() -> None:
    scene = Scene()
    assert "No answers yet" in page(scene)
    address = reverse("api-aggregate", args=[scene.project.slug, "nothing"])
    assert client(scene.reviewer).get(address).status_code == 404


def test_recompute_comes_back_to_the_page_and_computes_at_once() -> None:
    scene = Scene()
    scene.answered(*[mood("dark", 3)] * 3)
    address = reverse("quality-recompute", args=[scene.project.slug])
    reply = client(scene.reviewer).post(address, {"then": "answers"})
    assert reply["Location"] == reverse("quality-answers", args=[scene.project.slug])
    assert 'class="card job"' in page(scene)
    run_due()  # without waiting
    assert rows(scene, "mood")[0]["majority"] == "dark"
    assert 'class="card job"' not in page(scene)


def test_reviewers_see_what_follows_beside_the_answers() -> None:
    scene = Scene()
    sample = scene.answered(mood("dark", 3), mood("bright", 5), mood("dark", 4))
    compute()
    desk = client(scene.reviewer).get(reverse("review-sample", args=[scene.project.slug, sample.key]))
    text = desk.content.decode()
    assert "Over all answers: majority Dark · likeliest Dark" in text
    assert "Over all answers: mean 4.00 · corrected" in text


def test_an_erasure_takes_what_was_computed_of_a_sample_too() -> None:
    scene = Scene()
    sample = scene.answered(*[mood("dark", 3)] * 3)
    compute()
    Sample.objects.filter(pk=sample.pk).update(state=SampleState.WITHDRAWN)
    (row,) = rows(scene, "mood")
    assert (row["majority"], row["reason"]) == (None, "withdrawn")
    erasure._empty([sample.pk])
    assert not Aggregated.objects.filter(sample=sample).exists()
