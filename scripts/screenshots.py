"""Takes the pictures in docs/ from a demonstration that is started for it.

.venv/bin/python scripts/screenshots.py [--ratings FOLDER]

The folder holds a project of real ratings, `interface.json`, `samples.jsonl` and `annotations.jsonl`: its quality page
becomes `quality.png`. Also by ``ANNOTATOR_RATINGS``; without either that picture stays as it is.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
PORT = 8799
OWNER = "ada"
BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
BASE = f"http://127.0.0.1:{PORT}"


@contextmanager
def demonstration(ratings: Path | None) -> Iterator[dict[str, str]]:
    """The running demonstration, with a project of the ratings: passwords by user name."""
    with tempfile.TemporaryDirectory() as data, (Path(data) / "log").open("w+") as log:
        environment = {**os.environ, "ANNOTATOR_DATA": data, "LOG_LEVEL": "WARNING"}
        command = [sys.executable, "manage.py", "demo", "--port", str(PORT)]
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)
        try:
            wait(process)
            if ratings:
                bring_in(ratings, environment)
            lines = [line.split() for line in (Path(data) / "log").read_text().splitlines() if line.startswith("    ")]
            yield {words[1]: words[2] for words in lines if len(words) > 3}
        finally:
            process.terminate()
            process.wait(timeout=15)


def bring_in(ratings: Path, environment: dict[str, str]) -> None:
    """The project ``stories`` of everybody's ratings, with its figures."""
    files = {name: str(ratings / name) for name in ("interface.json", "samples.jsonl", "annotations.jsonl")}
    create = ["create_project", "stories", "--interface", files["interface.json"], "--owner", OWNER]
    create += ["--name", "Psychological depth of stories", "--overlap", "5"]
    load = ["import_samples", "stories", files["samples.jsonl"], "--annotations", files["annotations.jsonl"]]
    for command in (create, load, ["agreement", "stories"]):
        subprocess.run([sys.executable, "manage.py", *command], cwd=ROOT, env=environment, check=True)


def wait(process: "subprocess.Popen[bytes]") -> None:
    for _ in range(600):
        try:
            urllib.request.urlopen(f"{BASE}/health/ready", timeout=2)
        except OSError:
            if process.poll() is not None:
                raise SystemExit("the demonstration did not start") from None
            time.sleep(0.1)
        else:
            return
    raise SystemExit("the demonstration did not get ready")


def sign_in(page: Page, name: str, password: str) -> None:
    page.goto(f"{BASE}/accounts/login/")
    page.get_by_label("User name").or_(page.locator("[name=login]")).first.fill(name)
    page.locator("[name=password]").fill(password)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{BASE}/")


def take(page: Page, name: str, *, whole: bool = False) -> None:
    page.wait_for_load_state("networkidle")
    path = ROOT / "docs" / f"{name}.png"
    page.screenshot(path=path, full_page=whole)
    # A page has few colours: a palette makes the picture a third of the size, and nobody sees a difference.
    Image.open(path).convert("RGB").quantize(128, dither=Image.Dither.NONE).save(path, optimize=True)
    print(f"{path.relative_to(ROOT)}: {path.stat().st_size // 1024} KB")


def quality(page: Page) -> None:
    """The ratings' page of figures, once taste is told from noise in the background."""
    address = f"{BASE}/p/stories/quality/"
    for _ in range(90):
        page.goto(address)
        if page.get_by_role("heading", name="Taste or noise").count() and not page.get_by_text("Computing").count():
            return
        time.sleep(1)
    raise SystemExit("the figures of the ratings were not computed")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--ratings", type=Path, default=os.environ.get("ANNOTATOR_RATINGS") or None)
    ratings: Path | None = parser.parse_args().ratings
    with demonstration(ratings) as passwords, sync_playwright() as playwright:
        chromium = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, BROWSERS)), None)
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1280, "height": 800}, color_scheme="light")
        sign_in(page, OWNER, passwords[OWNER])
        if ratings:
            quality(page)
            take(page, "quality", whole=True)
        page.goto(f"{BASE}/p/small-stories/label/")
        page.keyboard.press("y")
        for key in "j434":
            page.keyboard.press(key)
        take(page, "labelling")
        page.context.clear_cookies()
        sign_in(page, "ravi", passwords["ravi"])
        page.goto(f"{BASE}/p/small-stories/review/terms-of-the-sea/")
        take(page, "review")
        browser.close()


if __name__ == "__main__":
    main()
