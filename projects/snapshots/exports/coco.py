"""COCO: regions of pictures."""

from typing import ClassVar

from projects.snapshots.exports.base import NotYet

__all__ = ["Coco"]


class Coco(NotYet):
    slug: ClassVar[str] = "coco"
    title: ClassVar[str] = "COCO"
    description: ClassVar[str] = "Regions of pictures: boxes and polygons in one JSON file."
    suffix: ClassVar[str] = ".json"
    needs: ClassVar[str] = "region"
    reason: ClassVar[str] = "COCO holds regions of pictures. There are no questions about regions yet."
