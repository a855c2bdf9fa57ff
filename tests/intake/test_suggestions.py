"""Suggestions for samples that are there: from a file, by the command and by the API."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from rest_framework.authtoken.models import Token

from projects.models import AuditEntry, Job, Project, Suggestion
from projects.samples.states import SampleState
from projects.workspace import audit, jobs
from tests.factories import make_member, make_project, make_sample
from tests.intake.test_imports import _own_folder, given, started  # noqa: F401  (the fixture keeps files apart)

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def project() -> Project:
    project = make_project()
    for key in ("a", "b"):
        make_sample(project, key=key)
    return project


def line(key: str = "a", value: Any = "dark", **more: Any) -> dict[str, Any]:
    return {"key": key, "question": "mood", "value": value, "source": "model-x", **more}


def there() -> list[tuple[Any, ...]]:
    rows = Suggestion.objects.order_by("sample__key", "question", "source")
    return list(rows.values_list("sample__key", "question", "source", "value", "score"))


BAD = [
    (line("z"), "key: the project has no such sample"),
    (line(value="lukewarm"), "value: mood: choose one of the options"),
    (line(value=None), "value: missing"),
    ({**line(), "question": "gone"}, "question: no such question"),
    ({**line(), "source": " "}, "source: expected who made it.*"),
    ({**line(), "source": "a\nb"}, "source: expected who made it.*"),
    (line(score="high"), "score: expected a number"),
    (line(colour="red"), "colour: unknown; a suggestion has .*"),
    ({"question": "mood"}, "key: missing"),
    (line("gone"), "key: the sample was withdrawn"),
]


def test_lines_are_taken_and_those_that_do_not_fit_say_why(project: Project) -> None:
    make_sample(project, key="gone", state=SampleState.WITHDRAWN)
    lines = [line(score=0.5), *(each for each, _ in BAD), line("b"), {**line("b", 3), "question": "craft"}]
    report = given(project, lines, kind="suggestions")
    assert (report["created"], report["replaced"], report["unchanged"], report["invalid"]) == (3, 0, 0, len(BAD))
    for told, (_, reason) in zip(report["why"], BAD, strict=True):
        assert re.fullmatch(reason, told["reason"]), told
    assert there() == [
        ("a", "mood", "model-x", "dark", 0.5),
        ("b", "craft", "model-x", 3, None),
        ("b", "mood", "model-x", "dark", None),
    ]
    assert AuditEntry.objects.filter(action="suggestions.imported").count() == 1
    assert audit.verify()[1] == []


def test_the_newest_of_a_source_stands_and_the_same_again_changes_nothing(project: Project) -> None:
    given(project, [line(), line(source="model-y")], kind="suggestions")
    again = given(project, [line(), line(value="bright", source="model-y")], kind="suggestions")
    assert (again["created"], again["replaced"], again["unchanged"]) == (0, 1, 1)
    twice = given(project, [line("b"), line("b", "bright"), line("b", "dark", score=1)], kind="suggestions")
    assert (twice["created"], twice["replaced"]) == (1, 2)
    assert there() == [
        ("a", "mood", "model-x", "dark", None),
        ("a", "mood", "model-y", "bright", None),
        ("b", "mood", "model-x", "dark", 1.0),
    ]


def test_an_import_goes_on_where_it_was_killed(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("projects.intake.batches.BATCH_LINES", 1)
    source = started(project, [line(), line("b"), line("z")], kind="suggestions")
    with monkeypatch.context() as broken:
        seen: list[int] = []

        def put(*arguments: Any) -> Any:
            seen.append(1)
            if len(seen) == 2:
                raise KeyboardInterrupt
            return original(*arguments)

        from projects.intake import suggestions

        original = suggestions._put
        broken.setattr(suggestions, "_put", put)
        with pytest.raises(KeyboardInterrupt):
            jobs.run(source.job_id)
    assert len(there()) == 1
    Job.objects.filter(pk=source.job_id).update(lease_until=None, state="queued")
    jobs.run(source.job_id)
    source.refresh_from_db()
    assert source.job.result == {"created": 2, "replaced": 0, "unchanged": 0, "invalid": 1, "lines": 3}
    assert len(there()) == 2


def test_the_command_prints_its_report(project: Project, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "suggestions.jsonl"
    file.write_text("\n".join(map(json.dumps, [line(), line("z")])))
    call_command("import_suggestions", project.slug, str(file))
    told, line_2 = capsys.readouterr().out.splitlines()
    counts = told.removeprefix("Suggestions: ").split(", ")  # PostgreSQL keeps them in another order
    assert sorted(counts) == ["0 replaced", "0 unchanged", "1 created", "1 invalid"]
    assert line_2 == "  line 2: key: the project has no such sample"
    call_command("import_suggestions", project.slug, str(file), "--json")
    assert json.loads(capsys.readouterr().out)["unchanged"] == 1


def send(project: Project, items: Any, role: str = "owner") -> Any:
    user = project.created_by if role == "owner" else make_member(project, role)
    token, _ = Token.objects.get_or_create(user=user)
    return Client().post(
        f"/api/v1/projects/{project.slug}/suggestions/",
        {"suggestions": items},
        content_type="application/json",
        headers={"Authorization": f"Token {token.key}"},
    )


def test_the_api_takes_them_and_tells_of_each_that_does_not_fit(project: Project) -> None:
    reply = send(project, [line(), 7, line("z"), line("b", score=0.25)])
    assert reply.status_code == 200
    assert reply.json() == {
        "created": 2,
        "replaced": 0,
        "unchanged": 0,
        "invalid": 2,
        "errors": [
            {"index": 1, "reason": "expected an object"},
            {"index": 2, "reason": "key: the project has no such sample"},
        ],
    }
    assert send(project, [line()]).json()["unchanged"] == 1
    assert send(project, [line(value="bright")]).json()["replaced"] == 1
    assert AuditEntry.objects.filter(action="suggestions.posted").count() == 2  # what changed nothing tells nothing


@pytest.mark.parametrize(("items", "status"), [([], 400), ("x", 400), (None, 400), ([line()] * 1001, 400)])
def test_a_body_of_another_shape_is_refused_whole(project: Project, items: Any, status: int) -> None:
    assert send(project, items).status_code == status


@pytest.mark.parametrize("role", ["reviewer", "annotator"])
def test_only_owners_send_suggestions(project: Project, role: str) -> None:
    assert send(project, [line()], role).status_code == 403
    assert there() == []
