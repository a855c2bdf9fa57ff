"""PostgreSQL and Redis for the tests in this folder: those that TEST_DATABASE_URL and TEST_REDIS_URL name.

`scripts/ensure_services.sh` sets both, and starts servers of its own where none answers.
Without it, this machine's servers are tried.
"""

import os
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest
import redis
from psycopg import sql

from tests.conftest import require
from tests.live import environment
from tests.services.seeding import seed

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


@contextmanager
def new_database(server_url: str, template: str = "template1") -> Iterator[str]:
    """The URL of a new database with a name of its own, gone afterwards with those that a test run makes beside it."""
    name = f"annotator_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(server_url, autocommit=True) as server:
        server.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template)))
        try:
            yield urlsplit(server_url)._replace(path=f"/{name}").geturl()
        finally:
            for each in (name, f"test_{name}", f"test_{name}_gw0", f"test_{name}_gw1"):
                server.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(each)))


@pytest.fixture
def database_url(postgres: str) -> Iterator[str]:
    """A new, empty database."""
    with new_database(postgres) as url:
        yield url


@pytest.fixture(scope="session")
def _seeded_database(postgres: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with new_database(postgres) as url:
        seed(environment(tmp_path_factory.mktemp("seeding"), DATABASE_URL=url))
        yield urlsplit(url).path[1:]


@pytest.fixture
def seeded_database_url(postgres: str, _seeded_database: str) -> Iterator[str]:
    """A new database with the project of `seeding`."""
    with new_database(postgres, _seeded_database) as url:
        yield url


@pytest.fixture(scope="session")
def _seeded_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("seeded")
    seed(environment(folder))
    return folder


@pytest.fixture
def seeded_data(tmp_path: Path, _seeded_folder: Path) -> Path:
    """The data of an installation on SQLite with the project of `seeding`."""
    return Path(shutil.copytree(_seeded_folder, tmp_path / "data"))


@pytest.fixture
def redis_url(worker_id: str) -> Iterator[str]:
    """A database of Redis that is empty before and after; each process of the tests has one of its own."""
    named = urlsplit(os.environ.get("TEST_REDIS_URL") or "redis://127.0.0.1:6379/15")
    number = int(named.path.strip("/") or 0) - int(worker_id.removeprefix("gw").replace("master", "0"))
    url = named._replace(path=f"/{number % 16}").geturl()
    client = redis.Redis.from_url(url, socket_connect_timeout=3)
    try:
        empty = client.dbsize() == 0
    except redis.RedisError:
        empty = False
    require(empty, "An empty Redis database", HOW.format("TEST_REDIS_URL"))
    yield url
    client.flushdb()
    client.close()
