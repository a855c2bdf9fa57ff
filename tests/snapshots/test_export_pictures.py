"""Exports of pictures: COCO as pycocotools reads it, YOLO as a trainer walks its folders."""

import json
from collections.abc import Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from pycocotools.coco import COCO

from projects.schema import GALLERY, Interface
from projects.snapshots import layout
from projects.snapshots.exports import ExportRefused, export, write
from projects.snapshots.exports.yolo import class_folders
from tests.snapshots.exporting import (
    candidates,
    interface,
    lines,
    offered,
    picture,
    response,
    sample,
    snapshot,
    unpacked,
)

FILES = [picture(red, size=(16 + red, 12)) for red in range(6)]
GIF = picture(9, "GIF")
SHOWN = [f"sha256:{sha256(content).hexdigest()}" for content in (*FILES, GIF)]
SHOT = {"name": "shot", "type": "image", "title": "Shot"}
DESCRIBE = {"name": "say", "type": "text", "title": "Describe it", "required": True}
REMARK = {"name": "note", "type": "text", "title": "Remarks"}
MOOD = {
    "name": "mood",
    "type": "label",
    "title": "Mood",
    "options": [{"id": "dark"}, {"id": "bright", "title": "../Bright"}, {"id": "unused"}],
}
SPLIT = layout.Split({"train": 40, "validation": 30, "test": 30})


def made(
    folder: Path, document: Mapping[str, Any], gold: list[Any], responses: Sequence[Any] = (), **more: Any
) -> Path:
    return snapshot(folder / "snapshot-3", {1: document}, gold, responses, files=[*FILES, GIF], **more)


def coco(path: Path) -> COCO:
    return COCO(str(path))


def captions(read: COCO) -> dict[str, list[str]]:
    """What is said about each sample's pictures."""
    return {
        read.imgs[number]["key"]: [each["caption"] for each in read.loadAnns(read.getAnnIds(imgIds=[number]))]
        for number in read.getImgIds()
    }


class TestCoco:
    def test_pycocotools_reads_the_approved_captions_and_the_pictures(self, tmp_path: Path) -> None:
        gold = [
            sample("a", {"shot": SHOWN[0]}, {"say": "A boat.\nTwo oars."}, licence="CC0-1.0"),
            sample("b", {"shot": SHOWN[1]}, {"say": "Ünïcode “quoted”"}, licence=None),
            sample("c", {"shot": SHOWN[2]}, {}),
        ]
        given = [response("a", place, {"say": f"Not chosen {place}"}) for place in (1, 2)]
        folder = unpacked(made(tmp_path, interface([SHOT], [DESCRIBE]), gold, given), "coco")
        read = coco(folder / "annotations" / "captions.json")
        assert captions(read) == {"a": ["A boat.\nTwo oars."], "b": ["Ünïcode “quoted”"]}
        licences = {each["id"]: each["name"] for each in read.dataset["licenses"]}
        assert [licences[each["license"]] for each in read.loadImgs(read.getImgIds())] == ["CC0-1.0", "not stated"]
        for image in read.loadImgs(read.getImgIds()):
            with Image.open(folder / "images" / image["file_name"]) as opened:
                opened.load()
                assert opened.size == (image["width"], image["height"])
        # A picture that nobody describes is not among the files.
        assert len(list((folder / "images").iterdir())) == 2
        assert read.dataset["info"]["version"] == "3.0.0"
        assert read.dataset["info"]["date_created"] == "2026/03/01"
        assert (folder / "CREDITS.md").is_file()

    def test_everybodys_own_words_are_captions_where_the_decision_is_plural(self, tmp_path: Path) -> None:
        gold = [sample("a", {"shot": SHOWN[0]}, {}, decision="plural"), sample("b", {"shot": SHOWN[1]}, {})]
        given = [
            response("a", 1, {"say": "A boat."}),
            response("a", 2, {"say": "   "}),
            response("a", 3, {"say": "An ark."}),
            response("a", 4, {"say": "Of another interface."}, interface=2),
            response("b", 1, {"say": "Approved without a text."}),
        ]
        document = interface([SHOT], [DESCRIBE])
        folder = snapshot(tmp_path / "snapshot-3", {1: document, 2: document}, gold, given, files=FILES)
        read = coco(unpacked(folder, "coco") / "annotations" / "captions.json")
        assert captions(read) == {"a": ["A boat.", "An ark."]}

    def test_remarks_are_captions_only_where_there_is_nothing_else(self, tmp_path: Path) -> None:
        gold = [sample("a", {"shot": SHOWN[0]}, {"say": "A boat."})]
        given = [response("a", place, {"say": "A boat.", "note": f"Blurry {place}"}) for place in (1, 2)]
        both = made(tmp_path / "both", interface([SHOT], [DESCRIBE, REMARK]), gold, given)
        assert captions(coco(unpacked(both, "coco") / "annotations" / "captions.json")) == {"a": ["A boat."]}
        assert "Answers to “Remarks”: they are remarks." in offered(both)["coco"].leaves_out
        alone = made(tmp_path / "alone", interface([SHOT], [REMARK]), gold, given)
        found = captions(coco(unpacked(alone, "coco") / "annotations" / "captions.json"))
        assert found == {"a": ["Blurry 1", "Blurry 2"]}

    def test_a_corrected_text_is_the_caption_of_every_candidate(self, tmp_path: Path) -> None:
        document = interface(
            [{"name": "prompt", "type": "text"}, {"name": "shots", "type": "candidates", "of": "image"}],
            [{"name": "fix", "type": "correction", "on": "prompt"}],
        )
        fields = {"prompt": "A bot", "shots": candidates(SHOWN[0], SHOWN[1])}
        folder = made(tmp_path, document, [sample("a", fields, {"fix": {"text": "A boat", "reasons": []}})])
        read = coco(unpacked(folder, "coco") / "annotations" / "captions.json")
        assert [(each["file_name"], each["width"]) for each in read.loadImgs([1, 2])] == [
            (f"{SHOWN[0][7:]}.png", 16),
            (f"{SHOWN[1][7:]}.png", 17),
        ]
        assert [each["caption"] for each in read.loadAnns([1, 2])] == ["A boat", "A boat"]
        assert "Which picture of “Shots” a text means: it is a caption of each." in offered(folder)["coco"].leaves_out

    def test_each_part_of_a_split_is_a_file_and_no_number_is_there_twice(self, tmp_path: Path) -> None:
        gold = [sample(f"k{n:02}", {"shot": SHOWN[n % 6]}, {"say": f"Number {n}."}) for n in range(30)]
        version = made(tmp_path, interface([SHOT], [DESCRIBE]), gold, split=SPLIT)
        folder = unpacked(version, "coco") / "annotations"
        parts = {"train": "train", "validation": "val", "test": "test"}
        assert {path.name for path in folder.iterdir()} == {f"captions_{name}.json" for name in parts.values()}
        numbers: list[int] = []
        for part, name in parts.items():
            read = coco(folder / f"captions_{name}.json")
            assert set(captions(read)) == {row["key"] for row in lines(version, "jsonl") if row["split"] == part}
            numbers += read.getImgIds()
        assert sorted(numbers) == list(range(1, 31))

    def test_a_version_without_a_caption_is_refused(self, tmp_path: Path) -> None:
        folder = made(tmp_path, interface([SHOT], [DESCRIBE]), [sample("a", {"shot": SHOWN[0]}, {})])
        with pytest.raises(ExportRefused, match="has a picture with a caption"):
            write("coco", folder, tmp_path / "out.zip")
        assert [path.name for path in tmp_path.iterdir()] == ["snapshot-3"]

    def test_a_file_that_is_no_picture_is_refused_by_its_name(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        folder = made(tmp_path, interface([SHOT], [DESCRIBE]), [sample("a", {"shot": SHOWN[0]}, {"say": "A boat."})])
        monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 10)
        with pytest.raises(ExportRefused, match=f"{SHOWN[0]} can't be read"):
            write("coco", folder, tmp_path / "out.zip")

    def test_the_gallerys_captions_are_offered_with_what_is_lost(self) -> None:
        member = export("coco")
        assert member is not None
        asked = Interface.parse(next(each for each in GALLERY if each.slug == "image-caption").document)
        lost = member.leaves_out(asked)
        assert "Boxes, polygons and categories: there are no questions about regions of pictures yet." in lost
        assert "Answers to “Originality”: a caption is a text." in lost
        assert "“Caption so far”: COCO has no place for it." in lost


def classes(folder: Path) -> dict[str, dict[str, list[str]]]:
    """Part, class and pictures, every one of which Pillow opens."""
    found: dict[str, dict[str, list[str]]] = {}
    for part in (path for path in sorted(folder.iterdir()) if path.is_dir()):
        for each in sorted(part.iterdir()):
            for path in each.iterdir():
                with Image.open(path) as opened:
                    opened.load()
            found.setdefault(part.name, {})[each.name] = sorted(path.name for path in each.iterdir())
    return found


def file_names(*numbers: int) -> list[str]:
    return sorted(f"{SHOWN[number][7:]}.png" for number in numbers)


class TestYolo:
    def test_the_folders_have_the_pictures_that_the_version_says(self, tmp_path: Path) -> None:
        gold = [
            sample("a", {"shot": SHOWN[0]}, {"mood": "dark"}),
            sample("b", {"shot": SHOWN[1]}, {"mood": "bright"}),
            sample("c", {"shot": SHOWN[2]}, {"mood": "dark"}, decision="plural"),
            sample("d", {"shot": SHOWN[3]}, {}),
            sample("e", {"shot": SHOWN[0]}, {"mood": "dark"}),
            sample("f", {"shot": SHOWN[1]}, {"mood": "dark"}),
            sample("g", {"shot": SHOWN[6]}, {"mood": "dark"}),
        ]
        version = made(tmp_path, interface([SHOT], [MOOD]), gold)
        assert write("yolo", version, tmp_path / "count.zip") == 3
        folder = unpacked(version, "yolo")
        assert classes(folder) == {"train": {"bright": file_names(1), "dark": file_names(0, 1)}}
        assert sorted(path.name for path in folder.iterdir() if path.is_file()) == ["CREDITS.md", "licences.json"]
        lost = offered(version)["yolo"].leaves_out
        assert "Plural decisions (1): people did not agree on one class." in lost
        assert any("isn't split" in each for each in lost)
        assert "Samples without a picture or without an answer to “Mood”." in lost

    def test_every_part_has_every_class_so_that_they_are_numbered_alike(self, tmp_path: Path) -> None:
        gold = [sample(f"k{n:02}", {"shot": SHOWN[n % 6]}, {"mood": "dark" if n else "bright"}) for n in range(30)]
        version = made(tmp_path, interface([SHOT], [MOOD]), gold, split=SPLIT)
        found = classes(unpacked(version, "yolo"))
        rows = lines(version, "jsonl")
        expected: dict[str, dict[str, set[str]]] = {
            part: {"bright": set(), "dark": set()} for part in ("train", "val", "test")
        }
        for row in rows:
            part = "val" if row["split"] == "validation" else row["split"]
            expected[part][row["answers"]["mood"]].add(f"{row['fields']['shot'][7:]}.png")
        assert found == {part: {name: sorted(each) for name, each in sorts.items()} for part, sorts in expected.items()}
        # One part has the only bright picture, the others an empty folder.
        assert sorted(len(each["bright"]) for each in found.values()) == [0, 0, 1]
        assert not any("isn't split" in each for each in offered(version)["yolo"].leaves_out)

    def test_versions_of_the_interface_that_ask_something_else_are_named(self, tmp_path: Path) -> None:
        first = {**MOOD, "name": "style", "title": "Style"}
        gold = [
            sample("a", {"shot": SHOWN[0]}, {"style": "dark"}),
            sample("b", {"shot": SHOWN[1]}, {"mood": "bright"}, interface=2),
        ]
        documents = {1: interface([SHOT], [first]), 2: interface([SHOT], [MOOD])}
        version = snapshot(tmp_path / "snapshot-3", documents, gold, files=FILES)
        assert classes(unpacked(version, "yolo")) == {"train": {"bright": file_names(1)}}
        told = "What was decided under version 1 of the interface: it asks “Style”, not “Mood”."
        assert told in offered(version)["yolo"].leaves_out

    def test_a_version_without_an_approved_class_is_refused(self, tmp_path: Path) -> None:
        plural = made(
            tmp_path / "plural",
            interface([SHOT], [MOOD]),
            [sample("a", {"shot": SHOWN[0]}, {}, decision="plural")],
        )
        assert "No approved sample" in offered(plural)["yolo"].refused
        empty = made(tmp_path / "empty", interface([SHOT], [MOOD]), [sample("a", {"shot": SHOWN[0]}, {})])
        with pytest.raises(ExportRefused, match="No approved sample"):
            write("yolo", empty, tmp_path / "out.zip")

    @pytest.mark.parametrize(
        ("question", "reason"),
        [
            ({**MOOD, "type": "multilabel"}, "“Mood” lets people choose several"),
            ({"name": "q", "type": "rating", "scale": [1, 5]}, "“Q” asks for a grade"),
            ({"name": "q", "type": "rubric", "scale": [1, 5], "axes": [{"name": "x"}]}, "grades on several axes"),
            ({"name": "q", "type": "verdict"}, "no question asks for one choice"),
            ({**MOOD, "on": "text"}, "no question asks for one choice about the picture"),
        ],
    )
    def test_what_is_no_single_choice_about_the_picture_is_refused_with_the_reason(
        self, question: dict[str, Any], reason: str
    ) -> None:
        member = export("yolo")
        assert member is not None
        asked = Interface.parse(interface([SHOT, {"name": "text", "type": "text"}], [question]))
        assert reason in member.refuses(asked)

    def test_folders_are_names_that_every_system_allows_and_none_is_there_twice(self) -> None:
        found = class_folders(["dark", "a:b", "a_b", "A_B", "CON", "nul.txt", "end.", "end", "conserve"])
        assert found["dark"] == "dark" and found["conserve"] == "conserve"
        assert len({name.lower() for name in found.values()}) == len(found)
        assert found["CON"] == "_CON" and found["nul.txt"] == "_nul.txt"
        assert not [name for name in found.values() if set(name) & set('<>:"/\\|?*') or name.endswith(".")]
        assert class_folders(reversed(list(found))) == found


@pytest.mark.parametrize("slug", ["coco", "yolo"])
def test_the_same_version_gives_the_same_bytes(slug: str, tmp_path: Path) -> None:
    gold = [
        sample(
            f"k{n:02}",
            {"shot": SHOWN[n % 6]},
            {"say": f"Number {n}.", "mood": "dark"},
            licence=("CC0-1.0", None)[n % 2],
        )
        for n in range(20)
    ]
    for name in ("one", "two"):
        write(
            slug,
            made(tmp_path / name, interface([SHOT], [DESCRIBE, MOOD]), gold, split=SPLIT),
            tmp_path / f"{name}.zip",
        )
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()


def test_the_list_of_captions_is_json_of_the_shape_that_coco_documents(tmp_path: Path) -> None:
    gold = [sample("a", {"shot": SHOWN[0]}, {"say": "A boat."})]
    folder = unpacked(made(tmp_path, interface([SHOT], [DESCRIBE]), gold, name="Spring"), "coco")
    document = json.loads((folder / "annotations" / "captions.json").read_bytes())
    assert list(document) == ["info", "licenses", "images", "annotations"]
    assert document["annotations"] == [{"id": 1, "image_id": 1, "caption": "A boat."}]
    assert set(document["info"]) == {"year", "version", "description", "contributor", "url", "date_created"}
    assert document["info"]["description"] == "Tides, snapshot 3: Spring"
    assert document["licenses"][0]["url"].startswith("https://")
