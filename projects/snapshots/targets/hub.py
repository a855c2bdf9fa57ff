"""A dataset repository of the Hugging Face Hub, or of a server with its API.

Large files are uploaded first; one commit then makes all of the version appear at once, its manifest too. Where a
version was pushed before, files of `data/` and `assets/` that it no longer has leave with the same commit; they stay in
the repository's history.
"""

import hashlib
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings

from projects.snapshots import layout
from projects.snapshots.targets.base import Sent, Target, TargetError, Tell, Where
from projects.snapshots.targets.network import refuse_private

if TYPE_CHECKING:
    from huggingface_hub import HfApi

_REPO = re.compile(r"[\w-][\w.-]*/[\w-][\w.-]*", re.ASCII)
_BRANCH = re.compile(r"[\w-][\w./-]*", re.ASCII)
MAIN = "main"
OURS = ("data/", "assets/")
# So many files are uploaded between two looks at whether the push was cancelled.
AT_ONCE = 8


class Hub(Target):
    slug = "hub"

    def __init__(self, where: Where, number: int) -> None:
        super().__init__(self.check(where), number)
        if not settings.HUB_TOKEN:
            raise TargetError("There is no token for the Hub: the administrator sets HUB_TOKEN.")
        refuse_private(settings.HUB_ENDPOINT)
        self.branch = self.where.revision or MAIN
        self.repo: dict[str, Any] = {"repo_id": self.where.address, "repo_type": "dataset"}
        self.at: dict[str, Any] = {**self.repo, "revision": self.branch}
        self.place = f"{settings.HUB_ENDPOINT}/datasets/{self.where.address}/tree/{self.branch}"
        self.api = _api()

    @classmethod
    def check(cls, where: Where) -> Where:
        if not settings.PUSH_HUB:
            raise TargetError("No place of the Hub is allowed: the administrator names some in PUSH_HUB.")
        address = where.address.strip("/")
        if not _REPO.fullmatch(address):
            raise TargetError("The address is namespace/dataset, in letters, digits, “-”, “_” and “.”.")
        if where.revision and (not _BRANCH.fullmatch(where.revision) or ".." in where.revision):
            raise TargetError("The branch has letters, digits, “-”, “_”, “.” and “/”.")
        if address not in settings.PUSH_HUB and address.partition("/")[0] not in settings.PUSH_HUB:
            raise TargetError(f"{address} is in none of the allowed places: {', '.join(settings.PUSH_HUB)}.")
        return Where(address, where.revision, where.private)

    def send(self, folder: Path, manifest: layout.Manifest, tell: Tell, before_end: Callable[[], object]) -> Sent:
        from huggingface_hub import CommitOperationAdd, CommitOperationDelete

        with self._in_words():
            tell("Opening the repository")
            head = self._open()
            there, wanted = self._tree(), _hashes(folder, manifest)
            stale = [path for path in there if path.startswith(OURS) and path not in wanted]
            if stale and layout.MANIFEST not in there:
                raise TargetError(f"{self.place} holds files that no snapshot put there: {stale[0]}, …")
            new = [path for path, sha256 in wanted.items() if not _same(there.get(path), folder / path, sha256)]
            added = [CommitOperationAdd(path_in_repo=path, path_or_fileobj=folder / path) for path in new]
            for start in range(0, len(added), AT_ONCE):
                tell(new[start], len(wanted) - len(new) + start)
                self.api.preupload_lfs_files(**self.at, additions=added[start : start + AT_ONCE], free_memory=False)
            before_end()
            gone = [CommitOperationDelete(path_in_repo=path, is_folder=False) for path in stale]
            if added or gone:
                message = f"Version {manifest.document['version']}"
                done = self.api.create_commit(
                    **self.at, operations=[*added, *gone], commit_message=message, parent_commit=head
                )
                head = done.oid
            tag = f"v{manifest.document['version']}"
            self.api.create_tag(**self.repo, tag=tag, revision=head, exist_ok=True)
        return Sent(len(new), len(wanted) - len(new))

    def _open(self) -> str:
        """The repository and its branch, made where they are missing; the branch's newest commit."""
        self.api.create_repo(**self.repo, private=self.where.private, exist_ok=True)
        found = self.api.repo_info(**self.repo)
        if self.where.private and not found.private:
            raise TargetError(f"{self.place} is public, but the destination says that it is private.")
        if self.branch != MAIN:
            self.api.create_branch(**self.repo, branch=self.branch, exist_ok=True)
        return str(self.api.repo_info(**self.at).sha)

    def _tree(self) -> dict[str, Any]:
        from huggingface_hub.hf_api import RepoFile

        tree = self.api.list_repo_tree(**self.at, recursive=True)
        return {entry.path: entry for entry in tree if isinstance(entry, RepoFile)}

    def problems(self, folder: Path, manifest: layout.Manifest, tell: Tell) -> list[layout.Problem]:
        """By the hashes that the Hub computed of what it received."""
        with self._in_words():
            tell("Comparing hashes")
            there, found = self._tree(), []
            for path, sha256 in _hashes(folder, manifest).items():
                if path not in there:
                    found.append(layout.Problem(path, "is missing"))
                elif not _same(there[path], folder / path, sha256):
                    found.append(layout.Problem(path, "has another hash"))
            return found

    def retract(self) -> None:
        with self._in_words():
            self.api.delete_file(layout.MANIFEST, **self.at, commit_message="Not a version: it arrived damaged")

    @contextmanager
    def _in_words(self) -> Iterator[None]:
        """The library's errors as ours."""
        from httpx2 import HTTPError

        try:
            yield
        # A README that the Hub refuses is a ValueError, an upload that failed a RuntimeError.
        except (HTTPError, ValueError, RuntimeError, OSError) as error:
            cause = f": {error.__cause__}" if error.__cause__ else ""
            raise TargetError(f"{self.place}: {' '.join(f'{error}{cause}'.split())}") from error


def _hashes(folder: Path, manifest: layout.Manifest) -> dict[str, str]:
    """Every file of the version with its SHA-256, the manifest last."""
    found = {entry.path: entry.sha256 for entry in manifest.files}
    return {**found, layout.MANIFEST: hashlib.sha256((folder / layout.MANIFEST).read_bytes()).hexdigest()}


def _same(entry: Any, ours: Path, sha256: str) -> bool:
    """Whether the repository has the file with these bytes. Of small files it knows Git's hash."""
    if entry is None or entry.size != ours.stat().st_size:
        return False
    if entry.lfs:
        return bool(entry.lfs.sha256 == sha256)
    data = ours.read_bytes()
    blob = hashlib.sha1(b"blob %d\0" % len(data) + data, usedforsecurity=False).hexdigest()
    return bool(entry.blob_id == blob)


def _api() -> "HfApi":
    try:
        from huggingface_hub import HfApi
        from huggingface_hub.utils.tqdm import disable_progress_bars
    except ImportError as error:
        raise TargetError("This installation can't speak to the Hub: requirements-hub.txt is not installed.") from error
    disable_progress_bars()
    return HfApi(endpoint=settings.HUB_ENDPOINT, token=settings.HUB_TOKEN, library_name="annotator")
