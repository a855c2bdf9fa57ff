"""Sending one signed request to an address that somebody typed in, without letting it reach into our own network.

The signature is that of Standard Webhooks (standardwebhooks.com): HMAC-SHA256 over ``id.timestamp.body`` with the
secret's bytes, in Base64 behind ``v1,``. The host's name is resolved once, every address it has is checked, and the
connection goes to the address that was checked: a name that changes its answer in between gains nothing. Redirects are
not followed, and no proxy of the environment is used.
"""

import base64
import contextlib
import hashlib
import hmac
import http.client
import ipaddress
import secrets
import socket
import ssl
import threading
import time
from typing import Final
from urllib.parse import SplitResult, urlsplit

from django.conf import settings

# Seconds for each step of the connection, and for all of it.
STEP: Final = 10.0
WHOLE: Final = 20.0
PREFIX: Final = "whsec_"
_NAT64 = ipaddress.ip_network("64:ff9b::/96")

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class Refused(Exception):
    """Nothing was sent; the message says why, for the project's owner."""


def new_secret() -> str:
    """``whsec_`` and 32 random bytes in Base64."""
    return PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()


def sign(secret: str, message_id: str, timestamp: int, body: bytes) -> str:
    """The value of ``webhook-signature``; ``timestamp`` in whole seconds since 1970."""
    key = base64.b64decode(secret.removeprefix(PREFIX))
    signed = f"{message_id}.{timestamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()


def check_url(url: str) -> SplitResult:
    """The parts of an address that can be a webhook's. Raises Refused saying what does not fit."""
    if len(url) > 500 or any(ord(each) <= 32 or ord(each) == 127 for each in url):
        raise Refused("An address has at most 500 characters, and no spaces.")
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError as error:
        raise Refused(f"This is no address: {error}.") from error
    allowed = ("https", "http") if settings.WEBHOOK_ALLOW_HTTP else ("https",)
    if parts.scheme not in allowed or not parts.hostname:
        raise Refused(f"The address has to begin with {' or '.join(f'{each}://' for each in allowed)} and name a host.")
    if parts.username is not None or parts.password is not None or parts.fragment:
        raise Refused("The address may hold no user name, no password and no #: what is sent is signed instead.")
    try:
        parts.hostname.encode("idna")
        url.encode("ascii")
    except UnicodeError as error:
        raise Refused("Write the address in ASCII (host names as xn--…, other characters as %…).") from error
    with contextlib.suppress(ValueError):  # a name is looked up when it is used
        _check_address(parts.hostname, ipaddress.ip_address(parts.hostname))
    return parts


def post(*, url: str, secret: str, message_id: str, body: bytes) -> int:
    """Sends the body; the HTTP status of the answer, whatever it is.

    Raises Refused where the address may not be spoken to, OSError or http.client.HTTPException where it does not
    answer.
    """
    parts = check_url(url)
    host, port = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
    timestamp = int(time.time())
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "Annotator-Webhooks/1",
        "webhook-id": message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": sign(secret, message_id, timestamp, body),
    }
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    connection = _connect(parts.scheme, host, port)
    # Each step has its time, but a host that sends a byte now and then would hold the worker for ever.
    watchdog = threading.Timer(WHOLE, _cut, [connection])
    watchdog.daemon = True
    watchdog.start()
    try:
        connection.request("POST", path, body=body, headers=headers)
        return connection.getresponse().status
    finally:
        watchdog.cancel()
        connection.close()


def _connect(scheme: str, host: str, port: int) -> http.client.HTTPConnection:
    """A connection to the first of the host's checked addresses that answers."""
    addresses = resolve(host, port)
    problem: OSError | None = None
    for address in addresses:
        try:
            plain = socket.create_connection((str(address), port), timeout=STEP)
        except OSError as error:
            problem = error
            continue
        connection = http.client.HTTPConnection(host, port, timeout=STEP)
        if scheme == "https":
            connection.default_port = 443
            try:
                connection.sock = ssl.create_default_context().wrap_socket(plain, server_hostname=host)
            except OSError:
                plain.close()
                raise
        else:
            connection.sock = plain
        return connection
    raise problem or OSError(f"{host} has no address")


def resolve(host: str, port: int) -> list[Address]:
    """The host's addresses, each once. Raises Refused if any of them is not of the public internet, OSError if it has
    none."""
    found: dict[Address, None] = {}
    for *_, address in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM):
        known = ipaddress.ip_address(str(address[0]).partition("%")[0])
        _check_address(host, known)
        found[known] = None
    return list(found)


def _check_address(host: str, address: Address) -> None:
    if not settings.WEBHOOK_ALLOW_PRIVATE and not all(_is_public(each) for each in _meant(address)):
        raise Refused(f"{host} is in a private network; WEBHOOK_ALLOW_PRIVATE would allow that.")


def _is_public(address: Address) -> bool:
    return address.is_global and not address.is_multicast


def _meant(address: Address) -> list[Address]:
    """The address, and the IPv4 address that it stands for where it only wraps one."""
    if isinstance(address, ipaddress.IPv4Address):
        return [address]
    if address.ipv4_mapped:
        return [address.ipv4_mapped]
    inner: list[Address] = [address]
    if address.sixtofour:
        inner.append(address.sixtofour)
    if address.teredo:
        inner += address.teredo
    if address in _NAT64:
        inner.append(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF))
    return inner


def _cut(connection: http.client.HTTPConnection) -> None:
    if connection.sock:
        with contextlib.suppress(OSError):
            connection.sock.shutdown(socket.SHUT_RDWR)
