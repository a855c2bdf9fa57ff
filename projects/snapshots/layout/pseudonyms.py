"""Names for people that tell nothing about them."""

import hashlib
import hmac

__all__ = ["pseudonym"]

_LEAST_KEY = 16


def pseudonym(key: bytes, username: str) -> str:
    """A person's pseudonym under a project's key: 16 hexadecimal digits, the same every time.

    HMAC-SHA256, so that whoever knows the usernames but not the key can't tell who is who by trying them. A new key
    gives everybody a new pseudonym. Raises ValueError for a key of fewer than 16 bytes.
    """
    if len(key) < _LEAST_KEY:
        raise ValueError("the key of pseudonyms is shorter than 16 bytes")
    return hmac.new(key, username.encode(), hashlib.sha256).hexdigest()[:16]
