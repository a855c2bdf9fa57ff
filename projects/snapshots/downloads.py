"""Fetching a version: the file is written once and kept for a while, so that it can be resumed; who fetched it is
recorded; links do it without an account, for a time."""

import re
import tempfile
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Final

from django.core import signing
from django.db.models import QuerySet
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone

from projects.snapshots import cache, exports, files
from projects.snapshots.layout.shards import hash_file
from projects.snapshots.models import Download, DownloadLink, Snapshot, SnapshotState, Withdrawal
from projects.snapshots.retention import removed_words
from projects.snapshots.withdrawal import obstacle
from projects.workspace import ranges
from projects.workspace.actions import Refused
from projects.workspace.audit import change
from projects.workspace.models import User

LIFETIMES: Final[Mapping[str, timedelta]] = {"24h": timedelta(hours=24), "7d": timedelta(days=7)}
# Requests for further parts within this time belong to the same download.
ONE_DOWNLOAD = timedelta(days=1)
_SIGNER = signing.Signer(sep="~", salt="projects.snapshots.downloads.link")


class Superseded(Refused):
    """The version may not be given away; the message says why."""


class Removed(Refused):
    """The version's files were removed; the message says when and why."""


def send(
    request: HttpRequest,
    snapshot: Snapshot,
    member: exports.Export,
    *,
    user: User | None = None,
    link: DownloadLink | None = None,
) -> HttpResponseBase:
    """The version in one format, or the part of it that was asked for; recorded for the person or the link.

    Raises Removed, Superseded, ExportRefused.
    """
    if snapshot.state == SnapshotState.REMOVED:
        raise Removed(removed_words(snapshot))
    if against := obstacle(snapshot, user):
        raise Superseded(against)
    path, digest = prepared(snapshot, member)
    # The root says which samples, the digest which bytes.
    etag = f'"{snapshot.root[:32]}-{member.slug}-{digest[:32]}"'
    name = files.export_name(snapshot, member)
    response = ranges.send(request, path, etag=etag, name=name, media_type="application/octet-stream")
    if request.method == "GET" and response.status_code in (200, 206):
        whole = "Content-Range" not in response.headers
        _record(snapshot, member.slug, user, link, resumed=not whole)
    return response


def send_by(request: HttpRequest, link: DownloadLink) -> HttpResponseBase:
    """What a link gives. Raises Refused where it opens nothing any more, ExportRefused."""
    if link.revoked_at:
        raise Refused("It was revoked by an owner of the dataset.")
    member = exports.export(link.export_format)
    if member is None or not link.is_open:
        raise Refused(f"It was good until {link.expires_at:%d %B %Y, %H:%M} UTC.")
    return send(request, link.snapshot, member, link=link)


def prepared(snapshot: Snapshot, member: exports.Export) -> tuple[Path, str]:
    """The export as a file, with the SHA-256 of its bytes: written now, or some time before."""
    folder = cache.folder(snapshot)
    # The digest is part of the name: whoever finds the file has it, and two who write at once write the same name.
    shape = re.compile(rf"{re.escape(member.slug)}~([0-9a-f]{{64}})")
    for path in folder.iterdir():
        if found := shape.fullmatch(path.name):
            path.touch()
            return path, found[1]
    with tempfile.TemporaryDirectory(prefix=".export-", dir=folder) as scratch:
        written = Path(scratch, files.export_name(snapshot, member))
        files.exported(snapshot, member.slug, written)
        digest = hash_file(written)
        return written.replace(folder / f"{member.slug}~{digest}"), digest


def _record(
    snapshot: Snapshot, export_format: str, user: User | None, link: DownloadLink | None, *, resumed: bool
) -> None:
    """One row for a download, however many parts it comes in."""
    user = None if link else user
    mine = Download.objects.filter(snapshot=snapshot, export_format=export_format, user=user, link=link)
    if resumed and mine.filter(at__gt=timezone.now() - ONE_DOWNLOAD).exists():
        return
    with change(user, snapshot.project) as log:
        made = Download.objects.create(snapshot=snapshot, export_format=export_format, user=user, link=link)
        by = {"link": link.pk} if link else {}
        log("snapshot.downloaded", made, number=snapshot.number, format=export_format, **by)


def of_withdrawal(withdrawal: Withdrawal) -> QuerySet[Download]:
    """The downloads of the versions that hold a sample of it."""
    held = Snapshot.objects.filter(tombstones__withdrawal=withdrawal).values("pk")
    return Download.objects.filter(snapshot__in=held).select_related("user", "link", "snapshot").order_by("-pk")


def make_link(*, actor: User, snapshot: Snapshot, export_format: str, lifetime: str, note: str = "") -> DownloadLink:
    """A link that gives this version in this format to whoever has it. Raises Refused."""
    member = exports.export(export_format)
    if member is None:
        raise Refused(f"There is no format “{export_format}”.")
    if lifetime not in LIFETIMES:
        raise Refused(f"A link lives for {' or '.join(LIFETIMES)}.")
    if snapshot.state != SnapshotState.READY:
        raise Refused("A superseded version is not given away by a link.")
    assert snapshot.manifest is not None
    offer = next(each for each in exports.offers(snapshot.manifest) if each.export is member)
    if offer.refused:
        raise Refused(offer.refused)
    expires = timezone.now() + LIFETIMES[lifetime]
    with change(actor, snapshot.project) as log:
        link = DownloadLink.objects.create(
            snapshot=snapshot, export_format=export_format, note=note[:200], created_by=actor, expires_at=expires
        )
        told = {"format": export_format, "expires": expires.isoformat(), "note": link.note}
        log("link.created", link, number=snapshot.number, **told)
    return link


def revoke_link(*, actor: User, link: DownloadLink) -> None:
    """The link opens nothing any more. Raises Refused when it was revoked already."""
    with change(actor, link.snapshot.project) as log:
        if not DownloadLink.objects.filter(pk=link.pk, revoked_at=None).update(revoked_at=timezone.now()):
            raise Refused("This link was revoked already.")
        log("link.revoked", link, number=link.snapshot.number)


def token_of(link: DownloadLink) -> str:
    """What stands in the link's address. It needs the site's key, so nobody makes one up."""
    return _SIGNER.sign(str(link.pk))


def link_for(token: str) -> DownloadLink | None:
    """The link with this token; None where nobody signed it."""
    try:
        number = _SIGNER.unsign(token)
    except signing.BadSignature:
        return None
    return DownloadLink.objects.select_related("snapshot__project", "snapshot__successor").filter(pk=number).first()
