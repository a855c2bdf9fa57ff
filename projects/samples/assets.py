"""Media files: kept once under the hash of their bytes, named in samples as ``sha256:…``."""

import hashlib
import re
from collections.abc import Iterable
from typing import IO, Final

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection

from projects.samples.media import LIMIT, Media, read_media
from projects.samples.models import Asset
from projects.workspace.audit import change
from projects.workspace.models import Project, User

# The number of our lock in the database; nothing else there uses it.
_GATE: Final = 0x6D656469616761
REFERENCE: Final = re.compile(r"sha256:([0-9a-f]{64})")


def put(media: Media) -> str:
    """Stores the bytes, if they are not there yet, and returns their SHA-256. Doing it again changes nothing."""
    sha256 = hashlib.sha256(media.data).hexdigest()
    path = Asset(sha256=sha256).path
    # A process killed while writing may have left a part of the file under this name.
    if default_storage.exists(path):
        if default_storage.size(path) == len(media.data):
            return sha256
        default_storage.delete(path)
    stored = default_storage.save(path, ContentFile(media.data))
    if stored != path:  # somebody else stored the same bytes at the same moment
        default_storage.delete(stored)
    return sha256


def row(project: Project, sha256: str, media: Media, actor: User | None) -> Asset:
    """The asset's row, not saved yet."""
    return Asset(
        project=project,
        sha256=sha256,
        content_type=media.content_type,
        size=len(media.data),
        width=media.width,
        height=media.height,
        created_by=actor,
    )


def hold() -> None:
    """Until the caller's transaction ends, no media file is erased: what it names now is there when it commits. Any
    number of transactions hold at once."""
    _gate("pg_advisory_xact_lock_shared")


def hold_alone() -> None:
    """Waits for every transaction that holds, and keeps new ones waiting until the caller's has ended."""
    _gate("pg_advisory_xact_lock")


def _gate(function: str) -> None:
    # On SQLite a transaction has the only write lock from its beginning.
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {function}(%s)", [_GATE])


def claim(project: Project, hashes: Iterable[str]) -> set[str]:
    """The project needs these files, whatever erasure was about to remove them; inside a transaction that holds. Those
    that it has not (any more) are returned."""
    wanted = sorted(set(hashes))
    found: set[str] = set()
    for start in range(0, len(wanted), 500):
        mine = Asset.objects.filter(project=project, sha256__in=wanted[start : start + 500])
        mine.filter(doomed=True).update(doomed=False)
        found.update(mine.values_list("sha256", flat=True))
    return set(wanted) - found


def is_stored(sha256: str) -> bool:
    return default_storage.exists(Asset(sha256=sha256).path)


def add(rows: Iterable[Asset]) -> None:
    """Saves rows of assets, passing over those that the project has already; inside the caller's transaction."""
    Asset.objects.bulk_create(rows, ignore_conflicts=True, batch_size=500)


def upload_asset(*, actor: User, project: Project, file: IO[bytes]) -> Asset:
    """Takes one uploaded file into the project; the same file again is the same asset. Raises one of MediaError."""
    media = read_media(file.read(LIMIT + 1))
    put(media)
    with change(actor, project) as log:
        hold()
        sha256 = put(media)  # it may have been erased since
        asset, created = Asset.objects.get_or_create(
            project=project, sha256=sha256, defaults=_values(row(project, sha256, media, actor))
        )
        claim(project, [sha256])
        if created:
            log("asset.added", asset, sha256=sha256, content_type=asset.content_type, size=asset.size)
    return asset


def _values(asset: Asset) -> dict[str, object]:
    names = ("content_type", "size", "width", "height", "created_by")
    return {name: getattr(asset, name) for name in names}


def named_in(value: str, project: Project) -> str | None:
    """The SHA-256 that a media reference or the address of one of this project's assets names; None for others."""
    if found := REFERENCE.fullmatch(value):
        return found.group(1)
    address = re.escape(f"/p/{project.slug}/assets/")
    found = re.fullmatch(rf"(?:{re.escape(settings.SITE_URL)})?{address}([0-9a-f]{{64}})/?", value)
    return found.group(1) if found else None
