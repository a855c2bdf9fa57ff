"""PostgreSQL and Redis for the tests in this folder: those that TEST_DATABASE_URL and TEST_REDIS_URL name.

`scripts/ensure_services.sh` sets both, and starts servers of its own where none answers.
Without it, this machine's servers are tried.
"""

import os
import uuid
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest
import redis
from psycopg import sql

from tests.conftest import require

HOW = "run scripts/ensure_services.sh .venv/bin/pytest tests/services, or set {}"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.services)


@pytest.fixture(scope="session")
def postgres() -> str:
    """The URL of a server on which databases can be made."""
    url = os.environ.get("TEST_DATABASE_URL") or "postgres://postgres@127.0.0.1:5432/postgres"
    try:
        psycopg.connect(url, connect_timeout=3).close()
    except psycopg.OperationalError:
        require(None, "PostgreSQL", HOW.format("TEST_DATABASE_URL"))
    return url


@pytest.fixture
def database_url(postgres: str) -> Iterator[str]:
    """A new database with a name of its own, gone afterwards together with the one that a test run makes beside it."""
    name = f"annotator_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(postgres, autocommit=True) as server:
        server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        try:
            yield urlsplit(postgres)._replace(path=f"/{name}").geturl()
        finally:
            for each in (name, f"test_{name}", f"test_{name}_gw0", f"test_{name}_gw1"):
                server.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(each)))


@pytest.fixture
def redis_url() -> Iterator[str]:
    """A database of Redis that is empty before and after."""
    url = os.environ.get("TEST_REDIS_URL") or "redis://127.0.0.1:6379/15"
    client = redis.Redis.from_url(url, socket_connect_timeout=3)
    try:
        empty = client.dbsize() == 0
    except redis.RedisError:
        empty = False
    require(empty, "An empty Redis database", HOW.format("TEST_REDIS_URL"))
    yield url
    client.flushdb()
    client.close()
