"""A prefix of an S3 bucket, through django-storages, as the product's own files."""

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.conf import settings

from projects.snapshots import layout
from projects.snapshots.layout.manifest import FileEntry
from projects.snapshots.targets.base import FileTarget, Sent, TargetError, Tell, Where, chunks
from projects.snapshots.targets.network import refuse_private

# What the file is, where the server itself keeps no SHA-256.
DIGEST = "sha256"


class S3(FileTarget):
    slug = "s3"

    def __init__(self, where: Where, number: int) -> None:
        super().__init__(where, number)
        bucket, _, prefix = self.check(where).address.partition("/")
        self.bucket, self.prefix = bucket, f"{prefix}/snapshot-{number}".lstrip("/")
        self.place = f"s3://{bucket}/{self.prefix}"
        if endpoint := settings.PUSH_S3["endpoint_url"]:
            refuse_private(endpoint)
        self.client = _client(bucket)

    @classmethod
    def check(cls, where: Where) -> Where:
        if not settings.PUSH_BUCKETS:
            raise TargetError("No bucket is allowed: the administrator names some in PUSH_BUCKETS.")
        address = where.address.removeprefix("s3://").strip("/")
        if not address or any(part in ("", ".", "..") for part in address.split("/")):
            raise TargetError("The address is a bucket, or bucket/prefix.")
        if not any(address == each or address.startswith(f"{each}/") for each in _allowed()):
            raise TargetError(f"{address} is in none of the allowed places: {', '.join(_allowed())}.")
        return Where(address)

    def send(self, folder: Path, manifest: layout.Manifest, tell: Tell, before_end: Callable[[], object]) -> Sent:
        with _in_words(self.place):
            return super().send(folder, manifest, tell, before_end)

    def read_manifest(self) -> bytes | None:
        if self._head(layout.MANIFEST) is None:
            return None
        return bytes(self._open(layout.MANIFEST).read())

    def holds(self, entry: FileEntry) -> bool:
        head = self._head(entry.path)
        if head is None or head["ContentLength"] != entry.bytes:
            return False
        return bool(head.get("Metadata", {}).get(DIGEST) == entry.sha256)

    def put(self, path: str, source: Path, sha256: str, tell: Tell) -> None:
        from boto3.s3.transfer import TransferConfig

        # In this thread: what `tell` raises ends the upload.
        self.client.upload_file(
            str(source),
            self.bucket,
            self._key(path),
            ExtraArgs={"Metadata": {DIGEST: sha256}},
            Callback=lambda _: tell(path),
            Config=TransferConfig(use_threads=False),
        )

    def problems(self, folder: Path, manifest: layout.Manifest, tell: Tell) -> list[layout.Problem]:
        with _in_words(self.place):
            wanted = {entry.path: entry.sha256 for entry in manifest.files}
            wanted[layout.MANIFEST] = hashlib.sha256((folder / layout.MANIFEST).read_bytes()).hexdigest()
            there = self._names()
            found = [layout.Problem(path, "is not in the manifest") for path in sorted(there - wanted.keys())]
            for path, sha256 in sorted(wanted.items()):
                if path not in there:
                    found.append(layout.Problem(path, "is missing"))
                elif self._digest(path, tell) != sha256:
                    found.append(layout.Problem(path, "has other bytes than the manifest says (SHA-256 differs)"))
            return found

    def _digest(self, path: str, tell: Tell) -> str:
        digest = hashlib.sha256()
        for block in chunks(self._open(path), tell, "Reading back"):
            digest.update(block)
        return digest.hexdigest()

    def retract(self) -> None:
        with _in_words(self.place):
            self.client.delete_object(Bucket=self.bucket, Key=self._key(layout.MANIFEST))

    def _key(self, path: str) -> str:
        return f"{self.prefix}/{path}"

    def _head(self, path: str) -> dict[str, Any] | None:
        from botocore.exceptions import ClientError

        try:
            return dict(self.client.head_object(Bucket=self.bucket, Key=self._key(path)))
        except ClientError as error:
            if error.response["ResponseMetadata"]["HTTPStatusCode"] == 404:
                return None
            raise

    def _open(self, path: str) -> Any:
        return self.client.get_object(Bucket=self.bucket, Key=self._key(path))["Body"]

    def _names(self) -> set[str]:
        start = f"{self.prefix}/"
        pages = self.client.get_paginator("list_objects_v2").paginate(Bucket=self.bucket, Prefix=start)
        return {each["Key"][len(start) :] for page in pages for each in page.get("Contents", ())}


def _allowed() -> list[str]:
    return [each.strip("/") for each in settings.PUSH_BUCKETS]


def _client(bucket: str) -> Any:
    try:
        from storages.backends.s3 import S3Storage
    except ImportError as error:
        raise TargetError("This installation can't speak to S3: requirements-s3.txt is not installed.") from error
    return S3Storage(bucket_name=bucket, default_acl=None, **settings.PUSH_S3).connection.meta.client


class _in_words:
    """The library's errors as ours."""

    def __init__(self, place: str) -> None:
        self.place = place

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: Any, error: BaseException | None, trace: Any) -> None:
        from boto3.exceptions import Boto3Error
        from botocore.exceptions import BotoCoreError, ClientError

        if isinstance(error, BotoCoreError | ClientError | Boto3Error):
            raise TargetError(f"{self.place}: {error}") from error
