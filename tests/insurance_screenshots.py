"""The pictures of docs/insurance-console.md, taken anew: python -m tests.insurance_screenshots
[FOLDER] (docs/images).

1366 pixels wide, in few colours, as a clerk's screen shows it; the award sheet as it is printed.
"""

import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright

from api.services.months import Month
from hardware_sim.readers.private_pcscd import PrivatePcscd
from hardware_sim.readers.world import World
from issuance.instants import local_day
from tests import live_insurance
from tests.bureau_screenshots import take
from tests.live_counter import LiveCounter, live_counter
from tests.retirees import legal_month, near_retirement
from tests.screenshots import CHROMIUM, page_of_clerk, receipt


def place_of(page: Any, world: World, counter: LiveCounter, holder: int) -> str:
    """The address of a holder's insurances, in a visit in which his card was shown."""
    world.insert(0, counter.card(holder))
    page.wait_for_selector(".sign-good")
    path = page.get_attribute("#open-insurance", "href")
    return f"{counter.origin}{path}"


def retire(page: Any, place: str) -> str:
    """Receive a retirement; the page shows what would be decided, and is at this address."""
    page.goto(f"{place}/old_age.retire")
    page.fill("[name=month]", str(retirement_month()))
    page.check("[name=identity]")
    page.click("form.action button.main")
    page.wait_for_selector("[data-state=received]")
    return str(page.url)


def retirement_month() -> Month:
    """When the holders retire by law."""
    return legal_month(near_retirement(Month.of_day(local_day(datetime.now(UTC)))))


def shots(page: Any, counter: LiveCounter, place: str, folder: Path, language: str) -> None:
    """A holder who retires, from the page of his insurances to the award."""
    page.goto(place)
    take(page, folder / f"insurance-holder-{language}.png")
    page.goto(f"{place}/what-if")
    page.click("form:has(h3) button >> nth=0")
    take(page, folder / f"insurance-what-if-{language}.png")
    matter = retire(page, place)
    take(page, folder / f"insurance-proposal-{language}.png")
    page.goto(f"{counter.origin}/console/insurance?queue=received")
    take(page, folder / f"insurance-work-{language}.png")
    page.goto(matter)
    live_insurance.fill_second(page, counter)
    page.click("button.main")
    page.wait_for_selector("[data-state=decided]")
    sheet = page.request.get(f"{matter}/award.pdf")
    receipt(sheet.body(), folder / "insurance-award-sheet.png")


def main(folder: Path) -> None:
    """Take them all: the first holder in Chinese, the second in English."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="onecard-") as name, sync_playwright() as playwright:
        place = Path(name)
        (place / "counter").mkdir()
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        with (
            PrivatePcscd(place, readers=2, socket_path=place / "socket") as daemon,
            World(daemon.readers, daemon=daemon) as world,
            live_counter(place / "counter", daemon.environment) as counter,
        ):
            live_insurance.prepare(counter)
            for holder, language in enumerate(("en", "zh")):
                with page_of_clerk(browser, counter, language) as desk:  # which keeps the visit
                    at = place_of(desk, world, counter, holder)
                    shots(desk.context.new_page(), counter, at, folder, language)
                world.remove(0)
        browser.close()


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "docs/images"))
