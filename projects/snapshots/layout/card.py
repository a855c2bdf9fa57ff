"""README.md: a dataset card for the Hugging Face Hub, then the datasheet."""

from collections.abc import Iterator, Mapping, Sequence

import yaml

from projects.formats.columns import Column
from projects.snapshots.layout.datasheet import sections
from projects.snapshots.layout.hub import header
from projects.snapshots.layout.markdown import inline, table
from projects.snapshots.layout.spec import SnapshotSpec
from projects.snapshots.layout.survey import Survey
from projects.snapshots.layout.tally import Tally
from projects.snapshots.layout.written import WrittenTable

__all__ = ["card"]


def card(
    spec: SnapshotSpec,
    tally: Tally,
    survey: Survey,
    tables: Sequence[WrittenTable],
    parts: Mapping[str, int],
    root: str,
) -> str:
    """The whole file. `parts` counts the samples of each part of a version that is split."""
    head = yaml.safe_dump(header(spec, tally, tables, parts), allow_unicode=True, sort_keys=False, width=10_000)
    body = [*_front(spec, tally, tables, parts, root), *sections(spec, tally, survey), *_back()]
    return f"---\n{head}---\n\n" + "\n".join(body)


def _front(
    spec: SnapshotSpec, tally: Tally, tables: Sequence[WrittenTable], parts: Mapping[str, int], root: str
) -> Iterator[str]:
    yield f"# {inline(spec.title)}\n"
    if spec.description:
        yield f"{spec.description.strip()}\n"
    yield table(["", ""], _facts(spec, tally, root))
    yield "## Tables\n"
    yield table(
        ["configuration", "rows", "what it holds"],
        [[f"`{each.slug}`", f"{each.rows:,}", inline(each.description)] for each in tables],
    )
    yield (
        'Load one with `datasets.load_dataset(folder, "gold")`, or with any reader of Parquet. Columns of the type\n'
        "json hold JSON text.\n"
    )
    if spec.split:
        yield table(["configuration", "part", "samples"], [[f"`gold-{p}`", p, f"{n:,}"] for p, n in parts.items() if n])
        yield (
            "Files hold rows of all parts, told apart by the column `split`. With `datasets`, `gold-train` and so on\n"
            "have one part each, and `gold` has all of them in one split. Readers that don't know the configurations'\n"
            "`filters` must filter by that column themselves. Other tables take their part from `gold` by `key`.\n"
        )
    for each in tables:
        yield f"### Columns of `{each.slug}`\n"
        yield _columns(each.columns)
    yield "## Questions\n"
    yield from _questions(spec)


def _facts(spec: SnapshotSpec, tally: Tally, root: str) -> list[list[str]]:
    facts = [
        ["version", spec.full_version],
        ["snapshot", f"{spec.number} of {inline(spec.project)}" + (f": {inline(spec.name)}" if spec.name else "")],
        ["of", spec.published.isoformat()],
        ["samples", f"{tally.samples:,}"],
        ["annotations", f"{tally.responses:,} by {len(tally.annotators):,} people"],
        ["root", f"`{root}`"],
    ]
    if spec.parent is not None:
        facts.append(["parent", f"snapshot {spec.parent.number}, root `{spec.parent.root}`"])
    if spec.purpose:
        facts.append(["purpose", inline(spec.purpose)])
    if spec.note:
        facts.append(["note", inline(spec.note)])
    return facts


def _columns(columns: Sequence[Column]) -> str:
    return table(["column", "type", "meaning"], [[f"`{c.name}`", c.type.value, inline(c.description)] for c in columns])


def _questions(spec: SnapshotSpec) -> Iterator[str]:
    for version, document in sorted(spec.interfaces.items()):
        rows = []
        for question in document.get("questions", ()):
            axes = ", ".join(str(axis.get("title") or axis.get("name", "")) for axis in question.get("axes", ()))
            options = ", ".join(
                str(option.get("title") or option.get("id", "")) for option in question.get("options", ())
            )
            scale = "–".join(str(end) for end in question.get("scale", ()))
            detail = "; ".join(part for part in (axes, options, scale) if part)
            title = str(question.get("title") or question["name"])
            rows.append([f"`{question['name']}`", question["type"], inline(title), inline(detail)])
        yield f"Interface version {version}; the whole document is in `manifest.json`.\n"
        yield table(["question", "type", "title", "asks for"], rows)


def _back() -> Iterator[str]:
    yield "# Beside this file\n"
    yield (
        "- [CREDITS.md](CREDITS.md): creators as they asked to be named\n"
        "- [licences.json](licences.json): every licence and every consent in force\n"
        "- [croissant.json](croissant.json): this description for machines\n"
        "- [prov.jsonld](prov.jsonld): what was made from what, and by whom (W3C PROV-O)\n"
        "- [eu-ai-act-summary.json](eu-ai-act-summary.json): what the provider of a model that trains on it needs for\n"
        "  the public summary of training content (EU AI Act, Article 53(1)(d))\n"
    )
    yield "# Checking this copy\n"
    yield (
        "`manifest.json` lists every file with its size and SHA-256. Its `root` is the SHA-256 over the hashes of all\n"
        "rows of `gold`, in hexadecimal, sorted, each followed by a newline; a row's hash is the SHA-256 of the\n"
        "canonical JSON (RFC 8785) of its columns that are not null, as they are stored.\n"
    )
