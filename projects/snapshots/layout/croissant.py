"""croissant.json: the snapshot for machines, in Croissant 1.1 with its Responsible-AI vocabulary.

https://docs.mlcommons.org/croissant/docs/croissant-spec-1.1.html and .../croissant-rai-spec.html
"""

from collections.abc import Mapping, Sequence
from typing import Any

import orjson

from projects.formats.columns import Column, ColumnType
from projects.snapshots.layout.licences import licence_url
from projects.snapshots.layout.prose import UNANSWERED, answer
from projects.snapshots.layout.spec import SnapshotSpec
from projects.snapshots.layout.survey import Survey
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
    "prov": "http://www.w3.org/ns/prov#",
    "conformsTo": "dct:conformsTo",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "description": {"@container": "@language"},
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "name": {"@container": "@language"},
    **{term: f"cr:{term}" for term in _TERMS},
}


def croissant(
    spec: SnapshotSpec,
    tally: Tally,
    survey: Survey,
    tables: Sequence[WrittenTable],
    media_types: Sequence[str],
    root: str,
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
        **({"prov:wasDerivedFrom": {"@id": f"urn:sha256:{spec.parent.root}"}} if spec.parent else {}),
        **_responsible_ai(spec, tally, survey),
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


def _responsible_ai(spec: SnapshotSpec, tally: Tally, survey: Survey) -> dict[str, Any]:
    """Terms of the vocabulary (croissant_rai.ttl): measured, or written by the owner; where they wrote nothing, the
    term says so."""
    left_out = "; ".join(f"{number} left out: {reason}" for reason, number in sorted(spec.left_out.items()))
    sources = ", ".join(f"{origin} ({count})" for origin, count in sorted(tally.origins.items()))
    people = f"{len(tally.annotators)} people gave {tally.responses} annotations."
    protocol = (
        f"{tally.responses} annotations by {len(tally.annotators)} people, "
        f"{tally.annotations_per_item()} for each sample; final answers decided by "
        + ", ".join(f"{origin} ({count})" for origin, count in sorted(tally.decision_origins.items()))
        + "."
    )
    languages = ", ".join(f"{name} ({count})" for name, count in sorted(tally.languages.items()))
    terms: dict[str, Any] = {
        "rai:annotationsPerItem": tally.annotations_per_item(),
        "rai:dataAnnotationPlatform": ["Annotator"],
        "rai:dataAnnotationProtocol": _written(spec, ("annotators",), protocol, spec.guidelines.strip()),
        "rai:dataAnnotationAnalysis": [figure.sentence() for figure in spec.agreement],
        "rai:annotatorDemographics": [_written(spec, ("demographics",), people)],
        "rai:dataCollection": _written(spec, ("collection", "creators")),
        "rai:dataCollectionRawData": f"Origin of the samples: {sources}. {survey.sourced} say where they were found.",
        "rai:dataCollectionTimeframe": [str(period) for period in (spec.imported, spec.annotated) if period],
        "rai:dataCollectionMissingData": left_out,
        "rai:dataPreprocessingProtocol": [_written(spec, ("preprocessing",))],
        "rai:dataUseCases": [_written(spec, ("uses",))],
        "rai:dataBiases": [_written(spec, ("biases",), f"Languages: {languages}.")],
        "rai:dataLimitations": [_written(spec, ("limitations",)), f"Not recommended: {answer(spec.prose, 'misuses')}"],
        "rai:personalSensitiveInformation": [_written(spec, ("sensitive",))],
        "rai:dataSocialImpact": _written(spec, ("impact",)),
        "rai:dataReleaseMaintenancePlan": _written(spec, ("maintenance", "contact")),
    }
    return {term: value for term, value in terms.items() if value}


def _written(spec: SnapshotSpec, names: Sequence[str], *measured: str) -> str:
    """What is measured, then the answers that there are; the word that there is none where there is none."""
    given = [text for name in names if (text := answer(spec.prose, name)) != UNANSWERED]
    return "\n\n".join([*filter(None, measured), *(given or [UNANSWERED])])


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
