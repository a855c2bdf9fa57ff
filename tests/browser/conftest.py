"""A real server, a real browser, projects made through the product's actions, and what every page must keep to."""

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from playwright.sync_api import BrowserContext, ConsoleMessage, Page, expect
from pytest_django.plugin import DjangoDbBlocker

from projects.models import Project, User
from projects.schema import GALLERY
from tests import factories
from tests.conftest import require
from tests.live import Product, running

# Playwright's synchronous interface runs a loop in this thread; the ORM would refuse to work beside it.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
# What a test waits for comes late where the machine has much else to do; it costs nothing where it comes at once.
expect.set_options(timeout=20_000)

BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
VIOLATIONS = """
document.addEventListener("securitypolicyviolation", (event) =>
  console.error(`Content-Security-Policy: ${event.violatedDirective} ${event.blockedURI} ${event.sample}`));
"""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    """The distribution's Chromium, not a download of Playwright's."""
    found = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, BROWSERS)), None)
    require(found, "Chromium", "install it (Debian: apt install chromium-headless-shell) or set CHROMIUM to its path")
    # Chromium's sandbox refuses to start as root.
    arguments = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    return {"executable_path": found, "args": [*arguments, "--disable-dev-shm-usage"]}


@pytest.fixture(scope="session")
def browser_context_args(product: Product) -> dict[str, Any]:
    return {"base_url": product.url, "locale": "en-GB", "viewport": {"width": 1280, "height": 800}}


@pytest.fixture(scope="session")
def product(
    browser_type_launch_args: dict[str, Any],
    tmp_path_factory: pytest.TempPathFactory,
    django_db_blocker: DjangoDbBlocker,
) -> Iterator[Product]:
    """One server for all browser tests; each test has its own project in it."""
    data = tmp_path_factory.mktemp("product")
    with running(data, PUSH_FOLDERS=str(data / "outbox")) as server:
        yield server


@pytest.fixture(scope="session")
def database(product: Product, django_db_blocker: DjangoDbBlocker) -> Callable[[], Any]:
    """`with database(): …` reads and writes what the server serves."""
    return lambda: product.database(django_db_blocker)


@dataclass
class Cast:
    """A project and its people."""

    project: Project
    owner: User
    reviewer: User
    ada: User
    ben: User


@pytest.fixture(scope="session")
def make_cast(database: Callable[[], Any]) -> Callable[..., Cast]:
    """Makes a project from an interface of the gallery, with samples that wait to be labelled."""

    def make(samples: int = 6, gallery: str = "creative-writing", **options: Any) -> Cast:
        entry = next(each for each in GALLERY if each.slug == gallery)
        with database():
            project = factories.make_project(interface=entry.document, **options)
            for number in range(1, samples + 1):
                factories.make_sample(project, key=f"piece-{number}", fields=entry.example)
            people = [factories.make_member(project, role) for role in ("reviewer", "annotator", "annotator")]
            return Cast(project, project.created_by, *people)

    return make


@pytest.fixture
def cast(make_cast: Callable[..., Cast]) -> Cast:
    return make_cast()


@dataclass
class Watch:
    """What the pages of a test complained about; a test that expects a complaint says so with `allow`."""

    complaints: list[str] = field(default_factory=list)
    # htmx writes it when a newer request takes the place of one under way, which is what `hx-sync` is for.
    allowed: list[str] = field(default_factory=lambda: ["htmx:sendAbort"])

    def allow(self, part: str) -> None:
        self.allowed.append(part)

    def heard(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.complaints.append(f"{message.text} ({message.location.get('url')})")

    def follow(self, context: BrowserContext) -> None:
        context.add_init_script(VIOLATIONS)
        context.on("console", self.heard)
        context.on("weberror", lambda error: self.complaints.append(str(error.error)))


@pytest.fixture
def watch() -> Iterator[Watch]:
    """Fails the test when a page wrote an error to the console, threw one or broke the Content-Security-Policy."""
    watching = Watch()
    yield watching
    assert [each for each in watching.complaints if not any(part in each for part in watching.allowed)] == []


@pytest.fixture
def visit(
    new_context: Callable[..., BrowserContext], watch: Watch, product: Product, database: Callable[[], Any]
) -> Any:
    """`visit(person, address)` opens a page in a browser of their own, signed in unless the person is None."""

    def open_page(
        person: User | None, address: str = "", size: tuple[int, int] | None = None, touch: bool = False
    ) -> Page:
        context = new_context(has_touch=touch)
        watch.follow(context)
        if person:
            client = Client()
            with database():
                client.force_login(person)
            cookie = client.cookies["sessionid"].value
            context.add_cookies([{"name": "sessionid", "value": cookie, "url": product.url, "httpOnly": True}])
        page = context.new_page()
        page.set_default_timeout(20_000)
        if size:
            page.set_viewport_size({"width": size[0], "height": size[1]})
        if address:
            page.goto(address)
        return page

    return open_page


@pytest.fixture
def axe() -> Callable[..., None]:
    """`axe(page)` fails on any violation, in both themes."""

    def check(page: Page, themes: tuple[str, ...] = ("light", "dark")) -> None:
        for theme in themes:
            page.emulate_media(color_scheme=theme, reduced_motion="reduce")  # type: ignore[arg-type]
            found = Axe().run(page)
            assert found.violations_count == 0, f"{page.url} ({theme})\n{found.generate_report()}"

    return check
