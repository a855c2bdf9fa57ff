"""IP addresses, as the standard library reads them; less what looks like one and is a version, a section or a clock."""

import re
from collections.abc import Iterator
from ipaddress import ip_address

from projects.intake.personal.base import Finder, Span

_FOUR = r"(?<![\w.])[0-9]{1,3}(?:\.[0-9]{1,3}){3}(?!\w|\.[0-9])"
_SIX = r"(?<![\w:.])(?:[0-9A-Fa-f]{0,4}:){2,7}[0-9A-Fa-f]{0,4}(?![\w:])"
_ADDRESS = re.compile(f"{_FOUR}|{_SIX}")
_FIGURES = re.compile(r"[0-9]\.[0-9]")
_VERSION = re.compile(r"(?:version|v\.?|release|section|chapter|verse|line|§)\s?\Z", re.IGNORECASE)
_LOOK_BACK = 12  # characters


class IpAddress(Finder):
    slug = "ip"
    title = "IP address"
    plural = "IP addresses"

    def find(self, text: str) -> Iterator[Span]:
        # Most texts have neither; looking for that is many times quicker than the pattern.
        if text.count(":") < 2 and not _FIGURES.search(text):
            return
        for found in _ADDRESS.finditer(text):
            groups = [group for group in re.split(r"[.:]", found[0]) if group]
            # 1.2.3.4 is a section more often than an address; 1:2:3:4:5:6:7:8 is anything else.
            plausible = max(map(len, groups), default=0) >= (2 if "." in found[0] else 3)
            if not plausible or ("." not in found[0] and len(groups) < 3):
                continue
            if _VERSION.search(text, max(0, found.start() - _LOOK_BACK), found.start()):
                continue
            if _is_somebodys(found[0]):
                yield Span(*found.span())


def _is_somebodys(text: str) -> bool:
    try:
        address = ip_address(text)
    except ValueError:
        return False
    return not (address.is_loopback or address.is_unspecified or address.is_multicast)
