"""The datasheet's prose: asked on a page and by the API, kept in each version as it stood."""

import json
from pathlib import Path
from typing import Any

import orjson
import pytest
from django.test import Client
from django.urls import reverse
from rest_framework.authtoken.models import Token

from projects.models import AuditEntry, Datasheet, Project, User
from projects.snapshots import datasheet, files
from projects.snapshots.layout.prose import CHAPTERS, QUESTIONS, UNANSWERED
from tests.snapshots.making import MOOD, approved, built

pytestmark = pytest.mark.django_db(transaction=True)
WHY = "To hear how coasts sound.\n\nNobody had asked."


@pytest.fixture
def client(project: Project) -> Client:
    client = Client()
    client.force_login(project.created_by)
    return client


def write(project: Project, revision: int | None = None, **answers: str) -> Datasheet:
    return datasheet.write(actor=project.created_by, project=project, answers=answers, revision=revision)


def logged(project: Project) -> list[dict[str, Any]]:
    rows = AuditEntry.objects.filter(action="datasheet.changed", chain__project=project).order_by("seq")
    return [json.loads(row.data) for row in rows]


def test_names_are_asked_once() -> None:
    assert sum(len(chapter.questions) for chapter in CHAPTERS) == len(QUESTIONS)
    assert all(question.title and question.asks for question in QUESTIONS.values())


def test_a_change_is_logged_by_names_and_the_same_again_is_not(project: Project) -> None:
    write(project, motivation=WHY, funding="  ", uses="Research.")
    write(project, motivation=WHY, uses="Research.\r\n")
    write(project, motivation=WHY)
    assert [(row["revision"], row["changed"], row["answered"]) for row in logged(project)] == [
        (1, ["motivation", "uses"], 2),
        (2, ["uses"], 1),
    ]
    assert Datasheet.objects.get().answers == {"motivation": WHY}
    assert WHY not in str(logged(project)), "the text itself can be taken back"


def test_what_does_not_fit_is_named_and_nothing_is_written(project: Project) -> None:
    with pytest.raises(datasheet.AnswerError) as caught:
        write(project, motivation=WHY, wishes="More.", uses="x" * 10_001, contact="a\x00b")
    assert set(caught.value.problems) == {"wishes", "uses", "contact"}
    assert not Datasheet.objects.exists()


def test_of_two_owners_the_later_one_is_told(project: Project) -> None:
    write(project, 0, motivation=WHY)
    with pytest.raises(datasheet.Stale, match="in the meantime"):
        write(project, 0, motivation="Something else.")
    assert write(project, 0, motivation=WHY).revision == 1, "the same again is no quarrel"
    assert write(project, 1, motivation="Something else.").revision == 2


def test_a_version_keeps_what_stood_there_when_it_was_built(project: Project, reviewer: User, tmp_path: Path) -> None:
    approved(project, reviewer, MOOD, key="one")
    write(project, motivation=WHY, biases="Only one coast.", contact="data@example.org")
    first = built(project)
    write(project, motivation="Another reason.")
    second = built(project)
    texts = []
    for number, version in enumerate((first, second)):
        copy = files.materialise(version, tmp_path / str(number))
        described = orjson.loads((copy / "croissant.json").read_bytes())
        texts.append(((copy / "README.md").read_text(), described))
        assert files.verify(version).ok
    readme, described = texts[0]
    assert WHY in readme and "3 of 16 questions" in readme
    assert readme.count(UNANSWERED) == len(QUESTIONS) - 3
    assert described["rai:dataBiases"][0].endswith("Only one coast.")
    assert described["rai:dataSocialImpact"] == UNANSWERED
    assert described["rai:dataReleaseMaintenancePlan"] == "data@example.org"
    readme, described = texts[1]
    assert "Another reason." in readme and WHY not in readme and "Only one coast." not in readme
    assert described["rai:dataBiases"][0].endswith(UNANSWERED)


def test_the_page_asks_everything_and_shows_what_is_measured(project: Project, reviewer: User, client: Client) -> None:
    approved(project, reviewer, MOOD, key="one", metadata={"language": "fr"})
    write(project, motivation=WHY)
    page = client.get(reverse("datasheet", args=[project.slug])).content.decode()
    for question in QUESTIONS.values():
        assert f'name="{question.name}"' in page
    assert f"1 of {len(QUESTIONS)} answered" in page
    assert "Nobody had asked." in page
    assert "Languages: fr 1." in page and "2 people gave 2 annotations." in page


def test_the_page_works_before_there_is_anything(client: Client, project: Project) -> None:
    page = client.get(reverse("datasheet", args=[project.slug]))
    assert page.status_code == 200
    assert f"0 of {len(QUESTIONS)} answered" in page.content.decode()


def test_saving_on_the_page(client: Client, project: Project) -> None:
    address = reverse("datasheet", args=[project.slug])
    done = client.post(address, {"revision": 0, "motivation": WHY, "uses": ""})
    assert (done.status_code, done["Location"]) == (302, address)
    assert Datasheet.objects.get().answers == {"motivation": WHY}
    assert client.get(reverse("snapshots", args=[project.slug])).content.decode().count(address) == 1


def test_a_text_that_is_too_long_comes_back_with_the_others(client: Client, project: Project) -> None:
    reply = client.post(
        reverse("datasheet", args=[project.slug]), {"revision": 0, "motivation": WHY, "uses": "x" * 10_001}
    )
    page = reply.content.decode()
    assert reply.status_code == 422
    assert "Nobody had asked." in page and "10000 characters" in page and "data-unsaved" in page
    assert not Datasheet.objects.exists()


def test_who_saves_second_sees_both_texts_and_loses_none(client: Client, project: Project) -> None:
    write(project, motivation="Theirs.", uses="Theirs too.")
    address = reverse("datasheet", args=[project.slug])
    reply = client.post(address, {"revision": 0, "motivation": "Mine.", "uses": "Theirs too."})
    page = reply.content.decode()
    assert reply.status_code == 409
    assert "Mine." in page and "Theirs." in page and page.count("datasheet__theirs") == 1
    assert Datasheet.objects.get().answers["motivation"] == "Theirs."
    assert 'name="revision" value="1"' in page
    client.post(address, {"revision": 1, "motivation": "Mine.", "uses": "Theirs too."})
    assert Datasheet.objects.get().answers["motivation"] == "Mine."


def test_programs_read_and_replace(project: Project) -> None:
    client = Client(headers={"authorization": f"Token {Token.objects.create(user=project.created_by).key}"})
    address = reverse("api-datasheet", args=[project.slug])

    def put(body: Any) -> Any:
        return client.put(address, json.dumps(body), content_type="application/json")

    empty = client.get(address).json()
    assert (empty["revision"], empty["answers"], empty["answered"]) == (0, {}, 0)
    assert [each["name"] for each in empty["questions"]] == list(QUESTIONS)
    assert put({"answers": {"motivation": WHY, "uses": "x"}, "revision": 0}).json()["revision"] == 1
    assert put({"answers": {"motivation": WHY}}).json()["answers"] == {"motivation": WHY}
    late = put({"answers": {"motivation": "Late."}, "revision": 1})
    assert (late.status_code, late["Content-Type"]) == (409, "application/problem+json")
    wrong = put({"answers": {"wishes": "More."}})
    assert wrong.status_code == 400 and "answers.wishes" in wrong.json()["errors"]
    assert client.get(address).json()["answers"] == {"motivation": WHY}
