"""What is made from a version and can be made again: exports, comparisons. On this machine's disk, never in a backup.

A version never changes, so what was made from it is right for as long as it is there.
"""

import contextlib
import shutil
import time
from pathlib import Path

from django.conf import settings

from projects.snapshots.models import Snapshot

KEPT = 7 * 24 * 3600  # seconds since it was last used


def folder(snapshot: Snapshot) -> Path:
    """The version's own folder; made where it is missing. Named after the seal of the manifest, which stands for all of
    the version and not for its rows alone."""
    found = _place() / _name(snapshot)
    found.mkdir(parents=True, exist_ok=True)
    return found


def pair(before: Snapshot, after: Snapshot, suffix: str) -> Path:
    """Where a file about two versions belongs."""
    return folder(after) / f"against-{_name(before)}{suffix}"


def drop(snapshot: Snapshot) -> None:
    """Forgets what was made from a version, comparisons with it too."""
    shutil.rmtree(_place() / _name(snapshot), ignore_errors=True)
    for path in _place().glob(f"*/against-{_name(snapshot)}*"):
        path.unlink(missing_ok=True)


def sweep() -> int:
    """Periodic: forgets what nobody has used for a week, and what writers that were killed left. Returns how many files
    and folders. Whoever reads a file reads on."""
    limit, gone = time.time() - KEPT, 0
    for path in sorted(_place().glob("*/*")):
        with contextlib.suppress(FileNotFoundError):
            if path.stat().st_mtime < limit:
                shutil.rmtree(path) if path.is_dir() else path.unlink()
                gone += 1
    return gone


def _place() -> Path:
    return Path(settings.SNAPSHOT_CACHE)


def _name(snapshot: Snapshot) -> str:
    assert snapshot.manifest is not None
    return f"{snapshot.project_id}-{snapshot.number}-{snapshot.manifest['manifest_sha256'][:32]}"
