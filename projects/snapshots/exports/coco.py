"""COCO: captions of pictures.

https://cocodataset.org/#format-data, “Image Captioning”: an object with info, licenses, images and annotations; an
annotation has id, image_id and caption, and a picture may have several. What COCO says of regions waits for questions
about them.
"""

import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO, Any, ClassVar, Final

import orjson

from projects.formats.columns import Column, ColumnType
from projects.schema import Field, Interface, Question
from projects.snapshots.exports.answered import with_responses
from projects.snapshots.exports.archive import Archive, archive
from projects.snapshots.exports.base import Export, ExportRefused, Source, pictures
from projects.snapshots.exports.media import CREDITS, Media, shown
from projects.snapshots.layout.columns import SPLIT
from projects.snapshots.layout.manifest import Manifest
from projects.snapshots.layout.tally import NOT_STATED

__all__ = ["Coco"]

_EMPTY = "No sample of this version has a picture with a caption."
_TEXTS: Final = ("text", "correction")
_KEYS = (Column("key"), Column("interface", ColumnType.INTEGER), Column("answers", ColumnType.JSON))
_GOLD = (*_KEYS, Column("decision"), Column("fields", ColumnType.JSON), Column("licence"))
# COCO's names of the parts.
_PARTS: Final = {"train": "train", "validation": "val", "test": "test"}


class Coco(Export):
    """The approved text is the caption. Where people's own words stand side by side, in a plural decision, each of them
    is one: several captions of a picture are what COCO is made for."""

    slug: ClassVar[str] = "coco"
    title: ClassVar[str] = "COCO"
    description: ClassVar[str] = "Pictures with their captions, as annotations/captions.json and images."
    suffix: ClassVar[str] = "-coco.zip"

    def refuses(self, interface: Interface) -> str:
        if not pictures(interface):
            return "COCO describes pictures, and no field is a picture. There are no questions about regions yet."
        texts = _texts(interface)
        if not texts:
            return (
                "COCO needs captions of the pictures, and no question asks for a text or a correction. There are no "
                "questions about regions yet."
            )
        if not _asked(interface):
            return f"“{texts[0].title}” is no caption: it doesn't say which of the pictures it is about."
        return ""

    def leaves_out(self, interface: Interface) -> list[str]:
        asked = _asked(interface)
        captions = {question.name for question, _ in asked}
        lost = [
            "Boxes, polygons and categories: there are no questions about regions of pictures yet.",
            "Pictures without a caption.",
            "Who wrote a caption, and what people wrote where one text was approved in the end.",
        ]
        if len(asked) > 1:
            lost.append("Which question a caption answers.")
        lost += [
            f"Which picture of “{field.title}” a text means: it is a caption of each."
            for field in dict.fromkeys(field for _, field in asked)
            if field.of
        ]
        lost += [
            f"“{field.title}”: COCO has no place for it."
            for field in interface.fields
            if field not in pictures(interface)
        ]
        lost += [
            f"Answers to “{question.title}”: {_why_no_caption(question)}."
            for question in interface.questions
            if question.name not in captions
        ]
        return lost

    def write(self, source: Source, path: Path) -> int:
        with ExitStack() as open_files, archive(path) as target:
            written = _Written(source, path.parent, open_files)
            count = written.read()
            if not count:
                raise ExportRefused(_EMPTY)
            written.put_into(target)
            target.copy(source.folder, CREDITS)
        return count


def _texts(interface: Interface) -> list[Question]:
    """The questions that ask for words about what is shown. Remarks, which nobody had to write, are captions only where
    there is nothing else."""
    found = [question for question in interface.questions if question.type.slug in _TEXTS]
    return [question for question in found if not question.is_remark] or found


def _asked(interface: Interface) -> list[tuple[Question, Field]]:
    """The questions whose answers are captions, each with the field that holds the pictures."""
    found = pictures(interface)
    asked = []
    for question in _texts(interface):
        about = [field for field in found if question.on is not None and field.name == question.on.name] or found
        if len(about) == 1:
            asked.append((question, about[0]))
    return asked


def _why_no_caption(question: Question) -> str:
    if question.type.slug not in _TEXTS:
        return "a caption is a text"
    return "they are remarks" if question.is_remark else "they don't say which picture they are about"


def _captions(question: Question, row: Mapping[str, Any], responses: list[dict[str, Any]]) -> Iterator[str]:
    """The final answer; everybody's own where there is none, because the decision is plural or none was wanted."""
    given = [_answer(row, question)]
    if given == [None] and (row["decision"] == "plural" or question.is_remark):
        given = [_answer(response, question) for response in responses]
    for answer in given:
        text = answer["text"] if isinstance(answer, dict) else answer
        if text and text.strip():
            yield text


def _answer(row: Mapping[str, Any], question: Question) -> Any:
    return (row["answers"].parsed() or {}).get(question.name) if row["answers"] is not None else None


@contextmanager
def _nameless(folder: Path) -> Iterator[IO[bytes]]:
    """A file that is gone when it is closed, however that comes about."""
    with tempfile.TemporaryFile(dir=folder) as stream:
        yield stream


class _Part:
    """One file of captions on its way: its two lists, which wait on the disk for each other."""

    def __init__(self, folder: Path, open_files: ExitStack) -> None:
        self.images: IO[bytes] = open_files.enter_context(_nameless(folder))
        self.annotations: IO[bytes] = open_files.enter_context(_nameless(folder))

    def put_into(self, stream: IO[bytes], head: Mapping[str, Any]) -> None:
        stream.write(orjson.dumps(head)[:-1])
        for name, items in (("images", self.images), ("annotations", self.annotations)):
            stream.write(b',\n"%s": [' % name.encode())
            items.seek(0)
            shutil.copyfileobj(items, stream, 2**20)
            stream.write(b"\n]")
        stream.write(b"}\n")


class _Written:
    """All files of captions. Numbers of pictures and captions run through them in the order of the samples."""

    def __init__(self, source: Source, folder: Path, open_files: ExitStack) -> None:
        self._source, self._folder, self._open_files = source, folder, open_files
        self._media = Media(source)
        self._parts: dict[str, _Part] = {}
        # By the name in the archive.
        self._images: dict[str, tuple[Path, tuple[int, int]]] = {}
        self._numbers = {"images": 0, "annotations": 0}
        known = orjson.loads((source.folder / "licences.json").read_bytes())["licences"]
        self._licences = {each["id"]: {**each, "id": number} for number, each in enumerate(known, start=1)}

    def read(self) -> int:
        """Goes through the samples once; how many captions there are."""
        asked = {version: _asked(interface) for version, interface in self._source.interfaces.items()}
        is_split = bool(self._source.manifest.document.get("split"))
        for row, responses in with_responses(self._source, (*_GOLD, SPLIT) if is_split else _GOLD, _KEYS):
            captions: dict[str, list[str]] = {}
            for question, field in asked[row["interface"]]:
                captions.setdefault(field.name, []).extend(_captions(question, row, responses))
            fields = row["fields"].parsed() if any(captions.values()) else {}
            for field in dict.fromkeys(field for _, field in asked[row["interface"]]):
                for value in shown(fields, field) if captions[field.name] else ():
                    self._add(_PARTS[row["split"]] if is_split else "", row, value, captions[field.name])
        return self._numbers["annotations"]

    def _add(self, name: str, row: Mapping[str, Any], value: str, captions: list[str]) -> None:
        part = self._parts.get(name) or self._parts.setdefault(name, _Part(self._folder, self._open_files))
        file_name = self._media.name(value)
        if file_name not in self._images:
            self._images[file_name] = self._media.path(value), self._media.size(value)
        width, height = self._images[file_name][1]
        licence = self._licences[row["licence"] or NOT_STATED]["id"]
        image = {"file_name": file_name, "width": width, "height": height, "license": licence, "key": row["key"]}
        number = self._append(part.images, "images", image)
        for caption in captions:
            self._append(part.annotations, "annotations", {"image_id": number, "caption": caption})

    def _append(self, stream: IO[bytes], kind: str, item: Mapping[str, Any]) -> int:
        self._numbers[kind] += 1
        stream.write(b",\n" if stream.tell() else b"\n")
        stream.write(orjson.dumps({"id": self._numbers[kind], **item}))
        return self._numbers[kind]

    def put_into(self, target: Archive) -> None:
        licences = [
            {"id": each["id"], "name": each["name"], "url": each.get("url", "")} for each in self._licences.values()
        ]
        head = {"info": _info(self._source.manifest), "licenses": licences}
        for name, part in sorted(self._parts.items()):
            with target.member(f"annotations/captions{f'_{name}' if name else ''}.json") as stream:
                part.put_into(stream, head)
        for file_name, (path, _) in sorted(self._images.items()):
            target.place(path, f"images/{file_name}")


def _info(manifest: Manifest) -> dict[str, Any]:
    document = manifest.document
    title = f"{document['project']['title']}, snapshot {manifest.number}"
    return {
        "year": int(document["published"][:4]),
        "version": document["version"],
        "description": f"{title}: {document['name']}" if document["name"] else title,
        "contributor": "See CREDITS.md",
        "url": "",
        "date_created": document["published"].replace("-", "/"),
    }
