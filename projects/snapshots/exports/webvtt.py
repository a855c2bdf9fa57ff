"""WebVTT: segments of time as captions."""

from typing import ClassVar

from projects.snapshots.exports.base import NotYet

__all__ = ["WebVtt"]


class WebVtt(NotYet):
    slug: ClassVar[str] = "webvtt"
    title: ClassVar[str] = "WebVTT"
    description: ClassVar[str] = "Segments of sound and video as captions for the web."
    suffix: ClassVar[str] = ".vtt"
    needs: ClassVar[str] = "segment"
    reason: ClassVar[str] = "WebVTT holds segments of sound and video. There are no questions about segments yet."
