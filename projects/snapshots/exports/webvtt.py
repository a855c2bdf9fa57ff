"""WebVTT: segments of time as captions of the web. https://www.w3.org/TR/webvtt1/"""

from collections.abc import Sequence
from typing import ClassVar

from projects.snapshots.exports.captions import Captions, Cue, clock

__all__ = ["WebVtt"]


class WebVtt(Captions):
    slug: ClassVar[str] = "webvtt"
    title: ClassVar[str] = "WebVTT"
    description: ClassVar[str] = "Segments of sound and video as captions of the web, a file a sample."
    suffix: ClassVar[str] = "-webvtt.zip"
    extension: ClassVar[str] = "vtt"

    def body(self, cues: Sequence[Cue]) -> str:
        return "\n".join(["WEBVTT\n", *(_block(cue) for cue in cues)])


def _block(cue: Cue) -> str:
    return "\n".join([f"{clock(cue.start, '.')} --> {clock(cue.end, '.')}", *map(_escaped, cue.lines), ""])


def _escaped(line: str) -> str:
    """Section 4.2.2: ``&`` and ``<`` mean something, and no line may hold ``-->``."""
    return line.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
