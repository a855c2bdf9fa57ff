"""Takes the pictures in docs/ from a demonstration that is started for it: .venv/bin/python scripts/screenshots.py"""

import os
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
BASE = f"http://127.0.0.1:{PORT}"


@contextmanager
def demonstration() -> Iterator[dict[str, str]]:
    """The running demonstration: passwords by user name."""
    with tempfile.TemporaryDirectory() as data, (Path(data) / "log").open("w+") as log:
        environment = {**os.environ, "ANNOTATOR_DATA": data, "LOG_LEVEL": "WARNING"}
        command = [sys.executable, "manage.py", "demo", "--port", str(PORT)]
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)
        try:
            wait(process)
            lines = [line.split() for line in (Path(data) / "log").read_text().splitlines() if line.startswith("    ")]
            yield {words[1]: words[2] for words in lines if len(words) > 3}
        finally:
            process.terminate()
            process.wait(timeout=15)


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


def take(page: Page, name: str) -> None:
    page.wait_for_load_state("networkidle")
    path = ROOT / "docs" / f"{name}.png"
    page.screenshot(path=path)
    # A page has few colours: a palette makes the picture a third of the size, and nobody sees a difference.
    Image.open(path).convert("RGB").quantize(128, dither=Image.Dither.NONE).save(path, optimize=True)
    print(f"{path.relative_to(ROOT)}: {path.stat().st_size // 1024} KB")


def main() -> None:
    with demonstration() as passwords, sync_playwright() as playwright:
        chromium = os.environ.get("CHROMIUM") or "/usr/bin/chromium"
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1280, "height": 800}, color_scheme="light")
        sign_in(page, "ada", passwords["ada"])
        page.goto(f"{BASE}/p/small-stories/label/")
        page.keyboard.press("y")
        for key in "j434":
            page.keyboard.press(key)
        take(page, "labelling")
        page.context.clear_cookies()
        sign_in(page, "ravi", passwords["ravi"])
        page.goto(f"{BASE}/p/small-stories/review/terms-of-the-sea/")
        take(page, "review")
        page.goto(f"{BASE}/p/small-stories/quality/")
        take(page, "quality")
        browser.close()


if __name__ == "__main__":
    main()
