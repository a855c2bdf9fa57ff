"""What holds for every export format, over every interface of the gallery."""

import re
import zipfile
from pathlib import Path
from typing import Any

import pytest

from projects.schema import GALLERY, Interface
from projects.snapshots import layout
from projects.snapshots.exports import EXPORTS, Export, ExportRefused, export, label_studio, labelling, offers, write
from projects.snapshots.exports.labelling import CONTROLS, OBJECTS
from tests.snapshots.exporting import PICTURE, response, sample, snapshot

CONTRACT = "jsonl csv parquet hf croissant coco yolo webvtt srt label-studio sft dpo kto"
DOCS = Path(__file__).resolve().parents[2] / "docs" / "exports.md"
# An answer to each type of question, as it is stored.
ANSWERS: dict[str, Any] = {
    "label": lambda question: question.options[0].id,
    "verdict": lambda question: "yes",
    "multilabel": lambda question: [question.options[0].id],
    "rating": lambda question: question.scale[1],
    "rubric": lambda question: {axis.name: question.scale[0] for axis in question.axes},
    "text": lambda question: "=1+1 said she",
    "correction": lambda question: {"text": "Better.", "reasons": list(question.reasons[:1])},
    "span": lambda question: [{"start": 0, "end": 9, "label": question.options[0].id}],
    "segment": lambda question: [{"start_ms": 0, "end_ms": 900, "text": "Good morning."}],
    "pairwise": lambda question: {"winner": "a", "shown": ["b", "a"]},
}


def of_gallery(folder: Path, slug: str) -> Path:
    """Three samples of a gallery's interface: approved, plural, and approved under an older version."""
    template = next(each for each in GALLERY if each.slug == slug)
    parsed = Interface.parse(template.document)
    fields = {field.name: field.type.example(field) for field in parsed.fields}
    shown = {name: f"sha256:{PICTURE}" if str(value).startswith("sha256:") else value for name, value in fields.items()}
    given = {
        question.name: ANSWERS[question.type.slug](question)
        for question in parsed.questions
        if question.type.slug in ANSWERS
    }
    answers = parsed.validate_answers(given, shown, partial=True)
    soft = {"soft_labels": {"mood": {"dark": 0.5, "bright": 0.5}}, "decision": "plural"}
    gold = [sample("a", shown, answers), sample("b", shown, {}, **soft), sample("c", shown, answers, interface=2)]
    told = [response(key, place, answers, interface=2 if key == "c" else 1) for key in "abc" for place in (1, 2)]
    return snapshot(folder, {1: template.document, 2: template.document}, gold, told)


@pytest.fixture(scope="module", params=[template.slug for template in GALLERY])
def made(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return of_gallery(tmp_path_factory.mktemp("made") / "snapshot-3", request.param)


def test_every_format_of_the_contract_is_there_once() -> None:
    assert [member.slug for member in EXPORTS] == CONTRACT.split()
    assert export("xml") is None


@pytest.mark.parametrize("member", EXPORTS, ids=lambda member: member.slug)
def test_a_format_is_written_whole_or_refused_with_the_reason(member: Export, made: Path, tmp_path: Path) -> None:
    manifest = layout.read_manifest(made)
    offer = next(each for each in offers(manifest.document) if each.export is member)
    path = tmp_path / f"out{member.suffix}"
    if offer.refused:
        assert re.fullmatch(r"[A-Z“].{20,}\.", offer.refused)
        assert not offer.leaves_out
        with pytest.raises(ExportRefused, match=re.escape(offer.refused)):
            write(member.slug, made, path)
    else:
        assert write(member.slug, made, path) > 0
        assert path.stat().st_size > 0
        assert all(re.fullmatch(r"[A-Z“].{10,}\.", lost) for lost in offer.leaves_out), offer.leaves_out
        again = tmp_path / f"again{member.suffix}"
        write(member.slug, made, again)
        assert again.read_bytes() == path.read_bytes()
    assert not [each for each in tmp_path.iterdir() if each.name.startswith(".")]


@pytest.mark.parametrize("member", EXPORTS, ids=lambda member: member.slug)
def test_a_format_says_who_it_is(member: Export) -> None:
    assert member.title and member.description.endswith(".") and "." in member.suffix
    assert member.title in DOCS.read_text(encoding="utf-8")
    assert f"\n| `{member.slug}` |" in DOCS.read_text(encoding="utf-8")


@pytest.mark.parametrize("member", EXPORTS, ids=lambda member: member.slug)
def test_a_format_reads_the_tables_that_it_names_and_no_other(member: Export, made: Path, tmp_path: Path) -> None:
    if not member.reads:
        return
    few = tmp_path / "few"
    for entry in layout.read_manifest(made).files:
        if entry.path.startswith(tuple(f"data/{table}-" for table in member.reads)):
            (few / entry.path).parent.mkdir(parents=True, exist_ok=True)
            (few / entry.path).write_bytes((made / entry.path).read_bytes())
    (few / layout.MANIFEST).write_bytes((made / layout.MANIFEST).read_bytes())
    try:
        write(member.slug, few, tmp_path / "few.out")
    except ExportRefused:
        return
    write(member.slug, made, tmp_path / "all.out")
    assert (tmp_path / "few.out").read_bytes() == (tmp_path / "all.out").read_bytes()


def test_archives_name_no_file_outside_their_folder(made: Path, tmp_path: Path) -> None:
    for offer in offers(layout.read_manifest(made).document):
        if offer.export.suffix.endswith(".zip") and not offer.refused:
            write(offer.export.slug, made, tmp_path / "out.zip")
            with zipfile.ZipFile(tmp_path / "out.zip") as file:
                assert file.testzip() is None
                assert len(set(file.namelist())) == len(file.namelist())
                assert not [name for name in file.namelist() if name.startswith("/") or ".." in name]


def test_label_studio_names_the_fields_and_questions_that_it_has_no_tag_for(monkeypatch: pytest.MonkeyPatch) -> None:
    member = export("label-studio")
    assert member is not None
    parsed = Interface.parse(next(each for each in GALLERY if each.slug == "image-caption").document)
    monkeypatch.setattr(labelling, "CONTROLS", {"text": CONTROLS["text"]})
    monkeypatch.setattr(label_studio, "OBJECTS", {"text": OBJECTS["text"]})
    assert not member.refuses(parsed)
    lost = member.leaves_out(parsed)
    assert "“Picture”: Label Studio has no tag that shows it." in lost
    assert "Answers to “Originality”: Label Studio has no control for them." in lost
    monkeypatch.setattr(labelling, "CONTROLS", {})
    assert member.refuses(parsed) == "Label Studio has no control for these questions."


@pytest.mark.parametrize("member", EXPORTS, ids=lambda member: member.slug)
@pytest.mark.parametrize("harm", ["flipped", "missing"])
def test_nothing_that_is_damaged_is_given_away(member: Export, harm: str, tmp_path: Path) -> None:
    made = of_gallery(tmp_path / "snapshot-3", "preference")
    if next(each for each in offers(layout.read_manifest(made).document) if each.export is member).refused:
        return
    read = member.reads[0] if member.reads else "responses"
    victim = next((made / "data").glob(f"{read}-*"))
    if harm == "missing":
        victim.unlink()
    else:
        content = bytearray(victim.read_bytes())
        content[len(content) // 2] ^= 1
        victim.write_bytes(content)
    with pytest.raises(ExportRefused, match=f"damaged.*data/{read}-"):
        write(member.slug, made, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_manifest_that_was_changed_is_refused_too(tmp_path: Path) -> None:
    made = of_gallery(tmp_path / "snapshot-3", "preference")
    manifest = made / layout.MANIFEST
    manifest.write_text(manifest.read_text().replace('"number": 3', '"number": 4').replace('"number":3', '"number":4'))
    with pytest.raises(ExportRefused, match="damaged"):
        write("jsonl", made, tmp_path / "out")
