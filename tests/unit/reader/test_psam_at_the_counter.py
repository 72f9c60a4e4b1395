"""A counter with a PSAM: it does what the issuer's desk does, and no key is in the program."""

from dataclasses import replace
from pathlib import Path

import pytest

from crypto.diversification import key_factors
from hardware_sim.card.card import Card
from hardware_sim.psam import factory as psam_factory
from hardware_sim.psam.psam import Psam
from hardware_sim.psam.state import PsamMemory
from reader.authenticity import Verdict, verify_record
from reader.card_check import check_card
from reader.card_keys import master_key_name
from reader.card_profile.psam import TerminalNumber
from reader.card_profile.ssse import CardHolder
from reader.card_profile.values import RegionCode
from reader.card_reading import read_card
from reader.desk_keys import DeskKeys
from reader.errors import (
    CardAuthenticationError,
    CardRefusedError,
    MalformedAnswerError,
    NotPsamError,
    PsamError,
    PsamKeyMissingError,
    PsamPinNeededError,
    WrongPinError,
    WrongPsamPinError,
)
from reader.psam import PsamKeys, PsamSession, psam_desk
from reader.session import CardSession
from reader.transport import mask
from tests.desk import NOW, PIN, Counting, Desk, counter_bytes
from tests.fixed_psam import fixed_memory, fixed_psam

PROFILES = ("v3.00", "v2.00", "v1.00", "international")
MODULE_PIN = bytes.fromhex("654321")


@pytest.fixture(params=PROFILES)
def desk(request: pytest.FixtureRequest, tmp_path: Path) -> Desk:
    return Desk.open(tmp_path, request.param)


def module_of(desk: Desk, *, pin: bytes = b"", serial: bytes = bytes(6)) -> PsamMemory:
    """A PSAM of this issuer, its keys exported from the key store."""
    if not desk.store.has("psam-transport"):
        desk.store.create_key_set("psam-transport")
    kdd = psam_factory.diversification_data(serial)
    return psam_factory.make(
        desk.profile,
        psam_factory.PsamOrder(
            serial=serial,
            terminal=TerminalNumber("431002000001"),
            region=RegionCode("431002"),
            first_day=NOW.date(),
            last_day=NOW.date().replace(year=2036),
            pin=pin,
        ),
        transport=desk.store.diversify_key_set("psam-transport", kdd),
        master_key=lambda key: desk.store.export_wrapped(
            master_key_name(desk.profile, key), under="psam-transport", kdd=kdd
        ),
    )


class Counter:
    """A card and a PSAM in two slots."""

    def __init__(self, desk: Desk, *, card: Card | None = None, memory: PsamMemory | None = None):
        self.desk = desk
        if card is None:
            card = desk.blank()
            desk.make(card)
        self.card = card
        self.psam = Psam(memory or module_of(desk), random=counter_bytes(6))
        self.wire = Counting(self.psam)
        self.session = CardSession(card)
        self.module = PsamSession(self.wire)
        self.keys = psam_desk(self.module, self.session, card.atr, random=counter_bytes(3))


# --- the same as the issuer's desk ----------------------------------------------------------------


def test_the_module_and_the_key_store_give_the_same_proofs(desk):
    counter = Counter(desk)
    at_the_desk = DeskKeys.of(
        counter.session, desk.store, counter.card.atr, random=counter_bytes()
    ).keys
    random, factor = bytes.fromhex("8899AABBCCDDEEFF"), bytes.fromhex("1122334455667788")
    header = bytes.fromhex("84240001")
    for name in ("IRK", "RKSSSE", "UKSSSE", "PUK", "RK1DF01"):
        key = desk.profile.key(name)
        expected = at_the_desk.cryptogram(key, random, factor)
        assert counter.keys.keys.cryptogram(key, random, factor) == expected
    stk = desk.profile.key("STK")
    for data in (b"\x12\x34\x56", bytes(7), bytes(15), bytes(40)):
        expected = at_the_desk.seal(stk, random, header, data)
        assert counter.keys.keys.seal(stk, random, header, data) == expected


def test_the_ladder_is_the_issuers(desk):
    """One key followed by hand from the key store down to the card: factors outermost first."""
    counter = Counter(desk)
    key = desk.profile.key("IRK")
    factors = key_factors(key.level, RegionCode("430100"), counter.card.atr[-8:])
    if desk.profile.protocol:  # T=1: the last byte of the ATR is its check
        factors = key_factors(key.level, RegionCode("430100"), counter.card.atr[-9:-1])
    card_key = desk.store.diversify(
        master_key_name(desk.profile, key), desk.profile.diversification, factors, b"IRK"
    )
    expected = desk.profile.authentication.cryptogram(card_key, bytes(8), bytes(8))
    assert counter.keys.keys.cryptogram(key, bytes(8), bytes(8)) == expected


def test_the_counter_reads_what_only_a_key_opens(desk):
    counter = Counter(desk)
    counter.keys.check_card(counter.session)
    counter.keys.open_holder_data(counter.session)
    assert counter.session.read(CardHolder).name == "张三"
    assert counter.module.terminal_number == "431002000001"


def test_the_counter_checks_record_data_and_chip(desk):
    counter = Counter(desk)
    counter.keys.open_holder_data(counter.session)
    found = check_card(
        counter.session,
        trust=desk.store.public_keys(),
        now=NOW,
        random=counter_bytes(9),
        shared_key=counter.keys.proves_shared,
    )
    assert (found.verdict, found.checks[-1]) == (Verdict.GENUINE, "chip")


def test_a_forgotten_pin_is_reloaded_through_the_module(desk):
    counter = Counter(desk)
    counter.keys.reload_pin(counter.session, "192837")
    counter.card.reset()
    session = CardSession(counter.card)
    with pytest.raises(WrongPinError):
        session.verify_pin(PIN)
    session.verify_pin("192837")


def test_the_new_pin_is_not_in_a_log():
    assert mask(bytes.fromhex("80FA020008 0319283780000000")).startswith("80 FA 02 00 08 **")


def test_no_key_goes_over_the_wire(desk):
    counter = Counter(desk)
    counter.keys.open_holder_data(counter.session)
    counter.keys.check_card(counter.session)
    sent = b"".join(command + answer for command, answer in counter.wire.log)
    assert len(counter.wire.log) > 5
    for key in counter.psam.memory.keys.values():
        assert key not in sent


# --- what is not in order -------------------------------------------------------------------------


@pytest.fixture
def v3(tmp_path: Path) -> Desk:
    return Desk.open(tmp_path, "v3.00")


def test_a_card_of_another_issuer_is_found_out(v3, tmp_path):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    stranger = Counter(Desk.stranger(elsewhere, "v3.00"))
    counter = Counter(v3, card=stranger.card)
    with pytest.raises(CardAuthenticationError):
        counter.keys.check_card(counter.session)
    with pytest.raises(CardRefusedError):
        counter.keys.open_holder_data(counter.session)


def test_a_chip_that_relays_for_another_card_proves_nothing(tmp_path):
    desk = Desk.open(tmp_path, "v2.00")
    victim, accomplice = desk.blank(1), desk.blank(2)
    signed = [desk.make(card).record for card in (victim, accomplice)]
    trust = desk.store.public_keys()
    stolen, own = (verify_record(one, trust=trust, now=NOW).record for one in signed)
    counter = Counter(desk, card=accomplice)
    answer = counter.session.internal_authenticate(desk.profile.key("IRK"), bytes(8), bytes(8))
    assert not counter.keys.proves_shared(stolen, bytes(8), bytes(8), answer)
    assert counter.keys.proves_shared(own, bytes(8), bytes(8), answer)
    assert not counter.keys.proves_shared(own, bytes(8), bytes(8), bytes(8))


def test_a_module_of_another_issuer_opens_nothing(v3):
    counter = Counter(v3, memory=fixed_memory("v3.00"))
    with pytest.raises(CardAuthenticationError):
        counter.keys.check_card(counter.session)


def test_a_card_in_the_modules_slot_is_told(v3):
    with pytest.raises(NotPsamError, match="6A82"):
        PsamSession(Counter(v3).card)


def test_a_module_with_a_pin_needs_it(v3):
    counter = Counter(v3, memory=module_of(v3, pin=MODULE_PIN))
    with pytest.raises(PsamPinNeededError):
        counter.keys.open_holder_data(counter.session)
    with pytest.raises(WrongPsamPinError) as wrong:
        counter.module.verify_pin("000000")
    assert wrong.value.tries_left == 2
    counter.module.verify_pin("654321")
    counter.keys.open_holder_data(counter.session)
    assert counter.session.read(CardHolder).name == "张三"


def test_a_locked_module_says_that_no_try_is_left(v3):
    module = PsamSession(fixed_psam("v3.00", pin=MODULE_PIN))
    for _ in range(3):
        with pytest.raises(WrongPsamPinError):
            module.verify_pin("000000")
    with pytest.raises(WrongPsamPinError) as locked:
        module.verify_pin("654321")
    assert (locked.value.tries_left, locked.value.sw) == (0, 0x6983)


def test_a_key_that_the_module_was_not_given_is_named(v3):
    memory = module_of(v3)
    without = {address: key for address, key in memory.keys.items() if address != (0x47, 0x0A)}
    counter = Counter(v3, memory=replace(memory, keys=without))
    counter.keys.check_card(counter.session)
    with pytest.raises(PsamKeyMissingError, match="RKSSSE"):
        counter.keys.open_holder_data(counter.session)
    content = read_card(counter.session, keys=counter.keys)
    assert content.refused["SSSE/EF06"] == PsamKeyMissingError.cause


def test_a_blocked_module_refuses(v3):
    memory = module_of(v3)
    counter = Counter(v3, memory=replace(memory, blocked=type(memory.blocked)(1)))
    with pytest.raises(PsamError, match="6985"):
        counter.keys.check_card(counter.session)


class Answering:
    """A module that answers the first commands rightly and then always the same."""

    def __init__(self, psam: Psam, right: int, answer: str) -> None:
        self._psam, self._right, self._answer = psam, right, bytes.fromhex(answer)

    def transmit(self, command: bytes) -> bytes:
        self._right -= 1
        return self._psam.transmit(command) if self._right >= 0 else self._answer


@pytest.mark.parametrize("answer", ["9000", "1122334455667788 99 9000", "00", "6108"])
def test_a_module_that_answers_nonsense_gives_no_proof(v3, answer):
    # Six exchanges of the opening and 'BF DE' are right; then comes the nonsense.
    counter = Counter(v3)
    broken = PsamSession(Answering(counter.psam, 6, answer))
    keys = PsamKeys.of(broken, counter.session, counter.card.atr)
    with pytest.raises(MalformedAnswerError):
        keys.cryptogram(v3.profile.key("RKSSSE"), bytes(8), bytes(8))


def test_a_terminal_number_that_is_none_is_told():
    memory = fixed_memory("v3.00")
    damaged = replace(memory, files={**memory.files, 0x16: bytes.fromhex("FFFFFFFFFFFF")})
    with pytest.raises(MalformedAnswerError, match="EF16"):
        PsamSession(Psam(damaged, random=counter_bytes()))


def test_an_atr_without_a_serial_names_no_card(v3):
    counter = Counter(v3)
    with pytest.raises(MalformedAnswerError):
        PsamKeys.of(counter.module, counter.session, b"\x3b\x00")
