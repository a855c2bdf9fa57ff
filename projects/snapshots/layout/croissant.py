"""croissant.json: the snapshot for machines, in Croissant 1.1 with its Responsible-AI vocabulary.

https://docs.mlcommons.org/croissant/docs/croissant-spec-1.1.html and .../croissant-rai-spec.html
"""

from collections.abc import Mapping, Sequence
from typing import Any

import orjson

from projects.formats.columns import Column, ColumnType
from projects.snapshots.layout.licences import licence_url
from projects.snapshots.layout.spec import SnapshotSpec
from projects.snapshots.layout.tally import NOT_STATED, Tally
from projects.snapshots.layout.written import WrittenTable

__all__ = ["croissant"]

_PARQUET = "application/x-parquet"
_TYPES: Mapping[ColumnType, str] = {
    ColumnType.STRING: "sc:Text",
    ColumnType.INTEGER: "sc:Integer",
    ColumnType.NUMBER: "sc:Float",
    ColumnType.BOOLEAN: "sc:Boolean",
    ColumnType.JSON: "sc:Text",
}
# Terms of the vocabulary as aliases, so that the document can use them without a prefix.
_TERMS = (
    *("annotation", "arrayShape", "citeAs", "column", "containedIn", "equivalentProperty", "excludes", "extract"),
    *("field", "fileObject", "fileProperty", "fileSet", "format", "includes", "isArray", "isLiveDataset", "jsonPath"),
    *("key", "md5", "parentField", "path", "readLines", "recordSet", "references", "regex", "repeated", "replace"),
    *("samplingRate", "sdVersion", "separator", "source", "subField", "transform", "unArchive", "value"),
)
_CONTEXT: dict[str, Any] = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "sc": "https://schema.org/",
    "cr": "http://mlcommons.org/croissant/",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "dct": "http://purl.org/dc/terms/",
    "conformsTo": "dct:conformsTo",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "description": {"@container": "@language"},
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "name": {"@container": "@language"},
    **{term: f"cr:{term}" for term in _TERMS},
}


def croissant(
    spec: SnapshotSpec, tally: Tally, tables: Sequence[WrittenTable], media_types: Sequence[str], root: str
) -> bytes:
    """The file's bytes. `media_types` are those of the assets, sorted; empty where there are none."""
    publisher = [{"@type": "sc:Organization", "name": spec.publisher or spec.title}]
    licences = [licence_url(spdx, spec.licences) or spdx for spdx in sorted(tally.licences) if spdx != NOT_STATED]
    document: dict[str, Any] = {
        "@context": _CONTEXT,
        "@type": "sc:Dataset",
        "conformsTo": ["http://mlcommons.org/croissant/1.1", "http://mlcommons.org/croissant/RAI/1.0"],
        "name": spec.project,
        "alternateName": spec.title,
        "description": spec.description or f"Samples of {spec.title}, judged by people.",
        "version": spec.full_version,
        "datePublished": spec.published.isoformat(),
        "license": licences or ["NOASSERTION"],
        "url": spec.url or f"urn:sha256:{root}",
        "creator": publisher,
        "publisher": publisher,
        "citeAs": _citation(spec, root),
        **({"inLanguage": languages} if (languages := tally.stated_languages()) else {}),
        **_responsible_ai(spec, tally),
        "distribution": _distribution(tables, media_types),
        "recordSet": [_record_set(written) for written in tables],
    }
    return orjson.dumps(document, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def _citation(spec: SnapshotSpec, root: str) -> str:
    title = "".join(character for character in spec.title if character not in "{}\\")
    return (
        f"@misc{{{spec.project}-{spec.number}, title = {{{title}}}, version = {{{spec.full_version}}}, "
        f"year = {{{spec.published.year}}}, note = {{root SHA-256 {root}}}}}"
    )


def _responsible_ai(spec: SnapshotSpec, tally: Tally) -> dict[str, Any]:
    """Terms whose content is known: measured, or written by the owner."""
    left_out = "; ".join(f"{number} left out: {reason}" for reason, number in sorted(spec.left_out.items()))
    protocol = (
        f"{tally.responses} annotations by {len(tally.annotators)} people, "
        f"{tally.annotations_per_item()} for each sample; final answers decided by "
        + ", ".join(f"{origin} ({count})" for origin, count in sorted(tally.decision_origins.items()))
        + "."
    )
    terms: dict[str, Any] = {
        "rai:annotationsPerItem": tally.annotations_per_item(),
        "rai:dataAnnotationPlatform": ["Annotator"],
        "rai:dataAnnotationProtocol": "\n\n".join(part for part in (protocol, spec.guidelines.strip()) if part),
        "rai:dataAnnotationAnalysis": [figure.sentence() for figure in spec.agreement],
        "rai:dataCollection": spec.prose.get("collection"),
        "rai:dataCollectionMissingData": left_out,
        "rai:annotatorDemographics": _many(spec, "people"),
        "rai:dataPreprocessingProtocol": _many(spec, "preprocessing"),
        "rai:dataUseCases": _many(spec, "uses"),
        "rai:dataBiases": _many(spec, "biases"),
        "rai:dataLimitations": _many(spec, "limitations"),
        "rai:personalSensitiveInformation": _many(spec, "sensitive"),
        "rai:dataSocialImpact": spec.prose.get("impact"),
        "rai:dataReleaseMaintenancePlan": spec.prose.get("maintenance"),
    }
    return {term: value for term, value in terms.items() if value}


def _many(spec: SnapshotSpec, name: str) -> list[str]:
    text = spec.prose.get(name)
    return [text] if text else []


def _distribution(tables: Sequence[WrittenTable], media_types: Sequence[str]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for written in tables:
        found.extend(
            {
                "@type": "cr:FileObject",
                "@id": entry.path,
                "name": entry.path,
                "contentUrl": entry.path,
                "contentSize": f"{entry.bytes} B",
                "encodingFormat": _PARQUET,
                "sha256": entry.sha256,
            }
            for entry in written.files
        )
        if len(written.files) > 1:
            found.append(
                {
                    "@type": "cr:FileSet",
                    "@id": f"{written.slug}-files",
                    "name": f"{written.slug}-files",
                    "encodingFormat": _PARQUET,
                    "includes": f"data/{written.slug}-*.parquet",
                }
            )
    if media_types:
        found.append(
            {
                "@type": "cr:FileSet",
                "@id": "assets",
                "name": "assets",
                "description": "Media files, each named by its SHA-256.",
                "encodingFormat": list(media_types),
                "includes": "assets/*/*",
            }
        )
    return found


def _record_set(written: WrittenTable) -> dict[str, Any]:
    # With one file the loader checks its SHA-256; a set of files has no checksum of its own.
    if len(written.files) == 1:
        source: dict[str, Any] = {"fileObject": {"@id": written.files[0].path}}
    else:
        source = {"fileSet": {"@id": f"{written.slug}-files"}}
    record_set: dict[str, Any] = {
        "@type": "cr:RecordSet",
        "@id": written.slug,
        "name": written.slug,
        "description": written.description,
        "field": [_field(written.slug, column, source) for column in written.columns],
    }
    if written.slug == "gold":
        record_set["key"] = {"@id": "gold/key"}
    return record_set


def _field(table: str, column: Column, source: Mapping[str, Any]) -> dict[str, Any]:
    field: dict[str, Any] = {
        "@type": "cr:Field",
        "@id": f"{table}/{column.name}",
        "name": column.name,
        "description": column.description,
        "dataType": _TYPES[column.type],
        "source": {**source, "extract": {"column": column.name}},
    }
    if table != "gold" and column.name == "key":
        field["references"] = {"field": {"@id": "gold/key"}}
    return field
