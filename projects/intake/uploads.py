"""Files that people send: kept in the uploads storage as they came, and handed to readers as a path on this machine."""

import shutil
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePath
from typing import Any

from django.conf import settings
from django.core.files.base import File
from django.core.files.storage import Storage, storages
from django.core.files.uploadedfile import TemporaryUploadedFile

from projects.formats.readers import Reader, reader_for

_CHUNK = 1024 * 1024


class TooLarge(ValueError):
    """The file is larger than UPLOAD_LIMIT."""


class Gone(Exception):
    """The uploaded file is not in the storage any more."""


def storage() -> Storage:
    return storages["uploads"]


def keep(file: "File[Any]", filename: str, folder: str) -> str:
    """Stores a file under a name of its own and returns that name. Raises TooLarge."""
    if (file.size or 0) > settings.UPLOAD_LIMIT:
        raise TooLarge(f"The file is larger than {settings.UPLOAD_LIMIT:,} bytes.")
    # The suffixes help whoever looks into the folder; the name that people see is the one in the Import row.
    suffix = "".join(part for part in PurePath(filename).suffixes[-2:] if part.isascii() and part[1:].isalnum())
    return storage().save(f"{folder}/{uuid.uuid4().hex}{suffix[:20]}", file)


def spooled(stream: Iterator[bytes], filename: str) -> TemporaryUploadedFile:
    """A request's body as a file on disk, never whole in memory. Raises TooLarge."""
    upload = TemporaryUploadedFile(filename, "application/octet-stream", 0, None)
    size = 0
    for chunk in stream:
        size += len(chunk)
        if size > settings.UPLOAD_LIMIT:
            upload.close()
            raise TooLarge(f"The body is larger than {settings.UPLOAD_LIMIT:,} bytes.")
        upload.write(chunk)
    upload.size = size
    upload.seek(0)
    return upload


def forget(name: str) -> None:
    storage().delete(name)


@contextmanager
def local(name: str) -> Iterator[Path]:
    """A stored file as a path on this machine; downloaded for the time being where the storage is elsewhere."""
    place = storage()
    try:
        path = Path(place.path(name))
    except NotImplementedError:
        path = None
    if path is not None:
        if not path.is_file():
            raise Gone(name)
        yield path
        return
    with tempfile.NamedTemporaryFile(prefix="annotator-import-") as copy:
        try:
            with place.open(name) as source:
                shutil.copyfileobj(source, copy, _CHUNK)
        except FileNotFoundError as error:
            raise Gone(name) from error
        copy.flush()
        yield Path(copy.name)


def recognised(name: str, filename: str) -> Reader:
    """The reader for a stored file. Raises UnknownFormat."""
    with local(name) as path:
        return reader_for(path, filename)
