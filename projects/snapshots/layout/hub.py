"""The YAML header of README.md, by which the Hugging Face Hub and `datasets` know a dataset.

https://github.com/huggingface/hub-docs/blob/main/datasetcard.md lists the keys and values.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from projects.snapshots.layout.licences import hub_licences, licence_url
from projects.snapshots.layout.spec import SnapshotSpec
from projects.snapshots.layout.tally import NOT_STATED, Tally
from projects.snapshots.layout.written import WrittenTable

__all__ = ["MIXED", "header"]

MIXED = "mixed"
"""What the Hub's split is called that holds all parts of a version that is split."""

_LANGUAGE = re.compile(r"[a-z]{2,3}")
_TEXTS = ("text", "markdown", "code", "chat")
# What a question makes of a field that holds text, or a picture. Others say nothing about a task.
_TASKS: Mapping[str, Mapping[str, str]] = {
    "text": {
        "label": "text-classification",
        "multilabel": "text-classification",
        "verdict": "text-classification",
        "rating": "text-classification",
        "rubric": "text-classification",
        "span": "token-classification",
        "correction": "text-generation",
        "pairwise": "text-ranking",
        "ranking": "text-ranking",
        "best_worst": "text-ranking",
    },
    "image": {"label": "image-classification", "multilabel": "image-classification", "region": "object-detection"},
}
_TAGS: Mapping[str, str] = {"preference": "preference", "sft": "sft"}


def header(
    spec: SnapshotSpec, tally: Tally, tables: Sequence[WrittenTable], parts: Mapping[str, int]
) -> dict[str, Any]:
    """The header as an object. `parts` counts the samples of each part of a version that is split."""
    found: dict[str, Any] = {"pretty_name": spec.title, **_licence(spec, tally)}
    languages = sorted({name.partition("-")[0].partition("_")[0].lower() for name in tally.stated_languages()})
    if languages := [name for name in languages if _LANGUAGE.fullmatch(name)]:
        found["language"] = languages
        if NOT_STATED not in tally.languages:
            found["multilinguality"] = ["monolingual" if len(languages) == 1 else "multilingual"]
    found["size_categories"] = [_size_category(tally.samples)]
    if tasks := _tasks(spec.interfaces):
        found["task_categories"] = tasks
    found["tags"] = ["human-feedback", *(_TAGS[each.slug] for each in tables if each.slug in _TAGS)]
    found["configs"] = [config for written in tables for config in _configs(written, parts if spec.split else {})]
    return found


def _licence(spec: SnapshotSpec, tally: Tally) -> dict[str, Any]:
    """One identifier, or a list where samples have several; each row names its own."""
    licences = sorted(tally.licences)
    on_hub = hub_licences(licences)
    found: dict[str, Any] = {"license": on_hub[0] if len(on_hub) == 1 else on_hub}
    if "other" in on_hub:
        other = next(spdx for spdx in licences if hub_licences([spdx]) == ["other"])
        found["license_name"] = re.sub(r"[^a-z0-9.]+", "-", other.lower()).strip("-")
        if url := licence_url(other, spec.licences):
            found["license_link"] = url
    return found


def _configs(written: WrittenTable, parts: Mapping[str, int]) -> Iterator[dict[str, Any]]:
    """A configuration for the table; of a gold table that is split, one for each part too.

    The Hub takes splits from files, and a shard holds rows of all parts: so a part is a configuration of its own that
    reads the same files by a filter, which `datasets` hands on to its reader of Parquet.
    """
    path = f"data/{written.slug}-*.parquet"
    yield {
        "config_name": written.slug,
        **({"default": True} if written.slug == "gold" else {}),
        "data_files": [{"split": MIXED if parts else "train", "path": path}],
    }
    if written.slug == "gold":
        for part in (part for part, count in parts.items() if count):
            yield {
                "config_name": f"{written.slug}-{part}",
                "data_files": [{"split": part, "path": path}],
                "filters": [["split", "==", part]],
            }


def _tasks(interfaces: Mapping[int, Mapping[str, Any]]) -> list[str]:
    tasks = set()
    for document in interfaces.values():
        kinds = {field["name"]: _kind(field.get("of") or field["type"]) for field in document.get("fields", ())}
        shown = set(kinds.values())
        # A question that names no field is about the whole sample: known where all of that is of one kind.
        whole = shown.pop() if len(shown) == 1 else ""
        for question in document.get("questions", ()):
            kind = kinds.get(question.get("on", ""), whole)
            if task := _TASKS.get(kind, {}).get(question["type"]):
                tasks.add(task)
    return sorted(tasks)


def _kind(field_type: str) -> str:
    return "text" if field_type in _TEXTS else field_type if field_type == "image" else ""


def _size_category(count: int) -> str:
    """The Hub's name for a number of samples."""
    names = ("1K", "10K", "100K", "1M", "10M", "100M", "1B", "10B", "100B", "1T")
    for power, name in enumerate(names):
        if count < 1000 * 10**power:
            return f"n<{name}" if power == 0 else f"{names[power - 1]}<n<{name}"
    return "n>1T"
