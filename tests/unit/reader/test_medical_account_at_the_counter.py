"""The host's end of the medical account, against the card whose own end openssl has judged."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

import pytest

from hardware_sim.card.card import Card
from reader.card_profile.medical_account import Balance, Settlement
from reader.card_profile.profiles import PROFILES
from reader.card_profile.psam import TerminalNumber
from reader.errors import (
    AccessRefusedError,
    CardAuthenticationError,
    CardRemovedError,
    MalformedAnswerError,
)
from reader.medical_account import AccountSession, Receipt, Signer, Terminal, YearTotal
from reader.refusals import (
    AccountUsedUpError,
    InsufficientFundsError,
    ProtectionRefusedError,
    TransactionOpenError,
    TransactionUnknownError,
)
from reader.session import CardSession
from tests.desk import counter_bytes
from tests.fixed_card import fixed_card
from tests.pboc_host import HOSTS

NUMBER = TerminalNumber("430100000001")
TERMINAL = Terminal(NUMBER, 7)
AT = datetime(2026, 11, 26, 10, 30)  # noqa: DTZ001  # the card knows no time zone
TIME = bytes.fromhex("20261126103000")
DEBIT, CREDIT = 0x2C, 0x2A


class Line:
    """A card whose answers can be changed or lost on the way."""

    def __init__(self, card: Card) -> None:
        self.card = card
        self.after: dict[int, Callable[[bytes], bytes]] = {}

    def transmit(self, command: bytes) -> bytes:
        answer = self.card.transmit(command)
        change = self.after.get(command[1]) if command[0] == 0xB0 else None
        return change(answer) if change else answer


class Hospital:
    """A counter with a card in it, the PIN verified."""

    def __init__(self, profile: str) -> None:
        self.host = HOSTS[profile]
        self.card = Card(fixed_card(profile), random=counter_bytes())
        self.account = self.connect(pin="123456")

    def connect(self, *, pin: str = "") -> AccountSession:
        self.card.reset()
        self.line = Line(self.card)
        session = CardSession(self.line)
        if pin:
            session.verify_pin(pin)
        self.account = AccountSession(session)
        return self.account

    def sign(self, session: bytes, data: bytes) -> bytes:
        """Any key of the reference card, worked out beside our own code."""
        return self.host.mac(self.host.session_key(session), data)

    def credit(self, fen: int, *, sign: Signer | None = None) -> Receipt:
        return self.account.credit(fen, terminal=NUMBER, at=AT, sign=sign or self.sign)

    def settle(self, *paid: int, sign: Signer | None = None) -> Receipt:
        settlement = Settlement(*paid)
        return self.account.settle(settlement, terminal=TERMINAL, at=AT, sign=sign or self.sign)


@pytest.fixture(params=PROFILES)
def hospital(request: pytest.FixtureRequest) -> Hospital:
    return Hospital(request.param)


def wrong(session: bytes, data: bytes) -> bytes:
    return bytes(4)


def gone(answer: bytes) -> bytes:
    raise CardRemovedError


def test_a_credit_and_a_settlement_move_the_balance(hospital):
    hospital.credit(100_000)
    hospital.settle(30_000, 1_250, 70_000)
    assert hospital.account.balance() == 70_000
    assert hospital.account.year_total(Balance.SELF_PAID) == YearTotal(1_250, 2026)
    assert hospital.account.year_total(Balance.POOLED) == YearTotal(70_000, 2026)


def test_before_any_payment_there_is_no_year(hospital):
    assert hospital.account.year_total(Balance.POOLED) == YearTotal(0, 0)


def test_a_receipt_has_the_cards_number_and_its_certificate(hospital):
    receipt = hospital.credit(500)
    signed = bytes.fromhex("000001F4 0000 000001F4") + b"1" + bytes.fromhex(NUMBER) + TIME
    assert receipt == Receipt(0, hospital.host.tac(signed))
    paid = bytes.fromhex("00000064 00000000 00000000") + b"2" + bytes.fromhex(NUMBER)
    expected = hospital.host.tac(paid + bytes.fromhex("00000007") + TIME)
    assert hospital.settle(100, 0, 0) == Receipt(0, expected)
    assert hospital.settle(100, 0, 0).count == 1


def test_without_the_pin_the_account_is_closed(hospital):
    hospital.connect()
    with pytest.raises(AccessRefusedError):
        hospital.account.balance()
    with pytest.raises(AccessRefusedError):
        hospital.settle(0, 1, 0)


def test_what_is_not_there_is_not_paid(hospital):
    hospital.credit(99)
    with pytest.raises(InsufficientFundsError):
        hospital.settle(100, 0, 0)


def test_another_key_pays_nothing_and_is_told(hospital):
    hospital.credit(100)
    with pytest.raises(ProtectionRefusedError):
        hospital.settle(100, 0, 0, sign=wrong)
    assert hospital.account.balance() == 100


def test_a_card_that_does_not_know_the_key_is_not_credited(hospital):
    with pytest.raises(CardAuthenticationError, match="MAC1"):
        hospital.credit(100, sign=wrong)
    assert hospital.account.balance() == 0


def test_an_account_at_its_end_is_told(hospital):
    memory = hospital.card.persistent
    hospital.card = Card(
        replace(memory, wallet=replace(memory.wallet, settlements=0xFFFF)), random=counter_bytes()
    )
    hospital.connect(pin="123456")
    with pytest.raises(AccountUsedUpError):
        hospital.settle(0, 1, 0)


# --- when the line breaks -----------------------------------------------------------------------


@pytest.mark.parametrize(
    "change", [gone, lambda _: b"", lambda _: b"\x90\x00", lambda _: b"\x6f\x00"]
)
def test_a_lost_answer_leaves_the_payment_open_until_the_card_is_asked(hospital, change):
    hospital.credit(1_000)
    hospital.line.after[DEBIT] = change
    with pytest.raises(TransactionOpenError) as caught:
        hospital.settle(400, 0, 0)
    hospital.connect()  # no PIN: the holder may have gone
    paid = bytes.fromhex("00000190 00000000 00000000") + b"2" + bytes.fromhex(NUMBER)
    certificate = hospital.host.tac(paid + bytes.fromhex("00000007") + TIME)
    assert hospital.account.settled(caught.value.count) == Receipt(0, certificate)


def test_a_payment_that_never_reached_the_card_did_not_happen(hospital):
    hospital.credit(1_000)
    transmit = hospital.line.transmit

    def cut(command: bytes) -> bytes:
        return gone(command) if command[:2] == bytes((0xB0, DEBIT)) else transmit(command)

    hospital.line.transmit = cut
    with pytest.raises(TransactionOpenError) as caught:
        hospital.settle(400, 0, 0)
    hospital.connect(pin="123456")
    with pytest.raises(TransactionUnknownError):
        hospital.account.settled(caught.value.count)
    assert hospital.account.balance() == 1_000


def test_a_lost_credit_is_asked_for_too(hospital):
    hospital.line.after[CREDIT] = gone
    with pytest.raises(TransactionOpenError) as caught:
        hospital.credit(1_000)
    hospital.connect()
    signed = bytes.fromhex("000003E8 0000 000003E8") + b"1" + bytes.fromhex(NUMBER) + TIME
    assert hospital.account.credited(caught.value.count).certificate == hospital.host.tac(signed)


def test_a_wrong_mac2_unmasks_the_card(hospital):
    hospital.card = Card(fixed_card("international"), random=counter_bytes())  # T=1: one answer
    hospital.host = HOSTS["international"]
    hospital.connect(pin="123456")
    hospital.line.after[DEBIT] = lambda answer: answer[:-3] + b"\x00" + answer[-2:]
    with pytest.raises(CardAuthenticationError, match="MAC2"):
        hospital.settle(0, 5, 0)


@pytest.mark.parametrize("size", [0, 3, 5])
def test_a_balance_of_another_size_is_none(hospital, size):
    hospital.line.after[0x26] = lambda _: bytes(size) + b"\x90\x00"
    with pytest.raises(MalformedAnswerError):
        hospital.account.balance()


def test_a_year_that_is_no_number_is_none(hospital):
    hospital.line.after[0x26] = lambda _: bytes(4) + b"\x20\xff\x90\x00"
    with pytest.raises(MalformedAnswerError, match="year"):
        hospital.account.year_total(Balance.POOLED)


@pytest.mark.parametrize("size", [0, 4, 11])
def test_an_opening_that_is_too_short_begins_nothing(hospital, size):
    hospital.line.after[0x28] = lambda _: bytes(size) + b"\x90\x00"
    with pytest.raises(MalformedAnswerError):
        hospital.settle(0, 5, 0)
    with pytest.raises(MalformedAnswerError):
        hospital.credit(5)


def test_a_profile_without_an_account_says_so():
    session = CardSession(Card(fixed_card("v2.00"), random=counter_bytes()))
    session.profile = replace(session.profile, medical_account=None)
    with pytest.raises(ValueError, match="no medical account"):
        AccountSession(session)
