"""prov.jsonld: what the version was made from, by which steps and by whom, in W3C PROV-O as JSON-LD.

https://www.w3.org/TR/prov-o/. The context is in the file, so that a reader needs no network. People are counted, never
named; nothing says when or where the file was written, so equal versions have equal bytes.
"""

from collections.abc import Iterator, Sequence
from typing import Any

import orjson

from projects.formats.duck import VERSION
from projects.snapshots.layout.manifest import FileEntry
from projects.snapshots.layout.spec import Period, SnapshotSpec
from projects.snapshots.layout.survey import Survey
from projects.snapshots.layout.tally import Tally
from projects.snapshots.layout.written import WrittenTable

__all__ = ["lineage"]

_CONTEXT: dict[str, Any] = {
    "prov": "http://www.w3.org/ns/prov#",
    "dct": "http://purl.org/dc/terms/",
    "sc": "https://schema.org/",
    **{
        term: {"@id": f"prov:{term}", "@type": "@id"}
        for term in (
            *("wasDerivedFrom", "wasRevisionOf", "wasGeneratedBy", "wasAttributedTo", "wasAssociatedWith"),
            *("wasInformedBy", "actedOnBehalfOf", "used", "hadMember"),
        )
    },
    "title": "dct:title",
    "extent": "dct:extent",
    "date": "dct:date",
    "identifier": "dct:identifier",
    "version": "sc:version",
    "sha256": "sc:sha256",
}
_BY_RULE = ("agreement", "overlap")


def lineage(
    spec: SnapshotSpec,
    tally: Tally,
    survey: Survey,
    tables: Sequence[WrittenTable],
    assets: Sequence[FileEntry],
    root: str,
) -> bytes:
    """The file's bytes."""
    graph = [*_entities(spec, tally, tables, assets, root), *_activities(spec), *_agents(spec, tally, survey)]
    document = {"@context": {**_CONTEXT, "@base": _base(spec)}, "@graph": graph}
    return orjson.dumps(document, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def _base(spec: SnapshotSpec) -> str:
    """The project's own address, or one that is no place: names in the file stand below it."""
    return spec.url.rstrip("/") + "/" if spec.url else f"tag:annotator,2026:{spec.project}/"


def _name(spec: SnapshotSpec, *path: str) -> str:
    """An absolute name: relative ones can't be resolved against a tag."""
    return _base(spec) + "/".join(path)


def _entities(
    spec: SnapshotSpec,
    tally: Tally,
    tables: Sequence[WrittenTable],
    assets: Sequence[FileEntry],
    root: str,
) -> Iterator[dict[str, Any]]:
    here = f"snapshot-{spec.number}"
    build = _name(spec, here, "build")
    interfaces = [_name(spec, "interface", str(version)) for version in sorted(spec.interfaces)]
    sources = [_name(spec, here, part) for part in ("samples", "annotations", "decisions")]
    files = [entry for written in tables for entry in written.files]
    parent = [_name(spec, f"snapshot-{spec.parent.number}")] if spec.parent else []
    yield {
        "@id": _name(spec, here),
        "@type": ["prov:Entity", "prov:Collection", "sc:Dataset"],
        "title": f"{spec.title}, snapshot {spec.number}",
        "version": spec.full_version,
        "identifier": f"urn:sha256:{root}",
        "wasGeneratedBy": build,
        "wasAttributedTo": _name(spec, "project"),
        "wasDerivedFrom": [*sources, *parent],
        **({"wasRevisionOf": parent} if parent else {}),
        "hadMember": [_name(spec, here, entry.path) for entry in files] + [_name(spec, here, "assets")] * bool(assets),
    }
    if spec.parent:
        identifier = f"urn:sha256:{spec.parent.root}"
        yield {"@id": parent[0], "@type": ["prov:Entity", "sc:Dataset"], "identifier": identifier}
    for entry in files:
        yield {
            "@id": _name(spec, here, entry.path),
            "@type": "prov:Entity",
            "sha256": entry.sha256,
            "extent": f"{entry.rows} rows",
            "wasGeneratedBy": build,
        }
    if assets:
        yield {
            "@id": _name(spec, here, "assets"),
            "@type": ["prov:Entity", "prov:Collection"],
            "extent": f"{len(assets)} media files",
            "wasDerivedFrom": sources[0],
        }
    for version, name in zip(sorted(spec.interfaces), interfaces, strict=True):
        yield {"@id": name, "@type": ["prov:Entity", "prov:Plan"], "title": f"Interface, version {version}"}
    made = (
        ("samples", f"{tally.samples} samples", "import", "creators"),
        ("annotations", f"{tally.responses} annotations", "annotation", "annotators"),
        ("decisions", f"{tally.samples} decisions", "adjudication", ""),
    )
    for (part, extent, activity, agent), name in zip(made, sources, strict=True):
        yield {
            "@id": name,
            "@type": ["prov:Entity", "prov:Collection"],
            "title": part.capitalize(),
            "extent": extent,
            "wasGeneratedBy": _name(spec, here, activity),
            **({"wasAttributedTo": _name(spec, agent)} if agent else {}),
        }


def _activities(spec: SnapshotSpec) -> Iterator[dict[str, Any]]:
    here = f"snapshot-{spec.number}"
    samples, annotations, decisions = (_name(spec, here, part) for part in ("samples", "annotations", "decisions"))
    interfaces = [_name(spec, "interface", str(version)) for version in sorted(spec.interfaces)]
    parent = [_name(spec, f"snapshot-{spec.parent.number}")] if spec.parent else []
    software = _name(spec, "software")

    def activity(name: str, title: str, when: Period | None, used: list[str], by: list[str]) -> dict[str, Any]:
        return {
            "@id": _name(spec, here, name),
            "@type": "prov:Activity",
            "title": title,
            **({"date": str(when)} if when else {}),
            **({"used": used} if used else {}),
            "wasAssociatedWith": by,
        }

    yield activity("import", "Import of the samples", spec.imported, [], [_name(spec, "project"), software])
    people = [_name(spec, "annotators")]
    yield activity("annotation", "Annotation", spec.annotated, [samples, *interfaces], people)
    deciders = [_name(spec, "reviewers"), _name(spec, "rules")]
    yield activity("adjudication", "Decision on each sample", None, [samples, annotations, *interfaces], deciders)
    everything = [samples, annotations, decisions, *interfaces, *parent]
    yield activity("build", "Building the version", None, everything, [software])


def _agents(spec: SnapshotSpec, tally: Tally, survey: Survey) -> Iterator[dict[str, Any]]:
    project = _name(spec, "project")

    def agent(name: str, kind: str, title: str, extent: str) -> dict[str, Any]:
        return {
            "@id": _name(spec, name),
            "@type": ["prov:Agent", kind] if kind else "prov:Agent",
            "title": title,
            "extent": extent,
            "actedOnBehalfOf": project,
        }

    named = len(survey.creators)
    by_rule = sum(tally.decision_origins[rule] for rule in _BY_RULE)
    yield {"@id": project, "@type": ["prov:Agent", "prov:Organization"], "title": spec.publisher or spec.title}
    yield {"@id": _name(spec, "creators"), "@type": "prov:Agent", "title": "Creators", "extent": f"{named} named"}
    yield agent("annotators", "", "Annotators", f"{len(tally.annotators)} people")
    yield agent("reviewers", "", "Reviewers", f"{survey.reviewers} people")
    yield agent("rules", "prov:SoftwareAgent", "The policy's rules", f"{by_rule} decisions")
    yield {
        "@id": _name(spec, "software"),
        "@type": ["prov:Agent", "prov:SoftwareAgent"],
        "title": "Annotator",
        "version": f"snapshot schema 1, {VERSION}",
    }
