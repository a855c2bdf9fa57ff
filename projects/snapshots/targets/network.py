"""Which addresses a push may speak to."""

import ipaddress
import socket
from urllib.parse import urlsplit

from django.conf import settings

from projects.snapshots.targets.base import TargetError


def refuse_private(url: str) -> None:
    """Raises TargetError for an address of a private network, of this machine, or of none that is known."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise TargetError(f"{url} is no address that can be pushed to.")
    if settings.PUSH_PRIVATE_NETWORKS:
        return
    try:
        found = socket.getaddrinfo(parts.hostname, parts.port or 443, type=socket.SOCK_STREAM)
    except OSError as error:
        raise TargetError(f"{parts.hostname} can't be found: {error.strerror or error}") from error
    for *_, address in found:
        if not ipaddress.ip_address(str(address[0]).partition("%")[0]).is_global:
            raise TargetError(f"{parts.hostname} is in a private network; PUSH_PRIVATE_NETWORKS would allow that.")
