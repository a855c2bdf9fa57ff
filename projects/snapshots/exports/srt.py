"""SubRip: segments of time as subtitles. The format is what players read; nobody has written it down."""

from collections.abc import Sequence
from typing import ClassVar

from projects.schema import Interface
from projects.snapshots.exports.captions import Captions, Cue, clock

__all__ = ["Srt"]


class Srt(Captions):
    slug: ClassVar[str] = "srt"
    title: ClassVar[str] = "SubRip (SRT)"
    description: ClassVar[str] = "Segments of sound and video as subtitles, a file a sample."
    suffix: ClassVar[str] = "-srt.zip"
    extension: ClassVar[str] = "srt"

    def leaves_out(self, interface: Interface) -> list[str]:
        return [*super().leaves_out(interface), "The arrow --> inside words: SubRip can't escape it, so it becomes →."]

    def body(self, cues: Sequence[Cue]) -> str:
        return "\n".join(_block(number, cue) for number, cue in enumerate(cues, start=1))


def _block(number: int, cue: Cue) -> str:
    # Players take & and < as they stand, where they don't make a tag of theirs.
    lines = (line.replace("-->", "→") for line in cue.lines)
    return "\n".join([str(number), f"{clock(cue.start, ',')} --> {clock(cue.end, ',')}", *lines, ""])
