"""What a replacement on the spot takes at a counter: its people, a blank, the keys of the day."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from hardware_sim.storage import CardFile
from issuance import key_use, print_data
from issuance.counter import card_sheet
from issuance.database import reading, transaction
from issuance.instants import local_day
from issuance.roles import Role
from tests.live_counter import PROFILE, LiveCounter, press
from tests.portraits import PORTRAIT
from tests.workshop import desk_in

LOST = 2  # the place of the holder who lost her card
MAKER, SECOND = "Wu", "Tan"
CUSTODIANS = "Sima", "Ouyang"
BLANK_SERIAL = 77


def prepare(counter: LiveCounter) -> None:
    """Hire the people; the custodians enable the keys for today."""
    counter.team.hire(MAKER, Role.COUNTER_CLERK, Role.PRODUCER)
    counter.team.hire(SECOND, Role.APPROVER, Role.INSPECTOR)
    for name in CUSTODIANS:
        counter.team.hire(name, Role.KEY_CUSTODIAN)
    at, (one, other) = datetime.now(UTC), CUSTODIANS
    with transaction(counter.team.engine) as session:
        sheets = [card_sheet.card_sheet(session, card, at=at) for card in counter.numbers]
        for region in sorted({sheet.holder.insurance_region[:6] for sheet in sheets}):
            day = local_day(at)
            key_use.enable_keys_at_counters(session, region, day, by=one, second=other, at=at)


def blank(counter: LiveCounter, serial: int = BLANK_SERIAL) -> Path:
    """The file of a blank of the issuer's stock."""
    path = counter.folder / f"blank-{serial}.json"
    CardFile(path).create(desk_in(counter.folder, PROFILE).blank(serial).persistent)
    return path


def printed_code(counter: LiveCounter, number: str) -> str:
    """What a scanner reads from the printed card."""
    with reading(counter.team.engine) as session:
        return print_data.record_text(session, number)


def open_form(page: Any, counter: LiveCounter) -> None:
    """From the search to the form of the replacement; the card is not there."""
    page.goto(f"{counter.origin}/console/holders")
    page.fill("#number", counter.numbers[LOST])
    page.click("button.main")
    page.click("td a")
    page.wait_for_selector("#open-replacement")
    press(page, "Alt+r")
    page.wait_for_selector("#open-replace")
    press(page, "Alt+g")
    page.wait_for_selector("form.action [name=second]")


def fill(page: Any, counter: LiveCounter) -> None:
    """Lost; the second person proves himself; a photo."""
    proof = counter.proof(SECOND)
    page.select_option("[name=reason]", "1")
    page.fill("[name=second]", proof["name"])
    page.fill("[name=second_password]", proof["password"])
    page.fill("[name=second_code]", proof["code"])
    page.set_input_files("[name=photo]", PORTRAIT)
    for box in page.query_selector_all("form.action input[type=checkbox]"):
        box.check()


def log_in(page: Any, counter: LiveCounter) -> None:
    """As the clerk who may make cards; the page takes the agent's address along."""
    page.goto(f"{counter.origin}/console/login{counter.launch}")
    for name, value in counter.proof(MAKER).items():
        page.fill(f"#{name}", value)
    page.click("button.main")
    page.wait_for_url("**/console/")
