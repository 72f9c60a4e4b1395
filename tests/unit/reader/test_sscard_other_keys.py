"""The driver with keys that are no PSAM's, and with a PIN that never passes through it."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from hardware_sim.card.card import Card
from reader.card_keys import CardKeys
from reader.card_profile.atr import ladder_factor
from reader.desk_keys import DeskKeys
from reader.session import CardSession
from reader.sscard.counter_keys import CounterKeys
from reader.sscard_driver import DriverOptions, HolderPin, SscardDriver
from tests.counter_driver import Counter, SecurityModule, Slot
from tests.desk import PIN, Desk, counter_bytes
from tests.fixed_card import fixed_card

PAY = "0.1|0.2|20151118185001|"


class At:
    """An issuer's own desk: its keys sign settlements too."""

    def __init__(self, desk: Desk) -> None:
        self.store = desk.store
        card = desk.blank()
        desk.make(card)
        self.counter = Counter(card, keys=self.keys)

    @contextmanager
    def keys(self, session: CardSession, atr: bytes) -> Iterator[CounterKeys]:
        region = session.identification_code.region
        keys = CardKeys(self.store, session.profile, region, ladder_factor(atr))
        yield CounterKeys(DeskKeys(keys, counter_bytes(4)))

    def info(self) -> str:
        fields = self.counter.driver.iReadCardBas(3)[1].split("|")
        return f"{fields[3]}|{fields[2]}|"


@pytest.fixture(scope="module", params=["v3.00", "v2.00"])
def desk(request, tmp_path_factory) -> Desk:
    return Desk.open(tmp_path_factory.mktemp("keys"), request.param)


def test_a_settlement_signed_at_the_counter(desk):
    at = At(desk)
    info = at.info()
    code, out = at.counter.driver.iDoDebit(1, info, PAY)
    assert (code, out.split("|")[2:]) == (0, ["000000000000", "0", "20151118185001", ""])
    code, out = at.counter.driver.iDoDebit(1, info, "1|2|20260101000000|")
    assert (code, out.split("|")[0]) == (0, "1")
    records = at.counter.driver.iReadDebitRecord(1)[1]
    assert records.startswith("1|2||20260101000000|0.00|1.00|2.00|$0|2||")  # a number of zeros


def test_more_than_the_account_holds(desk):
    at = At(desk)
    code, out = at.counter.driver.iDoDebit(1, at.info(), "5|0|0|20260101000000|")
    assert (code, "余额不足" in out) == (-37889, True)


def test_the_first_pin_pays_nothing():
    counter = Counter(Card(fixed_card("v2.00"), random=counter_bytes()))
    counter.holder.old = "123456"
    info = "430100D156000005456789ABDEADBEEF|B00000131|"
    assert counter.driver.iDoDebit_HSM_Step1(1, info, PAY)[0] == -35
    assert not counter.slot.commands(0x20)


@pytest.mark.parametrize("mac2", ["right", "wrong"])
def test_the_cards_answer_is_checked_where_the_module_gave_it(mac2):
    counter = Counter(
        Card(fixed_card("v2.00"), random=counter_bytes()),
        options=DriverOptions(refuses_initial_pin=False),
    )
    counter.holder.old = "123456"
    info = "430100D156000005456789ABDEADBEEF|B00000131|"
    step1 = counter.driver.iDoDebit_HSM_Step1(1, info, PAY)[1]
    module, fields = SecurityModule("v2.00"), step1.split("|")
    session = bytes.fromhex(fields[2] + 2 * fields[3])
    paid = bytes.fromhex("00000000" + fields[4] + fields[5])
    right = module.host.mac(module.host.session_key(session), paid).hex()
    key = module.debit(step1) + (right if mac2 == "right" else "00000000") + "|"
    code, out = counter.driver.iDoDebit_HSM_Step2(key)
    assert code == (0 if mac2 == "right" else -21), out


class Pad:
    """A reader's keys: digits go to the card and to nobody else."""

    def verify(self, session: CardSession, *, to_pay: bool = False) -> None:
        session.verify_pin(PIN)

    def change(self, session: CardSession) -> None:
        session.change_pin(PIN, "192837")

    def new_pin(self, session: CardSession) -> str:
        return "192837"


def test_a_pin_pad_speaks_to_the_card_itself(desk):
    card = desk.blank()
    desk.make(card)
    pad = Pad()
    assert isinstance(pad, HolderPin)
    driver = SscardDriver(Slot(card).opened, pin_entry=pad, clock=lambda: 0.0)
    assert driver.iVerifyPIN(1) == (0, "")
    assert driver.iChangePIN(1) == (0, "")
    assert driver.iVerifyPIN(1)[0] == -51
