"""What becomes of every line of an imported file: samples and annotations."""

import gzip
import io
import json
import zipfile
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from projects.intake import actions
from projects.intake.models import Import
from projects.intake.rejected import read
from projects.labeling import actions as labeling
from projects.models import Annotation, Asset, AuditEntry, Job, Project, Sample, User
from projects.samples.states import SampleState
from projects.workspace import audit, jobs
from projects.workspace.actions import Refused
from tests.factories import make_project, make_sample, make_user, membership

pytestmark = pytest.mark.django_db(transaction=True)
PICTURE = {
    "schema": 1,
    "fields": [{"name": "picture", "type": "image"}],
    "questions": [{"name": "caption", "type": "text"}],
}


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: Any, settings: Any) -> None:
    def place(name: str) -> dict[str, Any]:
        return {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": str(tmp_path / name)},
        }

    settings.STORAGES = {**settings.STORAGES, "uploads": place("uploads"), "default": place("media")}


@pytest.fixture
def project() -> Project:
    return make_project(overlap=2)


def given(project: Project, lines: list[Any] | bytes, name: str = "in.jsonl", **options: Any) -> dict[str, Any]:
    """Imports the lines and returns the report."""
    source = started(project, lines, name, **options)
    jobs.run(source.job_id)
    source.refresh_from_db()
    assert source.job.state == "done", source.job.message
    return {**(source.job.result or {}), "why": [json.loads(line) for line in read(source)]}


def started(project: Project, lines: list[Any] | bytes, name: str = "in.jsonl", **options: Any) -> Import:
    body = lines if isinstance(lines, bytes) else b"".join(json.dumps(line).encode() + b"\n" for line in lines)
    file = SimpleUploadedFile(name, body)
    return actions.start_import(actor=project.created_by, project=project, file=file, filename=name, **options)


def line(key: str = "one", text: str = "The tide kept the letter.", **more: Any) -> dict[str, Any]:
    return {"key": key, "fields": {"text": text}, "provenance": {"licence": "cc-by-4.0", "creator": "Amara"}, **more}


def answer(key: str = "one", annotator: str = "rater-1", mood: str = "dark", **more: Any) -> dict[str, Any]:
    return {"key": key, "annotator": annotator, "answers": {"mood": mood}, **more}


def test_the_same_file_again_changes_nothing(project: Project) -> None:
    lines = [line("one"), line("two")]
    assert given(project, lines)["created"] == 2
    before = AuditEntry.objects.count()
    again = given(project, lines)
    assert (again["created"], again["unchanged"]) == (0, 2)
    assert Sample.objects.count() == 2
    assert AuditEntry.objects.exclude(action__startswith="import.").count() <= before


def test_bad_lines_come_back_with_number_and_reason_and_stop_nothing(project: Project) -> None:
    body = b"\n".join(
        [
            json.dumps(line("one")).encode(),
            b"{not json",
            json.dumps({"key": "two"}).encode(),
            json.dumps(line("three", provenance={"licence": "my own"})).encode(),
            json.dumps(line("one", "Other words.")).encode(),
            b"\xff\xfe",
            json.dumps(line("four", extra=1)).encode(),
            json.dumps(line("five")).encode(),
        ]
    )
    report = given(project, body)
    assert (report["created"], report["conflict"], report["invalid"]) == (2, 1, 5)
    assert [(bad["number"], bad["outcome"]) for bad in report["why"]] == [
        *((2, "invalid"), (3, "invalid"), (4, "invalid"), (5, "conflict"), (6, "invalid"), (7, "invalid"))
    ]
    assert "SPDX" in report["why"][2]["reason"]
    assert json.loads(report["why"][3]["line"])["fields"]["text"] == "Other words."


def test_replacing_is_for_samples_that_nobody_has_begun(project: Project) -> None:
    given(project, [line("begun"), line("fresh")])
    person = make_user()
    from projects.workspace.actions import set_member

    set_member(actor=None, project=project, user=person, role="annotator")
    assert labeling.next_assignment(membership=membership(project, person)) is not None
    report = given(project, [line("begun", "New."), line("fresh", "New.")], on_conflict="replace")
    assert (report["replaced"], report["conflict"]) == (1, 1)
    assert Sample.objects.get(key="fresh").fields == {"text": "New."}
    assert Sample.objects.get(key="begun").fields != {"text": "New."}


def test_provenance_is_kept_with_every_sample(project: Project) -> None:
    stated = {"origin": "ai", "model": "m-1", "prompt": "Write.", "licence": "mit", "source": "here", "consent": "c-9"}
    given(project, [line("one", provenance=stated)])
    kept = Sample.objects.get(key="one").provenance
    assert (kept.origin, kept.model, kept.prompt, kept.licence, kept.source) == ("ai", "m-1", "Write.", "MIT", "here")
    assert kept.consent is not None
    assert kept.consent.reference == "c-9"


def test_a_blank_text_waits_in_quarantine_until_it_is_released(project: Project) -> None:
    given(project, [line("blank", "  \n ")])
    sample = Sample.objects.get()
    assert (sample.state, sample.open_slots) == (SampleState.QUARANTINED, 0)
    actions.release(actor=project.created_by, project=project, sample=sample)
    sample.refresh_from_db()
    assert (sample.state, sample.open_slots) == (SampleState.READY, 2)
    with pytest.raises(Refused):
        actions.release(actor=project.created_by, project=project, sample=sample)


def test_pictures_come_in_a_zip_without_their_metadata() -> None:
    project = make_project(interface=PICTURE)
    picture = io.BytesIO()
    Image.new("RGB", (4, 3), "teal").save(
        picture, "JPEG", exif=b"Exif\x00\x00MM\x00*\x00\x00\x00\x08\x00\x00", comment=b"x"
    )
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w") as archive:
        archive.writestr(
            "samples.jsonl",
            json.dumps({"key": "p", "fields": {"picture": "pics/1.jpg"}})
            + "\n"
            + json.dumps({"key": "q", "fields": {"picture": "pics/none.jpg"}}),
        )
        archive.writestr("pics/1.jpg", picture.getvalue())
    report = given(project, body.getvalue(), "samples.zip")
    assert (report["created"], report["invalid"]) == (1, 1)
    asset = Asset.objects.get()
    assert Sample.objects.get().fields == {"picture": f"sha256:{asset.sha256}"}
    assert (asset.content_type, asset.width, asset.height) == ("image/jpeg", 4, 3)


def test_gzip_and_tables_are_read_too(project: Project) -> None:
    lines = "".join(json.dumps(line(key)) + "\n" for key in ("one", "two"))
    assert given(project, gzip.compress(lines.encode()), "in.jsonl.gz")["created"] == 2
    table = "key,text,metadata.language,provenance.licence\nthree,Ein Brief,de,CC0-1.0\n"
    assert given(project, table.encode(), "in.csv")["created"] == 1
    sample = Sample.objects.get(key="three")
    assert (sample.metadata, sample.provenance.licence) == ({"language": "de"}, "CC0-1.0")


def test_files_that_are_no_import_are_refused_at_once(project: Project) -> None:
    for body, name in ((b"", "in.jsonl"), (b"\x89PNG\r\n\x1a\n", "in.png"), (b"[1, 2]", "in.json")):
        with pytest.raises(Refused):
            started(project, body, name)
    assert Import.objects.count() == 0


def test_a_file_that_only_looks_like_its_format_fails_and_tells_no_path(project: Project) -> None:
    source = started(project, b"PAR1garbagePAR1", "in.parquet")
    jobs.run(source.job_id)
    source.refresh_from_db()
    assert source.job.state == "failed"
    assert source.job.message.startswith("The file can't be read: ")
    assert "/" not in source.job.message


def test_an_import_that_was_cut_off_goes_on_where_it_was(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    from projects.intake import batches

    monkeypatch.setattr(batches, "BATCH_LINES", 10)
    source = started(project, [line(f"s{n}") for n in range(45)] + [{"key": "bad"}])
    keep, calls = batches.Run._batch, iter(range(100))

    def cut(*given: Any) -> None:
        if next(calls) == 3:
            raise KeyboardInterrupt
        keep(*given)

    with monkeypatch.context() as patch:
        patch.setattr(batches.Run, "_batch", cut)
        with pytest.raises(KeyboardInterrupt):
            jobs.run(source.job_id)
    assert Sample.objects.count() == 30
    Job.objects.filter(pk=source.job_id).update(lease_until="2000-01-01T00:00:00Z")
    jobs.run(source.job_id)
    source.refresh_from_db()
    assert source.job.result is not None
    assert (source.job.result["created"], source.job.result["unchanged"], source.job.result["invalid"]) == (45, 0, 1)
    assert Sample.objects.count() == 45
    assert [json.loads(line)["number"] for line in read(source)] == [46]
    assert audit.verify()[1] == []


def test_annotators_of_a_file_become_members_who_cannot_sign_in(project: Project) -> None:
    given(project, [line()])
    report = given(project, [answer(duration_ms=5000, comments={"mood": "cold"})], kind="annotations")
    assert report["created"] == 1
    person = User.objects.get(username="rater-1")
    assert not person.has_usable_password()
    assert membership(project, person).role == "annotator"
    made = Annotation.objects.get()
    assert (made.duration_ms, made.comments, made.origin) == (5000, {"mood": "cold"}, "imported")


def test_imported_annotations_complete_a_sample(project: Project) -> None:
    given(project, [line()])
    given(project, [answer()], kind="annotations")
    assert Sample.objects.get().state == SampleState.READY
    given(project, [answer(annotator="rater-2")], kind="annotations")
    sample = Sample.objects.get()
    assert (sample.answered, sample.open_slots) == (2, 0)
    assert sample.state in (SampleState.LABELED, SampleState.DISPUTED, SampleState.APPROVED)


def test_annotations_that_do_not_fit_are_told_apart(project: Project) -> None:
    given(project, [line()])
    stranger = make_user()
    report = given(
        project,
        [
            answer(),
            answer(),
            answer(mood="bright"),
            answer(key="nobody"),
            answer(annotator="rater-2", mood="grey"),
            answer(annotator=stranger.username),
            {"key": "one", "annotator": "x"},
        ],
        kind="annotations",
    )
    assert [report[name] for name in ("created", "unchanged", "conflict", "invalid")] == [1, 1, 1, 4]
    assert "no sample" in report["why"][1]["reason"]
    assert "not a member" in report["why"][3]["reason"]
    again = given(project, [answer()], kind="annotations")
    assert again["unchanged"] == 1


def test_an_imported_annotation_never_takes_the_place_of_a_lease(project: Project) -> None:
    make_sample(project, key="one")
    project.overlap = 1
    from tests.factories import make_member

    person = make_member(project)
    assert labeling.next_assignment(membership=membership(project, person)) is not None
    report = given(project, [answer(annotator=person.username)], kind="annotations")
    assert report["conflict"] == 1


@pytest.mark.parametrize("key", ["..", "a/../b", "/a", "a/", "a//b", "x/adjudication"])
def test_a_key_that_no_address_can_hold_is_refused(project: Project, key: str) -> None:
    report = given(project, [line(key)])
    assert report["invalid"] == 1
    assert "address" in report["why"][0]["reason"]


def test_a_picture_under_a_texts_name_is_refused_at_once(project: Project) -> None:
    with pytest.raises(Refused, match="neither text"):
        started(project, b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "in.jsonl")


def test_answers_are_not_taken_in_the_name_of_an_account(project: Project) -> None:
    from projects.workspace.actions import create_user

    create_user(username="robot")  # by token only: no password, and no placeholder
    given(project, [line()])
    assert given(project, [answer(annotator="robot")], kind="annotations")["invalid"] == 1


def test_known_answers_to_objective_questions_make_a_hidden_check(project: Project) -> None:
    lines = [
        line("check", "One.", gold={"mood": "dark"}),
        line("taste", "Two.", gold={"craft": 4}),
        line("blank", " ", gold={"mood": "dark"}),
    ]
    given(project, lines)
    found = {sample.key: (sample.state, sample.open_slots) for sample in Sample.objects.filter(project=project)}
    assert found == {
        "check": (SampleState.HIDDEN, 0),
        "taste": (SampleState.READY, 2),
        "blank": (SampleState.QUARANTINED, 0),
    }
    blank = Sample.objects.get(project=project, key="blank")
    actions.release(actor=project.created_by, project=project, sample=blank)
    assert Sample.objects.get(pk=blank.pk).state == SampleState.HIDDEN
    (reply,) = given(project, [answer("check")], kind="annotations")["why"]
    assert "hidden check" in reply["reason"]


def test_all_that_is_released_goes_where_it_belongs(project: Project) -> None:
    given(project, [line("check", " ", gold={"mood": "dark"}), line("other", " ")])
    assert actions.release_all(actor=project.created_by, project=project) == 2
    found = {sample.key: (sample.state, sample.open_slots) for sample in Sample.objects.filter(project=project)}
    assert found == {"check": (SampleState.HIDDEN, 0), "other": (SampleState.READY, 2)}
