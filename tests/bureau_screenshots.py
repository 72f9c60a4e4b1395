"""The pictures of docs/console-bureau.md, taken anew: python -m tests.bureau_screenshots [FOLDER].

1366 pixels wide, in few colours, as a bureau's screen shows it.
"""

import sys
import tempfile
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright

from tests.bureau import CHIEF
from tests.bureau_console import AUDITOR, CUSTODIAN, KEEPER, RECONCILER
from tests.live_bureau import LiveBureau, live_bureau
from tests.screenshots import CHROMIUM, SIZE, save

TALLEST = 1_400


def page_of(browser: Any, bureau: LiveBureau, name: str, language: str) -> Any:
    """A page of a person who has logged in."""
    context = browser.new_context(viewport=SIZE, locale=language, device_scale_factor=1)
    page = context.new_page()
    page.goto(f"{bureau.origin}/console/login")
    for field, value in bureau.proof(name).items():
        page.fill(f"#{field}", value)
    page.click("button.main")
    page.wait_for_url("**/console/**")
    return page


def take(page: Any, path: Path) -> None:
    """The whole page, as far as it is not too tall."""
    page.mouse.move(0, 0)
    page.wait_for_timeout(300)
    height = min(int(page.evaluate("document.documentElement.scrollHeight")), TALLEST)
    clip = {"x": 0, "y": 0, "width": SIZE["width"], "height": max(height, SIZE["height"])}
    save(page.screenshot(full_page=True, clip=clip), path)


def shots(browser: Any, bureau: LiveBureau, folder: Path) -> None:
    """One after the other."""
    place = f"{bureau.origin}/console/bureau"
    for language, name in (("en-US", "en"), ("zh-CN", "zh")):
        page = page_of(browser, bureau, CHIEF, language)
        page.goto(f"{place}/")
        take(page, folder / f"bureau-overview-{name}.png")
    page.goto(f"{place}/batches/{bureau.names['requested']}")
    take(page, folder / "bureau-batch-zh.png")
    page = page_of(browser, bureau, CUSTODIAN, "en-US")
    page.goto(f"{place}/batches/{bureau.names['keys']}")
    take(page, folder / "bureau-keys-en.png")
    page = page_of(browser, bureau, KEEPER, "en-US")
    page.goto(f"{place}/batches/{bureau.names['making']}/progress")
    take(page, folder / "bureau-progress-en.png")
    page.goto(f"{place}/stock/")
    page.click("summary:text('Blanks go to a station')")
    take(page, folder / "bureau-stock-en.png")
    page.goto(f"{place}/yields/?batch={bureau.names['closing']}")
    take(page, folder / "bureau-yields-en.png")
    page = page_of(browser, bureau, RECONCILER, "zh-CN")
    page.goto(f"{place}/batches/{bureau.names['closing']}/accounts")
    take(page, folder / "bureau-accounts-zh.png")
    page.click("#close button")
    page.wait_for_url("**/certificate**")
    take(page, folder / "bureau-certificate-zh.png")
    page = page_of(browser, bureau, AUDITOR, "en-US")
    page.goto(f"{place}/trail/")
    page.click("button:text('Check now')")
    take(page, folder / "bureau-trail-en.png")
    page.goto(f"{place}/operators/")
    take(page, folder / "bureau-operators-en.png")


def main(folder: Path) -> None:
    """Take them all."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="onecard-") as name, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        with live_bureau(Path(name)) as bureau:
            shots(browser, bureau, folder)
        browser.close()


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "docs/images"))
