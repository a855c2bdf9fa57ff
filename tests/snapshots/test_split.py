"""Train, validation and test: dealt by hash, kept together by group, the same in every version."""

import hashlib
import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from projects.models import Creator, Project, Snapshot, User
from projects.snapshots import files, layout
from projects.snapshots.layout import Split, SplitError
from projects.workspace import jobs
from tests.snapshots.making import MOOD, approved, built

SHARES = {"train": 80, "validation": 10, "test": 10}


def row(key: str, creator: str | None = None, prompt: Any = None) -> dict[str, Any]:
    return {"key": key, "creator": creator, "fields": {"prompt": prompt}}


def test_the_shares_are_met_and_every_machine_deals_alike() -> None:
    split = Split.parse({"shares": SHARES})
    dealt = Counter(split.of(row(f"s{number}")) for number in range(10_000))
    assert abs(dealt["train"] - 8000) < 150
    assert abs(dealt["test"] - 1000) < 120
    for key in ("a", "é", "b/c"):
        text = f'["","key","{key}"]'.encode()
        place = int(hashlib.sha256(text).hexdigest()[:16], 16) / 2**64
        expected = "train" if place < 0.8 else "validation" if place < 0.9 else "test"
        assert split.of(row(key)) == expected


@given(st.lists(st.tuples(st.text(min_size=1), st.sampled_from(["Ada", "Ben", None])), min_size=1), st.text(max_size=5))
def test_a_group_is_never_split(samples: list[tuple[str, str | None]], seed: str) -> None:
    split = Split({"train": 34, "validation": 33, "test": 33}, "creator", seed)
    parts: dict[str | None, set[str]] = {}
    for key, creator in samples:
        parts.setdefault(creator, set()).add(split.of(row(key, creator)))
    assert all(len(found) == 1 for creator, found in parts.items() if creator)


def test_fields_of_any_kind_keep_together() -> None:
    split = Split({"train": 50, "validation": 0, "test": 50}, "fields.prompt")
    for prompt in ("A letter.", [{"role": "user", "content": "Hello"}]):
        assert len({split.of(row(str(number), None, prompt)) for number in range(50)}) == 1
    assert len({split.of(row(str(number))) for number in range(50)}) == 2, "those without one are dealt one by one"


@pytest.mark.parametrize(
    "document",
    [
        [],
        {},
        {"shares": {"train": 80}},
        {"shares": {"train": 101, "test": -1}},
        {"shares": {"train": True, "test": 99}},
        {"shares": {"dev": 100}},
        {"shares": {"train": 100}, "group": "licence"},
        {"shares": {"train": 100}, "seed": 3},
        {"shares": {"train": 100}, "more": 1},
    ],
)
def test_what_is_no_split_is_refused(document: Any) -> None:
    with pytest.raises(SplitError):
        Split.parse(document)


def dealt(snapshot: Snapshot, tmp_path: Path) -> dict[str, str]:
    path = tmp_path / f"{snapshot.number}.jsonl"
    files.exported(snapshot, "jsonl", path)
    return {line["key"]: line["split"] for line in map(json.loads, path.read_text().splitlines())}


@pytest.mark.django_db(transaction=True)
def test_a_version_says_what_each_sample_is_for_and_the_next_one_agrees(
    project: Project, reviewer: User, tmp_path: Path
) -> None:
    amara = Creator.objects.create(project=project, name="Amara")
    for number in range(6):
        approved(project, reviewer, MOOD, key=f"s{number}", provenance={"creator": amara if number < 3 else None})
    split = {"shares": {"train": 50, "validation": 0, "test": 50}, "group": "creator"}
    first = built(project, split=split)
    parts = dealt(first, tmp_path)
    assert len({parts[f"s{number}"] for number in range(3)}) == 1
    assert first.manifest is not None
    assert {part: count for part, count in first.manifest["split"]["samples"].items() if count} == Counter(
        parts.values()
    )
    assert files.verify(first).ok
    approved(project, reviewer, MOOD, key="s0-new")
    second = built(project, split=split)
    assert dealt(second, tmp_path).items() >= parts.items()
    plain = built(project)
    with files.local(plain) as folder:
        assert "split" not in next(layout.read_rows(folder, layout.read_manifest(folder).table("gold")))


@pytest.mark.django_db(transaction=True)
def test_the_page_and_programs_ask_for_it(project: Project, reviewer: User, client: Client) -> None:
    approved(project, reviewer, MOOD, key="one")
    client.force_login(project.created_by)
    address = reverse("snapshot-new", args=[project.slug])
    wrong = client.post(address, {"do": "build", "split": "on", "train": "80", "test": "80"})
    assert (wrong.status_code, "160 in all" in wrong.content.decode()) == (422, True)
    shares = {"train": "80", "validation": "10", "test": "10"}
    client.post(address, {"do": "build", "split": "on", **shares, "group": "fields.text"})
    jobs.run_due()
    assert "together by fields.text" in client.get(reverse("snapshot", args=[project.slug, 1])).content.decode()
    api = reverse("api-snapshots", args=[project.slug])
    assert client.post(api, {"split": {"shares": {}}}, content_type="application/json").status_code == 400
    assert client.post(api, {"split": {"shares": SHARES}}, content_type="application/json").status_code == 202
    assert Snapshot.objects.get(number=2).split == {"shares": SHARES, "group": "", "seed": ""}
