"""The pictures of docs/console.md, taken anew: python -m tests.screenshots [FOLDER] (docs/images).

1366 x 768, in few colours, as a counter's screen shows it.
"""

import io
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import sync_playwright

from hardware_sim.readers.private_pcscd import PrivatePcscd
from hardware_sim.readers.world import World
from tests import live_replacement
from tests.live_counter import LiveCounter, live_counter

SIZE = {"width": 1366, "height": 768}
COLOURS = 64
CHROMIUM = "/usr/bin/chromium"
PIN = "8642097"


def save(png: bytes, path: Path) -> None:
    """Keep a picture in few colours."""
    with Image.open(io.BytesIO(png)) as picture:
        picture.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE).save(path, optimize=True)


def take(page: Any, path: Path) -> None:
    """The page as it stands, once nothing moves any more."""
    page.mouse.move(0, 0)
    page.wait_for_timeout(200)
    save(page.screenshot(), path)


@contextmanager
def page_of_clerk(browser: Any, counter: LiveCounter, language: str) -> Iterator[Any]:
    """The desk's page, logged in."""
    context = browser.new_context(
        viewport=SIZE, locale={"en": "en-US", "zh": "zh-CN"}[language], device_scale_factor=1
    )
    page = context.new_page()
    page.goto(f"{counter.origin}/console/desk{counter.launch}")
    for name, value in counter.proof().items():
        page.fill(f"#{name}", value)
    page.click("button.main")
    page.wait_for_selector('[data-view="empty"]:not([hidden])')
    yield page
    context.close()


def desk(page: Any, world: World, counter: LiveCounter, folder: Path, language: str) -> None:
    """What happens at a desk, from its beginning to a receipt."""
    take(page, folder / f"console-empty-{language}.png")
    world.insert(0, counter.card(0))
    page.wait_for_selector("canvas.photo[data-drawn]")
    take(page, folder / f"console-genuine-{language}.png")
    assert counter.agent is not None
    before = len(counter.agent.said)
    page.click("#open-pin_reload")
    page.check("#pane [name=identity]")
    page.click("#pane button.main")
    page.wait_for_selector("#pin-entry:not([hidden])")
    take(page, folder / f"console-pin-{language}.png")
    counter.agent.answer("新密码: ".encode(), PIN, after=before)
    counter.agent.answer("再次输入新密码: ".encode(), PIN, after=before)
    page.wait_for_selector("#pane .done .audit")
    take(page, folder / f"console-done-{language}.png")
    address = page.get_attribute("#pane .done a.main", "href")
    receipt(page.request.get(counter.origin + address).body(), folder / "console-receipt.png")
    world.remove(0)
    world.insert(0, counter.copied)
    page.wait_for_selector(".sign-bad")
    take(page, folder / f"console-copied-{language}.png")
    world.remove(0)


def replacement(browser: Any, world: World, counter: LiveCounter, folder: Path) -> None:
    """A card is made on the spot: written, and waiting for its print to be scanned."""
    live_replacement.prepare(counter)
    context = browser.new_context(viewport=SIZE, locale="en-US", device_scale_factor=1)
    page = context.new_page()
    live_replacement.log_in(page, counter)
    live_replacement.open_form(page, counter)
    live_replacement.fill(page, counter)
    page.click("form.action button.main")
    world.insert(0, live_replacement.blank(counter))
    page.wait_for_selector('[data-light="reader"][data-state="good"]')
    page.click("[data-press=do]")
    page.wait_for_selector("#step [name=code]")
    take(page, folder / "console-replace-en.png")
    page.click("[name=language]")
    page.wait_for_selector('html[lang="zh-CN"] [data-light="reader"][data-state="good"]')
    take(page, folder / "console-replace-zh.png")
    world.remove(0)
    context.close()


def receipt(pdf: bytes, path: Path) -> None:
    """The page of a PDF, by poppler."""
    drawn = subprocess.run(
        ["pdftoppm", "-png", "-r", "90", "-singlefile"], input=pdf, capture_output=True, check=True
    )
    save(drawn.stdout, path)


def main(folder: Path) -> None:
    """Take them all."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="onecard-") as name, sync_playwright() as playwright:
        place = Path(name)
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        with PrivatePcscd(place, readers=2, socket_path=place / "socket") as daemon:
            (place / "counter").mkdir()
            with (
                World(daemon.readers, daemon=daemon) as world,
                live_counter(place / "counter", daemon.environment) as counter,
            ):
                for language in ("en", "zh"):
                    with page_of_clerk(browser, counter, language) as page:
                        desk(page, world, counter, folder, language)
                replacement(browser, world, counter, folder)
        browser.close()


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "docs/images"))
