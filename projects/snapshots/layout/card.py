"""README.md: a dataset card for the Hugging Face Hub, then the datasheet.

Figures are measured or given; prose is the owner's. What nobody wrote is said to be missing rather than left out, so
that a reader knows what wasn't told.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import yaml

from projects.formats.columns import Column
from projects.snapshots.layout.licences import hub_licences, licence_url
from projects.snapshots.layout.markdown import counts, inline, table
from projects.snapshots.layout.spec import PROSE, AgreementFigure, SnapshotSpec
from projects.snapshots.layout.tally import Tally
from projects.snapshots.layout.written import WrittenTable

__all__ = ["card"]

_TITLES: Mapping[str, str] = {
    "motivation": "Motivation",
    "collection": "Collection",
    "people": "People",
    "preprocessing": "Preprocessing",
    "uses": "Uses",
    "biases": "Known biases",
    "limitations": "Limitations",
    "sensitive": "Personal and sensitive information",
    "impact": "Impact",
    "maintenance": "Maintenance",
}
_LANGUAGE = re.compile(r"[a-z]{2,3}")


def card(spec: SnapshotSpec, tally: Tally, tables: Sequence[WrittenTable], root: str) -> str:
    """The whole file."""
    header = yaml.safe_dump(_header(spec, tally, tables), allow_unicode=True, sort_keys=False, width=10_000)
    return f"---\n{header}---\n\n" + "\n".join(_sections(spec, tally, tables, root))


def _header(spec: SnapshotSpec, tally: Tally, tables: Sequence[WrittenTable]) -> dict[str, Any]:
    licences = sorted(tally.licences)
    on_hub = hub_licences(licences)
    header: dict[str, Any] = {"pretty_name": spec.title, "license": on_hub[0] if len(on_hub) == 1 else on_hub}
    if "other" in on_hub:
        other = next(spdx for spdx in licences if hub_licences([spdx]) == ["other"])
        header["license_name"] = other.lower()
        if url := licence_url(other, spec.licences):
            header["license_link"] = url
    languages = sorted({name.partition("-")[0].partition("_")[0].lower() for name in tally.languages})
    if languages := [name for name in languages if _LANGUAGE.fullmatch(name)]:
        header["language"] = languages
    header["size_categories"] = [_size_category(tally.samples)]
    header["tags"] = ["human-feedback"]
    header["configs"] = [
        {
            "config_name": written.slug,
            **({"default": True} if written.slug == "gold" else {}),
            "data_files": [{"split": "train", "path": f"data/{written.slug}-*.parquet"}],
        }
        for written in tables
    ]
    return header


def _size_category(count: int) -> str:
    """The Hub's name for a number of samples."""
    names = ("1K", "10K", "100K", "1M", "10M", "100M", "1B", "10B", "100B", "1T")
    for power, name in enumerate(names):
        if count < 1000 * 10**power:
            return f"n<{name}" if power == 0 else f"{names[power - 1]}<n<{name}"
    return "n>1T"


def _sections(spec: SnapshotSpec, tally: Tally, tables: Sequence[WrittenTable], root: str) -> Iterator[str]:
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
    for each in tables:
        yield f"### Columns of `{each.slug}`\n"
        yield _columns(each.columns)
    yield "## Questions\n"
    yield from _questions(spec)
    yield "## Composition\n"
    yield counts("decision", tally.decisions)
    yield counts("decided by", tally.decision_origins)
    yield counts("origin", tally.origins)
    if tally.models:
        yield counts("model", tally.models)
    yield counts("language", tally.languages)
    yield counts("licence", tally.licences)
    yield counts("annotations of a sample", {str(number): count for number, count in tally.annotations.items()})
    yield "## Agreement\n"
    yield from _agreement(spec.agreement)
    yield "## Left out\n"
    yield counts("reason", spec.left_out) if spec.left_out else "Nothing was left out.\n"
    yield "# Datasheet\n"
    for name, title in _TITLES.items():
        yield f"## {title}\n"
        yield f"{spec.prose.get(name, '').strip() or f'Not stated. ({PROSE[name]})'}\n"
    if spec.guidelines:
        yield "## Guidelines given to annotators\n"
        yield f"{spec.guidelines.strip()}\n"
    yield "## Licences and credits\n"
    yield (
        "Each row of `gold` names its licence. Creators are credited in [CREDITS.md](CREDITS.md); every licence and\n"
        "consent in force is in [licences.json](licences.json).\n"
    )
    yield "## Checking this copy\n"
    yield (
        "`manifest.json` lists every file with its size and SHA-256. Its `root` is the SHA-256 over the hashes of all\n"
        "rows of `gold`, in hexadecimal, sorted, each followed by a newline; a row's hash is the SHA-256 of the\n"
        "canonical JSON (RFC 8785) of its columns that are not null, as they are stored.\n"
    )


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


def _agreement(figures: Sequence[AgreementFigure]) -> Iterator[str]:
    if not figures:
        yield "Not measured.\n"
        return
    yield table(
        ["series", "coefficient", "value", "interval", "samples", "people", "answers"],
        [
            [
                inline(figure.title),
                inline(figure.coefficient),
                f"{figure.value:.4f}" if figure.value is not None else f"undefined: {inline(figure.reason)}",
                f"{figure.low:.4f} to {figure.high:.4f}" if figure.low is not None and figure.high is not None else "",
                f"{figure.units:,}",
                f"{figure.raters:,}",
                f"{figure.answers:,}",
            ]
            for figure in figures
        ],
    )
    yield (
        "Intervals are of 95 %, from resampling samples. Disagreement on subjective questions is information, not an\n"
        "error.\n"
    )
