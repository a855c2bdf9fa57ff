"""eu-ai-act-summary.json: what the provider of a model that trains on this version needs from us.

The European Commission's template for the public summary of training content (Article 53(1)(d) of Regulation (EU)
2024/1689, July 2025) is filled in by the model's provider. Its sections are numbered here as there, in our own words;
each row says whether it was measured, written by the owner, left unanswered, or only the provider can know it.
"""

from collections.abc import Iterator, Sequence
from typing import Any

import orjson

from projects.snapshots.layout.manifest import FileEntry
from projects.snapshots.layout.prose import UNANSWERED, answer
from projects.snapshots.layout.spec import SnapshotSpec
from projects.snapshots.layout.survey import Survey
from projects.snapshots.layout.tally import NOT_STATED, Tally

__all__ = ["eu_summary"]

MEASURED, OWNER, UNKNOWN, PROVIDER = "measured", "owner", "unanswered", "provider"
_BILLION = 10**9
_MILLION = 10**6
_MACHINE_MADE = ("ai", "ai-assisted", "synthetic")
_LICENCES_NAMED = 50
Row = dict[str, Any]


def eu_summary(spec: SnapshotSpec, tally: Tally, survey: Survey, assets: Sequence[FileEntry], root: str) -> bytes:
    """The file's bytes."""
    document = {
        "template": "Public summary of training content for general-purpose AI models, Article 53(1)(d), July 2025",
        "about": (
            "Rows of the template as far as they concern this dataset. basis: measured on this version; owner: written "
            "by the dataset's owner; unanswered: the owner wrote nothing; provider: only the provider of the model "
            "can tell."
        ),
        "dataset": {"project": spec.project, "snapshot": spec.number, "version": spec.full_version, "root": root},
        "rows": [
            *_general(spec, tally, survey, assets),
            *_sources(spec, tally, survey),
            *_processing(spec, survey),
        ],
    }
    return orjson.dumps(document, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def _row(section: str, asks: str, basis: str, value: Any = None) -> Row:
    return {"section": section, "asks": asks, "basis": basis, "value": value}


def _answered(section: str, asks: str, spec: SnapshotSpec, name: str) -> Row:
    text = answer(spec.prose, name)
    return _row(section, asks, UNKNOWN) if text == UNANSWERED else _row(section, asks, OWNER, text)


def _general(spec: SnapshotSpec, tally: Tally, survey: Survey, assets: Sequence[FileEntry]) -> Iterator[Row]:
    yield _row("1.1", "Name and contact of the provider and of its representative in the Union", PROVIDER)
    yield _row("1.2", "Name of the model, models it depends on, date on the Union's market", PROVIDER)
    modalities = ["text"] * bool(survey.lengths) + ["image"] * any(_is(entry, "image/") for entry in assets)
    modalities += ["audio"] * any(_is(entry, "audio/") for entry in assets)
    modalities += ["video"] * any(_is(entry, "video/") for entry in assets)
    yield _row("1.3", "Modalities in the data", MEASURED, modalities)
    if survey.lengths:
        size = sum(each.bytes for each in survey.lengths)
        # No tokenizer makes more tokens than there are bytes.
        upper = "less than 1 billion tokens" if size < _BILLION else "depends on the tokenizer"
        characters = sum(each.characters.total for each in survey.lengths)
        texts = sum(each.characters.count for each in survey.lengths)
        value = {"range": upper, "texts": texts, "characters": characters, "utf8_bytes": size}
        yield _row("1.3", "Size of the text", MEASURED, value)
    if images := sum(_is(entry, "image/") for entry in assets):
        upper = "less than 1 million images" if images < _MILLION else "1 million to 1 billion images"
        yield _row("1.3", "Size of the images", MEASURED, {"range": upper, "images": images})
    yield _answered("1.3", "Types of content", spec, "collection")
    latest = max((period.last for period in (spec.imported, spec.annotated) if period), default=spec.published)
    earliest = min((period.first for period in (spec.imported, spec.annotated) if period), default=None)
    period = {"from": earliest.isoformat() if earliest else None, "to": latest.isoformat()}
    yield _row("1.3", "When the data were collected, and the latest date of it", MEASURED, period)
    yield _row("1.3", "Languages, by samples", MEASURED, dict(sorted(tally.languages.items())))
    yield _answered("1.3", "Groups and views that are over- or under-represented", spec, "biases")


def _sources(spec: SnapshotSpec, tally: Tally, survey: Survey) -> Iterator[Row]:
    name = {"name": f"{spec.title}, version {spec.full_version}", "url": spec.url or None, "samples": tally.samples}
    yield _row(
        "2.1", "Publicly available datasets: this one, if the provider got it where everybody can", MEASURED, name
    )
    licences = dict(sorted(tally.licences.items(), key=lambda item: (-item[1], item[0]))[:_LICENCES_NAMED])
    rights = {
        "licences": licences,
        "with_consent": survey.consented,
        "without_consent": tally.samples - survey.consented,
    }
    yield _row(
        "2.2", "Data licensed by rightsholders or got from third parties: licences and consents", MEASURED, rights
    )
    yield _answered("2.2", "How creators agreed, and what they received", spec, "creators")
    found = {"samples_that_name_a_source": survey.sourced}
    yield _row("2.3", "Data crawled and scraped from online sources; the platform itself fetches none", MEASURED, found)
    yield _answered(
        "2.3", "Whether samples were collected from online sources before they were imported", spec, "collection"
    )
    yield _row("2.4", "Data of users of the provider's services and products", PROVIDER)
    made = {origin: tally.origins[origin] for origin in _MACHINE_MADE}
    unknown = tally.origins["unknown"] + tally.origins[NOT_STATED]
    synthetic = {"samples": made, "origin_not_stated": unknown, "models": dict(sorted(tally.models.items()))}
    yield _row("2.5", "Data that AI made or helped to make, and the models", MEASURED, synthetic)
    judged = {"annotations": tally.responses, "people": len(tally.annotators)}
    yield _row("2.6", "Other sources: judgements that people gave for this dataset", MEASURED, judged)


def _processing(spec: SnapshotSpec, survey: Survey) -> Iterator[Row]:
    measures = {
        "withdrawn_samples_kept_out": len(spec.tombstones),
        "left_out": dict(sorted(spec.left_out.items())),
        "samples_with_consent": survey.consented,
    }
    yield _row("3.1", "Rights that were reserved: withdrawals and what was kept out", MEASURED, measures)
    yield _answered("3.1", "How reservations of rights (opt-outs) are respected", spec, "rights")
    yield _answered("3.2", "What was done to keep illegal content out", spec, "rights")
    yield _answered("3.3", "What was done to the samples before anybody judged them", spec, "preprocessing")
    yield _answered("3.3", "Personal and sensitive information", spec, "sensitive")


def _is(entry: FileEntry, kind: str) -> bool:
    return (entry.media_type or "").startswith(kind)
