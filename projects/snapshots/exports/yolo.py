"""YOLO: pictures sorted into classes.

https://docs.ultralytics.com/datasets/classify/: a folder for each part (train, val, test), in it a folder for each
class. There is no YAML file: classes are the folders' names. They are numbered in each part by itself, so that every
part has all of them, empty ones too. What YOLO says of boxes waits for questions about regions.
"""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import ClassVar, Final

from projects.formats.columns import Column, ColumnType
from projects.schema import Field, Interface, Question
from projects.snapshots.exports.archive import archive
from projects.snapshots.exports.base import Export, ExportRefused, Source, pictures
from projects.snapshots.exports.media import CREDITS, Media
from projects.snapshots.layout.columns import SPLIT
from projects.snapshots.layout.manifest import Manifest
from projects.snapshots.layout.shards import read_rows

__all__ = ["Yolo", "class_folders"]

_EMPTY = "No approved sample of this version has a picture with a class."
_GOLD = (
    Column("interface", ColumnType.INTEGER),
    Column("decision"),
    Column("fields", ColumnType.JSON),
    Column("answers", ColumnType.JSON),
)
_PARTS: Final = {"train": "train", "validation": "val", "test": "test"}
# What a type of question asks for instead of one class.
_OTHER: Final = {
    "multilabel": "lets people choose several",
    "rubric": "asks for grades on several axes",
    "rating": "asks for a grade",
}
# Names that some systems keep for themselves.
_DEVICES: Final = {"con", "prn", "aux", "nul", *(f"{port}{digit}" for port in ("com", "lpt") for digit in range(10))}


class Yolo(Export):
    """The approved answer to the first choice about the picture is its class."""

    slug: ClassVar[str] = "yolo"
    title: ClassVar[str] = "YOLO"
    description: ClassVar[str] = "Pictures in a folder for each class, to train a classifier of Ultralytics."
    suffix: ClassVar[str] = "-yolo.zip"

    def refuses(self, interface: Interface) -> str:
        found = pictures(interface)
        if not found:
            return (
                "YOLO sorts pictures into classes, and no field is a picture. There are no questions about regions yet."
            )
        if len(found) > 1:
            return f"YOLO sorts one picture a sample, and there are several: {', '.join(each.title for each in found)}."
        if found[0].of:
            return f"YOLO sorts one picture a sample, and “{found[0].title}” holds several."
        if _choices(interface):
            return ""
        for question in interface.questions:
            if question.type.slug in _OTHER:
                return f"A picture has one class in YOLO, and “{question.title}” {_OTHER[question.type.slug]}."
        return "YOLO sorts pictures into classes, and no question asks for one choice about the picture."

    def leaves_out(self, interface: Interface) -> list[str]:
        field, question = pictures(interface)[0], _choices(interface)[0]
        lost = [
            "Boxes: there are no questions about regions of pictures yet.",
            "Every column but the picture and its class: keys and what each person answered are in hf and croissant.",
            "Pictures in GIF, which Ultralytics doesn't read, and the same picture in the same class a second time.",
        ]
        if not (field.required and question.required) or question.show_if:
            lost.append(f"Samples without a picture or without an answer to “{question.title}”.")
        lost += [
            f"Answers to “{other.title}”: a picture's class is the answer to “{question.title}”."
            for other in interface.questions
            if other is not question
        ]
        folders = class_folders(option.id for option in question.options)
        lost += [
            f"How {option} is written: its folder is {name}." for option, name in folders.items() if option != name
        ]
        return lost

    def loses(self, manifest: Manifest) -> list[str]:
        lost = []
        if plural := manifest.counts["decisions"].get("plural", 0):
            lost.append(f"Plural decisions ({plural:,}): people did not agree on one class.")
        if not manifest.document.get("split"):
            lost.append("A part to validate with: the version isn't split, so that all pictures are under train.")
        interfaces = {version: Interface.parse(document) for version, document in manifest.interfaces.items()}
        asked = self._asked(interfaces)
        for version, interface in sorted(interfaces.items(), reverse=True):
            if version not in asked and not self.refuses(interface):
                other = _choices(interface)[0].title
                newest = asked[max(asked)][1].title
                lost.append(
                    f"What was decided under version {version} of the interface: it asks “{other}”, not “{newest}”."
                )
        return lost

    def lacks(self, manifest: Manifest) -> str:
        return "" if manifest.counts["decisions"].get("approve") else _EMPTY

    def write(self, source: Source, path: Path) -> int:
        asked, media = self._asked(source.interfaces), Media(source)
        folders = class_folders({option.id for _, question in asked.values() for option in question.options})
        is_split = bool(source.manifest.document.get("split"))
        columns = (*_GOLD, SPLIT) if is_split else _GOLD
        count, parts, classes = 0, set[str](), set[str]()
        with archive(path) as target:
            for row in read_rows(source.folder, source.manifest.table("gold"), columns):
                if row["decision"] != "approve" or row["interface"] not in asked or row["answers"] is None:
                    continue
                field, question = asked[row["interface"]]
                answer = (row["answers"].parsed() or {}).get(question.name)
                picture = row["fields"].parsed().get(field.name)
                if answer is None or picture is None:
                    continue
                part, name = _PARTS[row["split"]] if is_split else "train", media.name(picture)
                place = f"{part}/{folders[answer]}/{name}"
                if name.endswith(".gif") or target.holds(place):
                    continue
                target.place(media.path(picture), place)
                parts.add(part)
                classes.add(folders[answer])
                count += 1
            if not count:
                raise ExportRefused(_EMPTY)
            for part in sorted(parts):
                for name in sorted(classes):
                    target.folder(f"{part}/{name}")
            target.copy(source.folder, CREDITS)
        return count

    def _asked(self, interfaces: Mapping[int, Interface]) -> dict[int, tuple[Field, Question]]:
        """The picture and the question about it, of the versions of the interface that ask what the newest one does."""
        found = {
            version: (pictures(interface)[0], _choices(interface)[0])
            for version, interface in interfaces.items()
            if not self.refuses(interface)
        }
        newest = found[max(found)][1].name if found else ""
        return {version: asked for version, asked in found.items() if asked[1].name == newest}


def _choices(interface: Interface) -> list[Question]:
    """The questions for one choice about the picture, or about the sample as a whole."""
    names = {None, *(field.name for field in pictures(interface))}
    return [
        question
        for question in interface.questions
        if question.type.slug == "label" and (question.on.name if question.on else None) in names
    ]


def class_folders(options: Iterable[str]) -> dict[str, str]:
    """A folder's name for the id of each option: the id, where it is a name that every system allows. No two differ by
    upper and lower case alone."""
    found: dict[str, str] = {}
    taken: set[str] = set()
    for option in sorted(options):
        name = option.replace(":", "_").rstrip(".")
        if name.split(".")[0].lower() in _DEVICES:
            name = f"_{name}"
        unique, number = name, 2
        while unique.lower() in taken:
            unique, number = f"{name}-{number}", number + 1
        taken.add(unique.lower())
        found[option] = unique
    return found
