"""The places that versions can be pushed to: one file each, one line here."""

from projects.snapshots.targets.base import Sent, Target, TargetError, Tell, Where
from projects.snapshots.targets.directory import Directory
from projects.snapshots.targets.hub import Hub
from projects.snapshots.targets.s3 import S3

TARGETS: tuple[type[Target], ...] = (Directory, S3, Hub)

__all__ = ["TARGETS", "Sent", "Target", "TargetError", "Tell", "Where", "target"]


def target(slug: str) -> type[Target] | None:
    """The kind of place with this name."""
    return next((each for each in TARGETS if each.slug == slug), None)
