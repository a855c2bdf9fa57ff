"""The pages about people: computed by the job, shown to whom they are for, and the same in CSV and API."""

import copy
import csv
import io
import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from projects.models import Annotation, Likeness, Overview, Project, Reliability, Sample, User
from projects.quality import actions
from projects.quality.drawings import lines
from projects.quality.people_api import FiguresBody, LikenessBody, PersonBody, TogetherBody
from projects.review import actions as review
from projects.workspace import actions as workspace
from tests.factories import make_member, make_project, make_sample
from tests.review.scene import INTERFACE, PAIR, Scene, mood, work

pytestmark = pytest.mark.django_db


def client(user: User) -> Client:
    made = Client()
    made.force_login(user)
    return made


def recomputed(scene: Scene) -> None:
    actions.recompute(actor=scene.owner, project=scene.project)
    work()


def decide(scene: Scene, sample: Sample) -> None:
    review.adjudicate(actor=scene.reviewer, sample=sample, decision="approve", answers=mood("dark"), reason="It is.")


def page(scene: Scene, user: User, name: str = "quality-people", *arguments: str) -> str:
    reply = client(user).get(reverse(name, args=[scene.project.slug, *arguments]))
    assert reply.status_code == 200
    return str(reply.content.decode())


def table(scene: Scene, user: User, *arguments: str) -> list[list[str]]:
    name = "quality-person-table" if len(arguments) == 2 else "quality-table"
    reply: Any = client(user).get(reverse(name, args=[scene.project.slug, *arguments]))
    assert reply.status_code == 200
    assert reply.streaming
    return list(csv.reader(io.StringIO(b"".join(reply.streaming_content).decode())))


@pytest.fixture
def scene() -> Scene:
    scene = Scene()
    for person, name in zip(scene.people, ("Ada", "Ben", "Cleo"), strict=True):
        User.objects.filter(pk=person.pk).update(first_name=name)
        person.first_name = name
    return scene


def test_known_answers_are_compared_on_questions_with_a_right_answer_alone(scene: Scene) -> None:
    document = copy.deepcopy(INTERFACE)
    document["questions"][1]["kind"] = "subjective"
    workspace.save_interface(actor=scene.owner, project=scene.project, document=document)
    known = {"mood": "dark", "craft": 5, "note": "Some words.", "gone": 1, "better": {"winner": "nobody"}}
    for number in range(10):
        scene.answered(mood("dark", 1), mood("bright" if number < 3 else "dark", 5), gold=known)
    scene.answered(mood("dark", 1), mood("dark", 1), gold={"mood": "purple"})
    figures = dict(Reliability.objects.values_list("annotator", "figures"))
    assert (figures[scene.people[0].pk]["gold"]["value"], figures[scene.people[0].pk]["gold"]["of"]) == (1.0, 10)
    gold = figures[scene.people[1].pk]["gold"]
    assert gold["value"] == 0.7
    assert gold["low"] < 0.7 < gold["high"]


def test_choices_between_two_are_counted_by_side_ties_left_out(scene: Scene) -> None:
    def better(winner: str, *shown: str) -> dict[str, Any]:
        return mood("dark", better={"winner": winner, "shown": list(shown)})

    for answers in (better("a", "a", "b"), better("b", "b", "a"), better("b", "a", "b"), better("tie", "a", "b")):
        scene.answered(answers, fields={"text": "t", "outputs": PAIR})
    work()
    position = Reliability.objects.get(annotator=scene.people[0]).figures["position"]
    assert (position["value"], position["of"]) == (pytest.approx(2 / 3), 3)
    document = copy.deepcopy(INTERFACE)
    document["questions"][3]["shuffle"] = False
    project = make_project(scene.owner, interface=document, overlap=3)
    assert project.interface and scene.project.interface
    Annotation.objects.filter(project=scene.project).update(interface=project.interface)
    Project.objects.filter(pk=scene.project.pk).update(interface=project.interface)
    recomputed(scene)
    assert Reliability.objects.get(project=scene.project, annotator=scene.people[0]).figures["position"]["of"] == 0


def test_an_annotator_sees_their_own_figures_over_decided_samples_and_nobody_else(scene: Scene) -> None:
    sample = scene.answered(mood("dark", 2), mood("bright", 4), mood("dark", 3))
    ada, ben, _ = scene.people
    work()
    assert Reliability.objects.get(annotator=ada).figures["agreement"]["of"] > 0
    empty = page(scene, ada, "quality-person", ada.username)
    assert "No figures yet" in empty
    decide(scene, sample)
    recomputed(scene)
    text = page(scene, ada, "quality-person", ada.username)
    assert "Your figures" in text
    for other in scene.people[1:]:
        assert other.first_name not in text and other.username not in text
    for somebody in (ben.username, "annotator-1", "nobody"):
        reply = client(ada).get(reverse("quality-person", args=[scene.project.slug, somebody]))
        assert reply.status_code == 404
        where = reverse("quality-person-table", args=[scene.project.slug, "figures", somebody])
        assert client(ada).get(where).status_code == 404
        assert client(ada).get(reverse("api-annotator", args=[scene.project.slug, somebody])).status_code == 404
    assert client(ada).get(reverse("quality-people", args=[scene.project.slug])).status_code == 403
    assert client(ada).get(reverse("api-likeness", args=[scene.project.slug])).status_code == 403
    assert client(ada).get(reverse("quality-table", args=[scene.project.slug, "people"])).status_code == 403


def test_what_is_open_shows_in_no_figure_of_ones_own(scene: Scene) -> None:
    decide(scene, scene.answered(mood("dark", 2), mood("dark", 2), mood("dark", 2)))
    recomputed(scene)
    ada = scene.people[0]
    where = reverse("api-annotator", args=[scene.project.slug, ada.username])
    before = client(ada).get(where).json()
    assert before["closed_only"] is True
    scene.answered(mood("dark", 2), mood("bright", 5), mood("bright", 5))
    recomputed(scene)
    after = client(ada).get(where).json()
    assert (after["figures"], after["group"]) == (before["figures"], before["group"])
    theirs = client(scene.owner).get(where).json()
    assert theirs["closed_only"] is False
    assert theirs["figures"]["agreement"]["value"] < after["figures"]["agreement"]["value"]


def test_where_names_are_hidden_a_reviewer_finds_people_by_number_alone(scene: Scene) -> None:
    scene.answered(mood("dark", 2), mood("bright", 4), mood("dark", 3))
    work()
    text = page(scene, scene.reviewer) + page(scene, scene.reviewer, "quality")
    assert "Annotator 2" in text
    assert reverse("quality-person", args=[scene.project.slug, "annotator-2"]) in text
    for person in scene.people:
        assert person.username not in text and person.first_name not in text
        reply = client(scene.reviewer).get(reverse("quality-person", args=[scene.project.slug, person.username]))
        assert reply.status_code == 404
    assert "Annotator 2" in page(scene, scene.reviewer, "quality-person", "annotator-2")
    assert "Ben" in page(scene, scene.owner, "quality-person", scene.people[1].username)
    body = client(scene.reviewer).get(reverse("api-annotators", args=[scene.project.slug])).json()
    assert [row["username"] for row in body["results"]] == ["annotator-1", "annotator-2", "annotator-3"]


def test_people_who_share_nothing_have_no_overlap_and_say_so(scene: Scene) -> None:
    scene.answered(mood("dark", 2), mood("dark", 4))
    Sample.objects.update(open_slots=0)
    make_sample(scene.project)
    scene.submit(scene.people[2], mood("dark"))
    work()
    rows = table(scene, scene.owner, "likeness")
    assert rows[0] == ["person", "other", "likeness", "answers", "samples", "reason"]
    assert sorted(rows[1:]) == [
        ["Ada", "Ben", "0.75", "2", "1", ""],
        ["Ada", "Cleo", "", "0", "0", "no overlap"],
        ["Ben", "Cleo", "", "0", "0", "no overlap"],
    ]
    assert "Ada and Cleo: no overlap" in page(scene, scene.owner)
    body = client(scene.owner).get(reverse("api-likeness", args=[scene.project.slug])).json()
    assert body["pairs"] == [{"one": "Ada", "other": "Ben", "likeness": 0.75, "answers": 2, "samples": 1}]
    assert body["people"] == ["Ada", "Ben", "Cleo"]
    assert Likeness.objects.count() == 1


def test_newer_interfaces_and_guidelines_are_marked_and_other_changes_are_not(scene: Scene) -> None:
    scene.answered(mood("dark", 2), mood("dark", 4))
    document = copy.deepcopy(INTERFACE)
    document["questions"][0]["title"] = "The mood"
    workspace.save_interface(actor=scene.owner, project=scene.project, document=document)
    settings = {"overlap": scene.project.overlap, "policy": scene.project.policy}
    for name, guidelines in (("Renamed", ""), ("Renamed", "Be kind.")):
        workspace.update_project(actor=scene.owner, project=scene.project, name=name, guidelines=guidelines, **settings)
    recomputed(scene)
    stored = Overview.objects.get(project=scene.project)
    assert [mark["what"] for mark in stored.marks] == ["Interface version 2", "Guidelines changed"]
    assert "Guidelines changed" in page(scene, scene.owner)
    assert [row[1] for row in table(scene, scene.owner, "changes")] == [
        "what",
        "Interface version 2",
        "Guidelines changed",
    ]


def test_agreement_over_time_is_each_piece_s_own(scene: Scene) -> None:
    first = scene.answered(mood("dark"), mood("dark"), mood("bright"))
    scene.answered(mood("dark"), mood("dark"), mood("bright"))
    old = timezone.now() - timedelta(days=2)
    Annotation.objects.filter(sample=first).update(created_at=old)
    recomputed(scene)
    found = {row["series"]: row["points"] for row in Overview.objects.get(project=scene.project).timeline}
    assert "note" not in found
    assert [(point["start"], point["units"]) for point in found["mood"]] == [
        (old.date().isoformat(), 1),
        (timezone.now().date().isoformat(), 1),
    ]
    assert all((point["value"] is None) == (point["reason"] is not None) for point in found["mood"])


def test_disputes_stand_on_the_page_in_the_table_and_in_the_api(scene: Scene) -> None:
    scene.answered(mood("dark"), mood("bright"), metadata={"lang": "de"})
    scene.answered(mood("dark"), mood("dark"), metadata={"lang": "en"})
    make_sample(scene.project)
    work()
    recomputed(scene)
    assert "1 of 2 samples with two annotations" in page(scene, scene.owner)
    assert table(scene, scene.owner, "disputes-by-kind")[1:] == [
        ["metadata.lang", "de", "1", "1", "1.0"],
        ["metadata.lang", "en", "1", "0", "0.0"],
    ]
    assert table(scene, scene.owner, "disputes-by-answers")[1][:4] == ["mood", "bright", "dark", "1"]
    body = client(scene.reviewer).get(reverse("api-people", args=[scene.project.slug])).json()
    assert body["disputes"]["disputed"] == 1
    assert body["group"]["figures"]["agreement"]["reason"] == "fewer than three people to average over"


def test_a_name_is_no_formula_to_a_spreadsheet_and_numbers_stay_numbers(scene: Scene) -> None:
    User.objects.filter(pk=scene.people[0].pk).update(first_name="=HYPERLINK(1)")
    scene.answered(mood("dark", 1), mood("dark", 4))
    work()
    rows = table(scene, scene.owner, "people")
    by_name = {row[0]: dict(zip(rows[0], row, strict=True)) for row in rows[1:]}
    assert by_name["'=HYPERLINK(1)"]["severity_value"] == "-0.75"
    assert by_name["Ben"]["severity_value"] == "0.75"
    assert by_name["Ben"]["gold_reason"] == "fewer than 10 known answers"


@pytest.mark.parametrize(
    "name",
    [
        *("agreement", "answers", "taste", "people", "likeness", "distributions", "people-over-time"),
        *("agreement-over-time", "changes", "disputes-by-question", "disputes-by-answers", "disputes-by-kind"),
    ],
)
def test_every_table_is_there_before_anything_was_answered_and_after(scene: Scene, name: str) -> None:
    assert len(table(scene, scene.owner, name)) == 1
    scene.answered(mood("dark", 1), mood("bright", 4), mood("dark", 4))
    work()
    rows = table(scene, scene.owner, name)
    assert {len(row) for row in rows} == {len(rows[0])}


def test_a_table_that_is_not_there_is_not_found(scene: Scene) -> None:
    assert client(scene.owner).get(reverse("quality-table", args=[scene.project.slug, "passwords"])).status_code == 404


def test_ones_own_tables_hold_ones_own_figures_and_the_average(scene: Scene) -> None:
    decide(scene, scene.answered(mood("dark", 1), mood("bright", 4), mood("dark", 4)))
    recomputed(scene)
    ada = scene.people[0]
    figures = {row[0]: row for row in table(scene, ada, "figures", ada.username)[1:]}
    assert float(figures["Severity, in parts of the scale"][1]) == -0.75
    assert float(figures["Severity, in parts of the scale"][6]) == pytest.approx(0)
    assert ["craft", "1", "1", "1"] in table(scene, ada, "distribution", ada.username)
    assert len(table(scene, ada, "over-time", ada.username)) == 2
    assert len(table(scene, ada, "series", ada.username)) == 3


def test_a_project_without_answers_has_empty_pages(scene: Scene) -> None:
    assert "Not computed yet" in page(scene, scene.owner)
    newcomer = make_member(scene.project)
    assert "No figures yet" in page(scene, newcomer, "quality-person", newcomer.username)
    body = client(newcomer).get(reverse("api-annotator", args=[scene.project.slug, newcomer.username])).json()
    assert (body["figures"], body["group"], body["computed_at"]) == (None, None, None)


def test_figures_of_an_earlier_release_are_asked_for_again(scene: Scene) -> None:
    scene.answered(mood("dark", 1), mood("bright", 4), mood("dark", 4))
    work()
    Overview.objects.all().delete()
    Reliability.objects.update(figures={}, closed={})
    ada = scene.people[0]
    for text in (page(scene, scene.owner), page(scene, scene.owner, "quality-person", ada.username)):
        assert "Recompute asks for them now" in text
    assert "No figures yet" in page(scene, ada, "quality-person", ada.username)
    assert len(table(scene, scene.owner, "people")) == 4
    recomputed(scene)
    assert "Who answers like whom" in page(scene, scene.owner)


def test_a_person_who_has_a_stroke_in_their_name_has_a_page(scene: Scene) -> None:
    User.objects.filter(pk=scene.people[0].pk).update(username="team/ada", first_name="")
    scene.answered(mood("dark", 1), mood("bright", 4))
    work()
    assert "team/ada" in page(scene, scene.owner, "quality-person", "team/ada")
    assert len(table(scene, scene.owner, "figures", "team/ada")) == 8


def test_the_api_answers_what_its_description_says(scene: Scene) -> None:
    def answered() -> Iterator[Any]:
        for body, name, names in (
            (PersonBody, "api-annotator", [scene.people[0].username]),
            (LikenessBody, "api-likeness", []),
            (TogetherBody, "api-people", []),
        ):
            found = client(scene.owner).get(reverse(name, args=[scene.project.slug, *names]))
            if found.status_code == 200:
                described = body(data=found.json())
                assert described.is_valid(), described.errors
                assert found.json().keys() == described.fields.keys()
                yield found.json()

    assert len(list(answered())) == 2
    decide(scene, scene.answered(mood("dark", 1), mood("bright", 4), mood("dark", 4)))
    recomputed(scene)
    person, _, _ = answered()
    assert person["figures"].keys() == FiguresBody().fields.keys()
    assert person["group"]["figures"].keys() < person["figures"].keys()


def test_the_stored_figures_hold_no_number_that_json_does_not_know(scene: Scene) -> None:
    for _ in range(3):
        scene.answered(mood("dark", 3), mood("dark", 3), mood("dark", 3))
    work()
    rows = list(Reliability.objects.values_list("figures", "closed"))
    rows += list(Overview.objects.values_list("figures", "disputes"))
    json.dumps(rows, allow_nan=False)


def test_a_line_is_not_joined_over_what_is_undefined() -> None:
    points = [("2026-01-01", 0.5, None, None), ("2026-01-02", None, None, None), ("2026-01-03", 1.0, None, None)]
    drawn = lines("Mood", points, [{"at": "2026-01-02T10:00:00+00:00", "what": "Interface version 2"}], (0.0, 1.0))
    assert (len(drawn.points), drawn.steps) == (2, [])
    assert drawn.points[0].x < drawn.marks[0].x < drawn.points[1].x
    assert drawn.points[0].y > drawn.points[1].y
    assert drawn.summary == "2026-01-01: 0.50; 2026-01-03: 1.00"
    assert lines("Nothing", [], [], (0.0, 1.0)).summary == "no figures"
