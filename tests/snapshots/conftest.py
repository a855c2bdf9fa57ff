"""Snapshots, and what is made from them, in a folder of each test's own."""

from pathlib import Path
from typing import Any

import pytest

from projects.models import Project, User
from tests.factories import make_member, make_project


@pytest.fixture(autouse=True)
def _own_cache(tmp_path: Path, settings: Any) -> None:
    place = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(tmp_path / "kept")}}
    settings.STORAGES = {**settings.STORAGES, "snapshots": place}
    settings.SNAPSHOT_CACHE = tmp_path / "cache"


@pytest.fixture
def project(db: None) -> Project:
    return make_project(overlap=2)


@pytest.fixture
def reviewer(project: Project) -> User:
    return make_member(project, "reviewer")


@pytest.fixture
def owner(project: Project) -> User:
    return project.created_by
