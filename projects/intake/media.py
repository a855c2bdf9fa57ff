"""Media that import lines name: found, checked, stored, and named by their hash from then on.

Nothing is ever fetched from an address elsewhere: what a sample shows is what was sent with it.
"""

from typing import Any

from django.db import OperationalError

from projects.formats.readers import Assets, ReadError
from projects.intake.batches import BadLine
from projects.samples import assets
from projects.samples import media as files
from projects.samples.media import LIMIT, MediaError
from projects.samples.media import Media as File
from projects.samples.models import Asset
from projects.schema import Interface
from projects.workspace.models import Project, User

_REMOTE = ("http:", "https:", "ftp:", "file:", "data:", "//")
_REMEMBERED = 100_000  # references


class ErasedMeanwhile(OperationalError):
    """Files that a batch names were erased after its lines were checked: the job begins at its checkpoint again."""


class Media:
    """One import's media. ``archive`` is what came in the same ZIP, if anything did."""

    def __init__(self, project: Project, actor: User | None, interface: Interface, archive: Assets | None) -> None:
        self.project, self.actor, self.archive = project, actor, archive
        self.fields = [field for field in interface.fields if (field.of or field.type).is_media]
        self._known: dict[tuple[str, str], str] = {}  # kind and reference -> sha256
        self._fresh: dict[str, tuple[Asset, str]] = {}  # rows that wait for their batch's transaction, and the paths
        self._named: set[str] = set()  # everything that the batch names

    def rewritten(self, fields: dict[str, Any]) -> dict[str, Any]:
        """Checked field values with every reference to media as ``sha256:…``. Raises BadLine."""
        found = dict(fields)
        for field in self.fields:
            kind = (field.of or field.type).media
            if field.name not in fields:
                continue
            value, path = fields[field.name], f"fields.{field.name}"
            if field.of is None:
                found[field.name] = self._reference(value, path, kind)
            else:
                found[field.name] = [
                    {
                        **candidate,
                        "value": self._reference(candidate["value"], f"{path}[{index}].value", kind),
                    }
                    for index, candidate in enumerate(value)
                ]
        return found

    def save(self) -> None:
        """Writes the rows of the files stored since the last time; inside the batch's transaction, which is not
        overtaken by an erasure any more. Raises ErasedMeanwhile."""
        if not self._named:
            return
        assets.hold()
        assets.add(row for row, _ in self._fresh.values())
        if gone := assets.claim(self.project, self._named):
            raise ErasedMeanwhile(f"{len(gone)} media files, the first is {min(gone)}")
        for sha256, (_, path) in self._fresh.items():
            if not assets.is_stored(sha256) and self.archive is not None:
                assets.put(self._file(self.archive, path, path))
        self._fresh, self._named = {}, set()

    def _reference(self, value: str, path: str, kind: str) -> str:
        known = kind, value
        if known not in self._known:
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            self._known[known] = self._sha256(value, path, kind)
        self._named.add(self._known[known])
        return f"sha256:{self._known[known]}"

    def _sha256(self, value: str, path: str, kind: str) -> str:
        named = assets.named_in(value, self.project)
        if named is not None:
            if named in self._fresh:
                found: str | None = self._fresh[named][0].content_type
            else:
                stored = Asset.objects.filter(project=self.project, sha256=named)
                found = stored.values_list("content_type", flat=True).first()
            if found is None:
                raise BadLine(f"{path}: this project has no asset sha256:{named}; upload it first")
            if files.kind_of(found) != kind:
                raise BadLine(f"{path}: {files.refusal(kind, found)}")
            return named
        if value.lower().startswith(_REMOTE):
            raise BadLine(f"{path}: nothing is fetched from other addresses; send the file in a ZIP or upload it")
        if self.archive is None:
            raise BadLine(f"{path}: “{value[:200]}” is a path, and no ZIP with media came with this import")
        media = self._file(self.archive, value, path, kind)
        sha256 = assets.put(media)
        self._fresh[sha256] = assets.row(self.project, sha256, media, self.actor), value
        return sha256

    def _file(self, archive: Assets, value: str, path: str, kind: str = "") -> File:
        try:
            with archive.open_asset(value) as stream:
                return files.read_media(stream.read(LIMIT + 1), kind)
        except (ReadError, *MediaError) as error:
            raise BadLine(f"{path}: {value[:200]}: {error}") from error
