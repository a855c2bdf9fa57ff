"""What the formats of captions share: a file for each sample, whose cues are the segments of its final answer."""

import re
from abc import abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any, ClassVar, Final, NamedTuple

import orjson

from projects.formats.columns import Column, ColumnType
from projects.schema import Interface, Question
from projects.snapshots.exports.archive import archive
from projects.snapshots.exports.base import Export, ExportRefused, Source
from projects.snapshots.layout.shards import read_rows

__all__ = ["Captions", "Cue", "clock", "file_name", "rows_of", "titles_of"]

_COLUMNS: Final = (
    Column("key"),
    Column("interface", ColumnType.INTEGER),
    Column("answers", ColumnType.JSON),
    Column("decision"),
)
# Names that every file system takes as they are. Those that end like a digest of ours get one of their own.
_PLAIN: Final = re.compile(r"[a-z0-9][a-z0-9_-]{0,79}")
_DIGEST: Final = re.compile(r".*-[0-9a-f]{12}")
_RESERVED: Final = re.compile(r"con|prn|aux|nul|(com|lpt)[0-9]|left-out")
_EMPTY: Final = "No approved sample of this version has a segment with words or an option."


class Cue(NamedTuple):
    """What is shown from one moment to another, in milliseconds. ``lines``: one at least, none of them blank."""

    start: int
    end: int
    lines: tuple[str, ...]


class Captions(Export):
    """Final answers to questions about segments, as a ZIP file of one file a sample and question."""

    reads: ClassVar[tuple[str, ...]] = ("gold",)
    # What the files in the archive are called after the point.
    extension: ClassVar[str]

    @abstractmethod
    def body(self, cues: Sequence[Cue]) -> str:
        """The text of one file."""

    def refuses(self, interface: Interface) -> str:
        if not _questions(interface):
            return f"{self.title} holds segments of sound and video, and no question asks for segments."
        return ""

    def leaves_out(self, interface: Interface) -> list[str]:
        return [
            "Plural decisions, and samples without a segment: left-out.json in the archive says how many.",
            "Everything but the time of a segment and its words, or its option's title where it has no words.",
            "Segments that have neither words nor an option: there is nothing to show.",
        ]

    def write(self, source: Source, path: Path) -> int:
        counts = dict.fromkeys(("written", "plural", "without_segments", "other_interface"), 0)
        asked = {version: _questions(each) for version, each in source.interfaces.items()}
        with archive(path) as target:
            for row in read_rows(source.folder, source.manifest.table("gold"), _COLUMNS):
                questions = asked.get(row["interface"], [])
                if row["decision"] == "plural":
                    counts["plural"] += 1
                elif not questions:
                    counts["other_interface"] += 1
                else:
                    files = list(_files(row, questions))
                    counts["written" if files else "without_segments"] += 1
                    for name, cues in files:
                        with target.member(f"{name}.{self.extension}") as stream:
                            stream.write(self.body(cues).encode())
            if not counts["written"]:
                raise ExportRefused(_EMPTY)
            with target.member("left-out.json") as stream:
                stream.write(orjson.dumps(counts, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))
        return counts["written"]


def _questions(interface: Interface) -> list[Question]:
    return [question for question in interface.questions if question.type.slug == "segment"]


def _files(row: Mapping[str, Any], questions: Sequence[Question]) -> Iterator[tuple[str, list[Cue]]]:
    """Name without extension and cues of each file that a sample has."""
    answers = row["answers"].parsed() if row["answers"] is not None else {}
    for question in questions:
        cues = [cue for each in answers.get(question.name) or () if (cue := _cue(each, titles_of(question)))]
        if cues:
            # A question's name has no point, so that no two files have one name.
            name = file_name(row["key"])
            yield (f"{name}.{question.name}" if len(questions) > 1 else name), cues


def titles_of(question: Question) -> dict[str, str]:
    """What each option is called."""
    return {option.id: option.title for option in question.options}


def _cue(segment: Mapping[str, Any], titles: Mapping[str, str]) -> Cue | None:
    words = segment.get("text") or titles.get(segment.get("label", ""), "")
    lines = rows_of(words)
    return Cue(segment["start_ms"], segment["end_ms"], lines) if lines else None


def rows_of(words: str) -> tuple[str, ...]:
    """The lines of a text, whatever ends them, without blank ones: a blank line would end the cue."""
    return tuple(line.strip() for line in words.splitlines() if line.strip())


def file_name(key: str) -> str:
    """A name that every file system takes and that no other key has: the key itself where it is plain, otherwise what
    is plain of it and a digest."""
    if _PLAIN.fullmatch(key) and not _DIGEST.fullmatch(key) and not _RESERVED.fullmatch(key):
        return key
    plain = re.sub(r"[^a-z0-9_]+", "-", key.lower()).strip("-_")[:60] or "sample"
    return f"{plain}-{sha256(key.encode()).hexdigest()[:12]}"


def clock(ms: int, point: str) -> str:
    """``00:01:02.500``; hours are always written, and more than two digits of them where it takes more."""
    seconds, rest = divmod(ms, 1000)
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}{point}{rest:03}"
