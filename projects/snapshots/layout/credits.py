"""CREDITS.md and licences.json: who made the samples, and what allows their use."""

from collections.abc import Iterable

import orjson

from projects.snapshots.layout.licences import licence_name, licence_url
from projects.snapshots.layout.markdown import inline, table
from projects.snapshots.layout.spec import Credit, SnapshotError, SnapshotSpec
from projects.snapshots.layout.tally import Tally

__all__ = ["credits_file", "licences_file"]


def credits_file(spec: SnapshotSpec, given: Iterable[Credit]) -> bytes:
    """CREDITS.md: everybody as they asked to be named, by name."""
    people = sorted(given, key=lambda credit: (credit.name.casefold(), credit.name))
    rows = [
        [
            f"[{inline(person.name)}](<{_link(person.url)}>)" if _link(person.url) else inline(person.name),
            f"{person.samples:,}",
            inline(", ".join(sorted(person.licences))),
        ]
        for person in people
    ]
    body = table(["creator", "samples", "licence"], rows) if rows else "No creator asked to be named.\n"
    return f"# Credits of {inline(spec.title)}, snapshot {spec.number}\n\n{body}".encode()


def licences_file(spec: SnapshotSpec, tally: Tally) -> bytes:
    """licences.json: every licence in the snapshot with its samples, and every consent in force.

    Raises SnapshotError where a row rests on a consent that isn't among `spec.consents` (by `id`): a consent that has
    ended has no place here, and neither has its sample.
    """
    consents = sorted(spec.consents, key=lambda consent: str(consent["id"]))
    if missing := sorted(tally.consents - {consent["id"] for consent in consents}):
        raise SnapshotError(f"samples rest on a consent that is not in force: {', '.join(missing[:5])}")
    licences = []
    for spdx, samples in sorted(tally.licences.items()):
        entry = {"id": spdx, "name": licence_name(spdx, spec.licences), "samples": samples}
        if url := licence_url(spdx, spec.licences):
            entry["url"] = url
        if spdx in spec.licences and spec.licences[spdx].text:
            entry["text"] = spec.licences[spdx].text
        licences.append(entry)
    document = {"licences": licences, "consents": [dict(consent) for consent in consents]}
    option = orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS | orjson.OPT_APPEND_NEWLINE
    return orjson.dumps(document, option=option)


def _link(url: str) -> str:
    """The URL if a reader may safely follow it, else nothing."""
    safe = url.startswith(("https://", "http://")) and not set(url) & set("<> \n\r\t\\")
    return url if safe else ""
