"""What ``label`` and ``multilabel`` share: options."""

import re
from typing import Any

from projects.schema import checks
from projects.schema.checks import Problems
from projects.schema.questions.base import Option

MAX_OPTIONS = 1000
OPTION_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:-]{0,63}")
COLOUR = re.compile(r"#[0-9a-fA-F]{6}")


def parse_options(document: dict[str, Any], path: str, problems: Problems) -> tuple[Option, ...]:
    """``options: [{"id", "title", "colour"?, "key"?}]``, ids and keys each used once."""
    found, taken, keys = [], set(), set()
    for where, item in checks.objects(document.get("options"), f"{path}.options", problems, MAX_OPTIONS):
        checks.known_keys(item, ("id", "title", "colour", "key"), where, problems)
        option_id = item.get("id")
        if not isinstance(option_id, str) or not OPTION_ID.fullmatch(option_id):
            problems.add(f"{where}.id", "expected letters, digits and _ . : -, at most 64")
            continue
        if option_id in taken:
            problems.add(f"{where}.id", f"“{option_id}” is used twice")
        taken.add(option_id)
        colour, key = checks.text(item, "colour", where, problems), checks.text(item, "key", where, problems)
        if colour and not COLOUR.fullmatch(colour):
            problems.add(f"{where}.colour", "expected a colour like #3366cc")
        if key and (len(key) != 1 or not key.isprintable() or key in keys):
            problems.add(f"{where}.key", "expected one character that no other option has")
        keys.add(key)
        found.append(Option(option_id, checks.text(item, "title", where, problems) or option_id, colour, key))
    return tuple(found)


def title_of(options: tuple[Option, ...], option_id: str) -> str:
    return next((option.title for option in options if option.id == option_id), option_id)
