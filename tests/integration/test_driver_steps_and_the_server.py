"""The field's driver and the issuer's server, with only strings between them: each step of each
function, on every kind of card, over HTTP."""

import json
from collections.abc import Iterator
from copy import deepcopy
from itertools import count
from pathlib import Path

import pytest
from click.testing import CliRunner

from hardware_sim.card.card import Card
from issuance.counter.action_table import Action
from issuance.people.models import BookRule
from issuance.people.rules import Rule
from onecard.settings import Settings
from reader.cli_driver import driver_command
from reader.issuer_server import CardFacts
from reader.server_errors import ServerRefusedError
from reader.sscard_driver import DriverOptions, SscardDriver
from reader.sscard_steps import Basics
from tests.bureau import CHIEF
from tests.card_on_a_port import served
from tests.counter_driver import Holder, Slot, done
from tests.counter_world import VILLAGE, CounterWorld, served_world
from tests.desk import counter_bytes

PROFILES = ("v3.00", "v2.00", "v1.00", "international")
SEEDS = count(1_000_000, 10_000)  # no random number of a card comes twice
TERMINAL = "431002000001"
PAY = "0.1|0.2|20261102101500|"


@pytest.fixture(name="issuer", params=PROFILES, scope="module")
def _issuer(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[CounterWorld]:
    with served_world(tmp_path_factory.mktemp("issuer"), request.param) as world:
        yield world


class Desk:
    """A counter without keys: the driver with a copy of a card, and the line to the server."""

    def __init__(self, issuer: CounterWorld, place: int = 0) -> None:
        self.issuer = issuer
        memory = deepcopy(issuer.chips[place].persistent)
        self.card = Card(memory, random=counter_bytes(next(SEEDS)))
        self.slot, self.holder = Slot(self.card), Holder(old="123456")
        self.driver = SscardDriver(
            self.slot.opened,
            pin_entry=self.holder,
            clock=lambda: 0.0,
            options=DriverOptions(
                terminal_number=TERMINAL, shows_new_pin=True, refuses_initial_pin=False
            ),
        )
        self.facts: CardFacts | None = None  # the string of the basics says it by itself
        self.basics = Basics.parse(self.read_basics())
        self.facts = self.basics.facts

    @property
    def info(self) -> str:
        """pCardInfo, as a page puts it together."""
        return f"{self.basics.identification_code}|{self.basics.card_number}|"

    def key(self, function: str, string: str, ticket: str | None = None) -> str:
        """What the server makes of a step's string."""
        server = self.issuer.server()
        return server.driver_key(function, string, card=self.facts, ticket=ticket)

    def read_basics(self) -> str:
        step1 = done(self.driver.iReadCardBas_HSM_Step1(3))
        return done(self.driver.iReadCardBas_HSM_Step2(self.key("iReadCardBas_HSM_Step1", step1)))

    def shown(self, action: Action, **more: object) -> str:
        """The ticket of an action, begun after the card was shown."""
        visit = self.visit()
        ticket: str = self.issuer.begin(action, visit, **more)  # type: ignore[arg-type]
        return ticket

    def visit(self) -> str:
        """A visit in which the card was shown."""
        ticket = self.issuer.visit()
        self.issuer.show(ticket, chip=self.card)
        return ticket

    def tries_left(self, kid: int) -> int:
        (cell,) = self.card.persistent.keys["SSSE", kid]
        return cell.tries_left


def test_the_basics(issuer: CounterWorld) -> None:
    desk = Desk(issuer)
    assert desk.basics.card_number == issuer.number
    assert desk.basics.name
    assert desk.slot.open == 0


def test_files_are_read(issuer: CounterWorld) -> None:
    desk = Desk(issuer)
    step1 = done(desk.driver.iReadCard_HSM_Step1(1, desk.info, "DF01EF05|21|$"))
    out = done(desk.driver.iReadCard_HSM_Step2(desk.key("iReadCard_HSM_Step1", step1)))
    assert out.startswith("DF01EF05|")


def test_a_record_is_written_under_its_ticket(issuer: CounterWorld) -> None:
    desk = Desk(issuer)
    given = {"group": "residence", "items": {"telephone": "10012345678"}}
    ticket = desk.shown(Action.UPDATE, given=given)
    file = "DF01EF06|28|$"
    step1 = done(desk.driver.iWriteCard_HSM_Step1(1, desk.info, file))
    key = desk.key("iWriteCard_HSM_Step1", step1, ticket)
    assert done(desk.driver.iWriteCard_HSM_Step2(key, "10012345678|$")) == ""
    assert done(desk.driver.iReadCard(1, 1, desk.info, file)) == "DF01EF06|10012345678|$"
    assert desk.issuer.server().report(ticket, done=True)


def test_a_pin_is_reloaded(issuer: CounterWorld) -> None:
    desk = Desk(issuer)
    ticket = desk.shown(Action.PIN_RELOAD)
    step1 = done(desk.driver.iReloadPIN_HSM_Step1(1, desk.info))
    key = desk.key("iReloadPIN_HSM_Step1", step1, ticket)
    step2 = done(desk.driver.iReloadPIN_HSM_Step2(key))
    command = desk.key("iReloadPIN_HSM_Step2", step2, ticket)
    assert done(desk.driver.iReloadPIN_HSM_Step3(command)) == ""
    assert desk.driver.iVerifyPIN(1)[0] == -51
    desk.holder.old = desk.holder.new
    assert done(desk.driver.iVerifyPIN(1)) == ""


def test_a_pin_is_unblocked(issuer: CounterWorld) -> None:
    desk = Desk(issuer)
    desk.holder.old = "000000"
    while desk.driver.iVerifyPIN(1)[0] != -52:
        pass
    ticket = desk.shown(Action.PIN_UNBLOCK)
    step1 = done(desk.driver.iUnblockPIN_HSM_Step1(1, desk.info))
    key = desk.key("iUnblockPIN_HSM_Step1", step1, ticket)
    step2 = done(desk.driver.iUnblockPIN_HSM_Step2(key))
    command = desk.key("iUnblockPIN_HSM_Step2", step2, ticket)
    assert done(desk.driver.iUnblockPIN_HSM_Step3(command)) == ""
    desk.holder.old = "123456"
    assert done(desk.driver.iVerifyPIN(1)) == ""


def test_a_settlement_and_its_record(issuer: CounterWorld) -> None:
    desk = Desk(issuer)
    visit = desk.visit()
    step1 = done(desk.driver.iDoDebit_HSM_Step1(1, desk.info, PAY))
    key = desk.key("iDoDebit_HSM_Step1", step1, visit)
    counted, certificate, *rest = done(desk.driver.iDoDebit_HSM_Step2(key)).split("|")
    assert (counted, len(certificate), rest) == ("0", 8, [TERMINAL, "0", "20261102101500", ""])
    records = done(desk.driver.iReadDebitRecord(1))
    assert records == f"0|2|{TERMINAL}|20261102101500|0.00|0.10|0.20|$"


# --- what is not the key of this step -------------------------------------------------------------


def test_an_altered_key_opens_nothing(issuer: CounterWorld) -> None:
    desk = Desk(issuer)
    step1 = done(desk.driver.iReadCardBas_HSM_Step1(3))
    key = desk.key("iReadCardBas_HSM_Step1", step1)
    for place, code in ((0, -21), (16, -22)):  # the card's answer; whose challenge it was
        altered = key[:place] + ("1" if key[place] != "1" else "2") + key[place + 1 :]
        assert desk.driver.iReadCardBas_HSM_Step2(altered)[0] == code
        assert desk.driver.iReadCardBas_HSM_Step2(key)[0] == -12  # used up, whatever came of it
        done(desk.driver.iReadCardBas_HSM_Step1(3))


def test_an_altered_proof_costs_one_try(issuer: CounterWorld) -> None:
    desk = Desk(issuer)
    ticket = desk.shown(Action.PIN_UNBLOCK)
    step1 = done(desk.driver.iUnblockPIN_HSM_Step1(1, desk.info))
    key = desk.key("iUnblockPIN_HSM_Step1", step1, ticket)
    before = desk.tries_left(0x06)
    altered = ("1" if key[0] != "1" else "2") + key[1:]
    assert desk.driver.iUnblockPIN_HSM_Step2(altered)[0] < 0
    assert desk.tries_left(0x06) == before - 1


def test_the_key_of_an_earlier_challenge_costs_no_try(issuer: CounterWorld) -> None:
    desk = Desk(issuer)
    ticket = desk.shown(Action.PIN_UNBLOCK)
    earlier = done(desk.driver.iUnblockPIN_HSM_Step1(1, desk.info))
    key = desk.key("iUnblockPIN_HSM_Step1", earlier, ticket)
    done(desk.driver.iUnblockPIN_HSM_Step1(1, desk.info))
    before = desk.tries_left(0x06)
    assert desk.driver.iUnblockPIN_HSM_Step2(key)[0] == -22
    assert desk.tries_left(0x06) == before


def test_the_server_answers_a_string_once(issuer: CounterWorld) -> None:
    desk = Desk(issuer)
    step1 = done(desk.driver.iReadCardBas_HSM_Step1(3))
    desk.key("iReadCardBas_HSM_Step1", step1)
    assert _refusal(desk, "iReadCardBas_HSM_Step1", step1) == "random-used"


def test_the_key_of_another_card_opens_nothing(issuer: CounterWorld) -> None:
    here, there = Desk(issuer), Desk(issuer, 1)
    done(here.driver.iReadCardBas_HSM_Step1(3))
    foreign = there.key("iReadCardBas_HSM_Step1", done(there.driver.iReadCardBas_HSM_Step1(3)))
    assert here.driver.iReadCardBas_HSM_Step2(foreign)[0] == -22
    # Nor does the server take the string of one card beside the name of the other.
    ticket = here.shown(Action.PIN_UNBLOCK)
    step1 = done(there.driver.iUnblockPIN_HSM_Step1(1, there.info))
    assert _refusal(there, "iUnblockPIN_HSM_Step1", step1, ticket) == "wrong-card"


def test_a_settlement_with_another_mac_pays_nothing(issuer: CounterWorld) -> None:
    desk = Desk(issuer)
    visit = desk.visit()
    step1 = done(desk.driver.iDoDebit_HSM_Step1(1, desk.info, PAY))
    counted, time, mac1, mac2, _ = desk.key("iDoDebit_HSM_Step1", step1, visit).split("|")
    assert desk.driver.iDoDebit_HSM_Step2(f"{counted}|{time}|{mac2}|{mac1}|")[0] < 0
    assert done(desk.driver.iReadDebitRecord(1)) == ""
    other = done(desk.driver.iDoDebit_HSM_Step1(1, desk.info, PAY.replace("0.2", "2")))
    code, _ = desk.driver.iDoDebit_HSM_Step2(f"{counted}|{time}|{mac1}|")
    assert code < 0, other
    assert done(desk.driver.iReadDebitRecord(1)) == ""


def test_nothing_is_signed_unless_the_card_was_shown(issuer: CounterWorld) -> None:
    desk = Desk(issuer)
    step1 = done(desk.driver.iDoDebit_HSM_Step1(1, desk.info, PAY))
    assert _refusal(desk, "iDoDebit_HSM_Step1", step1, issuer.visit()) == "card-not-shown"
    step1 = done(desk.driver.iWriteCard_HSM_Step1(1, desk.info, "DF01EF06|28|$"))
    assert _refusal(desk, "iWriteCard_HSM_Step1", step1) == "key-not-lent"


def test_a_book_without_such_drivers_lends_the_cards_answer_to_nobody(tmp_path: Path) -> None:
    with served_world(tmp_path, "v2.00") as issuer:
        desk = Desk(issuer)
        rule = BookRule(
            name=Rule.DRIVER_STRINGS.value, value=0, changed_at=issuer.clock.at, changed_by=CHIEF
        )
        issuer.change(lambda session: session.add(rule))
        step1 = done(desk.driver.iReadCardBas_HSM_Step1(3))
        assert _refusal(desk, "iReadCardBas_HSM_Step1", step1) == "key-not-lent"
        step1 = done(desk.driver.iReadCard_HSM_Step1(1, desk.info, "DF01EF05|21|$"))
        assert desk.key("iReadCard_HSM_Step1", step1)


def test_the_drivers_command_works_with_the_servers_keys(issuer: CounterWorld) -> None:
    card = Card(deepcopy(issuer.chip.persistent), random=counter_bytes(next(SEEDS)))
    settings = Settings(server=issuer.address, desk_key=issuer.keys[VILLAGE], language="en")
    options = ("--terminal", TERMINAL, "--device-number", "DC01", "--json")
    with served(card) as address:
        called = CliRunner().invoke(
            driver_command, ["iReadCardBas", "3", "--tcp", address, *options], obj=settings
        )
    assert called.exit_code == 0, called.output
    basics = Basics.parse(json.loads(called.stdout)["out"])
    assert (basics.card_number, basics.device_number) == (issuer.number, "DC01")
    assert basics.terminal_number == TERMINAL


def _refusal(desk: Desk, function: str, string: str, ticket: str | None = None) -> str:
    with pytest.raises(ServerRefusedError) as refused:
        desk.key(function, string, ticket)
    return refused.value.problem
