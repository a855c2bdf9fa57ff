"""SubRip: segments of time as subtitles."""

from typing import ClassVar

from projects.snapshots.exports.base import NotYet

__all__ = ["Srt"]


class Srt(NotYet):
    slug: ClassVar[str] = "srt"
    title: ClassVar[str] = "SubRip (SRT)"
    description: ClassVar[str] = "Segments of sound and video as subtitles."
    suffix: ClassVar[str] = ".srt"
    needs: ClassVar[str] = "segment"
    reason: ClassVar[str] = "SubRip holds segments of sound and video. There are no questions about segments yet."
