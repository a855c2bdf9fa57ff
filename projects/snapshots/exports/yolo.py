"""YOLO: boxes in pictures."""

from typing import ClassVar

from projects.snapshots.exports.base import NotYet

__all__ = ["Yolo"]


class Yolo(NotYet):
    slug: ClassVar[str] = "yolo"
    title: ClassVar[str] = "YOLO"
    description: ClassVar[str] = "Boxes in pictures: a text file for each picture."
    suffix: ClassVar[str] = "-yolo.zip"
    needs: ClassVar[str] = "region"
    reason: ClassVar[str] = "YOLO holds boxes in pictures. There are no questions about regions yet."
